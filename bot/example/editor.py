"""The schemas beside staff's files, which the first line of each file leads an editor to."""

from __future__ import annotations

import json
from pathlib import Path

from bot.catalogs import in_language
from bot.load.json_schema import FileKind, json_schema


def schema_of(kind: FileKind, language: str) -> str:
    """The JSON Schema of a kind of file, explained in `language` ("en" or "it"), as the text of a file."""
    found = json_schema(kind, language, in_language)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path, language: str) -> list[Path]:
    """Write `schemas/*.schema.json` into `folder`, which holds content/ and schedules/; the files written.

    What stands there is replaced: the schemas belong to the program, not to staff. Raises OSError.
    """
    (folder / "schemas").mkdir(exist_ok=True)
    written = []
    for kind in FileKind:
        file = folder / "schemas" / f"{kind}.schema.json"
        file.write_text(schema_of(kind, language), encoding="utf-8")
        written.append(file)
    return written
