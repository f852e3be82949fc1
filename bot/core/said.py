"""What is said to people, so that it can be said in another language: a sentence, and what it was made of.

A `Said` is English text like any other; it also remembers its template and the values that were put into
it. `bot.catalogs` says it again in another language, when it is known who reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Said(str):
    """Text made by `said`. A value that is a `Said` itself is translated with it."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]


def said(template: str, /, **values: object) -> Said:
    """`template` with each `{name}` in it replaced by the value of that name.

    The template must stand in the call as a literal: that is how translators' catalogs find it.
    Raises KeyError where it names a value that isn't given.
    """
    made = Said(template.format(**values) if values else template)
    made.template = template
    made.values = values or _NOTHING
    return made
