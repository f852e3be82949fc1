"""`banditore when`: how a phrase of dates is understood, and the posts that it would lead to."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.language import spoken
from bot.cli.options import SCHEDULES, JsonOption, SchedulesOption, fail
from bot.cli.problems import tell, width
from bot.core.said import Said, said

if TYPE_CHECKING:
    from bot.core.dates import Misread
    from bot.core.model import Delivery, Item, Schedule, When

WIDTH = 80
_SHORT = 3  # letters of a weekday or a month: sab, set; Sat, Sep


def register(app: typer.Typer) -> None:
    app.command()(when)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One post that a phrase would lead to, and its first words as it would go out."""

    delivery: Delivery
    lead: str


def when(
    *,
    phrase: Annotated[str, typer.Argument(help="The dates, as an item's `when:` says them.")],
    year: Annotated[
        int | None,
        typer.Option(
            "--year", min=1990, max=2100, help="For dates that name none; default: this year."
        ),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="That of the phrase.")] = "it",
    schedule: Annotated[
        str, typer.Option("--schedule", help="The ladder that announces it.")
    ] = "standard",
    schedules: SchedulesOption = SCHEDULES,
    as_json: JsonOption = False,
) -> None:
    """Tell how a phrase of dates is understood, and which posts it would lead to. Exit 1 if it is not.

    Nothing is read but the ladder; without a folder of schedules it is that of `banditore init`.
    """
    from bot.core.dates import FORMS
    from bot.core.model import When
    from bot.load.phrase import understood

    if language not in FORMS:
        first, *others = FORMS
        either = said("{first} or {second}", first=first, second=", ".join(others))
        fail(said("--language takes {either}, not {given!r}", either=either, given=language))
    line = "".join(" " if character.isspace() else character for character in phrase)
    year = year or datetime.now(UTC).astimezone().year
    found = understood(line, language=language, year=year)
    if not isinstance(found, When):
        _tell_misread(line, found, FORMS[language], as_json=as_json)
        raise typer.Exit(1)
    ladder = _ladder(schedules, schedule, _years_of(found, year))
    posts = foresee(found, ladder, language)
    today = _first_day(found, posts, ladder.zone)
    if as_json:
        typer.echo(json.dumps(_as_json(found, posts, ladder, today), ensure_ascii=False, indent=2))
    else:
        for text in _told(line, found, posts, ladder, language, today):
            typer.echo(text)


def foresee(found: When, ladder: Schedule, language: str) -> list[Foreseen]:
    """The posts of an item with the dates `found`, by `ladder` and its hours, with nothing else in the way."""
    from bot.core.agenda import agenda
    from bot.core.model import Catalog, Channel, Platform
    from bot.render.copy import compose
    from bot.render.words import VOCABULARIES

    item = _make_believe(found, language)
    channel = Channel("channel", Platform.TELEGRAM, "@channel", language, ladder.name)
    made = agenda(Catalog({item.id: item}, {channel.name: channel}, {ladder.name: ladder}))
    posts = []
    for delivery in sorted(made.deliveries.values(), key=lambda each: (each.placed, each.key)):
        vocabulary = VOCABULARIES[language]
        copy, _ = compose(item, delivery, channel, vocabulary, delivery.placed, ladder.zone)
        posts.append(Foreseen(delivery, copy.lead))
    return posts


def _make_believe(found: When, language: str) -> Item:
    from bot.core.model import Item, Mark, Status, Words

    return Item(
        id="item",
        status=Status.READY,
        when=found,
        words={language: Words("Title")},
        mark=Mark("", 1, 1),
        revision="",
    )


def _ladder(folder: Path, name: str, years: Iterable[int]) -> Schedule:
    """The schedule `name` of `folder`; where staff have no folder yet, of the example that `init` makes."""
    from importlib.resources import as_file, files

    if folder.is_dir():
        return _loaded(folder, name, years)
    if folder != SCHEDULES:
        fail(said("there is no folder {folder}", folder=folder))
    with as_file(files("bot.example").joinpath("en", "schedules")) as example:
        return _loaded(example, name, years)


def _loaded(folder: Path, name: str, years: Iterable[int]) -> Schedule:
    from bot.core.model import Schedule
    from bot.load.alone import load_schedule, schedule_names
    from bot.load.report import did_you_mean

    names = schedule_names(folder)
    if name not in names:
        missing = said("there is no schedule {name!r} in {folder}/", name=name, folder=folder.name)
        hint = did_you_mean(name, names)
        fail(said("{missing}: {hint}", missing=missing, hint=hint) if hint else missing)
    found = load_schedule(folder, name, years)
    if not isinstance(found, Schedule):
        tell(found, (folder,), to_stderr=True)
        raise typer.Exit(2)
    return found


def _years_of(found: When, year: int) -> set[int]:
    """Those in which it can be announced: its own, and the one before."""
    known = {day.year for span in found.spans for day in (span.first, span.last)} or {year}
    return {each + nearby for each in known for nearby in (-1, 0)}


def _first_day(found: When, posts: list[Foreseen], zone: tzinfo) -> date:
    """The day on which followers first read the dates: years are printed as they need them."""
    if posts:
        return posts[0].delivery.placed.astimezone(zone).date()
    return found.first.first if found.spans else datetime.now(zone).date()


# --- understood ---------------------------------------------------------------------------------


