"""Checks nodes against a pydantic model and tells every fault at its place, in plain words.

What is faulty is told and dropped, so that a model always comes out and the rest is checked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.core.kinds import Kind
from bot.core.said import Said, said
from bot.load.nodes import Listed, Mapped, Place, is_in_lines
from bot.load.report import Reason, Report, did_you_mean, known_here, near, nearest_of, shown


class Shape(BaseModel):
    """What may be written in one place of a file. Every field has a default: what is needed is asked later."""

    model_config = ConfigDict(extra="forbid")


S = TypeVar("S", bound=Shape)

# What people write for a key, in Italian or by another word, and the key.
_MEANT = {
    "date": "when",
    "data": "when",
    "quando": "when",
    "dove": "where",
    "luogo": "where",
    "place": "where",
    "location": "where",
    "titolo": "title",
    "testo": "summary",
    "sommario": "summary",
    "descrizione": "summary",
    "description": "summary",
    "lingua": "language",
    "url": "link",
}

_KEYS_WANTED = (
    said("keys with values are wanted"),
    said("such as 'title: ...', each on a line of its own"),
)
_NUMBER_WANTED = (said("a whole number is wanted"), said("in digits, such as 2021"))
_TRUTH_WANTED = (said("true or false is wanted"), said("write true or false"))

# By pydantic's name for the fault: what was wanted, and how that is written.
_WANTED = {
    "string_type": (
        said("a text is wanted"),
        said("write it on one line; text that has brackets or braces goes in quotation marks"),
    ),
    "tuple_type": (said("a list is wanted"), said("such as [one, two]")),
    "dict_type": _KEYS_WANTED,
    "model_type": _KEYS_WANTED,
    "int_type": _NUMBER_WANTED,
    "int_parsing": _NUMBER_WANTED,
    "int_parsing_size": _NUMBER_WANTED,
    "bool_type": _TRUTH_WANTED,
    "bool_parsing": _TRUTH_WANTED,
}

_OTHERS_WANTED = (said("something else is wanted"), said("see the example on the page"))


def check(shape: type[S], node: Mapped, report: Report) -> S:
    """What is written in `node`. A key without a value counts as not written; a faulty one is told."""
    while True:
        try:
            return shape.model_validate(node.value)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                _tell_and_drop(fault, shape, node, report)


def _tell_and_drop(fault: ErrorDetails, shape: type[Shape], node: Mapped, report: Report) -> None:
    parent, key = _locate(node, fault["loc"])
    if isinstance(parent, Mapped):
        name = str(key)
        if name not in parent.value:
            return  # the second complaint about what was dropped at the first
        if fault["type"] == "extra_forbidden":
            known = sorted(_keys_of(_shape_at(shape, fault["loc"][:-1])))
            hint = _key_meant(name, fault["input"], known)
            if (key_meant := nearest_of(hint)) is not None:
                report.misspelt(parent, key_meant)
            message = said("unknown key {key}", key=shown(name))
            report.error(parent.keys[name], Kind.UNKNOWN_KEY, message, hint)
        elif fault["input"] != "":
            place = parent.inner[name]
            report.refuse(place, *_in_plain_words(fault, place))
        del parent.value[name]
    else:
        index = int(key)
        if fault["input"] != "":
            place = parent.inner[index]
            report.refuse(place, *_in_plain_words(fault, place))
        parent.value[index] = {} if fault["type"] == "model_type" else ""


def _locate(node: Mapped, path: tuple[int | str, ...]) -> tuple[Mapped | Listed, int | str]:
    """The part of the file that `path` names: its parent, and its key or index there."""
    parent: Mapped | Listed = node
    key = path[0]
    for below in path[1:]:
        place = _inner(parent, key)
        if not isinstance(place, (Mapped, Listed)) or _inner(place, below) is None:
            break  # from here on the path names alternatives of the shape
        parent, key = place, below
    return parent, key


def _inner(parent: Mapped | Listed, key: int | str) -> Place | None:
    if isinstance(parent, Mapped):
        return parent.inner.get(str(key))
    return parent.inner[key] if isinstance(key, int) else None


def _key_meant(name: str, value: object, known: list[str]) -> str:
    """A hint that names the key meant; where none is near, all of them."""
    if name.isdecimal() and not value:  # `{month: 10,00}`
        return said(
            "in braces a comma begins another key: write decimals with a point, as in 10.00"
        )
    meant = _MEANT.get(name.casefold())
    if meant in known and isinstance(value, str):
        return near(meant)
    return did_you_mean(name, known) or known_here(known)


def _in_plain_words(fault: ErrorDetails, place: Place) -> Reason:
    given: Any = fault["input"]
    if fault["type"] == "enum":
        allowed = re.findall("'([^']*)'", fault["ctx"]["expected"])
        hint = one_of(allowed)
        likely = did_you_mean(given, allowed) if isinstance(given, str) else ""
        if nearest_of(likely) is not None:
            hint = said("{near} {hint}", near=likely, hint=hint)
        what = shown(given) if isinstance(given, str) else said("this")
        return Reason(Kind.VALUE, said("{value} is not possible here", value=what), hint)
    if fault["type"] == "tuple_type" and isinstance(place, Mapped) and is_in_lines(place):
        hint = said("write '- {key}: ...'", key=next(iter(place.keys)))
        return Reason(Kind.HYPHEN, said("a '-' is missing: a list is wanted"), hint)
    wanted, hint = _WANTED.get(fault["type"], _OTHERS_WANTED)
    if isinstance(given, str):
        wanted = said("{wanted}, not {given}", wanted=wanted, given=shown(given))
    return Reason(Kind.VALUE, wanted, hint)


def one_of(words: Sequence[str]) -> Said:
    """A hint that names the words of which one must be written."""
    *others, last = words
    return said("write {others} or {last}", others=", ".join(others), last=last)


def _shape_at(shape: type[Shape], path: tuple[int | str, ...]) -> type[Shape]:
    for key in path:
        field = _fields(shape).get(str(key))
        if field is not None:  # else it is an index, or a key that staff choose
            shape = next(_shapes_in(field), shape)
    return shape


def _fields(shape: type[Shape]) -> dict[str, Any]:
    return {each.alias or name: each.annotation for name, each in shape.model_fields.items()}


def _keys_of(shape: type[Shape]) -> Iterator[str]:
    return iter(_fields(shape))


def _shapes_in(annotation: Any) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for part in get_args(annotation):
        yield from _shapes_in(part)
