"""`banditore new`: asks for an item, shows what it leads to, and adds it to a file without disturbing the rest."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import (
    CONTENT,
    SCHEDULES,
    ContentOption,
    SchedulesOption,
    fail,
    require_folders,
)

if TYPE_CHECKING:
    from bot.cli.adding.asking import Voice
    from bot.cli.adding.draft import Draft
    from bot.cli.adding.shelf import Folders, Place, Trial
    from bot.core.model import When

_Text = str | None  # of an option; None = it was not given


def register(app: typer.Typer) -> None:
    app.command()(new)


def new(
    *,
    file: Annotated[
        Path | None, typer.Argument(help="Of content/; default: the one changed last.")
    ] = None,
    title: Annotated[_Text, typer.Option("--title", help="What is announced.")] = None,
    when: Annotated[_Text, typer.Option("--when", help='Its dates; "" for news.')] = None,
    where: Annotated[_Text, typer.Option("--where", help="The place.")] = None,
    summary: Annotated[_Text, typer.Option("--summary", help="What to know of it.")] = None,
    link: Annotated[_Text, typer.Option("--link", help="Its page, or none.")] = None,
    contact: Annotated[_Text, typer.Option("--contact", help="Whom to ask.")] = None,
    language: Annotated[_Text, typer.Option("--language", help="That of its words.")] = None,
    schedule: Annotated[_Text, typer.Option("--schedule", help="Its ladder.")] = None,
    item_id: Annotated[_Text, typer.Option("--id", help="Default: from the title.")] = None,
    ready: Annotated[bool, typer.Option("--ready", help="It may go out; else a draft.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
) -> None:
    """Ask for an item, show its posts, and add it to a file of content/; nothing else in it is touched.

    Where nobody can be asked (no terminal), the options say it all. Exit 1: it would be wrong, nothing was
    written; 2: something was not said.
    """
    from bot.cli.adding.answers import asked, given
    from bot.cli.adding.asking import Voice
    from bot.cli.adding.shelf import folders
    from bot.cli.language import language as spoken_language

    voice = Voice(spoken_language())
    require_folders(content, schedules)
    known = folders(content, schedules)
    options = {
        "title": title,
        "when": when,
        "where": where,
        "summary": summary,
        "link": link,
        "contact": contact,
        "language": language,
        "schedule": schedule,
        "id": item_id,
    }
    said_so = {key: " ".join(text.split()) for key, text in options.items() if text is not None}
    place = _existing(voice, file, known)
    year, of_file = _issue(place)
    if sys.stdin.isatty():
        draft, found = asked(voice, said_so, known, year, of_file)
        place = place or _fresh(file, found, draft.language or of_file, known)
        draft = _settled(voice, draft, place, known, is_ready=ready)
    else:
        draft, found = given(voice, said_so, known, year, of_file)
        place = place or _fresh(file, found, draft.language or of_file, known)
        draft = replace(draft, is_ready=ready)
    _finish(voice, draft, place, known, is_asking=sys.stdin.isatty(), dry_run=dry_run)


# --- where it goes ------------------------------------------------------------------------------


def _existing(voice: Voice, file: Path | None, known: Folders) -> Place | None:
    """The file that it goes to as it stands; None where that is still to be made."""
    from bot.cli.adding.shelf import Place, newest, place_of
    from bot.core.said import said

    path = file or newest(known.content)
    if path is None:
        return None
    if not path.resolve().is_relative_to(known.content.resolve()) or path.suffix != ".yaml":
        fail(
            voice.say(said("{file} is no .yaml file in {folder}/", file=path, folder=known.content))
        )
    if not path.exists():
        return None
    try:
        found = place_of(path, known.content)
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    return found if isinstance(found, Place) else fail("\n".join(map(str, found)), code=1)


def _issue(place: Place | None) -> tuple[int, str]:
    """The year of dates that name none, and the language of the items."""
    from bot.cli.adding.shelf import issue_of
    from bot.load.content import DEFAULT_LANGUAGE

    this_year = datetime.now(UTC).astimezone().year
    if place is None:
        return this_year, DEFAULT_LANGUAGE
    year, language = issue_of(place)
    return year or this_year, language


def _fresh(file: Path | None, found: When | None, language: str, known: Folders) -> Place:
    """A file that is still to be made: of the month of the dates."""
    from bot.cli.adding.shelf import new_place

    today = datetime.now(UTC).astimezone().date()
    first = found.first.first if found and found.spans else today
    return new_place(file or known.content / f"{first:%Y-%m}.yaml", known.content, first, language)


# --- what becomes of it -------------------------------------------------------------------------


def _shown(voice: Voice, draft: Draft, place: Place, known: Folders) -> Trial:
    """Try the item, and show what the loader thinks of it and the posts that it leads to."""
    from bot.cli.adding.posts import posts
    from bot.cli.adding.shelf import tried
    from bot.newsletter.writing import Refused, written

    trial = tried(place, written(draft.item), known)
    if isinstance(trial, Refused):
        fail(f"{place.name}: {voice.say(trial.reason)}", code=1)
    for problem in trial.problems:
        voice.tell(str(problem))
    if trial.is_good and trial.item is not None:
        for line in posts(voice, trial.item, known):
            typer.echo(line)
    return trial


def _settled(voice: Voice, draft: Draft, place: Place, known: Folders, *, is_ready: bool) -> Draft:
    """The draft as a person wants it: its posts shown, its id agreed, and whether it may go out."""
    from bot.cli.adding import asking
    from bot.core.said import said

    _shown(voice, draft, place, known)
    draft = replace(
        draft,
        id=voice.ask(said("Id"), partial(asking.new_id, voice, known.ids), default=draft.id),
    )
    question = said("Ready? Only then it goes out")
    return replace(draft, is_ready=is_ready or voice.agree(question, default=False))


def _finish(
    voice: Voice, draft: Draft, place: Place, known: Folders, *, is_asking: bool, dry_run: bool
) -> None:
    """Show the lines, and write them where they make no new error and nobody minds."""
    from bot.cli.adding.saving import ChangedMeanwhileError, save
    from bot.cli.adding.shelf import bytes_of, tried
    from bot.core.said import said
    from bot.newsletter.writing import Refused, written

    entry = written(draft.item)
    trial = tried(place, entry, known) if is_asking else _shown(voice, draft, place, known)
    if isinstance(trial, Refused):
        fail(f"{place.name}: {voice.say(trial.reason)}", code=1)
    typer.echo(f"\n{entry}")
    if not trial.is_good:
        faults = [str(each) for each in trial.problems] if is_asking else []
        fail("\n".join([*faults, voice.say(said("nothing was written"))]), code=1)
    question = said("Write it to {file}?", file=place.path)
    if dry_run or (is_asking and not voice.agree(question, default=True)):
        voice.tell(said("Nothing was written."))
        return
    try:
        save(place.path, bytes_of(place, trial.text), instead_of=place.before)
    except ChangedMeanwhileError:
        fail(
            voice.say(
                said(
                    "{file} was changed meanwhile: nothing was written, begin again",
                    file=place.path,
                )
            ),
            code=1,
        )
    except OSError as error:
        fail(f"{place.path}: {error.strerror}")
    voice.tell(
        said("Written to {file}. Next: {command}", file=place.path, command="banditore check")
    )
