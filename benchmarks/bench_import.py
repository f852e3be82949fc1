"""How well newsletters are read, and how fast, against what the libraries below need to read their text alone.

Run as `python benchmarks/bench_import.py`, with `--faults` for each thing that differs from the truth. The
letters of `tests/newsletter` are imported, then one of 300 pages in several formats; a percentage stands for
precision, then recall. Exit 1 where a date is wrong and no question goes with it: that alone is a bound here,
the floors of the rest are those of `tests/newsletter`. The best of some rounds counts as the time of a letter.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO

from docx import Document
from lxml import html
from markdown_it import MarkdownIt
from pypdf import PdfReader

from bot.newsletter import import_document
from bot.newsletter.reading import read_document
from tests.newsletter import letters, others, unseen
from tests.newsletter.formats import FORMATS
from tests.newsletter.letters import Letter
from tests.newsletter.measure import Measure, Tally, measure, total
from tests.newsletter.truth import Truth, truth_of

ROUNDS = 3
PAGES = 300  # of 3,000 characters
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


def told(name: str, found: Iterable[Letter], *, with_faults: bool) -> tuple[Measure, float, float]:
    """One set of letters: how well they are read, the seconds it takes, and those of the libraries alone."""
    measures, ours, theirs = [], 0.0, 0.0
    for letter in found:
        read, took = measured(letter, truth_of(letter.truth))
        print(line(letter.name, read, took))
        for fault in read.faults if with_faults else ():
            print(f"    {fault}")
        for wrong in read.confident:
            print(f"    WRONG WITH CONFIDENCE  {wrong}")
        measures.append(read)
        ours += took
        theirs += seconds(partial(text_alone, letter))
    print(line(name, total(measures), ours))
    return total(measures), ours, theirs


def long_one() -> None:
    """How long a newsletter of 300 pages takes, in each format."""
    letter = letters.letter("montelaro.md")
    text = letter.content.decode(letter.encoding)
    head, mark, items = text.partition("## Primo piano")
    body, _, _ = items.partition("\n---\n\n*")
    whole = head + "".join(
        mark + body.replace("\n### ", f"\n### {number}: ")
        for number in range(PAGES * 3_000 // len(mark + body) + 1)
    )
    document = read_document(whole.encode(), "lunga.md")
    papers = {"md": whole.encode()} | {
        ending: FORMATS[ending](whole, document) for ending in ("html", "docx", "pdf")
    }
    for ending, content in papers.items():
        start = time.perf_counter()
        found = import_document(content, f"lunga.{ending}", year=2025)
        took = time.perf_counter() - start
        print(f"{len(whole) // 3_000} pages as {ending}: {len(found.drafts)} items in {took:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", action="store_true", help="print what differs from the truth")
    with_faults = parser.parse_args().faults

    heads = (*KINDS, "confident", "ms")
    print(f"{'':<{WIDTH + 4}}" + "".join(f"{head:>{WIDTH}}" for head in heads))
    sets = (
        ("the ten", letters.letters()),
        ("others", others.letters()),
        ("unseen", unseen.letters()),
    )
    found = [told(name, each, with_faults=with_faults) for name, each in sets]
    ours = sum(took for _, took, _ in found)
    theirs = sum(alone for _, _, alone in found)
    print(f"the libraries alone {theirs * 1000:.1f} ms: {ours / theirs:.2f} times their time")
    long_one()
    if count := sum(len(each[0].confident) for each in found):
        print(f"{count} wrong dates with confidence; there may be none")
        sys.exit(1)


if __name__ == "__main__":
    main()
