"""What python-docx has no call for: words with a link behind them."""

from __future__ import annotations

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph


def add_link(word: Document, paragraph: Paragraph, words: str, target: str) -> None:
    """Append `words` to `paragraph`, which belongs to `word`, with `target` behind them."""
    link = OxmlElement("w:hyperlink")
    target_id = word.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), target_id)
    link.append(paragraph.add_run(words)._r)
    paragraph._p.append(link)
