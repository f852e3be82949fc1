"""The agenda of a university as a Word document: one table, a header row, months that run across it."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from docx import Document
from docx.document import Document as DocxDocument
from docx.table import _Row as TableRow

from tests.newsletter.letters.word import add_link


class Line(NamedTuple):
    date: str
    event: str
    place: str
    words: str = ""  # in the last column
    target: str = ""  # behind them; "" = they are no link


MONTHS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "Maggio",
        (
            Line(
                "mar 6",
                "Benvenuto agli studenti di scambio del secondo semestre",
                "Aula Magna",
                "programma",
                "https://www.unimarna.example.org/benvenuto",
            ),
            Line(
                "8-9",
                "Convegno “Costituzioni d'acqua: fiumi, confini, diritti”",
                "Collegio Farnetti",
                "www.unimarna.example.org/acqua",
            ),
            Line("13/05/2025", "Seminario di Tadeusz Wrona: Kant a Leopoli", "Aula 4"),
            Line(
                "mer 14, ore 15",
                "Sportello Erasmus+: come si legge un learning agreement",
                "online",
            ),
            Line(
                "entro il 23",
                "Premi di laurea «Bianca Orsetti» 2025",
                "",
                "bando",
                "https://www.unimarna.example.org/premi/orsetti",
            ),
            Line("da definire", "Visita del Rettore dell'Università di Kutaisi", "Rettorato"),
        ),
    ),
    (
        "Giugno",
        (
            Line(
                "lun 9 – ven 13",
                "Settimana internazionale del personale tecnico",
                "Sedi varie",
                "iscrizioni",
                "mailto:staffweek@unimarna.example.org",
            ),
            Line(
                "gio 18, ore 11",
                "Conferimento della laurea honoris causa a Salma Haddad",
                "Aula Magna",
            ),
            Line("31", "Chiusura delle candidature al Double Degree con Gand", "", "qui", "#"),
        ),
    ),
    (
        "Luglio",
        (
            Line(
                "1-12",
                "Scuola estiva 2025: Lingue minori d'Europa",
                "Polo di Monte Sordo",
                "sito",
                "https://minori.example.org",
            ),
            Line("metà mese", "Open day dei corsi in lingua inglese", "online"),
            Line(
                "15 luglio - 30 settembre",
                "Iscrizioni ai corsi di italiano L2",
                "Centro linguistico",
            ),
        ),
    ),
)
"""A month has its name in a merged row; the dates below it say the day alone."""


def document() -> bytes:
    word = Document()
    word.core_properties.title = "Agenda internazionale"
    section = word.sections[0]
    section.header.paragraphs[0].text = "Università di Marna — Area Relazioni Internazionali"
    word.add_heading("Agenda internazionale", 0)
    word.add_paragraph("Maggio – luglio 2025").runs[0].bold = True
    word.add_paragraph(
        "Care colleghe, cari colleghi, di seguito le iniziative comunicate dai Dipartimenti entro il 30 aprile. "
        "Segnalazioni per il prossimo numero: agenda@unimarna.example.org."
    )
    lines: list[str | Line] = []
    for month, rows in MONTHS:
        lines += [month, *rows]
    table = word.add_table(rows=1 + len(lines), cols=4)
    table.style = "Table Grid"
    _fill_header(table.rows[0])
    for row, line in zip(table.rows[1:], lines, strict=True):
        if isinstance(line, str):
            _fill_month(row, line)
        else:
            _fill(word, row, line)
    word.add_paragraph(
        "L'agenda è aggiornata al 5 maggio 2025. Gli orari non indicati si trovano alle pagine delle singole iniziative."
    )
    section.footer.paragraphs[0].text = "Via dei Chiostri 2, Marna · www.unimarna.example.org"
    saved = BytesIO()
    word.save(saved)
    return saved.getvalue()


def _fill_header(row: TableRow) -> None:
    for cell, name in zip(row.cells, ("Data", "Evento", "Luogo", "Link"), strict=True):
        cell.paragraphs[0].add_run(name).bold = True


def _fill_month(row: TableRow, month: str) -> None:
    row.cells[0].merge(row.cells[-1])
    row.cells[0].paragraphs[0].add_run(month.upper()).bold = True


def _fill(word: DocxDocument, row: TableRow, line: Line) -> None:
    date, event, place, link = row.cells
    date.text, event.text, place.text = line.date, line.event, line.place
    if line.target:
        add_link(word, link.paragraphs[0], line.words, line.target)
    else:
        link.text = line.words
