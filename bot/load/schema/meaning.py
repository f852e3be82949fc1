"""What a key of staff's files means, for editors to tell, and what of it they can check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic.fields import FieldInfo

from bot.core.said import Said

DAY: Final = r"\d{4}-\d{2}-\d{2}"
CLOCK: Final = r"([01]?\d|2[0-3])[:.][0-5]\d"
LINK: Final = r"(none|[hH][tT][tT][pP][sS]?://\S+)"
AMOUNT: Final = r"[0-9]+(\.[0-9]{1,4})?"

TEXT: Final = (
    "string",
    "number",
    "boolean",
)  # what YAML makes of text: the loader reads it all as text
NUMBER: Final = ("string", "number")
WORD: Final = ("string",)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Stands beside the type of a field. Whatever it asks for, the loader asks for as well."""

    description: Said
    needed: bool = False  # it has to be there, and not empty
    filled: bool = False  # it may be left out, but is not empty
    pattern: str = ""  # of the text, blanks around it left aside
    types: tuple[str, ...] = TEXT  # that the text may have in YAML
    words: tuple[str, ...] = ()  # the only ones that are possible
    names: str = ""  # pattern of the keys below it, where staff choose them
    longest: int | None = None  # in characters
    least: int | None = None  # of a number
    most: int | None = None
    examples: tuple[str, ...] = ()


def meaning_of(field: FieldInfo) -> Meaning:
    """The one that stands beside the type of `field`. Raises StopIteration where there is none."""
    return next(each for each in field.metadata if isinstance(each, Meaning))
