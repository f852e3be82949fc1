"""A cultural institute's month in Word: no style but bold, the day above the title, the place below it."""

from __future__ import annotations

from io import BytesIO
from typing import Final, NamedTuple

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tests.newsletter.letters.word import add_link


class Evening(NamedTuple):
    date: str
    title: str
    place: str  # "" = no such line
    text: str
    words: str = ""  # at the end of the text
    target: str = ""  # behind them


SECTIONS: Final[tuple[tuple[str, tuple[Evening, ...]], ...]] = (
    (
        "CINEMA",
        (
            Evening(
                "Mercoledì 8 aprile 2026, ore 19.30",
                "La ragazza del faro",
                "Kino Orbis, Langgasse 4",
                "Regia di Nino Cardellini, Italia 1962, 98 minuti, in italiano con sottotitoli. La pellicola fu "
                "proiettata per la prima volta il 2 settembre 1962.",
            ),
            Evening(
                "Mercoledì 15 aprile 2026, ore 19.30",
                "Pane e catrame",
                "Kino Orbis, Langgasse 4",
                "Regia di Lidia Sansoni, Italia 1978, 110 minuti. Copia restaurata nel 2019. Biglietti:",
                "www.kino-orbis.example.org",
                "https://www.kino-orbis.example.org",
            ),
        ),
    ),
    (
        "ARTE",
        (
            Evening(
                "Dal 10 aprile al 5 giugno 2026",
                "Elvira Santangelo. Carte e gessi",
                "Galleria dell'Istituto",
                "Inaugurazione giovedì 9 aprile alle 18.30. Cinquanta fogli e nove gessi della scultrice (Taranto, "
                "3 maggio 1931 – Basilea, 11 novembre 2004). Da lunedì a giovedì, ore 10-17; venerdì, ore 10-13.",
            ),
        ),
    ),
    (
        "LETTERATURA E SCIENZA",
        (
            Evening(
                "Martedì 14 aprile 2026, ore 19.00",
                "Dora Montanelli presenta «Il cortile dei gasometri»",
                "Libreria Zur Brücke",
                "Dialoga con l'autrice la traduttrice Ute Kranz. Il romanzo esce in tedesco il 13 aprile.",
            ),
            Evening(
                "Giovedì 16 aprile 2026, ore 17.00",
                "Giornata della ricerca italiana nel mondo",
                "Online",
                "Sei ricercatrici in sei minuti ciascuna. Il collegamento si riceve scrivendo a",
                "eventi@iic-marenberg.example.org",
                "mailto:eventi@iic-marenberg.example.org",
            ),
            Evening(
                "Giovedì 23 aprile 2026, dalle 10.00 alle 18.00",
                "Maratona di lettura per la Giornata del libro",
                "Biblioteca dell'Istituto",
                "Ognuno legge tre pagine. Ci si prenota entro il 20 aprile.",
            ),
        ),
    ),
    (
        "MUSICA",
        (
            Evening(
                "Sabato 18 aprile 2026, ore 20.00",
                "Quartetto Sereni",
                "Chiesa di San Martino",
                "Boccherini, Respighi e una prima assoluta. In collaborazione con la Società dei concerti, che "
                "festeggia i 150 anni.",
                "Prenotazioni",
                "https://prenota.example.com/iic/sereni",
            ),
            Evening(
                "Domenica 25 aprile 2026, ore 11.00",
                "Concerto per la Festa della Liberazione",
                "Giardino dell'Istituto",
                "Banda e coro della comunità italiana. Segue un rinfresco.",
            ),
        ),
    ),
    (
        "LINGUA",
        (
            Evening(
                "Iscrizioni fino al 24 aprile 2026",
                "Corsi di italiano: trimestre estivo",
                "",
                "Sedici corsi, dal livello A1 al C2. Le lezioni vanno dal 4 maggio al 10 luglio.",
                "Calendario e quote",
                "https://www.iic-marenberg.example.org/corsi/estate",
            ),
            Evening(
                "Giovedì 4 giugno 2026",
                "Certificazione di italiano: sessione estiva",
                "Sede dell'Istituto",
                "La scheda d'esame si consegna in segreteria. Per i minorenni firma un genitore.",
            ),
        ),
    ),
    (
        "AVVISI",
        (
            Evening(
                "Dal 3 al 6 aprile 2026",
                "Chiusura pasquale",
                "",
                "La biblioteca riapre martedì, gli uffici mercoledì.",
            ),
            Evening(
                "",
                "Borse di studio per la prossima estate",
                "",
                "Il bando non è ancora uscito. Quello del 2025 fu pubblicato il 19 maggio.",
            ),
        ),
    ),
)


def document() -> bytes:
    word = Document()
    word.core_properties.title = "Programma aprile"
    page = word.sections[0]
    page.header.paragraphs[0].text = "Istituto Italiano di Cultura di Marenberg"
    page.footer.paragraphs[
        0
    ].text = "Rebgasse 11, Marenberg – tel. 0888 555 900 – www.iic-marenberg.example.org"
    for line in ("Programma culturale", "Aprile 2026"):
        _add_centred(word, line)
    word.add_paragraph(
        "Care amiche, cari amici, l'ingresso è libero dove non si dice altro. Il programma di maggio sarà inviato il "
        "28 aprile."
    )
    for section, evenings in SECTIONS:
        _add_centred(word, section)
        for evening in evenings:
            _add(word, evening)
    word.add_paragraph(
        "In copertina: Santangelo al lavoro, fotografia del 12 marzo 1974 (archivio di famiglia)."
    )
    saved = BytesIO()
    word.save(saved)
    return saved.getvalue()


def _add_centred(word: DocxDocument, line: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(line).bold = True


def _add(word: DocxDocument, evening: Evening) -> None:
    if evening.date:
        word.add_paragraph(evening.date)
    word.add_paragraph().add_run(evening.title).bold = True
    if evening.place:
        word.add_paragraph().add_run(evening.place).italic = True
    text = word.add_paragraph(evening.text)
    if evening.target:
        text.add_run(" ")
        add_link(word, text, evening.words, evening.target)
    word.add_paragraph()  # an empty line keeps them apart
