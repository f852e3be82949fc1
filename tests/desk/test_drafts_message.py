"""What is told of a newsletter's drafts fits into Telegram's messages, and what does not fit is counted."""

from __future__ import annotations

import pytest

from bot.core.text.telegram import CAPTION_LIMIT, LIMIT, length
from bot.desk.chat.documents import shown_name
from bot.desk.drafts import Drafts, Unclear
from bot.desk.drafts_message import caption_of, posts_of, questions_of
from bot.desk.words import LANGUAGES, Language
from bot.render.markup import plain

ALL = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)


def drafts(
    *,
    yaml: str = "items: []\n",
    unclear: tuple[Unclear, ...] = (),
    left_out: tuple[str, ...] = (),
    more_posts: int = 0,
) -> Drafts:
    return Drafts(
        file="2021-05.yaml",
        yaml=yaml,
        found=len(unclear),
        new=len(unclear),
        sure=0,
        known=0,
        changed=(),
        questions=(),
        unclear=unclear,
        left_out=left_out,
        ignored=10_000,
        posts=(),
        more_posts=more_posts,
        unmade=(),
    )


def lines(text: str, begin: str) -> int:
    return sum(line.startswith(begin) for line in text.splitlines())


@ALL
@pytest.mark.parametrize("number", [1, 20, 60, 500])
@pytest.mark.parametrize("size", [10, 280, 5000])
def test_every_message_fits_and_every_question_is_shown_or_counted(
    language: Language, number: int, size: int
) -> None:
    made = drafts(unclear=tuple(Unclear("T" * size, "", ("q" * size,)) for _ in range(number)))
    messages = questions_of(made, language)
    assert len(messages) <= 3
    texts = [plain(each.blocks) for each in messages]
    assert all(length(text) <= LIMIT for text in texts)
    shown = sum(lines(text, "? q") for text in texts)
    if shown < number:
        assert language.phrase("document_more", more=number - shown) in texts[-1]
    else:
        assert texts[-1].endswith("q" if size < 300 else "…")


@ALL
def test_one_draft_with_endless_questions_is_shown_as_far_as_there_is_room(
    language: Language,
) -> None:
    made = drafts(unclear=(Unclear("Festa", "12 maggio", ("q" * 290,) * 300),))
    texts = [plain(each.blocks) for each in questions_of(made, language)]
    assert len(texts) == 3
    assert all(LIMIT // 2 < length(text) <= LIMIT for text in texts)


@ALL
def test_where_nothing_is_to_be_looked_at_there_is_no_message(language: Language) -> None:
    assert questions_of(drafts(), language) == []


@ALL
def test_a_caption_fits_whatever_the_file_is_called(language: Language) -> None:
    made = drafts(unclear=(Unclear("Festa", "", ("q",)),) * 10_000)
    caption = caption_of(made, shown_name("😀" * 3000 + ".docx"), language)
    assert length(plain(caption.blocks)) <= CAPTION_LIMIT


@ALL
def test_without_anything_new_there_is_no_file_to_speak_of(language: Language) -> None:
    told = caption_of(drafts(yaml=""), "maggio.md", language)
    assert plain(told.blocks) == language.phrase("document_no_news", name="maggio.md", found=0)
    assert posts_of(drafts(yaml=""), language) == []


@ALL
def test_posts_that_are_not_shown_are_counted_with_the_command_that_shows_them(
    language: Language,
) -> None:
    [told] = posts_of(drafts(more_posts=7), language)
    assert "7" in told.title
    assert "banditore preview --file content/2021-05.yaml" in told.title
