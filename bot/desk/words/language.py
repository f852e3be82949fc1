"""What the words of a language have to be, and how they are filled in. No words stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from babel.dates import format_datetime, format_timedelta

from bot.desk.matter import Action, Kind, Public

# Facts that are instants, as ISO text in UTC.
INSTANTS = frozenset({"at", "deadline", "since", "until"})


@dataclass(frozen=True, slots=True)
class Told:
    """The words of one kind of matter. In braces stand facts; `{who_}` is what `optional` makes of `who`."""

    title: str  # in a few words, as a headline
    what: str  # what happened
    do: str  # what to do now
    order: str = ""  # the same where there is no button: a command; "" = as `do`


@dataclass(frozen=True, slots=True)
class Language:
    """All that the desk says in one language."""

    locale: str
    clock: str  # a pattern of CLDR for an instant
    kinds: Mapping[Kind, Told]
    public: Mapping[Public, str]
    actions: Mapping[Action, str]  # on buttons
    optional: Mapping[str, str]  # by fact: said only where there is one
    changes: Mapping[str, str]  # what of an announced item can change, by its name
    phrases: Mapping[str, str]  # everything else, by a name

    def instant(self, moment: datetime, zone: tzinfo) -> str:
        """`lun 3 maggio 10:00`, on the clocks of `zone`."""
        local = moment.astimezone(zone)
        return format_datetime(local, self.clock, tzinfo=zone, locale=self.locale)

    def length(self, length: timedelta) -> str:
        """`10 minuti`, in the one unit that fits."""
        return format_timedelta(length, threshold=1.5, locale=self.locale)

    def phrase(self, name: str, /, **facts: Any) -> str:
        return self.phrases[name].format(**facts)

    def fill(self, template: str, facts: Mapping[str, Any], zone: tzinfo) -> str:
        """`template` with its facts put in."""
        plain = {name: self._shown(name, value, zone) for name, value in facts.items()}
        said = {
            f"{name}_": words.format(**plain) if facts.get(name) else ""
            for name, words in self.optional.items()
        }
        return template.format_map(_Facts(plain | said))

    def _shown(self, name: str, value: Any, zone: tzinfo) -> str:
        if name in INSTANTS and value:
            return self.instant(datetime.fromisoformat(value), zone)
        if name == "name":
            return str(value) or self.phrases["round_up"]
        if name in ("reason", "problem", "hint"):
            return str(value).rstrip(".")  # a sentence of ours goes on, or ends, after it
        if name == "changes":
            return "; ".join(map(self._change, value))
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(value)

    def _change(self, change: str) -> str:
        name, _, values = change.partition(": ")
        return f"{self.changes[name]}: {values}" if values else self.changes[name]


class _Facts(dict[str, str]):
    """What is not known is not said; a message must not fail for it."""

    def __missing__(self, name: str) -> str:
        return ""
