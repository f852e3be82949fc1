"""A museum's season over the turn of the year as a PDF of one column: the day stands below the text, in small letters.

The fonts that every PDF has know Latin-1 alone; hence straight quotes and plain hyphens.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from fpdf import FPDF


class Piece(NamedTuple):
    title: str
    text: str  # `[words](target)` is a link
    line: str  # the last one, in italics: day and place; "" = none


SECTIONS: Final[tuple[tuple[str, tuple[Piece, ...]], ...]] = (
    (
        "Mostre",
        (
            Piece(
                "Tela di lino, tela di ragno",
                "Settanta tessuti della collezione, usciti dai depositi per la prima volta dal lascito del 4 marzo "
                "1911, accanto a otto ragni vivi e al lavoro. A cura di Bice Lombardini.",
                "6 dicembre 2025 - 22 febbraio 2026 | Sale del pianterreno",
            ),
            Piece(
                "Le mappe del notaio Ferri",
                "Doveva chiudere il 30 novembre. Visto il concorso di pubblico, si può vedere ancora per qualche "
                "settimana la più bella raccolta di confini sbagliati della regione.",
                "Prorogata fino al 18 gennaio 2026 | Sala delle Carte",
            ),
        ),
    ),
    (
        "Incontri",
        (
            Piece(
                "Conversazione con il restauratore",
                "Fausto Abbate racconta il ritratto della contessa Irene, restituito al museo il 9 ottobre 2025 dopo "
                "due anni di lavoro. Posti: venticinque.",
                "Giovedì 11 dicembre 2025, ore 17.30 | Laboratorio di restauro",
            ),
            Piece(
                'Presentazione del catalogo "Fili"',
                "Con le autrici e l'editore. Il volume è in vendita al museo e "
                "[dall'editore](https://www.edizioniruota.example.org/fili).",
                "Venerdì 16 gennaio 2026, ore 18 | Sala delle Carte",
            ),
            Piece(
                "Come si legge un ritratto",
                "Due mattine con Sara Olmi, per chi non sa niente di pittura e non se ne vergogna.",
                "Sabato 7 e 14 febbraio 2026, ore 10.30 | Pinacoteca",
            ),
        ),
    ),
    (
        "Bambini e famiglie",
        (
            Piece(
                "Piccoli tessitori",
                "Dai cinque anni in su. Si torna a casa con un segnalibro. Prenotazioni: 0888 555 710.",
                "Domenica 14 dicembre 2025, dalle 15 alle 16.30 | Aula didattica",
            ),
            Piece(
                "Una notte al museo",
                "Con il sacco a pelo, la torcia e un adulto ogni quattro bambini. Ci si iscrive "
                "[a questa pagina](https://www.museotorrealba.example.org/notte) fino al 17 gennaio.",
                "Sabato 24 gennaio 2026, ore 20.30 | Pinacoteca",
            ),
            Piece(
                "Compleanni tra i quadri",
                "Torta, caccia al tesoro e nessun vetro rotto, finora.",
                "Ogni sabato e domenica pomeriggio | Aula didattica",
            ),
        ),
    ),
    (
        "Visite",
        (
            Piece(
                "Prima domenica del mese: visita guidata",
                "La visita è compresa nel biglietto, che quel giorno è gratuito.",
                "7 dicembre 2025, 4 gennaio 2026, 1 febbraio 2026 | Biglietteria",
            ),
            Piece(
                "Gita alle filande di Valbruna",
                "In pullman, con sosta per il pranzo. Quota: 35 euro.",
                "Domenica 22 gennaio 2026, ore 8 | Piazzale della stazione",
            ),
        ),
    ),
    (
        "Dal museo",
        (
            Piece(
                "Un telaio del Settecento",
                "È il dono degli eredi Sacchi, consegnato il 3 novembre 2025. Sarà esposto quando si sarà capito come "
                "farlo passare dalla porta.",
                "",
            ),
            Piece(
                "Cercansi custodi volontari",
                "Due ore la settimana, una sedia e una stufa. Si scrive a "
                "[volontari@museotorrealba.example.org](mailto:volontari@museotorrealba.example.org).",
                "",
            ),
        ),
    ),
)


class Page(FPDF):
    """An A4 page with a foot and, but for the first, a head."""

    def header(self) -> None:
        self.set_font("Helvetica", "", 8)
        self.cell(0, 6, "Museo civico di Torrealba - Notiziario", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", "", 8)
        self.cell(0, 6, f"Notiziario n. 48 - pagina {self.page_no()}", align="C")

    def say(self, text: str, size: float, style: str = "", *, after: float = 0) -> None:
        self.set_font("Helvetica", style, size)
        self.multi_cell(
            0,
            size * 0.5,
            text,
            align="L",
            markdown="](" in text,
            new_x="LMARGIN",
            new_y="NEXT",
        )
        self.ln(after)


def document() -> bytes:
    page = Page(format="A4")
    page.set_creation_date(datetime(2025, 11, 24, 10, tzinfo=UTC))
    page.set_title("Notiziario")
    page.set_lang("it")
    page.set_margins(25, 18)
    page.add_page()
    page.say("Inverno al museo", 26, "B", after=2)
    page.say("Notiziario del Museo civico di Torrealba, dicembre 2025 - febbraio 2026", 11, after=7)
    for section, pieces in SECTIONS:
        page.say(section, 18, "B", after=2)
        for piece in pieces:
            with page.unbreakable() as whole:
                whole.say(piece.title, 13, "B", after=1)
                whole.say(piece.text, 11, after=1)
                if piece.line:
                    whole.say(piece.line, 10, "I")
                whole.ln(5)
    page.say("Orari e biglietti", 13, "B", after=1)
    page.say(
        "Da mercoledì a domenica, ore 10-17; chiuso il 25 dicembre e il 1° gennaio. Intero 6 euro, ridotto 4; i prezzi "
        "valgono fino al 31 dicembre 2026.",
        10,
        after=4,
    )
    page.say(
        "Direttrice responsabile: Bice Lombardini. Registrazione del Tribunale n. 7 del 21 febbraio 2003. Finito di "
        "stampare il 24 novembre 2025. Fotografie: Studio Lampo, 2 giugno 2024.",
        8,
    )
    return bytes(page.output())
