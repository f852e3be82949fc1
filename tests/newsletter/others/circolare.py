"""A school's circular as Word with Italian styles makes it: years of two digits, a day struck out for another."""

from __future__ import annotations

from io import BytesIO
from typing import Final, NamedTuple

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from tests.newsletter.letters.word import add_link


class Notice(NamedTuple):
    title: str
    text: str  # `~so~` is struck out
    words: str = ""  # at the end of the text
    target: str = ""  # behind them


SECTIONS: Final[tuple[tuple[str, tuple[Notice, ...]], ...]] = (
    (
        "A. Viaggi e scambi",
        (
            Notice(
                "Mobilità a Valladolares (classi 3B e 3C)",
                "Partenza il 18/05/25 e rientro il 25/05/25. Le carte d'identità devono valere almeno fino al "
                "31/12/25. Accompagnano le prof.sse Nardi e Quaglia.",
            ),
            Notice(
                "Consegna delle domande per lo scambio con Tarbes",
                "La domanda, firmata da entrambi i genitori, si consegna entro e non oltre il 16/05/25. Lo scambio "
                "è previsto per marzo 2026.",
                "Modulo",
                "https://www.liceopontile.example.org/moduli/tarbes",
            ),
            Notice(
                "Uscita al museo di Ferrantia (classi prime)",
                "~Giovedì 15 maggio~ Giovedì 22 maggio, ritrovo h 7,45 al binario 2.",
            ),
        ),
    ),
    (
        "B. Lingue",
        (
            Notice(
                "Certificazioni di tedesco",
                "Gli esami si svolgono il 20 e il 22 maggio, ore 14.30, in aula 12. Chi si è iscritto dopo il "
                "28/02/25 sostiene la prova a settembre.",
            ),
            Notice(
                "Lettrici e lettori madrelingua: incontri con le famiglie",
                "Lunedì 5, martedì 6 e mercoledì 7 maggio, dalle 15 alle 17.",
            ),
            Notice(
                "Borse di studio «Alba Ferrero»",
                "Il bando del 10 aprile 2025 si rivolge ai nati dopo il 1° gennaio 2007. Domande entro le ore 12 del "
                "23 maggio a",
                "borse@liceopontile.example.org",
                "mailto:borse@liceopontile.example.org",
            ),
        ),
    ),
    (
        "C. Vita della scuola",
        (
            Notice(
                "Prova di evacuazione",
                "Si terrà nel mese di maggio, senza preavviso. L'ultima, il 14/11/24, è durata nove minuti: troppi.",
            ),
            Notice(
                "Assemblea d'istituto",
                "Mercoledì 9 maggio, dalla terza ora, in palestra.",
            ),
            Notice(
                "Saggio dell'orchestra",
                "Venerdì 30 maggio, 18,30-20,00, Auditorium Vivanti. Ingresso libero.",
            ),
            Notice(
                "Sospensione del ricevimento pomeridiano",
                "Come deliberato il 02/04/25, i docenti non ricevono più di pomeriggio a partire dal 19 maggio.",
            ),
            Notice(
                "Ultimo giorno di lezione",
                "Sabato 7 giugno, uscita alle 11. Le pagelle saranno in linea dal 14.",
            ),
            Notice(
                "Armadietti: da svuotare quanto prima",
                "Quello che si trova va in beneficenza.",
            ),
        ),
    ),
)


def document() -> bytes:
    word = Document()
    _italianise(word)
    page = word.sections[0]
    head, foot = page.header.paragraphs[0], page.footer.paragraphs[0]
    head.text = "Liceo statale «M. Pontile» – Via dei Cantieri 9 – C.F. 80012340999"
    foot.text = "Firma autografa sostituita a mezzo stampa ai sensi del d.lgs. 39 del 12/02/1993"
    word.add_paragraph("Prot. n. 3321 del 28/04/25")
    word.add_paragraph("Circolare n. 214 – Notizie di maggio 2025", style="Titolo circolare")
    word.add_paragraph("Alle famiglie, agli studenti, al personale. Sito, sezione Circolari.")
    for section, notices in SECTIONS:
        word.add_paragraph(section, style="Heading 1")
        for notice in notices:
            word.add_paragraph(notice.title, style="Heading 2")
            text = _add_text(word, notice.text)
            if notice.target:
                text.add_run(" ")
                add_link(word, text, notice.words, notice.target)
    word.add_paragraph("Circolari precedenti", style="Heading 1")
    for line in (
        "n. 213 del 22/04/25 – Ponte del 25 aprile",
        "n. 212 del 14/04/25 – Recupero dell'ora di scienze",
        "n. 211 del 09/04/25 – Elezioni suppletive",
    ):
        word.add_paragraph(line, style="Elenco circolari")
    word.add_paragraph("Il Dirigente scolastico, prof. Ettore Malagigi")
    saved = BytesIO()
    word.save(saved)
    return saved.getvalue()


def _italianise(word: DocxDocument) -> None:
    """Word in Italian keeps the English names of its own styles, but translates their ids."""
    translated = {"Heading1": "Titolo1", "Heading2": "Titolo2", "Normal": "Normale"}
    styles = word.styles.element
    for style in styles.iter(qn("w:style")):
        style.set(qn("w:styleId"), translated.get(style.styleId, style.styleId))
    for said in styles.iter(qn("w:basedOn"), qn("w:next")):
        said.set(qn("w:val"), translated.get(said.val, said.val))
    for name, base in (("Titolo circolare", "Heading 1"), ("Elenco circolari", "Normal")):
        own = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = word.styles[base]


def _add_text(word: DocxDocument, text: str) -> Paragraph:
    paragraph = word.add_paragraph()
    for place, piece in enumerate(text.split("~")):
        paragraph.add_run(piece).font.strike = bool(place % 2)
    return paragraph
