"""What is said of a new item: by a person who is asked, or by options where nobody can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import typer

from bot.cli.adding import asking
from bot.cli.adding.asking import Faulty, Voice
from bot.cli.adding.draft import Draft, id_of, ladder_for
from bot.cli.adding.shelf import Folders
from bot.cli.options import fail
from bot.core.model import When
from bot.core.said import Said, said
from bot.load.phrase import LANGUAGES

Answers = Mapping[str, str]  # by the name of an option


def given(
    voice: Voice, answers: Answers, known: Folders, year: int, of_file: str
) -> tuple[Draft, When | None]:
    """The item that options say, and its dates; what is missing or wrong ends the command, all of it at once."""
    language = answers.get("language") or of_file
    faults = [
        voice.say(said("--{option} is missing", option=key))
        for key in ("title", "when")
        if key not in answers
    ]
    for key, text in answers.items():
        found = _readers(voice, known).get(key, asking.anything)(text)
        if isinstance(found, Faulty):
            faults += [f"--{key}: {line}" for line in found.lines]
    in_language = language if language in LANGUAGES else of_file
    dated = asking.dates(voice, in_language, year, answers.get("when", ""))
    if isinstance(dated, Faulty):
        faults += [f"--when: {line}" for line in dated.lines]
    if isinstance(dated, Faulty) or faults:
        fail("\n           ".join(faults))
    phrase, meant = dated
    return _draft({**answers, "when": phrase}, meant, known, of_file), meant


def asked(
    voice: Voice, answers: Answers, known: Folders, year: int, of_file: str
) -> tuple[Draft, When | None]:
    """The item that a person says, and its dates. What is in `answers` already is not asked."""
    readers = _readers(voice, known)

    def ask(key: str, question: Said, default: str = "") -> str:
        if key in answers:
            return answers[key]
        return voice.ask(question, readers.get(key, asking.anything), default)

    told = {"title": ask("title", said("Title"))}
    told["when"], meant = _when(voice, answers, year, of_file)
    told |= {
        "where": ask("where", said("Where")),
        "summary": ask("summary", said("Summary")),
        "link": ask("link", said("Link (Enter: that of the file; none: it has none)")),
        "contact": ask("contact", said("Contact")),
        "language": ask("language", said("Language"), of_file),
    }
    schedules = sorted(known.catalog.schedules)
    usual = ladder_for(meant, schedules) or _of_channels(known)
    told["schedule"] = ask("schedule", said("Ladder ({known})", known=", ".join(schedules)), usual)
    return _draft({**answers, **told}, meant, known, of_file), meant


def _when(voice: Voice, answers: Answers, year: int, of_file: str) -> tuple[str, When | None]:
    """The dates, read back as they were understood."""
    language = answers.get("language", of_file)
    read = partial(asking.dates, voice, language if language in LANGUAGES else of_file, year)
    dated = read(answers["when"]) if "when" in answers else None
    if isinstance(dated, Faulty):
        for line in dated.lines:
            typer.echo(line)
        dated = None
    if dated is None:
        dated = voice.ask(said("When (as in the newsletter; Enter: news without a date)"), read)
    _, meant = dated
    if meant is not None:
        today = datetime.now(UTC).astimezone().date()
        for line in asking.understanding(voice, meant, language, today):
            typer.echo(line)
    return dated


def _draft(answers: Answers, meant: When | None, known: Folders, of_file: str) -> Draft:
    """What need not be written is left out; what was not said is proposed."""
    schedules = known.catalog.schedules
    proposed = {
        "schedule": ladder_for(meant, schedules),
        "id": id_of(answers["title"], known.ids),
    }
    draft = Draft(**{**proposed, **{key: text for key, text in answers.items() if text}})  # type: ignore[arg-type]
    if draft.language == of_file:
        draft = replace(draft, language="")
    return replace(draft, schedule="") if draft.schedule == _of_channels(known) else draft


def _of_channels(known: Folders) -> str:
    """The schedule that all channels have, which an item need not name; "" where they differ."""
    names = {channel.schedule for channel in known.catalog.channels.values()}
    return names.pop() if len(names) == 1 else ""


def _readers(voice: Voice, known: Folders) -> Mapping[str, Callable[[str], str | Faulty]]:
    """How the answers are looked at that can be wrong."""
    return {
        "title": partial(asking.needed, voice),
        "link": partial(asking.link, voice),
        "language": partial(asking.among, voice, LANGUAGES),
        "schedule": partial(asking.among, voice, sorted(known.catalog.schedules)),
        "id": partial(asking.new_id, voice, known.ids),
    }
