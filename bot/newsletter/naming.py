"""Ids, titles and places: what an item is called, and where it is."""

from __future__ import annotations

import re
import unicodedata

from bot.core.said import said
from bot.newsletter.cues import CUES
from bot.newsletter.drafts import Question
from bot.newsletter.edition import Edition
from bot.newsletter.lines import Line
from bot.newsletter.marks import first_date, label_of

# Ids are typed and read by people; the loader takes up to 100.
_LONGEST_ID = 48
_SMALL = frozenset(
    [
        "il",
        "lo",
        "la",
        "i",
        "gli",
        "le",
        "l",
        "un",
        "una",
        "uno",
        "di",
        "a",
        "da",
        "in",
        "con",
        "su",
        "per",
        "tra",
        "fra",
        "del",
        "dello",
        "della",
        "dei",
        "degli",
        "delle",
        "al",
        "allo",
        "alla",
        "ai",
        "agli",
        "alle",
        "dal",
        "dalla",
        "nel",
        "nella",
        "sul",
        "sulla",
        "e",
        "ed",
        "o",
        "the",
        "a",
        "an",
        "of",
        "and",
        "to",
        "for",
        "in",
        "on",
        "at",
        "with",
        "by",
        "from",
        "d",
        "dell",
        "all",
        "nell",
        "sull",
        "dall",
        "un",
    ]
)
_PARTS = re.compile(r"[a-z0-9]+")
_EDGES = " \t\n–—-:|,;·•*_.>→"


def slug(title: str, taken: set[str]) -> str:
    """An id made of the words of a title, other than those in `taken`."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ł", "l").replace("ß", "ss"))
    words = _PARTS.findall("".join(c for c in plain if not unicodedata.combining(c)))
    telling = [word for word in words if word not in _SMALL] or words
    made = ""
    for word in telling:
        longer = f"{made}-{word}" if made else word[:_LONGEST_ID]
        if len(longer) > _LONGEST_ID:
            break
        made = longer
    made = made or "voce"
    free, number = made, 2
    while free in taken:
        free, number = f"{made}-{number}", number + 1
    return free


_APART = tuple("–—-:|,(.")


def title_of(line: Line, edition: Edition) -> str:
    """A title without the date that stands in it, where it stands at an end."""
    text = " ".join(line.text.split())
    labelled = label_of(text, line.language)
    if labelled is not None and labelled.label.value == "title":
        text = labelled.value
    if line.date is not None and line.date.rest:
        return line.date.rest
    found = first_date(text, edition, line.language)
    if found is None or not (found[0].is_day or found[0].when is None):
        return text
    _, start, end = found
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1], after[1:]
    is_apart = before[-1:] in _APART if before else after[:1] in _APART
    if not is_apart and not (before and after[:1] in ("–", "—", "|", ":")):
        return text
    if sum(map(str.isalpha, before)) < 3 and after.strip(_EDGES):
        return after.strip(_EDGES) if after[:1] in _APART else text
    if before and after.strip(_EDGES):
        joined = f"{before.strip(_EDGES)} {after.strip()}" if after[:1] in "–—-:|," else ""
        rest = after.strip(_EDGES)
        # `Laboratorio, sabato 14 giugno, biblioteca`: what stands before is the title
        return before.strip(_EDGES) if joined or rest else text
    bare = (before or after).strip(_EDGES)
    return bare if sum(map(str.isalpha, bare)) >= 3 else text


_CAPITAL = r"(?:[A-ZÀ-Ý0-9«\"“][\w'’.\-]*)"


def place_in(text: str, language: str) -> str:
    """The name behind `presso`; "" where none stands there clearly."""
    cues = CUES[language]
    joins = "|".join(re.escape(word) for word in sorted(cues.joins, key=len, reverse=True))
    before = "|".join(re.escape(word) for word in cues.at_place)
    articles = r"(?:(?:il|lo|la|i|gli|le|the)\s+|l['’]\s*)?" if language == "it" else r"(?:the\s+)?"
    pattern = re.compile(
        rf"(?<!\w)(?:{before})\s+{articles}(?P<place>{_CAPITAL}(?:\s+(?:(?:{joins})\s*)*{_CAPITAL}|\s*[dl]['’]{_CAPITAL})*)"
    )
    found = pattern.search(text)
    if found is None:
        return ""
    place = found["place"].strip(" ,.")
    if language == "en" and len(place.split()) < 2:
        return ""
    return place if 4 <= len(place) <= 90 and not place[0].isdigit() else ""


_PIN = re.compile(r"📍\uFE0F?\s*(?P<place>[^\U0001F300-\U0001FAFF\u2600-\u27BF|·•\n]{3,80})")
_BEHIND_HOUR = re.compile(r"\s*[,·–—|-]\s*(?P<place>[^.;,()·|]{4,60})(?:[.;,)·|]|$)")


def marked_place(text: str, language: str) -> str:
    """What stands behind 📍, or behind an hour with which a line begins: `Ore 17.30, piazza del Pozzo.`"""
    pin = _PIN.search(text)
    if pin is not None:
        return pin["place"].strip(" ,.")
    clock = CUES[language].clock.match(text)
    found = _BEHIND_HOUR.match(text, clock.end()) if clock is not None else None
    place = found["place"].strip() if found is not None else ""
    return place if place[:1].isalpha() and not CUES[language].clock.search(place) else ""


def online_in(text: str, language: str) -> str:
    """The word by which a text says that followers take part from where they are."""
    found = CUES[language].any_of["online"].search(text)
    return found[0] if found else ""


def no_title(text: str) -> tuple[str, Question]:
    """The beginning of a text that has no title, and that it has none."""
    words = text.split()
    made = ""
    for word in words:
        if len(made) + len(word) > 80:
            break
        made = f"{made} {word}".strip()
    return made.rstrip(",;:–—-"), Question(
        "title", said("the document has no title for this: what is it?")
    )
