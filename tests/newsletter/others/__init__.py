"""Twelve newsletters of other hands, kept apart from those that the importer was built against.

They tell whether it learned to read or learned the ten by heart; who mends it looks at the figures, not at these.
None was ever sent: towns, people and addresses are invented. The keys of a truth are told in `letters/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.newsletter.letters import Letter, sent
from tests.newsletter.others import circolare, estero, pietranera

FOLDER: Final = Path(__file__).parent

_MADE: Final[Mapping[str, Callable[[], bytes]]] = {
    "circolare.docx": circolare.document,
    "pietranera.docx": pietranera.document,
    "estero.pdf": estero.document,
}
_WRITTEN: Final = (
    "sangiusto.txt",
    "vallombrina.txt",
    "crossroads.txt",
    "sottoripa.md",
    "newcomers.md",
    "tidewater.html",
    "antenna.html",
    "sipario.html",
    "mutuo.html",
)

NAMES: Final = (*_WRITTEN, *_MADE)


def letter(name: str) -> Letter:
    """The letter of that file name. Raises KeyError where there is none."""
    if name not in NAMES:
        raise KeyError(name)
    return sent(FOLDER / name, _MADE.get(name))


def letters() -> Iterator[Letter]:
    """All of them."""
    return map(letter, NAMES)
