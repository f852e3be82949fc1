"""The questions of `banditore new`, each asked until its answer can be used; and what follows from the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import typer

from bot.catalogs import in_language
from bot.cli.spoken import kind_in_words, span_in_words
from bot.core.dates import FORMS, Misread
from bot.core.model import When
from bot.core.said import Said, said
from bot.load.link import NONE, why_not
from bot.load.phrase import understood, why_no_id
from bot.load.report import printable
from bot.render.dates import shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Faulty:
    """Why an answer can't be used: lines for people."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """In which language a person is spoken to."""

    language: str

    def say(self, text: str) -> str:
        return in_language(text, self.language)

    def tell(self, text: str = "", *, bold: bool = False) -> None:
        typer.secho(self.say(text), bold=bold)

    def ask(self, question: Said, read: Callable[[str], T | Faulty], default: str = "") -> T:
        """The answer to `question`, asked again until `read` can use it."""
        while True:
            answer = typer.prompt(self.say(question), default=default, show_default=bool(default))
            found = read(answer.strip())
            if not isinstance(found, Faulty):
                return found
            for line in found.lines:
                typer.echo(line)

    def agree(self, question: Said, *, default: bool) -> bool:
        """Is the answer yes? In Italian `s` and `si`, too."""
        letters = ("sS" if self.language == "it" else "yY", "nN")

        def read(answer: str) -> bool | Faulty:
            first = answer[:1]
            if first and first in letters[0] + "yY":
                return True
            if first and first in letters[1]:
                return False
            return Faulty((self.say(said("yes or no?")),))

        return self.ask(question, read, default=letters[0 if default else 1][0])


def anything(answer: str) -> str:
    return answer


def needed(voice: Voice, answer: str) -> str | Faulty:
    if any(map(str.isalnum, answer)):
        return answer
    return Faulty((voice.say(said("this has to be said, in words")),))


def among(voice: Voice, known: Sequence[str], answer: str) -> str | Faulty:
    """One of the `known` words, or nothing."""
    if not answer or answer in known:
        return answer
    return Faulty((voice.say(said("one of: {known}", known=", ".join(known))),))


def new_id(voice: Voice, taken: Collection[str], answer: str) -> str | Faulty:
    """An id that no other item has."""
    if fault := why_no_id(answer):
        return Faulty((voice.say(fault),))
    if answer in taken:
        return Faulty((voice.say(said("there is an item {id} already", id=answer)),))
    return answer


def link(voice: Voice, answer: str) -> str | Faulty:
    """A link that followers can open, `none`, or nothing."""
    fault = why_not(answer) if answer not in ("", NONE) else None
    if fault is None:
        return answer
    return Faulty((f"{voice.say(fault.message)} ({voice.say(fault.hint)})",))


def dates(voice: Voice, language: str, year: int, answer: str) -> tuple[str, When | None] | Faulty:
    """The phrase, and what it means; None where there is none."""
    line = " ".join(answer.split())
    if not line:
        return line, None
    found = understood(line, language=language, year=year)
    if isinstance(found, When):
        return line, found
    return Faulty(tuple(_misread(voice, line, found, language)))


def _misread(voice: Voice, line: str, found: Misread, language: str) -> Iterator[str]:
    yield f"  {printable(line)}"
    yield f"  {' ' * found.offset}^"
    yield voice.say(said("Not understood: {fault}", fault=found.message))
    yield voice.say(said("Did you mean: {nearest}", nearest=printable(found.nearest)))
    yield voice.say(said("Understood are such as: {forms}", forms="; ".join(FORMS[language][:6])))


def understanding(voice: Voice, found: When, language: str, today: date) -> Iterator[str]:
    """How dates were understood, and how posts will print them."""
    yield voice.say(said("Understood as {kind}:", kind=kind_in_words(found)))
    for span in found.spans:
        yield f"  {voice.say(span_in_words(span))}"
    if found.spans:
        printed = shown(found, language, today=today)
        yield voice.say(said("Printed as: {dates}", dates=printed))
