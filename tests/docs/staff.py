"""Follows docs/staff.md, docs/redazione.md and docs/import.md to the letter, and writes down what it sees.

`python -m tests.docs.staff` puts the output of today into these pages; read it as staff would. What a block is for
stands in a comment above it:

    <!-- save: giugno.md -->      the block becomes this file
    <!-- find: FILE -->           these lines stand in the file, once
    <!-- instead: FILE -->        these lines take the place of those that were found
    <!-- once -->                 commands that only the reader can run: the program itself is installed there

In a ```console block a line that begins with `$ ` is a command, and what follows is its output; a line `…` stands
for any lines. A command that is meant to fail has `<!-- fails -->` above its block.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bot.sandbox import TELEGRAM_TOKEN, Chat, Sandbox, serve
from tests.office import ROOT

PAGES = (ROOT / "docs/staff.md", ROOT / "docs/redazione.md")
IMPORT = ROOT / "docs/import.md"

# What a reader has of their own, and what stands for it here.
YOURS = {
    "1234567890:the-token-that-BotFather-gave-you": TELEGRAM_TOKEN,
    "1234567890:il-token-dato-da-BotFather": TELEGRAM_TOKEN,
}
TEST_CHANNEL = Chat(-1001234567890, title="Test")

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^\n]*) -->\n)?^```(?P<info>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ANY = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page: what it is for, and what stands in it."""

    note: str  # "save: giugno.md", or "" where nothing stands above it
    info: str  # "console", "yaml", …
    body: str
    start: int  # where in the page the body begins

    @property
    def file(self) -> str:
        return self.note.partition(": ")[2]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command showed, beside what the page shows of it."""

    command: str
    shown: str
    actual: str
    code: int
    seconds: float  # how long it took
    is_meant_to_fail: bool = False

    @property
    def is_as_shown(self) -> bool:
        """Line by line; `…` stands for any lines."""
        parts = [
            r"(?:.*\n)*?" if line == _ANY else re.escape(line) + "\n"
            for line in self.shown.splitlines()
        ]
        return re.fullmatch("".join(parts), self.actual) is not None


@dataclass
class Followed:
    """What came of following a page."""

    seen: list[Seen] = field(default_factory=list)
    page: str = ""  # with the output of today


def blocks(page: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(page):
        yield Block(found["note"] or "", found["info"], found["body"], found.start("body"))


async def follow(page: str, home: Path, sandbox: Sandbox) -> Followed:
    """Do all that `page` says, in the empty folder `home`, with `sandbox` in the place of Telegram."""
    followed = Followed()
    written: list[str] = []
    done, found = 0, ""
    async with serve(sandbox) as address, _terminal(home, address.telegram) as terminal:
        for block in blocks(page):
            written.append(page[done : block.start])
            done = block.start + len(block.body)
            body = block.body
            kind = block.note.partition(": ")[0]
            match (block.info, kind):
                case ("text", ""):
                    pass  # a picture
                case ("console", "once"):
                    pass  # takes the program from the network; here it is installed already
                case ("console", "" | "fails"):
                    body = ""
                    for command, shown in _commands(block.body):
                        seen = await terminal.run(command, shown)
                        followed.seen.append(replace(seen, is_meant_to_fail=kind == "fails"))
                        body += f"$ {command}\n{shown if seen.is_as_shown else seen.actual}"
                case (_, "save"):
                    terminal.path(block.file).write_text(block.body, encoding="utf-8")
                case (_, "find"):
                    found = block.body
                case (_, "instead"):
                    _exchange(terminal.path(block.file), found, block.body)
                    found = ""
                case _:
                    raise AssertionError(f"nobody knows what this block is for: {block}")
            written.append(body)
    followed.page = "".join(written) + page[done:]
    return followed


def _commands(body: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def _exchange(path: Path, old: str, new: str) -> None:
    """What a reader does in their editor: these lines for those."""
    text = path.read_text(encoding="utf-8")
    assert old, f"the page does not say what stands in {path.name} so far"
    assert f"\n{text}".count(f"\n{old}") == 1, f"not once in {path.name}:\n{old}\n---\n{text}"
    for theirs, ours in YOURS.items():
        new = new.replace(theirs, ours)
    path.write_text(f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:], encoding="utf-8")


@dataclass
class _Terminal:
    """One shell for the whole page, as the reader has: what `cd` and `export` did holds for what follows."""

    shell: asyncio.subprocess.Process
    home: Path
    folder: Path  # in which the shell is

    def path(self, name: str) -> Path:
        return self.folder / name

    async def run(self, command: str, shown: str) -> Seen:
        assert self.shell.stdin is not None
        assert self.shell.stdout is not None
        mark = f"-- {os.urandom(8).hex()}"
        began = perf_counter()
        # In braces, not brackets: `cd` is to hold for what follows. Nothing of what follows is its input.
        self.shell.stdin.write(f'{{ {command}\n}} </dev/null\necho "{mark} $? $PWD"\n'.encode())
        await self.shell.stdin.drain()
        lines: list[str] = []
        while not (line := (await self.shell.stdout.readline()).decode()).startswith(mark):
            assert line, f"the shell ended at: {command}\n{''.join(lines)}"
            lines.append(line)
        seconds = perf_counter() - began
        code, _, folder = line.removeprefix(mark).strip().partition(" ")
        self.folder = Path(folder)
        return Seen(command, shown, "".join(lines), int(code), seconds)


@asynccontextmanager
async def _terminal(home: Path, telegram: str) -> AsyncIterator[_Terminal]:
    """A terminal as it is after the installation: `banditore` is found, and Telegram is the sandbox."""
    programs = home / ".programs"
    programs.mkdir()
    program = programs / "banditore"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m bot "$@"\n')
    program.chmod(0o755)
    environment: Mapping[str, str] = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),  # this checkout, whatever is installed
        "BANDITORE_TELEGRAM_API": telegram,
    }
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "--norc",
        cwd=home,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield _Terminal(shell, home, home)
    finally:
        assert shell.stdin is not None
        shell.stdin.close()
        await shell.wait()


def telegram() -> Sandbox:
    """A Telegram that has the test channel alone: whatever else is written to is refused."""
    return Sandbox(now=lambda: datetime.now(UTC), chats=[TEST_CHANNEL], accounts=[])


def times(seen: list[Seen]) -> str:
    """How long each command took, and all of them."""
    rows = [f"{each.seconds:6.2f} s  {each.command}" for each in seen]
    return "\n".join([*rows, f"{sum(each.seconds for each in seen):6.2f} s  all commands"])


def main() -> None:
    for path in (*PAGES, IMPORT):
        with tempfile.TemporaryDirectory() as home:
            page = path.read_text(encoding="utf-8")
            followed = asyncio.run(follow(page, Path(home), telegram()))
        path.write_text(followed.page, encoding="utf-8")
        print(f"{path.name}\n{times(followed.seen)}")


if __name__ == "__main__":
    main()
