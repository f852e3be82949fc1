"""YAML for staff's files, as a careful person would write it, and its place in a file that stands.

    {"id": ..., "title": ...} -> written() -> the lines of an item -> insert() -> the file with the item in it

It judges no item and opens no file: whether what it made is right, the loader says.
"""

from __future__ import annotations

from bot.newsletter.writing.insertion import Refused, insert
from bot.newsletter.writing.lines import Value, written

__all__ = ["Refused", "Value", "insert", "written"]
