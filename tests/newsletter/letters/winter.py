"""An issue for two months as a Word document: the year in its header alone, titles that are bold paragraphs."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

from docx import Document
from docx.document import Document as DocxDocument
from docx.shared import Pt

from tests.newsletter.letters.word import add_link


class Piece(NamedTuple):
    title: str
    date: str  # a line in italics below the title; "" = none
    text: str
    words: str = ""  # at the end of the text
    target: str = ""  # behind them


SECTIONS: tuple[tuple[str, tuple[Piece, ...]], ...] = (
    (
        "In evidenza",
        (
            Piece(
                "Natale delle Nazioni: 20 casette, 20 città",
                "7 dicembre - 6 gennaio",
                "Piazza Vecchia torna un piccolo atlante: dal pan di zenzero di Bischofsried alle ceramiche di "
                "Nabeul. Tutti i giorni dalle 10 alle 20, il 24 e il 31 fino alle 17. Chiuso il 25 dicembre.",
                "Mappa delle casette",
                "https://natale.torreannia.example.org/mappa",
            ),
            Piece(
                "Torre Annia è Città europea del volontariato",
                "",
                "La notizia è arrivata il 21 novembre da Praga. La candidatura, presentata nel 2023, ha convinto la "
                "giuria per la rete delle portinerie di quartiere. Il programma dell'anno si conosce a febbraio.",
            ),
        ),
    ),
    (
        "Dicembre",
        (
            Piece(
                "Giornata internazionale dei migranti",
                "mercoledì 18 dicembre, ore 17.30",
                "Lettura pubblica delle lettere di chi è partito e di chi è arrivato. Sala Arazzi. "
                "Segue rinfresco a cura della scuola di italiano “Parole in cammino”.",
            ),
            Piece(
                "Concerto degli auguri con l'Orchestra giovanile di Szolgyán",
                "sabato 21 dicembre ore 21, Duomo",
                "Biglietti (5 €, il ricavato all'ambulatorio popolare) all'Ufficio turistico o su "
                "www.torreannia.example.org/auguri. Prevendita fino al 20.",
            ),
            Piece(
                "Bando Servizio civile universale: posticipata la scadenza",
                "nuova scadenza 12 dicembre ore 14",
                "Quattro posti nei progetti «Radici» e «Ponti». La vecchia scadenza era il 28 novembre. "
                "Per informazioni: 0444 55 66 77.",
                "Tutti i progetti",
                "https://scu.example.org/torreannia",
            ),
            Piece(
                "Capodanno in piazza",
                "dal 31 dicembre al 1° gennaio",
                "Si comincia alle 22, si finisce quando finisce la voce dei Matti Mattioli. Niente botti, grazie.",
            ),
        ),
    ),
    (
        "Gennaio",
        (
            Piece(
                "Scambio di maestri con Bischofsried",
                "13-17 gennaio",
                "Cinque maestre bavaresi nelle nostre scuole primarie; a marzo si ricambia.",
            ),
            Piece(
                "«Il futuro è un comune»: dialogo con Hélène Marchetti",
                "venerdì 17 gennaio, ore 18",
                "La sindaca di Pont-l'Abbé-sur-Orne racconta come si decide in tremila. Sala Arazzi, "
                "traduzione simultanea. Prenotarsi entro il 15 gennaio a eventi@torreannia.example.org.",
            ),
            Piece(
                "Giorno della Memoria",
                "lunedì 26 gennaio",
                "Posa di tre pietre d'inciampo in via dei Cappellai. Il programma delle scuole è sul sito.",
            ),
            Piece(
                "Corsi di lingua per adulti, II quadrimestre",
                "iscrizioni dal 7 al 24 gennaio",
                "Inglese, tedesco, arabo, LIS. Le lezioni partono a febbraio.",
                "qui",
                "https://corsi.torreannia.example.org",
            ),
            Piece(
                "Premio «Vela di carta» 2025 alla migliore traduzione",
                "entro il 31 gennaio",
                "Riservato alle traduzioni uscite tra il 1° gennaio e il 31 dicembre 2024.",
                "velacarta.example.org",
                "https://velacarta.example.org/",
            ),
        ),
    ),
)


def document() -> bytes:
    word = Document()
    word.styles["Normal"].font.name = "Garamond"
    section = word.sections[0]
    section.header.paragraphs[0].text = "Torre Annia nel mondo – n. 6, dicembre 2024 – gennaio 2025"
    section.footer.paragraphs[0].text = "Comune di Torre Annia – Servizio Relazioni esterne – p. 1"
    word.add_heading("Torre Annia nel mondo", 0)
    word.add_paragraph("Dicembre 2024 – gennaio 2025", style="Subtitle")
    word.add_paragraph(
        "L'anno si chiude con una buona notizia e il prossimo comincia presto. Buone feste, "
        "glædelig jul, честита Коледа!"
    )
    for name, pieces in SECTIONS:
        word.add_heading(name, 1)
        for piece in pieces:
            _add(word, piece)
    word.add_paragraph("_" * 40)
    foot = word.add_paragraph("Redazione: Servizio Relazioni esterne, via del Torrione 4. ")
    add_link(word, foot, "esteri@torreannia.example.org", "mailto:esteri@torreannia.example.org")
    word.add_paragraph("Il prossimo numero esce a fine gennaio.")
    saved = BytesIO()
    word.save(saved)
    return saved.getvalue()


def _add(word: DocxDocument, piece: Piece) -> None:
    title = word.add_paragraph().add_run(piece.title)
    title.bold, title.font.size = True, Pt(13)
    if piece.date:
        word.add_paragraph().add_run(piece.date).italic = True
    text = word.add_paragraph(piece.text)
    if piece.target:
        text.add_run(" ")
        add_link(word, text, piece.words, piece.target)
    word.add_paragraph()  # what people who press Enter twice leave behind