def _told(
    line: str,
    found: When,
    posts: list[Foreseen],
    ladder: Schedule,
    language: str,
    today: date,
) -> Iterator[str]:
    from bot.cli.spoken import kind_in_words, span_in_words
    from bot.load.report import printable
    from bot.render.dates import shown
    from bot.render.words import VOCABULARIES

    yield typer.style(printable(line.strip()), bold=True)
    yield ""
    kind = kind_in_words(found)
    if found.language == language:
        yield spoken(said("Understood as {kind}:", kind=kind))
    else:
        other = found.language
        yield spoken(
            said("Understood as {kind}, in the language {language}:", kind=kind, language=other)
        )
    yield from (f"  {spoken(span_in_words(span))}" for span in found.spans)
    if found.spans:
        yield spoken(said("Printed as:"))
        for each in VOCABULARIES:
            yield from _wrapped(f"  {each}  ", shown(found, each, today=today))
    yield ""
    if not posts:
        yield from _wrapped("", spoken(_NO_POSTS if found.spans else _UNDATED))
        return
    yield spoken(said("Posts by the ladder {name}, and how each begins:", name=ladder.name))
    for post in posts:
        yield from _post_lines(post, ladder.zone)


_NO_POSTS = said("Posts: none, this ladder has no step for such dates.")
_UNDATED = said(
    "Posts: without a date it is news. It goes out once, from the first day of its file's month "
    "on, or on the days of `announce_on:`."
)


def _post_lines(post: Foreseen, zone: tzinfo) -> Iterator[str]:
    from bot.cli.spoken import MONTHS, WEEKDAYS, moment_in_words
    from bot.cli.why import move_in_words
    from bot.core.model import WHOLE

    key, delivery = post.delivery.key, post.delivery
    at = delivery.placed.astimezone(zone)
    occurrence = "" if key.occurrence == WHOLE else f"{key.occurrence} "
    weekday, month = (
        spoken(name)[:_SHORT] for name in (WEEKDAYS[at.weekday()], MONTHS[at.month - 1])
    )
    day = f"{weekday} {at.day:>2} {month} {at.year}"
    held = said("held, {reason}", reason=delivery.held)
    first_words = spoken(held) if delivery.held else post.lead
    yield f"  {day}  {at:%H:%M}  {f'{occurrence}{key.step}':<20}  {first_words}".rstrip()
    if delivery.moves:
        asked = moment_in_words(delivery.nominal, zone)
        reasons = "; ".join(dict.fromkeys(spoken(move_in_words(each)) for each in delivery.moves))
        told = said("asked for {instant}: {reasons}", instant=asked, reasons=reasons)
        yield from _wrapped(" " * 26, spoken(told))


def _wrapped(before: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=before, subsequent_indent=" " * len(before)
    ) or [before.rstrip()]


# --- not understood -----------------------------------------------------------------------------


def _tell_misread(line: str, found: Misread, forms: tuple[str, ...], *, as_json: bool) -> None:
    from bot.load.report import printable

    if as_json:
        problem = {
            "message": spoken(printable(found.message)),
            "column": found.offset + 1,
            "nearest": printable(found.nearest),
            "forms": list(forms),
        }
        answer = {"understood": False, "spans": [], "shown": None, "problem": problem, "posts": []}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    if line.strip():
        start = max(0, found.offset - WIDTH // 2) if len(line) >= WIDTH else 0
        part = line[start : start + WIDTH]
        typer.secho(printable(part), bold=True)
        typer.echo(" " * width(part[: found.offset - start]) + "^")
    labels = spoken(said("Not understood:")), spoken(said("Did you mean:"))
    column = max(map(len, labels)) + 1
    for label, text in zip(labels, (found.message, found.nearest), strict=True):
        for wrapped in _wrapped(label.ljust(column), spoken(printable(text))):
            typer.echo(wrapped)
    typer.echo("")
    for text in _wrapped("", spoken(_understood(forms))):
        typer.echo(text)


def _understood(forms: tuple[str, ...]) -> Said:
    return said("Understood are such as: {forms}", forms="; ".join(forms))


# --- for programs -------------------------------------------------------------------------------


def _as_json(found: When, posts: list[Foreseen], ladder: Schedule, today: date) -> dict[str, Any]:
    from bot.render.dates import shown
    from bot.render.words import VOCABULARIES

    return {
        "understood": True,
        "spans": [
            {
                "start": _iso(span.start, span.start_time, ladder.zone),
                "end": _iso(span.end, span.end_time, ladder.zone),
                "precision": span.precision,
            }
            for span in found.spans
        ],
        "shown": {each: shown(found, each, today=today) for each in VOCABULARIES},
        "problem": None,
        "posts": [
            {
                "step": post.delivery.key.step,
                "at": post.delivery.placed.astimezone(ladder.zone).isoformat(),
                "deadline": post.delivery.deadline.astimezone(ladder.zone).isoformat(),
                "lead": post.lead,
            }
            for post in posts
            if not post.delivery.held
        ],
    }


def _iso(day: date | None, at: time | None, zone: tzinfo) -> str | None:
    """A day, or the instant on the clocks of `zone` where its hour is known."""
    from bot.core.calendar import instant

    if day is None:
        return None
    return instant(day, at, zone).astimezone(zone).isoformat() if at else day.isoformat()
