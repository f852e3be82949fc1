"""In which language the command line speaks with staff: as they ask for it, else as their computer does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any

import typer
from typer.core import TyperGroup

from bot.catalogs import in_language


class Language(StrEnum):
    ENGLISH = "en"
    ITALIAN = "it"


# The first that says anything decides; the last three as POSIX has them, for what programs tell people:
# https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
_VARIABLES = ("BANDITORE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_asked: ContextVar[Language | None] = ContextVar("_asked", default=None)


def language() -> Language:
    """What `--lang` asks for; without it, what the environment does."""
    return _asked.get() or of_environment(os.environ)


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Within it, `language` is this one, as if `--lang` had asked for it."""
    before = _asked.set(wanted)
    try:
        yield
    finally:
        _asked.reset(before)


def of_environment(environment: Mapping[str, str]) -> Language:
    """Italian where BANDITORE_LANG or else the locale begins with "it", English everywhere else."""
    said = next((value for name in _VARIABLES if (value := environment.get(name))), "")
    return Language.ITALIAN if said.lower().startswith("it") else Language.ENGLISH


def spoken(text: str) -> str:
    """`text` in the language of this command, as far as its catalog has it."""
    return in_language(text, language())


def _remember(value: Language | None) -> None:
    if value is not None:  # it may have been asked for before the command's name
        _asked.set(value)


LANG = typer.Option(
    None,
    "--lang",
    help="Language of errors; else BANDITORE_LANG, or the locale, decides.",
    callback=_remember,
    expose_value=False,
    is_eager=True,
    show_default=False,
)


class InLanguage(TyperGroup):
    """Gives its own `--lang` to each of its commands: it may stand before or after their names."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for option in self.params:
            if option.name == "lang":
                _give(self, option)


def _give(group: TyperGroup, option: Any) -> None:
    for command in group.commands.values():
        if all(each.name != option.name for each in command.params):
            command.params.append(option)
        if isinstance(command, TyperGroup):
            _give(command, option)
