"""The commented example of content/ and schedules/ that `banditore init` puts into an empty folder."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path


def write_example(content: Path, schedules: Path) -> Iterator[Path]:
    """Make the folder of the two that is missing, with the example in it, and name each file made."""
    for name, folder in (("content", content), ("schedules", schedules)):
        if folder.exists():
            continue
        folder.mkdir(parents=True)
        with as_file(files(__name__).joinpath(name)) as source:
            for file in sorted(source.glob("*.yaml")):
                target = folder / file.name
                target.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
                yield target
