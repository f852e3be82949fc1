"""An item as it is being asked for, and what can be proposed for it. Decides nothing that a person did not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.core.model import When
from bot.newsletter.writing import Value

# The ladders that `schedules/` has for some kinds of dates; 14 days as in docs/schedules.md.
_CALL, _LONG, _NOTICE = "call", "long", "notice"
_LONG_DAYS = 14

_MAX_ID = 60  # long enough to be told from others, short enough to be typed


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff said of an item; "" = nothing."""

    title: str
    when: str = ""
    where: str = ""
    summary: str = ""
    link: str = ""
    contact: str = ""
    language: str = ""  # "" = the file's
    schedule: str = ""  # "" = the channel's
    id: str = ""
    is_ready: bool = False

    @property
    def item(self) -> Mapping[str, Value]:
        """Its keys in the order in which staff read them; what was not said is left out."""
        said = {
            "id": self.id,
            "status": "ready" if self.is_ready else "draft",
            "title": self.title,
            "when": self.when,
            "where": self.where,
            "summary": self.summary,
            "link": self.link,
            "contact": self.contact,
            "language": self.language,
            "schedule": self.schedule,
        }
        return {key: text for key, text in said.items() if text}


def id_of(title: str, taken: Collection[str]) -> str:
    """An id made of the words of `title`, which no other item has: `festa-della-musica`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub("[^a-z0-9]+", "-", re.sub("['’]", "-", plain)).strip("-") or "item"
    if len(words) > _MAX_ID:
        words = words[: _MAX_ID + 1].rpartition("-")[0] or words[:_MAX_ID]
    made, number = words, 2
    while made in taken:
        made, number = f"{words}-{number}", number + 1
    return made


def ladder_for(when: When | None, schedules: Collection[str]) -> str:
    """The ladder that dates of this kind usually have; "" = the channel's, also where there is no other."""
    if when is None or not when.spans:
        name = _NOTICE
    elif when.is_deadline:
        name = _CALL
    else:
        span = when.first
        days = (span.last - span.first).days + 1
        name = _LONG if span.end is None or days >= _LONG_DAYS else ""
    return name if name in schedules else ""
