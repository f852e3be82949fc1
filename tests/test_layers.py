"""Imports go one way: cli -> service, desk, newsletter, sandbox -> engine -> render, ledger, publishers -> core."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot

ROOT = Path(bot.__file__).parent

BELOW_ENGINE = {"core", "render", "ledger", "publishers"}
MAY_IMPORT = {
    "core": set(),
    "load": {"core"},
    "render": {"core"},
    "ledger": {"core"},
    "publishers": {"core"},
    "engine": BELOW_ENGINE,
    "service": {*BELOW_ENGINE, "engine", "load", "catalogs", "git"},
    "desk": {*BELOW_ENGINE, "engine", "load", "catalogs", "git"},
    "newsletter": {*BELOW_ENGINE, "engine", "load", "catalogs"},
    "sandbox": {*BELOW_ENGINE, "engine", "load"},
    "links": {"core"},
    "git": {"core"},
    "catalogs": {"core"},
    "example": {"core", "load", "catalogs"},
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if node.module in ("bot", "__future__"):
                yield from (f"{node.module}.{name.name}" for name in node.names)
            elif node.module is not None:
                yield node.module


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


FILES = sorted(
    path for path in ROOT.rglob("*.py") if room(path) not in ("__init__", "__main__", "cli")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    own = room(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("bot.")}
    assert rooms - {own, "__version__"} <= MAY_IMPORT[own]


@pytest.mark.parametrize("path", sorted((ROOT / "core").rglob("*.py")), ids=lambda path: path.stem)
def test_core_imports_nothing_but_the_standard_library(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path)}
    assert roots - {"bot"} <= sys.stdlib_module_names
    # Pure: what reads a clock, a file, a socket or the environment is not for core.
    assert roots.isdisjoint(
        {"os", "pathlib", "socket", "subprocess", "asyncio", "logging", "random", "io"}
    )


def test_every_room_is_there() -> None:
    assert {room(path) for path in FILES} == set(MAY_IMPORT)
