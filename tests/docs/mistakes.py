"""Writes docs/mistakes.md and docs/errori-comuni.md: the mistakes that people make, and what each is told.

`python -m tests.docs.mistakes` writes both anew.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.cli.language import Language
from tests.docs.errors import ROOT, Files, printed

PAGES = {
    Language.ENGLISH: ROOT / "docs" / "mistakes.md",
    Language.ITALIAN: ROOT / "docs" / "errori-comuni.md",
}

ISSUE = "content/2021-05.yaml"

_HEADS = {
    Language.ENGLISH: """\
# Mistakes that people make

Each with the file, and with what `banditore check` prints of it: the file, line and column, what is wrong, the line
itself, and how to mend it. Nothing of a file with a mistake goes out. `banditore explain date` prints the page
that a message names. `python -m tests.docs.mistakes` writes this page anew, and a test keeps it true.
""",
    Language.ITALIAN: """\
# Errori comuni

Ciascuno con il file, e con ciò che ne dice `banditore check --lang it`: il file, la riga e la colonna, che cosa non va,
la riga stessa e come correggerla. Di un file con un errore non esce nulla. `banditore explain date` mostra la pagina
nominata da un messaggio. `python -m tests.docs.mistakes` riscrive questa pagina, e un test la tiene vera.
""",
}


class Mistake(NamedTuple):
    english: str
    italian: str
    line: int  # in the file, from 1: where it was made
    items: str  # what stands under `items:`
    head: str = "year: 2021\nlink: https://www.example.org/maggio\nitems:\n"
    encoding: str = "utf-8"

    @property
    def text(self) -> str:
        return self.head + self.items

    @property
    def files(self) -> Files:
        return {ISSUE: self.text.encode(self.encoding)}


def _item(*lines: str) -> str:
    return "".join(f"{line}\n" for line in ("  - id: festa", *lines))


_TITLE, _WHEN = "    title: Festa d'Europa", "    when: 7 maggio"

MISTAKES = (
    Mistake("A tab instead of spaces", "Una tabulazione al posto degli spazi", 5,
            _item("\ttitle: Festa d'Europa", _WHEN)),
    Mistake("No space after a colon", "Manca lo spazio dopo i due punti", 5,
            _item("    title:Festa d'Europa", _WHEN)),
    Mistake("A colon in a title", "I due punti in un titolo", 5,
            _item("    title: Europa: la festa", _WHEN)),
    Mistake("A day that does not exist", "Un giorno che non esiste", 6,
            _item(_TITLE, "    when: 31 giugno")),
    Mistake("The wrong weekday", "Il giorno della settimana sbagliato", 6,
            _item(_TITLE, "    when: sabato 7 maggio")),
    Mistake("A misspelt month", "Un mese scritto male", 6,
            _item(_TITLE, "    when: 7 magio")),
    Mistake("A date in figures", "Una data in cifre", 6,
            _item(_TITLE, "    when: 12/05/2021")),
    Mistake("An hour that could be a day", "Un'ora che potrebbe essere un giorno", 6,
            _item(_TITLE, "    when: 7 maggio 18")),
    Mistake("A range that ends before it begins", "Un periodo che finisce prima di cominciare", 6,
            _item(_TITLE, "    when: dal 12 al 5 maggio")),
    Mistake("A quotation mark that is not closed", "Virgolette che non si chiudono", 5,
            _item("    title: \"Festa d'Europa", _WHEN, "    where: \"Piazza Castello\"")),
    Mistake("An apostrophe between apostrophes", "Un apostrofo fra apostrofi", 5,
            _item("    title: 'L'Europa in piazza'", _WHEN)),
    Mistake("A bracket that is not closed", "Una parentesi che non si chiude", 6,
            _item(_TITLE, "    tags: [europa, musica", _WHEN)),
    Mistake("A title that begins with a bracket", "Un titolo che comincia con una parentesi", 5,
            _item("    title: [Bando] Volontari in Europa", _WHEN)),
    Mistake("A value that begins with '@'", "Un valore che comincia con '@'", 7,
            _item(_TITLE, _WHEN, "    contact: @torinogiovani")),
    Mistake("A value that begins with '&'", "Un valore che comincia con '&'", 5,
            _item("    title: & la festa continua", _WHEN)),
    Mistake("A tag written with '#'", "Un hashtag scritto con '#'", 7,
            _item(_TITLE, _WHEN, "    tags: [#europa, musica]")),
    Mistake("No '-' before the item", "Manca il '-' davanti alla notizia", 4,
            "  id: festa\n  title: Festa d'Europa\n  when: 7 maggio\n"),
    Mistake("No '-' before the second item", "Manca il '-' davanti alla seconda notizia", 7,
            _item(_TITLE, _WHEN, "    id: fiera", "    title: Fiera del libro", "    when: 8 maggio")),
    Mistake("A line indented too far", "Una riga troppo rientrata", 6,
            _item(_TITLE, "      when: 7 maggio")),
    Mistake("A line that goes on at the margin", "Un testo che continua a margine", 7,
            _item(_TITLE, "    summary: Musica e balli", "in tutta la città", _WHEN)),
    Mistake("A misspelt key", "Una chiave scritta male", 5,
            _item("    titel: Festa d'Europa", _WHEN)),
    Mistake("A capital letter in a status", "Una maiuscola nello stato", 5,
            _item("    status: Ready", _TITLE, _WHEN)),
    Mistake("A misspelt status", "Uno stato scritto male", 5,
            _item("    status: redy", _TITLE, _WHEN)),
    Mistake("The same id twice", "Lo stesso id due volte", 7,
            _item(_TITLE, _WHEN, "  - id: festa", "    title: Festa della musica", "    when: 21 giugno")),
    Mistake("An id with spaces and capitals", "Un id con spazi e maiuscole", 4,
            "  - id: Festa d'Europa\n    title: Festa d'Europa\n    when: 7 maggio\n"),
    Mistake("No link for an item that is ready", "Nessun link per una notizia pronta", 3,
            _item("    status: ready", _TITLE, _WHEN), head="year: 2021\nitems:\n"),
    Mistake("A link with a space", "Un link con uno spazio", 7,
            _item(_TITLE, _WHEN, "    link: https://www.example.org/festa europa")),
    Mistake("A link without its beginning", "Un link senza il suo inizio", 7,
            _item(_TITLE, _WHEN, "    link: www.example.org/festa")),
    Mistake("A channel that is not there", "Un canale che non c'è", 7,
            _item(_TITLE, _WHEN, "    channels: [telegram_it]")),
    Mistake("An image that is not there", "Un'immagine che non c'è", 7,
            _item(_TITLE, _WHEN, "    image: {file: images/piaza.jpg, alt: La piazza piena di gente}")),
    Mistake("An image without a description", "Un'immagine senza descrizione", 7,
            _item(_TITLE, _WHEN, "    image: {file: images/piazza.jpg}")),
    Mistake("A translation into a language that is not known", "Una traduzione in una lingua che non si conosce", 8,
            _item(_TITLE, _WHEN, "    translations:", "      fr: {title: La fête de l'Europe}")),
    Mistake("A file saved by an old editor (Windows-1252)", "Un file salvato da un vecchio editor (Windows-1252)", 5,
            _item("    title: Città aperta", _WHEN), encoding="cp1252"),
    Mistake("A space copied from Word", "Uno spazio copiato da Word", 5,
            _item("    title:\u00a0Festa d'Europa", _WHEN)),
)  # fmt: skip


def page(language: Language) -> str:
    """The page in `language`, as Markdown."""
    parts = [_HEADS[language]]
    for number, mistake in enumerate(MISTAKES, start=1):
        name = mistake.english if language is Language.ENGLISH else mistake.italian
        shown = printed(mistake.files, language)
        parts.append(
            f"\n## {number}. {name}\n\n```yaml\n{mistake.text}```\n\n```text\n{shown}```\n"
        )
    return "".join(parts)


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8")
