"""Each catalog has everything that is said to people, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.catalogs import LANGUAGES, in_language
from bot.core.said import said, said_of
from tests.catalogs.templates import sentences

TRANSLATED = [language for language in LANGUAGES if language != "en"]
SENTENCES = list(sentences())


def catalog(language: str) -> Catalog:
    with files("bot.catalogs").joinpath(f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> dict[tuple[str, ...], Message]:
    return {_texts(message.id): message for message in catalog(language) if message.id}


def _texts(written: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written or ("",))


def names(template: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(template) if field is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_every_template_and_no_other(language: str) -> None:
    asked = {sentence.templates for sentence in SENTENCES}
    assert len(asked) > 300, "the source was read"
    known = set(entries(language))
    assert asked - known == set(), "said, and not translated"
    assert known - asked == set(), "translated, and said nowhere"


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_template_stands_once_in_a_catalog(language: str) -> None:
    text = files("bot.catalogs").joinpath(f"{language}.po").read_text(encoding="utf-8")
    counts = Counter(re.findall(r'^msgid (".*")$', text, re.MULTILINE))
    assert [template for template, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_empty_or_doubtful(language: str) -> None:
    for message in catalog(language):
        assert not message.fuzzy or not message.id, message.id
        assert all(text.strip() for text in _texts(message.string)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_same_values(language: str) -> None:
    known = entries(language)
    for sentence in SENTENCES:
        if sentence.has_values:
            asked = names(sentence.templates[0])
            for translation in _texts(known[sentence.templates].string):
                assert names(translation) == asked, (sentence.place, translation)


def test_each_name_in_a_template_is_that_of_a_value() -> None:
    """Without values braces are only braces; a template with a `{name}` and no values is a slip."""
    for sentence in SENTENCES:
        if not sentence.has_values:
            is_slip = re.search(r"(?<!\{)\{[a-z_]+\}(?!\})", sentence.templates[0])
            assert is_slip is None, sentence


def test_a_sentence_is_said_again_with_all_that_was_put_into_it() -> None:
    inner = said("a season")
    outer = said("{what} should stand here", what=inner)
    assert outer == "a season should stand here"
    assert in_language(outer, "it") == "qui ci vuole una stagione"
    assert in_language(outer, "en") == outer


def test_one_and_several_have_templates_of_their_own() -> None:
    one, two = (
        said_of(n, "{items} has no text in {language}: not on {channels}",
                "{items} have no text in {language}: not on {channels}",
                items="a", language=said("English"), channels="x")
        for n in (1, 2)
    )  # fmt: skip
    assert (one, two) == (
        "a has no text in English: not on x",
        "a have no text in English: not on x",
    )
    assert in_language(one, "it") == "a non ha un testo in inglese: non esce su x"
    assert in_language(two, "it") == "a non hanno un testo in inglese: non escono su x"


def test_what_is_no_sentence_of_ours_stays_as_it_is() -> None:
    assert in_language("this", "it") == "this"
