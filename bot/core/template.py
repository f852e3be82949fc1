"""A channel's own template for its posts: what is left of it once it is read, and what it says of given parts.

Nothing in it can loop, call or look anything up but the parts of a post, so its cost is bounded by its
length. It knows no HTML and no limit: who sets posts makes the one and keeps the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, TypeAlias, assert_never

PARTS: Final = ("lead", "title", "dates", "where", "summary", "contact", "link", "tags")
"""What a template may say; where an item has none of it, it is ""."""

NEEDED: Final = ("title", "dates", "link")
"""What it must say of every item that has it."""

FILTERS: Final = {"lower": str.lower, "upper": str.upper}
"""They change letters and lose none; none is for a link, in whose path letters differ."""

STYLES: Final = ("b", "i", "u", "s")
ANCHOR: Final = "a"


@dataclass(frozen=True, slots=True)
class Literal:
    """Words of the template's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A part of the post."""

    part: str
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Styled:
    """What stands between a tag and its end. An anchor leads to the post's link, and goes with it."""

    tag: str  # of STYLES, or ANCHOR
    body: Body


@dataclass(frozen=True, slots=True)
class Choice:
    """`{% if %}` and `{% else %}`."""

    test: Test
    then: Body
    otherwise: Body = ()


@dataclass(frozen=True, slots=True)
class Has:
    """Is there anything of a part?"""

    part: str


@dataclass(frozen=True, slots=True)
class Not:
    test: Test


@dataclass(frozen=True, slots=True)
class Both:
    one: Test
    other: Test


@dataclass(frozen=True, slots=True)
class Either:
    one: Test
    other: Test


Test: TypeAlias = Has | Not | Both | Either
Node: TypeAlias = Literal | Value | Styled | Choice
Body: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Template:
    body: Body


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    tags: tuple[str, ...] = ()  # the outer before the inner
    part: str = ""  # that it says; "" = the template's own words


Line: TypeAlias = tuple[Run, ...]

_NOTHING: Final = Run("")  # where a part, or a choice, has come to nothing
_BLANKS: Final = " \t"


def runs(template: Template, parts: Mapping[str, str]) -> Iterator[Run]:
    """What `template` says of `parts`, word for word; a part without text is a run without text."""
    yield from _runs(template.body, parts, ())


def lines(template: Template, parts: Mapping[str, str]) -> list[Line]:
    """The same as lines that can be shown: what an item has nothing for leaves no gap.

    A line on which nothing is left goes, and so does one that only introduces a link that is not there;
    blanks around a line go, and of empty lines that were meant one stays between two others, none at
    either end.
    """
    found: list[Line] = []
    for written in _lines(runs(template, parts)):
        line = () if _introduces_nothing(written) else _trimmed(written)
        is_meant = all(run.text for run in written)  # nothing of it came to nothing
        if line or (is_meant and found and found[-1]):
            found.append(line)
    while found and not found[-1]:
        found.pop()
    return found


def cases() -> Iterator[frozenset[str]]:
    """Each set of parts that an item may have: a title always, anything else or not."""
    others = [part for part in PARTS if part != "title"]
    for given in product((True, False), repeat=len(others)):
        yield frozenset({"title", *(part for part, has in zip(others, given, strict=True) if has)})


def _runs(body: Body, parts: Mapping[str, str], tags: tuple[str, ...]) -> Iterator[Run]:
    for node in body:
        match node:
            case Literal(text):
                yield Run(text, tags)
            case Value(part, filters):
                text = parts[part]
                for each in filters:
                    text = FILTERS[each](text)
                yield Run(text, tags, part)
            case Choice(test, then, otherwise):
                # before and after it, so that a line which holds no more than this is told from a gap
                yield _NOTHING
                yield from _runs(then if _holds(test, parts) else otherwise, parts, tags)
                yield _NOTHING
            case Styled(tag, inner):
                if tag != ANCHOR or parts["link"]:
                    yield from _runs(inner, parts, (*tags, tag))
                else:
                    yield _NOTHING
            case _ as never:
                assert_never(never)


def _holds(test: Test, parts: Mapping[str, str]) -> bool:
    match test:
        case Has(part):
            return bool(parts[part])
        case Not(inner):
            return not _holds(inner, parts)
        case Both(one, other):
            return _holds(one, parts) and _holds(other, parts)
        case Either(one, other):
            return _holds(one, parts) or _holds(other, parts)
        case _ as never:
            assert_never(never)


def _lines(of: Iterator[Run]) -> Iterator[list[Run]]:
    """What stands on each line, and a run without text for each thing there that came to nothing."""
    line: list[Run] = []
    for run in of:
        if "\n" not in run.text:
            line.append(run)
            continue
        for number, text in enumerate(run.text.split("\n")):
            if number:
                yield line
                line = []
            if text:
                line.append(Run(text, run.tags, run.part))
    yield line


def _introduces_nothing(line: list[Run]) -> bool:
    """Has it a place for a link, no link, and but for that the template's own words?"""
    lacks_link = any(run.part == "link" and not run.text for run in line)
    return lacks_link and not any(run.part and run.text for run in line)


def _trimmed(line: list[Run]) -> Line:
    """Without the blanks around it, and without what came to nothing."""
    text = "".join([run.text for run in line])
    begin = len(text) - len(text.lstrip(_BLANKS))
    end = len(text.rstrip(_BLANKS))
    kept: list[Run] = []
    at = 0
    for run in line:
        shown = run.text[max(0, begin - at) : max(0, end - at)]
        if shown:
            kept.append(run if shown == run.text else Run(shown, run.tags, run.part))
        at += len(run.text)
    return tuple(kept)
