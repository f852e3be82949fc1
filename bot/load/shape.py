"""Checks nodes against a pydantic model and tells every fault at its place, in plain words.

What is faulty is told and dropped, so that a model always comes out and the rest is checked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.load.nodes import Listed, Mapped, Place
from bot.load.report import Report, did_you_mean, shown


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

_KEYS_WANTED = ("keys with values are wanted", "such as 'title: ...', each on a line of its own")

# By pydantic's name for the fault: what was wanted, and how that is written.
_WANTED = {
    "string_type": ("a text is wanted", "put text that has brackets or braces in quotation marks"),
    "tuple_type": ("a list is wanted", "such as [one, two]"),
    "dict_type": _KEYS_WANTED,
    "model_type": _KEYS_WANTED,
    "int_type": ("a whole number is wanted", ""),
    "int_parsing": ("a whole number is wanted", ""),
    "int_parsing_size": ("a whole number is wanted", ""),
    "bool_type": ("true or false is wanted", ""),
    "bool_parsing": ("true or false is wanted", ""),
}


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
            report.error(parent.keys[name], f"unknown key {shown(name)}", hint)
        elif fault["input"] != "":
            report.refuse(parent.inner[name], *_in_plain_words(fault))
        del parent.value[name]
    else:
        index = int(key)
        if fault["input"] != "":
            report.refuse(parent.inner[index], *_in_plain_words(fault))
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
        return "in braces a comma begins another key: write decimals with a point, as in 10.00"
    meant = _MEANT.get(name.casefold())
    if meant in known and isinstance(value, str):
        return f"did you mean {shown(meant)}?"
    return did_you_mean(name, known) or f"known here: {', '.join(known)}"


def _in_plain_words(fault: ErrorDetails) -> tuple[str, str]:
    given: Any = fault["input"]
    if fault["type"] == "enum":
        allowed = re.findall("'([^']*)'", fault["ctx"]["expected"])
        hint = f"write {', '.join(allowed[:-1])} or {allowed[-1]}"
        near = did_you_mean(given, allowed) if isinstance(given, str) else ""
        if near.startswith("did"):
            hint = f"{near} {hint}"
        return f"{shown(given) if isinstance(given, str) else 'this'} is not possible here", hint
    wanted, hint = _WANTED.get(fault["type"], ("something else is wanted", ""))
    return (f"{wanted}, not {shown(given)}" if isinstance(given, str) else wanted), hint


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
