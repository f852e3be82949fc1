"""The kinds of problems: one for each thing that a person would look up. `docs/errors/` has a page for each."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Its value is the name of its page, and what `banditore explain` takes. Never renamed lightly: programs
    read it, too."""

    # a file, before anything in it has a meaning
    FILE = "file"
    ENCODING = "encoding"
    TAB = "tab"
    INDENTATION = "indentation"
    COLON = "colon"
    HYPHEN = "hyphen"
    QUOTES = "quotes"
    BRACKETS = "brackets"
    SPECIAL_CHARACTER = "special-character"
    YAML = "yaml-syntax"
    DUPLICATE_KEY = "duplicate-key"
    UNKNOWN_KEY = "unknown-key"
    VALUE = "value"
    # items
    ID = "id"
    DUPLICATE_ID = "duplicate-id"
    TITLE = "title"
    DATE = "date"
    DAY = "day"
    YEAR = "year"
    LINK = "link"
    LINK_MISSING = "link-missing"
    ACCIDENTAL_LINK = "accidental-link"
    BROKEN_LINK = "broken-link"
    LANGUAGE = "language"
    TRANSLATION = "translation"
    NOT_CARRIED = "not-carried"
    QUESTION = "question"
    IMAGE_MISSING = "image-missing"
    IMAGE_FORMAT = "image-format"
    IMAGE_DESCRIPTION = "image-description"
    UNKNOWN_CHANNEL = "unknown-channel"
    UNKNOWN_SCHEDULE = "unknown-schedule"
    STRAY_QUOTE = "stray-quote"
    READ_ALOUD = "read-aloud"
    TOO_LONG = "too-long"
    SAME_TEXT = "same-text"
    # schedules
    TIMEZONE = "timezone"
    LADDER = "ladder"
    HOURS = "hours"
    HOLIDAYS = "holidays"
    PACE = "pace"
    BLACKOUT = "blackout"
    # channels
    CHANNEL = "channel"
    ADDRESS = "address"
    ADMINS = "admins"
    CAMPAIGN = "campaign"
    LOOKUP = "lookup"
    BUDGET = "budget"
    TEMPLATE = "template"

    @property
    def page(self) -> str:
        """The page that explains it, in the repository."""
        return f"docs/errors/{self.value}.md"
