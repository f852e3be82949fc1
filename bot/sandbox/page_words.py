"""The words of the page, and which of its languages a reader gets."""

from __future__ import annotations

from babel import Locale
from starlette.requests import Request

WORDS = {
    "it": {
        "rehearsal": "Prova generale",
        "intro": "Quello che leggerebbe chi segue i canali. Niente esce da questo computer.",
        "order": "In ordine di uscita, dal primo all'ultimo; ore di {zone}.",
        "channels": "Canali",
        "one": "{count} post",
        "many": "{count} post",
        "none": "Ancora nessun post.",
        "nobody": "Nessun canale: compariranno qui al primo post.",
        "latest": "All'ultimo",
        "edited": "modificato",
        "photo": "Immagine",
        "no_alt": "Immagine senza testo alternativo",
        "link": "Anteprima del link",
        "skip": "Vai ai post",
        "members": "Chat con le persone",
        "said_one": "{count} messaggio",
        "said_many": "{count} messaggi",
        "silence": "Ancora nessun messaggio.",
        "buttons": "Pulsanti",
        "write": "Scrivi un messaggio o un comando",
        "send": "Invia",
        "as_whom": "Scrivi e premi come membro di fantasia.",
        "refresh": "Aggiorna",
        "file": "File",
        "told": "a {name}",
    },
    "en": {
        "rehearsal": "Rehearsal",
        "intro": "What followers of the channels would read. Nothing leaves this computer.",
        "order": "In the order they went out, oldest first; times of {zone}.",
        "channels": "Channels",
        "one": "{count} post",
        "many": "{count} posts",
        "none": "No posts yet.",
        "nobody": "No channels: they will appear here with their first post.",
        "latest": "To the latest",
        "edited": "edited",
        "photo": "Image",
        "no_alt": "Image without alternative text",
        "link": "Link preview",
        "skip": "Skip to the posts",
        "members": "Chat with people",
        "said_one": "{count} message",
        "said_many": "{count} messages",
        "silence": "No messages yet.",
        "buttons": "Buttons",
        "write": "Write a message or a command",
        "send": "Send",
        "as_whom": "You write and press as a make-believe member.",
        "refresh": "Refresh",
        "file": "File",
        "told": "to {name}",
    },
}


def language_of(request: Request) -> str:
    """`?lang=`, else the first of the browser's languages that we have words for, else Italian."""
    asked = request.query_params.get("lang", "")
    if asked in WORDS:
        return asked
    ranked = []
    for place, entry in enumerate(request.headers.get("accept-language", "").split(",")):
        tag, _, weight = entry.partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(ranked) if tag in WORDS), "it")


def language_name(code: str, language: str) -> str:
    return Locale.parse(code).get_display_name(language) or code
