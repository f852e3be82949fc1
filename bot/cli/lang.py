"""In which language a command speaks: one decision, for all commands."""

from __future__ import annotations

import os

from bot.catalogs import LANGUAGES
from bot.cli.options import fail

# What decides the language of messages, the first that is set; POSIX, Base Definitions, 8.2.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def language_of(asked: str) -> str:
    """`it` or `en`: what is `asked` for (`--lang`), else BANDITORE_LANG, else what the locale says.

    A locale of any other language means English. Ends the command where another language is asked for.
    """
    for name, wanted in (
        ("--lang", asked),
        ("BANDITORE_LANG", os.environ.get("BANDITORE_LANG", "")),
    ):
        if wanted and wanted not in LANGUAGES:
            fail(f"{name} takes one of {', '.join(LANGUAGES)}, not {wanted!r}")
        if wanted:
            return wanted
    locale = next((os.environ[name] for name in _LOCALE if os.environ.get(name)), "")
    return "it" if locale.lower().startswith("it") else "en"
