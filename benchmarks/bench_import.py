"""How well newsletters are read, and how fast, against what the libraries below need to read their text alone.

Run as `python benchmarks/bench_import.py`, with `--faults` for each thing that differs from the truth. The ten
letters of `tests/newsletter/letters` are imported; a percentage stands for precision, then recall. Exit 1
where a date is wrong and no question goes with it: that alone is a bound here, the floors of the rest are
those of `tests/newsletter`. The best of some rounds counts as the time of a letter.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO

from docx import Document
from lxml import html
from markdown_it import MarkdownIt
from pypdf import PdfReader

from bot.newsletter import import_document  # type: ignore[attr-defined,unused-ignore]
from tests.newsletter.letters import Letter, letters
from tests.newsletter.measure import Measure, Tally, measure, total
from tests.newsletter.truth import Truth, truth_of

ROUNDS = 3
KINDS = ("items", "dates", "links", "places", "contacts", "questions")
WIDTH = 12


def text_alone(letter: Letter) -> object:
    """The text of `letter`, by the library that knows its format, without any thought about it."""
    match letter.name.rpartition(".")[2]:
        case "md":
            return MarkdownIt().parse(letter.content.decode(letter.encoding))
        case "html":
            return list(html.document_fromstring(letter.content).itertext())
        case "docx":
            word = Document(BytesIO(letter.content))
            cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
            return [*(paragraph.text for paragraph in word.paragraphs), *cells]
        case "pdf":
            return [page.extract_text() for page in PdfReader(BytesIO(letter.content)).pages]
        case _:
            return letter.content.decode(letter.encoding).splitlines()


def seconds(work: Callable[[], object]) -> float:
    """How long the fastest of the rounds took."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def measured(letter: Letter, truth: Truth) -> tuple[Measure, float]:
    """How well `letter` is read, and the seconds that it takes."""
    year = truth.year if truth.is_told else None
    work = partial(import_document, letter.content, letter.name, year=year)
    return measure(work(), truth), seconds(work)


def share(tally: Tally) -> str:
    return f"{tally.precision:.0%} {tally.recall:.0%}"


def line(name: str, found: Measure, took: float) -> str:
    shares = "".join(f"{share(getattr(found, kind)):>{WIDTH}}" for kind in KINDS)
    return f"{name:<{WIDTH + 4}}{shares}{len(found.confident):>{WIDTH}}{took * 1000:>{WIDTH}.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", action="store_true", help="print what differs from the truth")
    with_faults = parser.parse_args().faults

    heads = (*KINDS, "confident", "ms")
    print(f"{'':<{WIDTH + 4}}" + "".join(f"{head:>{WIDTH}}" for head in heads))
    measures, ours, theirs = [], 0.0, 0.0
    for letter in letters():
        found, took = measured(letter, truth_of(letter.truth))
        print(line(letter.name, found, took))
        if with_faults:
            for fault in found.faults:
                print(f"    {fault}")
        for wrong in found.confident:
            print(f"    WRONG WITH CONFIDENCE  {wrong}")
        measures.append(found)
        ours += took
        theirs += seconds(partial(text_alone, letter))
    print(line("all", total(measures), ours))
    print(f"the libraries alone {theirs * 1000:.1f} ms: {ours / theirs:.2f} times their time")
    if count := len(total(measures).confident):
        print(f"{count} wrong dates with confidence; there may be none")
        sys.exit(1)


if __name__ == "__main__":
    main()
