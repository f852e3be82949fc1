"""Italian, as a city office writes it."""

from __future__ import annotations

from datetime import time

from bot.render.words.vocabulary import Vocabulary


def clock(at: time) -> str:
    """`alle 11`, `alle 18.30`, `all’1`, `a mezzanotte`: with the preposition that the hour asks for."""
    if at.hour == 0 and at.minute == 0:
        return "a mezzanotte"
    hour = f"{at.hour}.{at.minute:02}" if at.minute else f"{at.hour}"
    return f"all’{hour}" if at.hour == 1 else f"alle {hour}"


_ABBREVIATIONS = (
    "art avv cfr dott dr ecc es gen ing int n nn on p pag pagg prof proff ps s sig sigg ss tel "
    "ven vol arch geom mons ca"
)

# Up to ten, numbers are written out.
_NUMBERS = dict(
    enumerate(["due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci"], start=2)
)

WORDS = Vocabulary(
    today="Oggi",
    today_at="Oggi {at}",
    from_today="Da oggi",
    tomorrow="Domani",
    tomorrow_at="Domani {at}",
    from_tomorrow="Da domani",
    weekdays=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    and_last="{some} e {last}",
    in_days="Tra {n} giorni",
    in_some={n: f"Tra {number} giorni" for n, number in _NUMBERS.items()}
    | {
        2: "Dopodomani",
        7: "Tra una settimana",
        14: "Tra due settimane",
        21: "Tra tre settimane",
        28: "Tra quattro settimane",
    },
    under_way="In corso",
    last_days="Ultimi giorni",
    last_day="Ultimo giorno",
    due_tomorrow="Scade domani",
    days_left="Mancano {n} giorni",
    left_some={n: f"Mancano {number} giorni" for n, number in _NUMBERS.items()}
    | {7: "Manca una settimana", 14: "Mancano due settimane"},
    amended="Aggiornamento",
    withdrawn="Annullato",
    this_week="Questa settimana",
    next_week="La prossima settimana",
    week_of="La settimana del {day}",
    month="Il mese in breve",
    others={n: f"e altri {number} appuntamenti" for n, number in _NUMBERS.items()}
    | {1: "e un altro appuntamento", 0: "e altri {n} appuntamenti"},
    whole_list="Tutto il programma",
    more="Maggiori informazioni",
    contact="Per informazioni: {contact}",
    pictured="Nell’immagine: {alt}",
    clock=clock,
    abbreviations=frozenset(_ABBREVIATIONS.split()),
)
