"""Warns of what a screen reader stumbles over and of what reads as shouting. Looks at texts alone, changes none.

The practice is that of public bodies: words instead of "click here", few emoji and none in place of bullets,
tags whose words can be told apart, no text in capitals
(https://digital.accessibility.princeton.edu/guidelines/social-media,
https://ada.uky.edu/digital-accessibility/social-media). Every text of every item comes through here: each check
begins with a quick look that nearly all texts pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.core.kinds import Kind
from bot.core.model import Entry, Words
from bot.core.said import Said, said
from bot.core.text.x import EMOJI, links
from bot.load.nodes import Mapped, Place, columns_before
from bot.load.report import Report, shown
from bot.load.tone import en, it

MAX_EMOJI = 2

# No word that is likely as a tag is longer than "internazionalizzazione".
_LONGEST_WORD = 22


class Remark(NamedTuple):
    """What is odd about a text, how to mend it, and where in the text that begins."""

    kind: Kind
    message: Said
    hint: Said
    offset: int


def warn_of_text(text: str, key: str, place: Place, language: str, report: Report) -> None:
    """Warn of what is odd in the `title`, the `summary`, the `where` or a `text` of an item."""
    remarks: list[Remark] = []
    if _DOT_WITHIN.search(text):
        remarks += _accidental(text)
    if key != "where":  # the name of a place is as its owner writes it
        vague = _VAGUE[language]
        if _TWO_CAPITALS.search(text):
            remarks += _shouting(text)
        if _has_emoji(text):
            remarks += _bullets(text)
        if any(map(text.__contains__, vague.ends)):
            remarks += _saying_nothing(text, vague.table)
    for remark in remarks:
        before = columns_before(place, len(text))
        offset = 0 if before is None else before + remark.offset
        report.warn(place, remark.kind, remark.message, remark.hint, offset=offset)


# --- capitals -----------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile("[IVXLCDM]+")
_TWO_CAPITALS = re.compile("[A-ZÀ-ÖØ-Þ]{2}")
# Words side by side; a colon or a comma parts two names, as in "PACTESUR, EUROCITIES".
_CAPITALS = "[A-ZÀ-ÖØ-Þ]+"
_IN_CAPITALS = re.compile(rf"(?<!\w){_CAPITALS}(?:[\s’'-]+{_CAPITALS})+(?!\w)")


def _shouting(text: str) -> Iterator[Remark]:
    """More than half of its letters in words of capitals that stand side by side; one alone is a name."""
    loud = [run for run in _IN_CAPITALS.finditer(text) if _has_two_words(run[0])]
    if 2 * sum(_letters(run[0]) for run in loud) > _letters(text):
        yield Remark(
            Kind.READ_ALOUD,
            said("capitals shout, and some screen readers spell them: {text}", text=shown(text)),
            said("write it in small letters; names such as EUROCITIES may stay"),
            loud[0].start(),
        )


def _has_two_words(run: str) -> bool:
    return sum(len(word) > 1 and not _ROMAN.fullmatch(word) for word in _WORD.findall(run)) > 1


def _letters(text: str) -> int:
    return sum(map(len, _WORD.findall(text)))


# --- links --------------------------------------------------------------------------------------


class _Vague(NamedTuple):
    """The words of a language that say nothing of where a link leads."""

    table: re.Pattern[str]
    ends: tuple[str, ...]  # one of these is in every text that has such words

    @classmethod
    def of(cls, phrases: Iterable[str]) -> _Vague:
        either = "|".join(phrase.replace(" ", r"\s+") for phrase in phrases)
        last = {phrase.rpartition(" ")[2] for phrase in phrases}
        spelled = {form for word in last for form in (word, word.capitalize(), word.upper())}
        return cls(re.compile(rf"\b(?:{either})\b", re.IGNORECASE), tuple(sorted(spelled)))


_VAGUE = {"it": _Vague.of(it.VAGUE), "en": _Vague.of(en.VAGUE)}


def _saying_nothing(text: str, table: re.Pattern[str]) -> Iterator[Remark]:
    for match in table.finditer(text):
        yield Remark(
            Kind.READ_ALOUD,
            said("{text} says nothing of where a link leads", text=shown(match[0])),
            said("leave it out: each post ends with its link; say what is found there"),
            match.start(),
        )


_DOT_WITHIN = re.compile(r"\.\w")


def _accidental(text: str) -> Iterator[Remark]:
    """What X, and Telegram for the most part, would make clickable though nobody meant it."""
    for link in links(text):
        yield Remark(
            Kind.ACCIDENTAL_LINK,
            said("{text} would become a link", text=shown(link.text)),
            said("put a space after the full stop; a link that is meant belongs in 'link:'"),
            link.start,
        )


# --- emoji --------------------------------------------------------------------------------------

_BEYOND_LETTERS = re.compile("[^\0-\u203b\u20ac]")
# Signs that text has always had; they are pictures only where a variation selector says so.
_SIGNS = frozenset("©®™ℹ‼⁉↔↕↖↗↘↙↩↪")
_BEGINS = re.compile(r"(?:\A|[\n.;:!?])\s*\Z")


def _has_emoji(text: str) -> bool:
    return not text.isascii() and _BEYOND_LETTERS.search(text) is not None


def _emoji(text: str) -> list[re.Match[str]]:
    return [each for each in EMOJI.finditer(text) if each[0] not in _SIGNS]


def _bullets(text: str) -> Iterator[Remark]:
    """Emoji at the beginning of lines or sentences, or one that comes before each of several words."""
    before_words = [each for each in _emoji(text) if text[each.end() :].strip()]
    begin = [each for each in before_words if _BEGINS.search(text, 0, each.start())]
    if begin and (len(begin) > 1 or [each[0] for each in before_words].count(begin[0][0]) > 1):
        yield Remark(
            Kind.READ_ALOUD,
            said(
                "{emoji} stands for a bullet: a screen reader says its name each time",
                emoji=begin[0][0],
            ),
            said("write a sentence, or put ';' between the points"),
            begin[0].start(),
        )


def warn_of_emoji(
    words: Mapping[str, Words], entries: Sequence[Entry], node: Mapped, report: Report
) -> None:
    """Warn where the texts of an item, or of one of its `dates:`, that go out together have too many emoji."""
    own, *_ = words
    blocks = [(node, words)]
    if entries:
        places = {place.value.get("id"): place for place in _mapped(node.members("dates"))}
        blocks += [(places[each.id], each.words) for each in entries if each.id in places]
    for block, spoken in blocks:
        for language, own_words in spoken.items():
            count = _emoji_in(
                own_words if block is node else _together(own_words, words.get(language))
            )
            if count > MAX_EMOJI:
                place = block if language == own else block.mapped("translations").mapped(language)
                report.warn(
                    place.inner.get("title", place),
                    Kind.READ_ALOUD,
                    said(
                        "{count} emoji go out together: a screen reader says the name of each",
                        count=count,
                    ),
                    said("keep {most} at most, and none that stands for a word", most=MAX_EMOJI),
                )


def _mapped(places: Iterable[Place]) -> Iterator[Mapped]:
    return (place for place in places if isinstance(place, Mapped))


def _emoji_in(words: Words) -> int:
    ours = f"{words.title}\n{words.summary}\n{words.where}"
    return max(
        len(_emoji(text)) if _has_emoji(text) else 0 for text in (ours, *words.text.values())
    )


def _together(said: Words, of_item: Words | None) -> Words:
    """What goes out for one of several events: its own words, and the item's where it has none."""
    if of_item is None:
        return said
    return Words(
        said.title or of_item.title, said.summary or of_item.summary, said.where or of_item.where
    )


