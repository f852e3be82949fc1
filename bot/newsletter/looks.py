"""How titles look: what stands beside dates once looks so each time.

A look is what sets a line apart (a heading of a level, larger letters, capitals, a sign before it). Chosen are
the looks of lines that stand beside dates more than once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.newsletter.cues import CUES
from bot.newsletter.document import Kind
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line, is_titlelike
from bot.newsletter.marks import DateLine, first_date

Look = tuple[str, int]
PLAIN: Look = ("plain", 0)

# Letters so much larger than most are those of a title.
_LARGER = 1.12

_RANKS = {
    "heading": 0,
    "size": 10,
    "marked": 37,
    "bold-capital": 38,
    "capital": 40,
    "bold": 41,
    "run-in": 42,
    "bullet": 43,
    "plain": 44,
    "listed": 45,
    "row": 46,
}


def look_of(line: Line, body: float) -> Look | None:
    """How a line looks that may be a title; None for one that can't be."""
    piece = line.piece
    if line.date is not None and not _says_more(line):
        return None
    if not is_titlelike(line) or piece.kind in (Kind.RULE, Kind.ROW, Kind.IMAGE):
        return None
    if piece.kind is Kind.HEADING:
        return "heading", piece.level
    if body and piece.size >= body * _LARGER:
        return "size", -round(piece.size)
    if piece.is_run_in:
        return "run-in", 0
    if piece.mark not in ("", "emoji") and piece.is_first:
        return f"marked {piece.mark}", 0
    if piece.is_bold:
        return ("bold-capital" if piece.is_capital else "bold"), 0
    if piece.is_capital:
        return "capital", 0
    if piece.kind is Kind.BULLET:
        return ("bullet", 0) if piece.level <= 1 else None
    if line.date is not None or piece.is_rest or _is_text(line):
        return None
    return ("plain", 0) if piece.is_first or len(line.text) < 90 else None


def _is_text(line: Line) -> bool:
    """More than one sentence, or one that tells an hour: no title, where nothing else makes it one."""
    return bool(_SENTENCES.search(line.text) or CUES[line.language].clock.search(line.text))


def _says_more(line: Line) -> bool:
    """`Sabato 14 giugno, ore 17 – Laboratorio`: a date line that goes on, with a place or with a title."""
    return line.date is not None and sum(map(str.isalpha, line.date.rest)) >= 5


def rank(look: Look | None) -> int:
    if look is None:
        return _RANKS["plain"]
    name, number = look[0].partition(" ")[0], look[1]
    if name == "size":
        return _RANKS[name] + 25 + max(number, -25)
    return _RANKS[name] + number


def next_line(lines: Sequence[Line], number: int, step: int = 1) -> int | None:
    number += step
    while 0 <= number < len(lines):
        if lines[number].kind not in (Kind.RULE, Kind.IMAGE):
            return number
        number += step
    return None


def has_date(lines: Sequence[Line], number: int | None) -> bool:
    return number is not None and lines[number].date is not None


def chosen_looks(
    lines: Sequence[Line],
    looks: Sequence[Look | None],
    edition: Edition,
    *,
    above: bool,
    at_end: bool = False,
) -> set[Look]:
    """The looks of titles of items: those that stand beside dates more than once."""
    supported: Counter[Look] = Counter()
    counted: Counter[Look] = Counter()
    for number, look in enumerate(looks):
        if look is None:
            continue
        counted[look] += 1
        supported[look] += is_supported(lines, looks, number, edition, above=above, at_end=at_end)
    strong = {
        look: n
        for look, n in supported.items()
        if n >= 2 and (look[0] in ("heading", "size") or n >= 0.4 * counted[look])
    }
    if not strong:
        strong = {look: n for look, n in supported.items() if n and look[0] != "plain"}
    if not strong:
        strong = {look: n for look, n in supported.items() if n}
    in_text = _dated_in_text(lines, looks, edition)
    if strong or in_text:
        best = max([*strong.values(), 1])
        # a second look counts where it isn't one slip: headings of two levels, say
        return (
            {look for look, n in strong.items() if n >= max(1, 0.15 * best)}
            | {
                look
                for look, n in supported.items()
                if n
                and look[0] == "heading"
                and n >= 0.5 * counted[look]
                and (n > 1 or best < _MANY)
            }
            | in_text
        )
    with_text = Counter(
        look
        for number, look in enumerate(looks)
        if look is not None
        and look[0] != "plain"
        and (after := next_line(lines, number)) is not None
        and lines[after].is_prose
    )
    if not with_text:
        return set()
    most = max(with_text.values())
    return {look for look, n in with_text.items() if n >= 0.5 * most}


