"""Ten newsletters as offices send them, and the truth about each, written by hand beside it.

None was ever sent: towns, people and addresses are invented. A letter is a file, or is made here where its
format is no text; `NAME.truth.yaml` says what a careful person would take from it. The keys of a truth:

    year        of dates that name none
    told        the letter never says its year: who imports it does
    language    of the letter
    items       in the order of the letter:
      title     as the letter has it
      also      other titles of the same item: in another language, or cut elsewhere
      when      its dates, as exactly as the letter says them; missing = it has none
      accept    other dates that are right, too, such as the day without an hour that stands far from it
      unsure    a careful person asks before any date is written: it can't be, or can be read in two ways
      links     every link that may stand for it; one that leads nowhere is none
      where     its place, as far as the letter says
      contact   an address or a telephone number
    not_items   what looks like an item and is none: mastheads, sections, index, foot
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.newsletter.letters import agenda, harbour, winter

FOLDER: Final = Path(__file__).parent
TRUTH: Final = ".truth.yaml"


@dataclass(frozen=True, slots=True)
class Letter:
    """A newsletter as it arrives: the bytes of a file, and its name."""

    name: str
    content: bytes
    truth: str  # YAML
    encoding: str  # of its bytes, where they are text

    def __str__(self) -> str:
        return self.name


_MADE: Final[Mapping[str, Callable[[], bytes]]] = {
    "agenda.docx": agenda.document,
    "winter.docx": winter.document,
    "harbour.pdf": harbour.document,
}
_WRITTEN: Final = (
    "montelaro.md",
    "ellery.md",
    "castelbruno.txt",
    "bandi.html",
    "rocca.html",
    "ardesia.html",
    "biblioteca.md",
)

NAMES: Final = (*_WRITTEN, *_MADE)


def letter(name: str) -> Letter:
    """The letter of that file name. Raises KeyError where there is none."""
    if name not in NAMES:
        raise KeyError(name)
    return sent(FOLDER / name, _MADE.get(name))


def sent(path: Path, make: Callable[[], bytes] | None) -> Letter:
    """The letter at `path` with the truth beside it; `make` makes what is no text and lies in no file."""
    truth = path.with_suffix(TRUTH).read_text(encoding="utf-8")
    if make:
        return Letter(path.name, make(), truth, "")
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".txt":  # as mail programs on Windows save it
        return Letter(path.name, text.replace("\n", "\r\n").encode("cp1252"), truth, "cp1252")
    return Letter(path.name, text.encode(), truth, "utf-8")


def letters() -> Iterator[Letter]:
    """All of them."""
    return map(letter, NAMES)
