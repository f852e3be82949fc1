"""The audit trail as a file for an archive: JSON lines, which can be read back and compared, or a CSV table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from bot.ledger.entries import Entry, canonical

# A spreadsheet takes a cell that begins so for a formula;
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# What a reader of the table looks for; `detail` has all of it.
_SET = ("key", "state", "due", "committed_at", "ended_at", "text", "url", "external_id")
_MORE = ("cost", "reason")
_AUTHORS = ("queued_by", "approved_by")
_COLUMNS = (
    *("chain", "number", "at", "event", "by", "about"),
    *(*_SET, *_MORE, *_AUTHORS),
    *("detail", "hash"),
)


# No chain is as long, and no database counts further.
_TOO_MANY = 1 << 63


class ExportError(Exception):
    """What was given is no export of the audit trail:"""


def as_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Each entry as an object of JSON on a line of its own."""
    for entry in entries:
        yield canonical({**entry._asdict(), "detail": _told(entry) or entry.detail}) + "\n"


def as_table(entries: Iterable[Entry]) -> Iterator[str]:
    """A table with a line of headings. No cell of it is a formula: one that would be begins with `'`."""
    yield _row(_COLUMNS)
    for entry in entries:
        told = _told(entry) or {}
        values = told.get("set", {})
        yield _row(
            (
                *entry[:6],
                *(values.get(name) for name in (*_SET, *_MORE)),
                *(told.get(name) for name in _AUTHORS),
                *entry[6:],
            )
        )


def read_lines(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of an export as JSON lines. Raises ExportError at the first line that is none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            detail = told["detail"]
            is_text = isinstance(detail, str)  # an entry that had been altered when it was exported
            entry = Entry(**{**told, "detail": detail if is_text else canonical(detail)})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ExportError(f"line {number} is no entry") from None
        is_number = type(entry.number) is int and 0 < entry.number < _TOO_MANY
        if not isinstance(entry.chain, str) or not is_number:
            raise ExportError(f"line {number} is no entry")
        yield entry


def _told(entry: Entry) -> dict[str, Any] | None:
    """What an entry tells; None where it is not as it was written, so that its very text is exported."""
    try:
        told = json.loads(entry.detail)
    except ValueError:
        return None
    return told if isinstance(told, dict) and canonical(told) == entry.detail else None


def _row(values: Iterable[Any]) -> str:
    written = StringIO()
    csv.writer(written).writerow([_cell(value) for value in values])
    return written.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
