"""A chamber of commerce's list of missions and fairs as a PDF of two columns, with a box of dates to come.

The fonts that every PDF has know Latin-1 alone; hence straight quotes and plain hyphens.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from fpdf import FPDF


class Piece(NamedTuple):
    title: str
    line: str  # in italics below the title: place and date; "" = none
    text: str  # `[words](target)` is a link


Block = str | Piece
"""A section's name, or what stands in it."""

PAGES: Final[tuple[tuple[tuple[Block, ...], tuple[Block, ...]], ...]] = (
    (
        (
            "MISSIONI",
            Piece(
                "Missione imprenditoriale in Polonia",
                "Varsavia e Lodz, 13-16 ottobre 2025",
                "Incontri individuali con importatori di meccanica agricola. Adesioni entro il 19/09/2025: "
                "[modulo](https://estero.cciaa-marsica.example.org/polonia). Quota 950 euro. Nell'edizione del "
                "7-10 ottobre 2024 furono conclusi undici contratti.",
            ),
            Piece(
                "Incoming di compratori di vino dal Canada",
                "rinviato al 4 e 5 novembre (era 7-8 ottobre)",
                "Degustazioni a Palazzo Torlona. Riservato alle cantine iscritte prima del 31 dicembre 2023.",
            ),
            Piece(
                "Missione esplorativa in Ghana",
                "Accra, 05/11/25",
                "Una giornata con l'ambasciata e con la camera di Tema. Tel. 0888 555 830.",
            ),
        ),
        (
            "FIERE",
            Piece(
                "Collettiva alla fiera Verdemondo di Lipsia",
                "30 ottobre - 2 novembre 2025",
                "Sei stand di 9 mq. Si assegnano in ordine di arrivo, dal 15 settembre. Rimborso fino a 2.000 euro: "
                "[bando](https://estero.cciaa-marsica.example.org/verdemondo).",
            ),
            Piece(
                "Salone della pietra di Vilnalta",
                "Vilnalta (Lituania), mercoledì 8 - sabato 12 novembre",
                "Padiglione 4. Iscrizioni chiuse.",
            ),
            Piece(
                "Voucher fiere 2025, seconda finestra",
                "",
                "Domande dalle ore 10.00 del 22/09/25 fino a esaurimento dei fondi. Sono ammesse le fiere svolte "
                "tra il 01/01/25 e il 31/12/25. Determina n. 77 del 28/07/25.",
            ),
        ),
    ),
    (
        (
            "FORMAZIONE",
            Piece(
                "Incoterms senza lacrime",
                "webinar, 23/09/25, h 15-16.30",
                "Docente: Ilde Farris, trent'anni in dogana. [Iscrizioni](https://webinar.example.org/incoterms).",
            ),
            Piece(
                "Etichette: che cosa chiede il mercato americano",
                "giovedì 2 ottobre, ore 9.30-13, Sala Convegni",
                "Le regole cambiano dal 1° gennaio 2026. Partecipazione gratuita, "
                "prenotazioni a estero@cciaa-marsica.example.org.",
            ),
            Piece(
                "Sportello dogane",
                "ogni primo martedì del mese",
                "Su appuntamento.",
            ),
            Piece(
                "Pubblicato l'annuario dell'export provinciale",
                "",
                "Dati al 31 dicembre 2024, presentati il 10 luglio. "
                "[Scaricalo](https://estero.cciaa-marsica.example.org/annuario.pdf).",
            ),
        ),
        (
            "SAVE THE DATE",
            Piece("Giornata provinciale dell'export", "lunedì 17 novembre", ""),
            Piece("Collettiva al salone del giocattolo", "Norimberga, 27-31 gennaio 2026", ""),
            Piece("Missione in Vietnam", "date in via di definizione", ""),
            "LA RASSEGNA",
            Piece(
                'Il Centro Montano: "Aziende in volo"',
                "28 agosto 2025, pagina 7",
                "Intervista al presidente.",
            ),
        ),
    ),
)
"""For each page its two columns."""

COLUMNS: Final = (12.0, 108.0)
"""Millimetres from the left edge to each column."""

WIDTH: Final = 88.0
"""Of a column, in millimetres: some titles take two lines."""

TOP: Final = 34.0
"""Millimetres from the upper edge to the columns; on the first page the masthead stands above them."""


class Sheet(FPDF):
    """An A4 page with a head and a foot."""

    def header(self) -> None:
        self.set_font("Times", "", 8)
        self.cell(0, 5, "Estero & Mercati - n. 9 - settembre 2025", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("Times", "", 8)
        self.cell(0, 5, f"Camera di commercio della Marsica Alta - {self.page_no()}")

    def say(self, text: str, size: float, style: str = "") -> None:
        self.set_font("Times", style, size)
        self.multi_cell(
            WIDTH,
            size * 0.45,
            text,
            align="L",
            markdown="](" in text,
            new_x="LMARGIN",
            new_y="NEXT",
        )


def document() -> bytes:
    sheet = Sheet(format="A4")
    sheet.set_creation_date(datetime(2025, 9, 1, 9, tzinfo=UTC))
    sheet.set_title("Estero & Mercati")
    sheet.set_auto_page_break(False)
    for number, columns in enumerate(PAGES):
        sheet.set_left_margin(COLUMNS[0])
        sheet.add_page()
        if not number:
            sheet.set_font("Times", "B", 26)
            sheet.cell(0, 14, "Estero & Mercati")
        for left, blocks in zip(COLUMNS, columns, strict=True):
            sheet.set_left_margin(left)
            sheet.set_y(TOP)
            for block in blocks:
                _say(sheet, block)
    sheet.set_left_margin(COLUMNS[0])
    sheet.set_y(-26)
    sheet.say("Chiuso in redazione il 1 settembre 2025. Reg. Trib. n. 118 del 6/5/1994.", 8)
    return bytes(sheet.output())


def _say(sheet: Sheet, block: Block) -> None:
    if isinstance(block, str):
        sheet.say(block, 15, "B")
        sheet.ln(2)
        return
    sheet.say(block.title, 12, "B")
    if block.line:
        sheet.say(block.line, 10, "I")
    if block.text:
        sheet.say(block.text, 10)
    sheet.ln(4)