def _dated_in_text(
    lines: Sequence[Line], looks: Sequence[Look | None], edition: Edition
) -> set[Look]:
    """The looks of headings below which a text names a day, more than once: there are no date lines then."""
    counted: Counter[Look] = Counter()
    found: Counter[Look] = Counter()
    for number, look in enumerate(looks):
        if look is None or look[0] not in ("heading", "size"):
            continue
        after = next_line(lines, number)
        counted[look] += 1
        if after is not None and lines[after].is_prose:
            found[look] += first_day(lines[after], edition) is not None
    return {look for look, n in found.items() if n >= 2 and n >= _SHARE * counted[look]}


_SHARE = 0.3


# Where so many titles look alike, one that looks otherwise is that of the issue.
_MANY = 4


def _ends_with_date(lines: Sequence[Line], looks: Sequence[Look | None], number: int) -> bool:
    """Does a date line stand between this title and the next?"""
    for at in range(number + 1, len(lines)):
        if looks[at] is not None and rank(looks[at]) <= rank(looks[number]):
            return False
        if lines[at].date is not None:
            return True
    return False


# One sentence and the beginning of another: a text, not a title.
_SENTENCES = re.compile(r"[.!?]\s+\S")


def is_supported(
    lines: Sequence[Line],
    looks: Sequence[Look | None],
    number: int,
    edition: Edition,
    *,
    above: bool,
    at_end: bool = False,
) -> bool:
    """Does this title have a date beside it, in it, or among the labels below it?"""
    line = lines[number]
    look = looks[number] or ("plain", 0)
    if above and has_date(lines, next_line(lines, number, -1)):
        return True
    is_sentence = look == ("plain", 0) and _SENTENCES.search(line.text) is not None
    if not is_sentence and own_date(line, edition) is not None:
        return True
    if above:
        return False
    if at_end and _ends_with_date(lines, looks, number):
        return True
    at = next_line(lines, number)
    for _ in range(3 if look != ("plain", 0) else 1):
        if at is None or lines[at].piece.is_run_in:
            return False
        is_dated = lines[at].date is not None or lines[at].led_date is not None
        if not is_dated and looks[at] is not None and looks[at] != ("plain", 0):
            return False  # another title begins
        if is_dated and (looks[at] is None or rank(looks[at]) > rank(look)):
            return True
        if (
            look is not None
            and look[0].partition(" ")[0] in _RUN_ON
            and first_day(lines[at], edition) is not None
        ):
            return True
        if lines[at].labelled is None and lines[at].is_prose:
            return False
        at = next_line(lines, at)
    return False


# Titles that their text follows at once: its date may stand anywhere in it.
_RUN_ON = ("run-in", "bold", "bullet", "marked")


def first_day(line: Line, edition: Edition) -> DateLine | None:
    """The first day that a text names."""
    found = first_date(line.text, edition, line.language)
    if found is None or not (found[0].is_day or found[0].when is None):
        return None
    return DateLine(found[0], "")


def own_date(line: Line, edition: Edition) -> DateLine | None:
    """The day that stands in a title; the issue's own month is none."""
    return line.date if line.date is not None else first_day(line, edition)
