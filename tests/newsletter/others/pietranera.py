"""A village's winter as a Word document: a table without lines sets it, text boxes stand about it."""

from __future__ import annotations

from io import BytesIO
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml import parse_xml
from docx.shared import Cm

from tests.newsletter.letters.word import add_link


class Row(NamedTuple):
    date: str  # the left column; each line is a paragraph of its own
    title: str  # the right column begins with it, in bold
    text: str = ""
    words: str = ""  # at the end of the text
    target: str = ""  # behind them


ROWS: Final[tuple[Row, ...]] = (
    Row(
        "sab\n6\ndicembre",
        "Accensione dell'albero",
        "Ore 17,30, piazza del Pozzo. Cioccolata per chi canta.",
    ),
    Row(
        "dal 6 dicembre\nal 6 gennaio",
        "I presepi nelle cantine",
        "Ventisei cantine, compresa quella del notaio. Mappa a 2 euro o su",
        "www.pietranera.example.org/presepi",
        "https://www.pietranera.example.org/presepi",
    ),
    Row(
        "8 dic.",
        "Mercatino dell'Immacolata",
        "Dalle 9 alle 18, lungo via Maestra. Chi vuole un banco chiami entro il 30 novembre: 0888 555 260.",
    ),
    Row(
        "dom 14",
        "Camminata dei cento lumi",
        "Partenza h 16.45 dal lavatoio. Lo scorso anno (15 dicembre 2024) eravamo in 180.",
    ),
    Row(
        "dal 20 dicembre 2025\nal 10 gennaio 2026",
        "Pista di ghiaccio",
        "Noleggio pattini 3 euro. Campo sportivo.",
    ),
    Row(
        "24 dicembre",
        "Vin brulé dopo la messa",
        "Sagrato di San Rocco. Offre il Gruppo Alpini, fondato il 4 ottobre 1931.",
    ),
    Row(
        "31 dicembre -\n1 gennaio",
        "Veglione in palestra",
        "Cenone, lotteria, orchestra Bruni. Prenotazioni entro il 27 dicembre:",
        "veglione@pietranera.example.org",
        "mailto:veglione@pietranera.example.org",
    ),
    Row("6\ngennaio", "Arriva la Befana", "Alle 15 in piazza del Pozzo, in elicottero o quasi."),
    Row("sabato\n18 gennaio", "Sagra della polenta nera", "Padella da due metri. Ex Consorzio."),
    Row("25 genn.", "Pranzo sociale", "Trattoria del Cervo, ore 12.30."),
    Row("data da definire", "Corso di innesto", "Quando la luna vuole."),
    Row(
        "", "Cercansi pastori per il presepe vivente", "Anche con pecora propria. Tel. 0888 555 261"
    ),
)

MASTHEAD: Final = "PRO LOCO DI PIETRANERA IN VALLE"
HISTORY: Final = (
    "Accadde il 26 dicembre 1956",
    "La grande nevicata: tre metri in una notte. Il postino arrivò il 9 gennaio.",
)
SPONSOR: Final = (
    "Lo sponsor",
    "Sci e Scarponi, via Maestra 14: saldi dal 3 gennaio, -30% ai tesserati.",
)


def document() -> bytes:
    word = Document()
    word.core_properties.title = "volantino_def_DEF2"
    _add_box(word, MASTHEAD)
    word.add_paragraph("Inverno a Pietranera, dicembre 2025 - gennaio 2026").runs[0].bold = True
    table = word.add_table(rows=len(ROWS), cols=2)  # "Normal Table": no lines
    table.autofit = False
    for cells, row in zip((each.cells for each in table.rows), ROWS, strict=True):
        date, text = cells
        date.width, text.width = Cm(3.5), Cm(12.5)
        first, *others = row.date.split("\n")
        date.paragraphs[0].add_run(first)
        for line in others:
            date.add_paragraph(line)
        text.paragraphs[0].add_run(row.title).bold = True
        body = text.add_paragraph(row.text)
        if row.target:
            body.add_run(" ")
            add_link(word, body, row.words, row.target)
    _add_box(word, *HISTORY)
    _add_box(word, *SPONSOR)
    word.add_paragraph(
        "Pro Loco di Pietranera in Valle, via Maestra 1 - aperto sabato 10-12 - "
        "stampato il 18/11/2025 in 600 copie"
    )
    saved = BytesIO()
    word.save(saved)
    return saved.getvalue()


def _add_box(word: DocxDocument, *lines: str) -> None:
    """A text box as Word stores it: twice, the second time for programs that know only the old drawings."""
    text = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    content = f"<w:txbxContent>{text}</w:txbxContent>"
    frame = (
        '<wp:inline><wp:extent cx="5400000" cy="900000"/><wp:docPr id="1" name="Casella di testo"/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp><wps:cNvSpPr txBox='1'/><wps:spPr/><wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline>"
    )
    run = parse_xml(
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:v="urn:schemas-microsoft-com:vml">'
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{frame}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    word.add_paragraph()._p.append(run)
