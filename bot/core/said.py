"""What is said to people, so that it can be said in another language: a sentence, and what it was made of.

A `Said` is English text like any other; it also remembers its template and the values that were put into
it. `bot.catalogs` says it again in another language, when it is known who reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Several(NamedTuple):
    """That a sentence has another template where `number` is not one."""

    template: str
    number: int


class Said(str):
    """Text made by `said`. A value that is a `Said` itself is translated with it."""

    __slots__ = ("several", "template", "values")

    template: str
    values: Mapping[str, object]
    several: Several | None


def said(template: str, /, **values: object) -> Said:
    """`template` with each `{name}` in it replaced by the value of that name.

    The template must stand in the call as a literal: that is how translators' catalogs find it.
    Raises KeyError where it names a value that isn't given.
    """
    return _made(template, values, None)


def said_of(number: int, one: str, several: str, /, **values: object) -> Said:
    """As `said`, by the template `one` or, for any `number` but 1, by `several`; `{number}` stands for it."""
    return _made(one, {"number": number, **values}, Several(several, number))


def retold(template: str, values: Mapping[str, object]) -> Said:
    """What `said` made in another process, from what it was made of."""
    return _made(template, values, None)


def with_texts(text: Said, change: Callable[[str], str]) -> Said:
    """`text` with `change` made to the texts that were put into it; its templates stay as they are."""
    changed = {
        name: change(value) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return _made(text.template, changed, text.several)


def _made(template: str, values: Mapping[str, object], several: Several | None) -> Said:
    chosen = several.template if several is not None and several.number != 1 else template
    made = Said(chosen.format(**values) if values else chosen)
    made.template = template
    made.values = values or _NOTHING
    made.several = several
    return made
