"""The shapes of staff's files as JSON Schema, by which editors complete keys, explain them and mark slips.

Draft 7, which editors handle best (https://github.com/redhat-developer/yaml-language-server). It says no more
than the loader, which has the last word: what the loader takes, an editor must not mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, get_args, get_origin

from pydantic.fields import FieldInfo

from bot.core import dates
from bot.core.said import Said, said
from bot.load.schema import WrittenChannel, WrittenChannels, WrittenContent, WrittenSchedule
from bot.load.schema.meaning import Meaning, meaning_of
from bot.load.shape import Shape

Schema = dict[str, Any]

# What is not written: the loader passes over a key without a value.
_NOTHING: Final[Schema] = {"type": ["null", "string"], "maxLength": 0}
_WHOLE_NUMBER: Final = r"^\s*([-+]?[0-9][0-9_]*(\.0+)?\s*)?$"
# As pydantic reads them, in small letters or capitals.
_YES_OR_NO: Final = "^({})?$".format(
    "|".join(
        "".join(f"[{letter.upper()}{letter}]" for letter in word)
        for word in ("true", "false", "yes", "no", "on", "off", "t", "f", "y", "n")
    )
    + "|[01]"
)

_HAS_LINK: Final[Schema] = {
    "required": ["link"],
    "properties": {"link": {"type": "string", "minLength": 1}},
}

# What a shape asks for across its keys.
_BESIDES: Final[Mapping[type[Shape], Schema]] = MappingProxyType(
    {
        WrittenContent: {
            "if": _HAS_LINK,
            "else": {
                "properties": {
                    "items": {
                        "items": {
                            "if": {
                                "required": ["status"],
                                "properties": {"status": {"const": "ready"}},
                            },
                            "then": _HAS_LINK,
                        }
                    }
                }
            },
        },
        WrittenChannel: {
            "allOf": [
                {
                    "if": {"properties": {"platform": {"const": "telegram"}}},
                    "then": {
                        "required": ["chat"],
                        "properties": {
                            "chat": {"type": ["string", "integer"], "minLength": 1},
                            "account": _NOTHING,
                            "budget": _NOTHING,
                        },
                    },
                },
                {
                    "if": {"properties": {"platform": {"const": "x"}}},
                    "then": {
                        "required": ["account"],
                        "properties": {
                            "account": {"type": ["string", "integer"], "minLength": 1},
                            "chat": _NOTHING,
                            "preview": False,
                            "silent": False,
                        },
                    },
                },
            ]
        },
        WrittenChannels: {"dependencies": {"admins": ["admin_chat"]}},
    }
)


class FileKind(StrEnum):
    """The kinds of file that staff write."""

    CONTENT = "content"
    SCHEDULE = "schedule"
    CHANNELS = "channels"


_KINDS: Final[Mapping[FileKind, tuple[type[Shape], Said]]] = MappingProxyType(
    {
        FileKind.CONTENT: (WrittenContent, said("What is to be announced: content/*.yaml")),
        FileKind.SCHEDULE: (WrittenSchedule, said("A ladder and its hours: schedules/*.yaml")),
        FileKind.CHANNELS: (
            WrittenChannels,
            said("Where the crier speaks: schedules/channels.yaml"),
        ),
    }
)


def json_schema(kind: FileKind, language: str, in_language: Callable[[Said, str], str]) -> Schema:
    """The schema of a kind of file, its keys explained in `language`, into which `in_language` translates."""
    shape, title = _KINDS[kind]

    def say(text: Said) -> str:
        return in_language(text, language)

    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": say(title),
        **_Writer(say, dates.FORMS[language]).of_shape(shape),
    }


@dataclass(frozen=True, slots=True)
class _Writer:
    say: Callable[[Said], str]
    forms: tuple[str, ...]  # of dates, as examples

    def of_shape(self, shape: type[Shape]) -> Schema:
        fields = {field.alias or name: field for name, field in shape.model_fields.items()}
        needed = [name for name, field in fields.items() if meaning_of(field).needed]
        return {
            "type": "object",
            "additionalProperties": False,
            **({"required": needed} if needed else {}),
            "properties": {name: self._of_key(name, field) for name, field in fields.items()},
            **_BESIDES.get(shape, {}),
        }

    def _of_key(self, name: str, field: FieldInfo) -> Schema:
        meaning = meaning_of(field)
        told: Schema = {"description": self.say(meaning.description)}
        if name == "when":
            told["markdownDescription"] = "\n".join(
                (told["description"], "", *(f"- `{form}`" for form in self.forms))
            )
        if examples := self.forms if name == "when" else meaning.examples:
            told["examples"] = list(examples)
        kinds = [
            self._of(each, meaning)
            for each in (get_args(field.annotation) if _is_union(field) else (field.annotation,))
            if each is not NoneType
        ]
        return told | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})

    def _of(self, kind: Any, meaning: Meaning) -> Schema:
        """What may stand where `kind` is wanted; nothing may, unless `meaning` says otherwise."""
        is_full = meaning.needed or meaning.filled
        if get_origin(kind) is tuple:
            each = self._of(get_args(kind)[0], _below(meaning, is_full=False))
            few: Schema = {"minItems": 1} if meaning.needed else {}
            return _or_nothing({"type": ["array"], **few, "items": each}, is_full)
        if get_origin(kind) is dict:
            each = self._of(get_args(kind)[1], _below(meaning, is_full=meaning.needed))
            few = {"minProperties": 1} if meaning.needed else {}
            names: Schema = {"propertyNames": {"pattern": meaning.names}} if meaning.names else {}
            found = {"type": ["object"], **few, **names, "additionalProperties": each}
            return _or_nothing(found, is_full)
        if issubclass(kind, Shape):
            return _or_nothing(self.of_shape(kind) | {"type": ["object"]}, is_full)
        if issubclass(kind, StrEnum) or meaning.words:
            words = meaning.words or tuple(map(str, kind))
            among: Schema = {"enum": list(words)}
            return among if is_full else {"anyOf": [among, _NOTHING]}
        return _of_scalar(kind, meaning, is_full)


def _of_scalar(kind: type, meaning: Meaning, is_full: bool) -> Schema:
    bounds = {"minimum": meaning.least, "maximum": meaning.most, "maxLength": meaning.longest}
    known = {name: bound for name, bound in bounds.items() if bound is not None}
    nothing = [] if is_full else ["null"]
    if issubclass(kind, bool):
        types = ["boolean", "integer", "string", "null"]
        return {"type": types, "pattern": _YES_OR_NO, "minimum": 0, "maximum": 1}
    if issubclass(kind, int):
        return {"type": ["integer", "string", "null"], "pattern": _WHOLE_NUMBER, **known}
    pattern = rf"^\s*({meaning.pattern}){'' if is_full else '?'}\s*$" if meaning.pattern else ""
    if is_full and not pattern:
        pattern = r"\S"
    return {
        "type": [*meaning.types, *nothing],
        **({"pattern": pattern} if pattern else {}),
        **known,
    }


def _or_nothing(schema: Schema, is_full: bool) -> Schema:
    return schema if is_full else schema | _NOTHING | {"type": [*schema["type"], *_NOTHING["type"]]}


def _below(meaning: Meaning, *, is_full: bool) -> Meaning:
    """Of what stands in a list, or under a key of staff's own."""
    return replace(meaning, needed=False, filled=is_full, names="")


def _is_union(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is UnionType
