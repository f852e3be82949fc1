"""Keeps the pages docs/errors/ true: runs the example of each, and writes what is printed of it onto the page.

`python -m tests.docs.errors` writes the messages of all pages anew; the rest of a page is written by hand.
"""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli.check import unfit
from bot.cli.language import Language, speaking
from bot.cli.links import asked
from bot.cli.problems import tell
from bot.core.kinds import Kind
from bot.core.model import Problem
from bot.desk.uncarried import notes_of
from bot.load import load
from bot.load.places import places_of_links
from tests.pictures import jpeg

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "errors"

HEADINGS = {Language.ITALIAN: "## Italiano\n", Language.ENGLISH: "## English\n"}

_BLOCK = re.compile(r"^```(?P<kind>yaml|text)(?: (?P<file>\S+))?(?: (?P<encoding>\S+))?\n(?P<text>.*?)^```$",
                    re.MULTILINE | re.DOTALL)  # fmt: skip

# Beside an example lies what every office has, unless the example has a file of that name.
OFFICE: dict[str, str | bytes] = {
    "content/2021-05.yaml": """\
year: 2021
items:
  - {id: concerto, title: Concerto, when: 30 maggio}
""",
    "schedules/standard.yaml": """\
timezone: Europe/Rome
announce: [7 days before at 10:00, 1 day before at 17:30]
hours: {days: mon-fri, from: "08:30", to: "19:30"}
""",
    "schedules/channels.yaml": """\
channels:
  telegram-it: {platform: telegram, chat: "@torino_nel_mondo", language: it, schedule: standard}
  x-it: {platform: x, account: torinonelmondo, language: it, schedule: standard}
""",
    "content/images/piazza.jpg": jpeg(),
    "content/images/piazza.gif": b"GIF89a",
}

GONE = "festa.example.org"  # the one host that is asked for, and is not there

Files = dict[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Section:
    """What a page says in one language: an example, what is printed of it, and how it looks mended."""

    page: Path
    language: Language
    example: Files
    shown: str
    mended: Files

    @property
    def kind(self) -> str:
        return self.page.stem

    def printed(self) -> str:
        """What `banditore check` prints of the example today."""
        return printed(self.example, self.language)


def sections() -> Iterator[Section]:
    for page in sorted(PAGES.glob("*.md")):
        for language in HEADINGS:
            yield section(page, language)


def section(page: Path, language: Language) -> Section:
    """Raises ValueError where a page is not made like the others."""
    _, heading, rest = page.read_text(encoding="utf-8").partition(HEADINGS[language])
    text = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    before, shown, after = re.split(r"^```text\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    if not heading:
        raise ValueError(f"{page}: no section {HEADINGS[language]!r}")
    return Section(page, language, _files(before), shown, _files(after))


def _files(text: str) -> Files:
    return {
        block["file"]: block["text"].encode(block["encoding"]) if block["encoding"] else block["text"]
        for block in _BLOCK.finditer(text)
    }  # fmt: skip


def problems_of(files: Files, folder: Path) -> Sequence[Problem]:
    """What is wrong with an office whose `files` these are."""
    for name, content in (OFFICE | files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    catalog, problems = load(folder / "content", folder / "schedules")
    places = {
        link: marks
        for link, marks in places_of_links(folder / "content", catalog.items).items()
        if GONE in link
    }
    return sorted(
        [*problems, *unfit(catalog), *notes_of(catalog), *asked(places, resolve=_nowhere)]
    )


def _nowhere(host: str, port: int) -> Sequence[str]:
    """No test asks the network; what a page shows is a host that is not there."""
    raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}")


def printed(files: Files, language: Language) -> str:
    """What `banditore check` prints of an office with these files."""
    out = io.StringIO()
    with TemporaryDirectory() as place, speaking(language), redirect_stdout(out):
        folder = Path(place)
        tell(problems_of(files, folder), (folder / "content", folder / "schedules"))
    return out.getvalue()


def kinds_of(files: Files) -> list[Kind]:
    with TemporaryDirectory() as place:
        return [problem.kind for problem in problems_of(files, Path(place))]


def written_anew(page: Path) -> str:
    """The page with the messages that are printed today."""
    text = page.read_text(encoding="utf-8")
    for language, heading in HEADINGS.items():
        found = section(page, language)
        before, _, after = text.partition(heading)
        old, new = (f"```text\n{shown}```" for shown in (found.shown, found.printed()))
        text = before + heading + after.replace(old, new, 1)
    return text


if __name__ == "__main__":
    for path in sorted(PAGES.glob("*.md")):
        path.write_text(written_anew(path), encoding="utf-8")
