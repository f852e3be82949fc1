"""What is no part of an issue's text: its head and foot, those of its pages, its table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.said import Said, said
from bot.newsletter.document import Kind
from bot.newsletter.drafts import Ignored
from bot.newsletter.edition import Edition, months_in
from bot.newsletter.lines import ADDRESS, LONGEST_TITLE, Line
from bot.newsletter.marks import has, is_said_alone

_SOCIAL = re.compile(
    r"(?:facebook|instagram|twitter|linkedin|youtube|telegram|tiktok|whatsapp|flickr|mastodon|bluesky|\bx\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
# An index that tells pages: `Seminario ....... 3`
_LEADER = re.compile(r"(?:\.{3,}|…+|\s{2,})\s*\d{1,3}$")
_PAGE_NUMBER = re.compile(r"\s+\d{1,3}$")


def without_margins(lines: Sequence[Line], edition: Edition) -> tuple[list[Line], list[Ignored]]:
    """The lines without the head of the issue, page headers, tables of contents and the foot."""
    kept: list[Line] = []
    ignored: list[Ignored] = []
    head = _head(lines, edition)
    _ignore(lines[:head], said("head of the issue"), ignored)
    lines = lines[head:]
    body = [line for line in lines if not line.piece.is_header or line.kind is Kind.ROW]
    _ignore(
        [line for line in lines if line.piece.is_header and line.kind is not Kind.ROW],
        said("head or foot of each page"),
        ignored,
    )
    index = _index(body)
    foot = _foot(body)
    for number, line in enumerate(body):
        if number in index:
            _ignore([line], said("table of contents"), ignored)
        elif number >= foot:
            _ignore([line], said("foot of the issue"), ignored)
        elif line.kind is Kind.IMAGE:
            _ignore([line], said("an image's words"), ignored)
        elif _is_service(line):
            _ignore([line], said("of the newsletter, not of an event"), ignored)
        else:
            kept.append(line)
    return kept, ignored


# `anno XII, n. 9`, `Issue 41`
_NUMBERED = re.compile(
    r"(?<!\w)(?:n\.|n°|nr\.?|numero|issue|no\.|vol\.?|volume|anno|number|edizione)\s*(?:\d+|[ivxlc]+)(?!\w)",
    re.IGNORECASE,
)

# Above the line that says of which month an issue is, there is its name and who makes it.
_LONGEST_HEAD = 12


def _head(lines: Sequence[Line], edition: Edition) -> int:
    """How many lines at the beginning are the issue's own: up to the one that says of which month it is."""
    end = _mail_head(lines)
    for number, line in enumerate(lines[: end + _LONGEST_HEAD]):
        if number < end:
            continue
        is_numbered = _NUMBERED.search(line.text) is not None or _is_own_day(line, edition)
        if line.is_prose or (line.date is not None and line.date.date.is_day and not is_numbered):
            break
        is_season = (
            line.date is not None
            and line.date.date.when is not None
            and not line.date.date.when.spans
            and str(edition.year) in line.text
        )
        if (
            is_season
            or (months_in(line.text) and set(months_in(line.text)) <= set(edition.months))
            or is_numbered
        ):
            end = number + 1
    return end


def _is_own_day(line: Line, edition: Edition) -> bool:
    when = line.date.date.when if line.date is not None else None
    if when is None or edition.since is None or not when.spans:
        return False
    return when.first.start == when.first.end == edition.since and str(edition.year) in line.text


# What a mail that was copied whole begins with.
_MAIL = re.compile(
    r"(?:da|a|cc|data|oggetto|inviato|rispondi a|from|to|date|sent|subject|reply-to):\s",
    re.IGNORECASE,
)


def _mail_head(lines: Sequence[Line]) -> int:
    """How many lines at the beginning are sender, date and subject of a mail."""
    count = next((n for n, line in enumerate(lines) if not _MAIL.match(line.text)), len(lines))
    return count if count >= 3 else 0


def _ignore(lines: Sequence[Line], why: Said, ignored: list[Ignored]) -> None:
    ignored.extend(Ignored(line.text, why, line.piece.place) for line in lines if line.text)


def _is_service(line: Line) -> bool:
    """`View in browser`, `Unsubscribe`, `Top`: wherever it stands."""
    text = line.text
    if len(text) < 160 and has(text, "strong_foot"):
        return True
    bare = _SOCIAL.sub("", text)
    return bool(_SOCIAL.search(text)) and not any(map(str.isalnum, bare))


def _normal(text: str) -> str:
    bare = _PAGE_NUMBER.sub("", _LEADER.sub("", text.casefold()))
    return " ".join(_WORD.findall(bare))


