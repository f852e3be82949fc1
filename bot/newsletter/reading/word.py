"""DOCX -> a document: what Word shows and prints, with changes accepted and fields as they were last worked out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lxml import etree

from bot.newsletter.document import Block, Document, Kind
from bot.newsletter.reading.composing import Composer, Look, evened
from bot.newsletter.reading.package import Package, Relation, damaged
from bot.newsletter.reading.tables import LONGEST_CELL
from bot.newsletter.reading.word_styles import NO_STYLE, Styles, W, is_on

_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE: Final = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}graphic"
    "/{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
    "/{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
)
_CHOICE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_DUBLIN_CORE: Final = "{http://purl.org/dc/elements/1.1/}"

_TEXT: Final = {f"{W}tab": " ", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# What was deleted, or moved elsewhere, and what only says how things are set
_LEFT_OUT: Final = frozenset(
    W + name
    for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "rt")
)  # fmt: skip
_NEVER_IN_DATA: Final = tuple(f".//{W}{name}" for name in ("tbl", "drawing", "pict", "numPr"))
_ADDRESS: Final = re.compile(r'\bHYPERLINK\s+(?:"([^"]*)"|([^\s\\]\S*))')
_ANCHOR: Final = re.compile(r'\bHYPERLINK\b.*\\l\s+"([^"]*)"')


def read_docx(content: bytes) -> Document:
    """A document of Word 2007 or later. Raises Unreadable where it is damaged, or too long."""
    package = Package(content)
    names = {relation.kind: relation.target for relation in package.relations("").values()}
    name = names.get("officeDocument", "word/document.xml")
    root = package.part(name)
    if root is None or root.find(f"{W}body") is None:
        raise damaged()
    relations = package.relations(name)
    parts = {relation.kind: relation.target for relation in relations.values()}
    styles = Styles(package.part(parts.get("styles", "")))
    blocks = (
        *_around(package, styles, root, relations, "header"),
        *_Part(styles, relations).read(root),
        *_notes(package, styles, parts),
        *_around(package, styles, root, relations, "footer"),
    )
    properties = package.part(names.get("core-properties", ""))
    title = "" if properties is None else properties.findtext(f"{_DUBLIN_CORE}title") or ""
    return Document(blocks, evened(title))


def _around(
    package: Package,
    styles: Styles,
    root: etree._Element,
    relations: dict[str, Relation],
    kind: str,
) -> list[Block]:
    """What stands above or below the text of each page, each once."""
    blocks: list[Block] = []
    used = [found.get(f"{_R}id", "") for found in root.iter(f"{W}{kind}Reference")]
    for relation in dict.fromkeys(relations[name] for name in used if name in relations):
        part = package.part(relation.target)
        if part is not None:
            blocks += _Part(styles, package.relations(relation.target)).read(part)
    return [replace(block, is_header=True) for block in blocks]


def _notes(package: Package, styles: Styles, parts: dict[str, str]) -> list[Block]:
    """Footnotes and endnotes, after the text."""
    blocks: list[Block] = []
    for kind in ("footnotes", "endnotes"):
        part = package.part(parts.get(kind, ""))
        for note in part if part is not None else ():
            if note.get(f"{W}type") is None:  # others are the lines that part notes from the text
                blocks += _Part(styles, package.relations(parts[kind])).read(note)
    return blocks


class _Part:
    """One walk through a part of the package, element by element."""

    def __init__(self, styles: Styles, relations: dict[str, Relation]) -> None:
        self._styles = styles
        self._relations = relations
        self._composer = Composer()
        self._paragraph = NO_STYLE
        self._run = NO_STYLE
        self._links: list[str] = []  # what stands behind the words, the innermost last
        self._fields: list[_Field] = []  # those that have begun, the innermost last
        self._boxes: list[etree._Element] = []  # that hang on the paragraph, and follow it
        self._table: etree._Element | None = None  # the one of data whose rows are being read

    def read(self, root: etree._Element) -> tuple[Block, ...]:
        self._walk(root)
        self._close()
        return self._composer.blocks

    def _walk(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "end":
                if element is skipped:
                    skipped = None
                else:
                    self._end(element)
            elif self._is_left_out(element) or (
                element.tag == f"{W}txbxContent" and element is not root
            ):
                skipped = element
                walk.skip_subtree()
                if element.tag == f"{W}txbxContent":
                    self._boxes.append(element)
            else:
                self._begin(element)

    def _is_left_out(self, element: etree._Element) -> bool:
        if element.tag == _FALLBACK:
            # The same as the choice beside it, for programs of before 2010
            parent = element.getparent()
            return parent is not None and parent.find(_CHOICE) is not None
        if element.tag == f"{W}tr":
            return element.find(f"{W}trPr/{W}del") is not None
        return element.tag in _LEFT_OUT

    def _begin(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == f"{W}t":
            self._words((element.text or "").replace("\n", " "))
        elif tag == f"{W}r":
            self._run = self._styles.of_run(element.find(f"{W}rPr"), self._paragraph)
        elif tag == f"{W}p":
            self._begin_paragraph(element.find(f"{W}pPr"))
        elif tag in _TEXT:
            self._words(_TEXT[tag])
        elif tag == f"{W}br":
            self._break(element.get(f"{W}type", ""))
        elif tag == f"{W}hyperlink":
            self._links.append(self._target(element))
        elif tag == f"{W}fldSimple":
            self._begin_field()
            self._fields[-1].code = element.get(f"{W}instr", "")
            self._show_field()
        elif tag == f"{W}fldChar":
            self._field_char(element.get(f"{W}fldCharType", ""))
        elif tag == f"{W}instrText" and self._fields:
            self._fields[-1].code += element.text or ""
        elif tag in (f"{_DRAWING}inline", f"{_DRAWING}anchor"):
            self._picture(element)
        elif tag == f"{_VML}shape" and element.find(f"{_VML}imagedata") is not None:
            self._composer.image(element.get("alt", ""))
        elif tag == f"{W}tbl" and self._table is None and _is_of_data(element):
            self._close()
            self._table = element
        elif tag == f"{W}tr" and self._table is not None:
            self._composer.begin_row()

    def _end(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == f"{W}p":
            self._close()
            # The code of a field that never shows anything hides no more than its own paragraph
            for field in self._fields:
                field.is_shown = True
        elif tag == f"{W}r":
            self._run = self._paragraph
        elif tag == f"{W}hyperlink":
            self._links.pop()
        elif tag == f"{W}fldSimple":
            self._end_field()
        elif tag == f"{W}tc" and self._table is not None:
            self._composer.end_cell()
        elif tag == f"{W}tr" and self._table is not None:
            self._composer.end_row(element.find(f"{W}trPr/{W}tblHeader") is not None)
        elif element is self._table:
            self._table = None

    def _begin_paragraph(self, properties: etree._Element | None) -> None:
        self._close()
        self._paragraph = self._run = self._styles.of_paragraph(properties)
        on_new_page = None if properties is None else properties.find(f"{W}pageBreakBefore")
        if on_new_page is not None and is_on(on_new_page.get(f"{W}val", "1")):
            self._composer.rule()

    def _close(self) -> None:
        """Ends the paragraph; the text boxes that hang on it follow."""
        style = self._paragraph
        if style.heading:
            self._composer.end(Kind.HEADING, style.heading)
        elif style.entry:
            self._composer.end(Kind.BULLET, style.entry)
        else:
            self._composer.end()
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._walk(box)

    def _words(self, text: str) -> None:
        if self._run.is_hidden or any(not field.is_shown for field in self._fields):
            return
        bold = bool(self._run.is_bold or self._run.is_italic)
        target = self._links[-1] if self._links else None
        self._composer.words(
            text, Look(target, bold, self._run.size or 0.0, bool(self._run.is_struck))
        )

    def _break(self, kind: str) -> None:
        if kind == "page" and self._table is None:
            self._close()
            self._composer.rule()
        else:
            self._words("\n")

    def _picture(self, element: etree._Element) -> None:
        """A drawing may be a picture, or a frame around a text box."""
        if element.find(_PICTURE) is not None:
            said = element.find(f"{_DRAWING}docPr")
            self._composer.image("" if said is None else said.get("descr", ""))

    def _target(self, link: etree._Element) -> str:
        anchor = link.get(f"{W}anchor")
        relation = self._relations.get(link.get(f"{_R}id", ""))
        target = relation.target if relation else ""
        return f"{target}#{anchor}" if anchor else target

    def _field_char(self, kind: str) -> None:
        if kind == "begin":
            self._begin_field()
        elif kind == "separate" and self._fields:
            self._show_field()
        elif kind == "end" and self._fields:
            self._end_field()

    def _begin_field(self) -> None:
        self._fields.append(_Field())

    def _show_field(self) -> None:
        field = self._fields[-1]
        field.is_shown = True
        address, anchor = _ADDRESS.search(field.code), _ANCHOR.search(field.code)
        if address or anchor:
            target = (address[1] or address[2] or "") if address else ""
            self._links.append(f"{target}#{anchor[1]}" if anchor else target)
            field.is_link = True

    def _end_field(self) -> None:
        if self._fields.pop().is_link and self._links:
            self._links.pop()


class _Field:
    """Something that Word works out: its code comes first, then what it last gave."""

    def __init__(self) -> None:
        self.code = ""
        self.is_shown = False
        self.is_link = False


def _is_of_data(table: etree._Element) -> bool:
    """The same question as for a web page: two columns and two rows with a little text in each cell."""
    if any(table.find(path) is not None for path in _NEVER_IN_DATA):
        return False
    rows = [
        ["".join(text.text or "" for text in cell.iter(f"{W}t")) for cell in row.iter(f"{W}tc")]
        for row in table.iter(f"{W}tr")
    ]
    if any(len(text) > LONGEST_CELL for row in rows for text in row):
        return False
    return sum(sum(bool(text.strip()) for text in row) > 1 for row in rows) > 1
