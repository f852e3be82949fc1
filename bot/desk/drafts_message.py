"""How the drafts of a newsletter read in the admin chat: what was found, what is asked, the posts they would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.catalogs import in_language
from bot.core.text.telegram import CAPTION_LIMIT, LIMIT, length
from bot.desk.coming import Previewed, of_previewed
from bot.desk.drafts import Drafts, Refused, Unclear
from bot.desk.message import Message
from bot.desk.words import Language
from bot.render.markup import Block, Bold, Plain, plain

# Messages that questions may take; what does not fit stands in the file.
_MESSAGES = 3

_ROOM = LIMIT - 200  # beside a heading, and a line on what was left out
_TITLE, _LINE = 100, 300  # characters of a title, and of what is said below it


def of_refused(refused: Refused, name: str, language: Language) -> Message:
    """Why nothing came of a document, and what to do."""
    reason = in_language(refused.message, language.locale[:2])
    hint = in_language(refused.hint, language.locale[:2])
    return refusal(name, reason, hint, language)


def refusal(name: str, reason: str, hint: str, language: Language) -> Message:
    """The same for reasons of our own."""
    title = language.phrase("document_refused", name=name)
    why = Plain(language.phrase("document_why", reason=reason))
    do = Plain(language.phrase("document_hint", hint=hint))
    return Message(title, ((Bold(title), why, do),))


def caption_of(drafts: Drafts, name: str, language: Language) -> Message:
    """What stands below the file; where nothing is new there is no file, and this is a message of its own."""
    say = language.phrase
    if not drafts.yaml:
        told = say("document_no_news", name=name, found=drafts.found)
        return Message(told, ((Plain(told),),))
    told = say(
        "document_caption",
        name=name,
        found=drafts.found,
        new=drafts.new,
        sure=drafts.sure,
        unsure=drafts.new - drafts.sure,
        known=drafts.known + len(drafts.changed),
    )
    lines = [Plain(told)]
    if drafts.ignored:
        lines.append(Plain(say("document_left_out", ignored=drafts.ignored)))
    lines.append(Plain(say("document_next")))
    blocks: tuple[Block, ...] = (tuple(lines),)
    assert length(plain(blocks)) <= CAPTION_LIMIT, "names are short, and so are we"
    return Message(told, blocks)


def questions_of(drafts: Drafts, language: Language) -> list[Message]:
    """What a person has to look at, in as few messages as it takes; none where there is nothing."""
    say = language.phrase
    blocks = [
        *_list(say("document_whole"), drafts.questions),
        *(_unclear(each, language) for each in drafts.unclear),
        *_list(say("document_changed"), drafts.changed),
        *_list(say("document_unmade"), drafts.unmade),
        *_list(say("document_ignored"), drafts.left_out),
    ]
    if not blocks:
        return []
    title = say("document_questions")
    pages, left = _pages(blocks)
    messages = [Message(title, ((Bold(title),), *page)) for page in pages]
    if left:
        more = (Plain(say("document_more", more=left)),)
        messages[-1] = Message(title, (*messages[-1].blocks, more))
    return messages


def _unclear(draft: Unclear, language: Language) -> Block:
    when = draft.when or language.phrase("document_no_date")
    asked = (Plain(f"? {_short(each, _LINE)}") for each in draft.questions)
    return (Bold(f"{_short(draft.title, _TITLE)} · {_short(when, _TITLE)}"), *asked)


def _list(title: str, lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield (Bold(title), *(Plain(f"• {_short(each, _LINE)}") for each in lines))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _pages(blocks: Iterable[Block]) -> tuple[list[list[Block]], int]:
    """The blocks in messages, and how many lines found no room in the last. A block is cut between its lines."""
    pages: list[list[Block]] = [[]]
    room, left = _ROOM, 0
    for block in blocks:
        for part in _fitting(block):
            needed = length(plain((part,))) + 2
            if needed > room and len(pages) < _MESSAGES:
                pages.append([])
                room = _ROOM
            if needed > room:
                room = 0  # what comes after it is not shown either: it is counted
                left += 1
                continue
            pages[-1].append(part)
            room -= needed
    return pages, left


def _fitting(block: Block) -> Iterator[Block]:
    """A block for which a message has no room, in several of a few lines each."""
    if length(plain((block,))) <= _ROOM // 2 or len(block) == 1:
        yield block
        return
    half = len(block) // 2
    yield from _fitting(block[:half])
    yield from _fitting(block[half:])


def posts_of(drafts: Drafts, language: Language) -> list[Message]:
    """The posts that the drafts would be, each as it would go out, below a line with when and where."""
    remark = language.phrase("is_draft")
    messages = [
        message
        for each in drafts.posts
        for message in of_previewed(
            Previewed(each.at, ZoneInfo(each.zone), each.channel, each.text, each.html, (remark,)),
            language,
        )
    ]
    told = ""
    if drafts.more_posts:
        told = language.phrase("document_more_posts", more=drafts.more_posts, file=drafts.file)
    elif not drafts.posts and drafts.yaml:
        told = language.phrase("document_no_posts")
    return [*messages, *([Message(told, ((Plain(told),),))] if told else [])]