def _index(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines of a table of contents: what is said again below, word for word."""
    normal = [_normal(line.text) if len(line.text) <= LONGEST_TITLE else "" for line in lines]
    last = {text: number for number, text in enumerate(normal) if text}
    found: set[int] = set()
    for number, line in enumerate(lines):
        if not is_said_alone(line.text, "contents"):
            continue
        here = {number}
        for after in range(number + 1, len(lines)):
            text = normal[after]
            is_again = bool(text) and (
                last.get(text, after) > after or _is_begun_again(text, normal[after + 1 :])
            )
            is_listed = lines[after].kind is Kind.BULLET or _LEADER.search(lines[after].text)
            if lines[after].kind is Kind.RULE:
                break
            # A line of the list that is worded otherwise below, with more of it to come.
            if not is_again and not is_listed and not _goes_on(lines, normal, last, after):
                break
            here.add(after)
        if len(here) > 1:
            found |= here
    found |= _unlabelled_index(lines, normal, last)
    return found


def _is_begun_again(text: str, below: Sequence[str]) -> bool:
    return len(text) > 12 and any(
        each.startswith(text) or (len(each) > 12 and text.endswith(each)) for each in below
    )


def _goes_on(
    lines: Sequence[Line], normal: Sequence[str], last: dict[str, int], number: int
) -> bool:
    if lines[number].is_prose or lines[number].kind is Kind.HEADING or not normal[number]:
        return False
    near = range(number + 1, min(number + 3, len(lines)))
    return any(normal[each] and last[normal[each]] > each for each in near)


# So many lines that come again in a row are a list of what follows.
_FEWEST = 3


def _unlabelled_index(
    lines: Sequence[Line], normal: Sequence[str], last: dict[str, int]
) -> set[int]:
    """A list of what follows with nothing above it that says so."""
    found: set[int] = set()
    run: list[int] = []
    for number, text in enumerate(normal):
        comes_again = (
            bool(text) and len(text) > 8 and last[text] > number and lines[number].date is None
        )
        if comes_again:
            run.append(number)
            continue
        if lines[number].kind is Kind.RULE and run:
            continue
        if len(run) >= _FEWEST:
            found |= set(run)
        run = []
    return found


def _foot(lines: Sequence[Line]) -> int:
    """The number of the line with which the foot of the issue begins; their count where there is none."""
    end = len(lines)
    strong = next(
        (
            n
            for n in range(end)
            if n > end * 0.4 and has(lines[n].text, "strong_foot") and not _dated_after(lines, n)
        ),
        end,
    )
    start = strong
    while start > 0 and _is_footlike(lines[start - 1]):
        start -= 1
    last_rule = max((n for n in range(end) if lines[n].kind is Kind.RULE), default=end)
    if last_rule < start and _is_all_foot(lines[last_rule + 1 :]):
        return last_rule
    # An address or a link at the end of an item is the item's: only what stands apart is the foot.
    apart = [n for n in range(start, end) if _stands_apart(lines, n)]
    if apart and any(_is_foot(line) for line in lines[apart[0] : end]):
        return apart[0]
    return min(strong, next((n for n in range(start, end) if has(lines[n].text, "foot")), strong))


def _is_all_foot(lines: Sequence[Line]) -> bool:
    """Below the last rule: nothing that could be an item, and an address or the like."""
    if any(line.date is not None or line.kind is Kind.HEADING for line in lines):
        return False
    return any(_is_foot(line) or _LISTED.search(line.text) for line in lines if not line.is_prose)


# `Biblioteca Civica · www.example.org · Telegram`
_LISTED = re.compile(r"(?:www\.|https?://|\.org|\.it).*[·|]|[·|].*(?:www\.|https?://|\.org|\.it)")


def _dated_after(lines: Sequence[Line], number: int) -> bool:
    """Do dates follow? Then what looks like the foot is none."""
    return sum(line.date is not None for line in lines[number:]) > 1


def _is_footlike(line: Line) -> bool:
    if line.date is not None and line.date.date.is_day:
        return False
    return not line.is_prose or has(line.text, "foot") or has(line.text, "strong_foot")


def _is_foot(line: Line) -> bool:
    text = line.text
    return bool(ADDRESS.search(text)) or has(text, "foot") or has(text, "strong_foot")


def _stands_apart(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    if line.kind is Kind.RULE:
        return True
    return (
        is_said_alone(line.text, "foot")
        or has(line.text, "strong_foot")
        or (
            len(line.text) < LONGEST_TITLE
            and any(
                line.text.casefold().startswith(w)
                for w in (
                    "a cura di",
                    "redazione",
                    "edited by",
                    "published by",
                    "contact us",
                    "contatti",
                )
            )
        )
    )
