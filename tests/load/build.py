"""Writes the files of a test into folders of its own and loads them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from bot.core.model import Catalog, Problem
from bot.load import load

STANDARD = """
    timezone: Europe/Rome
    announce: [7 days before at 10:00, 1 day before at 17:30]
    hours: {days: mon-fri, from: "08:30", to: "19:30"}
"""
CHANNELS = """
    channels:
      telegram-it: {platform: telegram, chat: "@torino_nel_mondo", language: it, schedule: standard}
      x-it: {platform: x, account: torinonelmondo, language: it, schedule: standard}
"""
GOOD = {"schedules/standard.yaml": STANDARD, "schedules/channels.yaml": CHANNELS}


def loaded(folder: Path, files: dict[str, str | bytes]) -> tuple[Catalog, tuple[Problem, ...]]:
    """What `load` makes of `files`, by name, beside a good schedule and good channels."""
    (folder / "content").mkdir(exist_ok=True)
    (folder / "schedules").mkdir(exist_ok=True)
    for name, text in (GOOD | files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
    return load(folder / "content", folder / "schedules")


def told(problems: tuple[Problem, ...]) -> list[str]:
    """Each problem as `line:column message`, for tests that write one file."""
    return [f"{p.mark.line}:{p.mark.column} {p.message}" for p in problems]
