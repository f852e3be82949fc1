"""A bulletin of a few pages as a PDF: an index, heads and feet, letters of five sizes, words cut at line ends.

The fonts that every PDF has know Latin-1 alone; hence straight quotes and plain hyphens.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from fpdf import FPDF
from fpdf.enums import Align


class Piece(NamedTuple):
    title: str
    date: str  # a line in italics below the title; "" = none
    text: str  # `[words](target)` is a link


SECTIONS: Final[tuple[tuple[str, tuple[tuple[str, tuple[Piece, ...]], ...]], ...]] = (
    (
        "Vita delle reti",
        (
            (
                "Città gemelle",
                (
                    Piece(
                        "Visita della delegazione di Vlorë-Plazh",
                        "dal 4 al 7 novembre",
                        "Il programma prevede la firma del protocollo sulla cooperazione portuale, una visita al "
                        "mercato ittico e un incontro con la comunità albanese. La cerimonia di firma è aperta al "
                        "pubblico: Sala dei Capitani, martedì 5 alle 11. Nel 2014, in occasione della prima visita, "
                        "gli ospiti furono accolti con una regata; stavolta ci si accontenta del traghetto.",
                    ),
                    Piece(
                        "Trent'anni con Kersgrund: un libro e una festa",
                        "sabato 9 novembre, ore 17",
                        'Presentazione del volume "Due porti, una corrente" con gli autori e proiezione di filmati '
                        "amatoriali. Ex Dogana, molo Vecchio. Informazioni e prenotazioni: "
                        "[gemellaggi@portoscuro.example.org](mailto:gemellaggi@portoscuro.example.org).",
                    ),
                ),
            ),
            (
                "Progetti europei",
                (
                    Piece(
                        "BLUE STAIRS: terzo incontro dei partner",
                        "14 e 15 novembre",
                        "Scale, rampe, ascensori: come si rende accessibile una città in salita? A Portoscuro si "
                        "incontrano sei città di mare. La sessione del 15 è in diretta su "
                        "[bluestairs.example.org](https://bluestairs.example.org/live).",
                    ),
                    Piece(
                        "GREEN NETS: consultazione pubblica sul piano d'azione",
                        "fino al 30 novembre",
                        "Che cosa fare delle reti da pesca abbandonate? Il questionario richiede sette minuti: "
                        "si compila [a questa pagina](https://greennets.example.org/consultazione).",
                    ),
                    Piece(
                        "Chiuso il progetto HARBOUR KIDS",
                        "",
                        "Il 18 ottobre si è svolto a Malmköping il convegno finale. In tre anni hanno partecipato "
                        "2.140 ragazzi; la relazione è scaricabile [dal sito](https://harbourkids.example.org/report.pdf).",
                    ),
                ),
            ),
        ),
    ),
    (
        "Opportunità",
        (
            (
                "Bandi e concorsi",
                (
                    Piece(
                        "Contributi alle scuole per gli scambi 2025",
                        "scadenza: 22 novembre 2024, ore 13",
                        "Fino a 1.800 euro per classe. La domanda si presenta solo in linea, "
                        "dal 4 novembre: [modulo](https://www.portoscuro.example.org/scambi2025).",
                    ),
                    Piece(
                        'Concorso fotografico "Il mio molo"',
                        "entro domenica 25 novembre",
                        "Una sola foto, orizzontale, senza filtri. Invio a foto@portoscuro.example.org.",
                    ),
                ),
            ),
            (
                "Formazione e incontri",
                (
                    Piece(
                        "Erasmus+ per adulti, questo sconosciuto",
                        "mercoledì 20 novembre, ore 15.30 - 17.30",
                        "In presenza (Biblioteca del Porto) e in diretta. Iscrizioni entro lunedì 18 su "
                        "www.portoscuro.example.org/adulti.",
                    ),
                    Piece(
                        "Corso base di LIS e di lingua dei segni internazionale",
                        "6, 13, 20 e 27 novembre, ore 18",
                        "Quattro lezioni di due ore. Posti: venti. Telefono: 0888 70 71 72.",
                    ),
                    Piece(
                        "Gita sociale a Isola Pelata",
                        "data da definire",
                        "Si parte quando il mare permette: avviso il giorno prima, alle 18, in bacheca.",
                    ),
                    Piece(
                        "Fiera della nautica povera",
                        "primavera 2025",
                        "È presto, ma c'è chi sta già verniciando. Regolamento in preparazione.",
                    ),
                ),
            ),
        ),
    ),
)
"""Sections, sections within them, and their items."""

COLUMN: Final = 84
"""Millimetres: narrow, so that many lines end within a word and some titles take two."""

FIRST_PAGES: Final = {"Vita delle reti": 2, "Opportunità": 3}
"""What the index says of each section."""

_CUT: Final = re.compile(r"(?<=[a-z][aeiou])(?=[bcdfglmnprstvz][aeiouàèìòù][a-z]{2})")


def with_cuts(text: str) -> str:
    """`text` with a soft hyphen wherever an Italian word may be cut, addresses and links left whole."""
    return " ".join(
        word if re.search(r"[./@\[\]]\S", word) else _CUT.sub("\xad", word)
        for word in text.split(" ")
    )


class Page(FPDF):
    """Each page has a head and a foot, as a word processor's page has."""

    def header(self) -> None:
        self.set_font("Helvetica", "", 8)
        self.cell(
            0, 6, "Il Bollettino di Portoscuro - novembre 2024", new_x="LMARGIN", new_y="NEXT"
        )
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", "", 8)
        self.cell(
            0,
            6,
            f"Comune di Portoscuro - Ufficio Politiche internazionali - pagina {self.page_no()}",
        )

    def say(self, text: str, size: float, style: str = "", *, after: float = 1) -> None:
        self.set_font("Helvetica", style, size)
        self.multi_cell(
            COLUMN,
            size * 0.5,
            text,
            align=Align.J if size == 10 and not style else Align.L,
            markdown="](" in text,
            new_x="LMARGIN",
            new_y="NEXT",
        )
        self.ln(after)


def document() -> bytes:
    page = Page(format=(148, 210))  # A5
    page.set_creation_date(datetime(2024, 10, 31, 12, tzinfo=UTC))
    page.set_title("Il Bollettino di Portoscuro")
    page.set_lang("it")
    page.add_page()
    page.say("Il Bollettino di Portoscuro", 24, "B")
    page.say("Notizie dal mondo, novembre 2024", 12, after=5)
    page.say("Indice", 14, "B")
    for section, groups in SECTIONS:
        page.say(section, 10, "B", after=0)
        for _, pieces in groups:
            for piece in pieces:
                page.say(f"{piece.title} {'.' * 6} {FIRST_PAGES[section]}", 9, after=0)
    page.add_page()
    for section, groups in SECTIONS:
        page.say(section, 18, "B", after=2)
        for group, pieces in groups:
            page.say(group, 14, "", after=2)
            for piece in pieces:
                page.say(piece.title, 12, "B", after=0)
                if piece.date:
                    page.say(piece.date, 10, "I", after=0)
                page.say(with_cuts(piece.text), 10, after=4)
    page.say(
        "Direttrice: Amalia Corsaro. Redazione: Molo Vecchio 1, Portoscuro, tel. 0888 70 71 70.\n"
        "Chiuso in tipografia il 31 ottobre 2024. Per non riceverlo più: www.portoscuro.example.org/no.",
        8,
    )
    return bytes(page.output())
