"""One newsletter in every format: its Markdown as a web page, a Word file, a PDF and plain text.

    python -m tests.newsletter.formats FILE.md [--year Y]

says which items each of them gives, and ends with 1 where they differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fpdf import FPDF
from markdown_it import MarkdownIt

from bot.newsletter import Imported, import_document
from bot.newsletter.document import Block, Document, Kind
from bot.newsletter.reading import read_document

_SIZES: Final = {1: 22.0, 2: 16.0, 3: 14.0, 4: 12.0}
_BODY: Final = 10.0


def web_page(text: str, _: Document) -> bytes:
    body = MarkdownIt("commonmark").enable("table").render(text)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode()


def word(_: str, document: Document) -> bytes:
    made, file = docx.Document(), BytesIO()
    for block in document.blocks:
        match block.kind:
            case Kind.HEADING:
                _runs(made.add_heading(level=min(block.level, 9)), block)
            case Kind.BULLET:
                _runs(made.add_paragraph(style="List Bullet"), block)
            case Kind.PARAGRAPH:
                _runs(made.add_paragraph(), block)
    made.save(file)
    return file.getvalue()


def _runs(paragraph: Any, block: Block) -> None:
    """The text of a block with its links and what is set off in it."""
    edges = {0, len(block.text)}
    edges |= {edge for link in block.links for edge in (link.start, link.end)}
    edges |= {edge for stretch in block.bold for edge in stretch}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        link = next((each for each in block.links if each.start <= start < each.end), None)
        run = paragraph.add_run(block.text[start:end])
        run.bold = any(first <= start < last for first, last in block.bold) or None
        if link is not None and link.target:
            address = paragraph.part.relate_to(
                link.target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            around = OxmlElement("w:hyperlink")
            around.set(qn("r:id"), address)
            around.append(run._r)
            paragraph._p.append(around)


def pdf(_: str, document: Document) -> bytes:
    made = FPDF()
    made.add_page()
    for block in document.blocks:
        size = _SIZES.get(block.level, _BODY) if block.kind is Kind.HEADING else _BODY
        is_bold = block.kind is Kind.HEADING or block.bold == ((0, len(block.text)),)
        made.set_font("Helvetica", "B" if is_bold else "", size)
        if block.kind in (Kind.HEADING, Kind.PARAGRAPH, Kind.BULLET):
            before = "- " if block.kind is Kind.BULLET else ""
            _written(made, before, block, size * 0.5)
            made.ln(size * 0.5 + 3)
    return bytes(made.output())


def _written(made: FPDF, before: str, block: Block, height: float) -> None:
    at = 0
    made.write(height, before)
    for link in sorted(block.links, key=lambda each: each.start):
        made.write(height, _latin(block.text[at : link.start]))
        words = _latin(block.text[link.start : link.end])
        made.write(height, words, link=link.target if link.target.startswith("http") else "")
        at = link.end
    made.write(height, _latin(block.text[at:]))


def _latin(text: str) -> str:
    """The fonts that every PDF has know no other letters."""
    even = str.maketrans("’‘“”–—…", "''\"\"--.")
    return text.translate(even).encode("latin-1", "replace").decode("latin-1")


def plain(_: str, document: Document) -> bytes:
    lines: list[str] = []
    for block in document.blocks:
        match block.kind:
            case Kind.HEADING:
                lines += [block.text, "=" * len(block.text), ""]
            case Kind.RULE:
                lines += ["-" * 40, ""]
            case Kind.BULLET:
                lines += [f"- {block.text}", ""]
            case Kind.PARAGRAPH:
                lines += [_with_addresses(block), ""]
    return "\n".join(lines).encode()


def _with_addresses(block: Block) -> str:
    """Plain text has no links: their addresses stand behind their words."""
    text = block.text
    for link in sorted(block.links, key=lambda each: -each.start):
        if link.target.startswith("http") and link.target not in text:
            text = f"{text[: link.end]} ({link.target}){text[link.end :]}"
    return text


FORMATS: Final[Mapping[str, Callable[[str, Document], bytes]]] = {
    "html": web_page,
    "docx": word,
    "pdf": pdf,
    "txt": plain,
}


def items(imported: Imported) -> list[tuple[str, str, str]]:
    """What has to be the same in every format: titles, dates and pages."""
    return [
        (_latin(each.title), _latin(each.when), each.link.rstrip("/")) for each in imported.drafts
    ]


def in_every_format(content: bytes, name: str, year: int | None) -> dict[str, Imported]:
    """The items of a Markdown newsletter, and of what it becomes in other formats."""
    text, document = content.decode("utf-8"), read_document(content, name)
    stem = name.rpartition(".")[0]
    found = {"md": import_document(content, name, year=year)}
    for ending, make in FORMATS.items():
        found[ending] = import_document(make(text, document), f"{stem}.{ending}", year=year)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--year", type=int)
    given = parser.parse_args(arguments)
    found = in_every_format(given.file.read_bytes(), given.file.name, given.year)
    own = items(found["md"])
    for title, when, link in own:
        print(f"{title:<72.72} {when:<32} {link}")
    differ = 0
    for ending, imported in found.items():
        others = [each for each in items(imported) if each not in own]
        missing = [each for each in own if each not in items(imported)]
        print(
            f"{ending}: {len(imported.drafts)} items, {len(missing)} missing, {len(others)} other"
        )
        for sign, each in [("-", each) for each in missing] + [("+", each) for each in others]:
            print(f"    {sign} {escape(' | '.join(each), quote=False)}")
        differ += bool(others or missing)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
