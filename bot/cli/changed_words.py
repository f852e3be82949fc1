"""What a change of staff's files comes to, in words: as a comment on it, or on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import typer

from bot.catalogs import in_language
from bot.cli.changed import Compared, Difference, Sort
from bot.cli.preview import entities_of, step_of
from bot.core.said import Said, said
from bot.desk.shown import Shown

# GitHub takes 65,536 characters in a comment ("body is too long (maximum is 65536 characters)" says its API).
LIMIT = 65_000

_ENDING = 500  # of them, kept for the sentence that says what was left out
_LISTED = 20  # lines of a list
_WIDEST = 500  # characters of such a line

_HEADINGS: Mapping[Sort, Said] = {
    Sort.ADDED: said("new"),
    Sort.CHANGED: said("changed"),
    Sort.MOVED: said("at another time"),
    Sort.REMOVED: said("no longer goes out"),
}


def markdown(found: Compared, language: str) -> str:
    """As a comment on a proposed change: every text fenced, and never longer than `LIMIT`."""
    made = list(_opening(found, language))
    room = LIMIT - _ENDING - sum(map(len, made))
    left = len(found.differences)
    for item, several in groupby(found.differences, key=lambda each: each.item):
        heading = f"### {_code(found.titles.get(item, ''))} {_code(item)}\n\n"
        for each in several:
            block = heading + _block(each, language)
            if len(block) > room:
                command = _code(
                    f"banditore preview --changed-since {found.ref[:_WIDEST]}"[: _ENDING // 2]
                )
                cut = said(
                    "There is no room here for {number} more: {command} shows them all.",
                    number=left,
                    command=command,
                )
                return "".join([*made, in_language(cut, language), "\n"])
            made.append(block)
            room -= len(block)
            left -= 1
            heading = ""
    return "".join(made)


def plain(found: Compared, language: str) -> Iterator[str]:
    """The same for a terminal, all of it, line by line."""
    for item, several in groupby(found.differences, key=lambda each: each.item):
        yield typer.style(f"{found.titles.get(item, '')} ({item})", bold=True)
        for each in several:
            shown, sort = each.shown, in_language(_HEADINGS[each.sort], language)
            yield f"\n  {shown.channel.name}  {step_of(shown)}  {shown.local:%Y-%m-%d %H:%M}  {sort}"
            for sign, side in (("-", each.before), ("+", each.after)):
                if side is not None:
                    yield from (f"  {sign} {line}" for line in side.post.text.splitlines())
        yield ""
    if not found.differences:
        yield in_language(said("No post changes."), language)


def _opening(found: Compared, language: str) -> Iterator[str]:
    """What is wrong, and what the whole comes to; short, however much there is."""
    for heading, lines in (
        (
            said("These problems hold what is in their files:"),
            [str(each) for each in found.problems],
        ),
        (said("No post can be made of these:"), found.unfit),
        (said("Before, these had a fault, so that all they say counts as new:"), found.unread),
    ):
        if lines:
            yield f"**{in_language(heading, language)}**\n\n"
            yield from _list(lines)
    numbers = {sort: sum(each.sort is sort for each in found.differences) for sort in Sort}
    summary = ", ".join(
        f"{number} {in_language(_HEADINGS[sort], language)}"
        for sort, number in numbers.items()
        if number
    )
    whole = said("Posts: {summary}.", summary=summary) if summary else said("No post changes.")
    yield in_language(whole, language) + "\n\n"


def _list(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {_code(line[:_WIDEST])}\n" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield f"- … (+{len(lines) - _LISTED})\n"
    yield "\n"


def _block(found: Difference, language: str) -> str:
    sort = in_language(_HEADINGS[found.sort], language)
    head = f"**{sort}** · {_code(found.shown.channel.name)} {_code(step_of(found.shown))}"
    before, after = found.before, found.after
    if before is None or after is None:
        return f"{head} · {_when(found.shown)}\n\n{_text(found.shown)}\n"
    if found.sort is Sort.MOVED:
        return f"{head} · {_when(before)} → {_when(after)}\n\n{_text(after)}\n"
    return (
        f"{head}\n\n"
        f"{in_language(said('before'), language)} · {_when(before)}\n\n{_text(before)}\n"
        f"{in_language(said('after'), language)} · {_when(after)}\n\n{_text(after)}\n"
    )


def _when(shown: Shown) -> str:
    image = f" · {_code(shown.post.image.file)}" if shown.post.image else ""
    return f"{shown.local:%Y-%m-%d %H:%M} · {shown.post.length}/{shown.post.limit}{image}"


def _text(shown: Shown) -> str:
    """A post's text in a fence that nothing in it can end, so that no mark, name or number in it means anything.
    Below it stand the addresses behind its words."""
    text = shown.post.text
    fence = "`" * max(3, 1 + _longest(text))
    links = (each for each in entities_of(shown) if each.get("url", "") not in ("", each["text"]))
    behind = [f"- {_code(each['text'])} → {_code(each['url'])}\n" for each in links]
    return f"{fence}text\n{text}\n{fence}\n" + "".join(["\n", *behind] if behind else [])


def _code(text: str) -> str:
    """Text on one line, as code, whatever stands in it."""
    line = " ".join(text.split())
    mark = "`" * (1 + _longest(line))
    # Where the line has the mark's own sign in it, a blank on either side keeps the two apart.
    return f"{mark} {line} {mark}" if "`" in line else f"{mark}{line or '-'}{mark}"


def _longest(text: str) -> int:
    """How many backticks stand in a row, at most."""
    return max(map(len, re.findall("`+", text)), default=0)
