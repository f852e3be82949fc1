"""Eight newsletters of other hands again, ordinary ones, by which the importer is judged and never mended.

Their writer has not read the importer, nor may who mends it read them: what is mended for one of them tells nothing any
more. None was ever sent: towns, people and addresses are invented. `letters/__init__.py` tells the keys of a truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.newsletter.letters import Letter, sent
from tests.newsletter.unseen import marenberg, torrealba, wendbridge

FOLDER: Final = Path(__file__).parent

_MADE: Final[Mapping[str, Callable[[], bytes]]] = {
    "marenberg.docx": marenberg.document,
    "wendbridge.docx": wendbridge.document,
    "torrealba.pdf": torrealba.document,
}
_WRITTEN: Final = (
    "fontequercia.md",
    "whitmere.md",
    "frontiere.html",
    "nordhaven.html",
    "puntogiovani.txt",
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