# --- tags ---------------------------------------------------------------------------------------


def warn_of_tags(tags: Iterable[str], places: Iterable[Place], text: str, report: Report) -> None:
    """Warn of tags that run several words into one; `text` is what the item says, where the words may stand."""
    spoken: list[str] = []
    for tag, place in zip(tags, places, strict=False):
        word = tag.strip().lstrip("#")
        if not word.isalpha() or not (word[1:].islower() or word.isupper()):
            continue  # several words, or large letters that tell them apart
        spoken = spoken or _WORD.findall(text.casefold())
        if apart := _apart(word.casefold(), spoken):
            hint = said(
                "write {words}: it is set with a large letter for each word", words=shown(apart)
            )
        elif len(word) > _LONGEST_WORD:
            hint = said("write its words with spaces: it is set with a large letter for each")
        else:
            continue
        message = said("{tag} is read out as one word", tag=shown(tag))
        report.warn(place, Kind.READ_ALOUD, message, hint)


def _apart(word: str, spoken: list[str]) -> str:
    """The words side by side in `spoken` that `word` consists of, with spaces; "" where it is none or one."""
    if word in spoken or word not in "".join(spoken):
        return ""
    for begin in range(len(spoken)):
        rest = word
        for end in range(begin, len(spoken)):
            if not rest.startswith(spoken[end]):
                break
            rest = rest.removeprefix(spoken[end])
            if not rest:
                return " ".join(spoken[begin : end + 1])
    return ""
