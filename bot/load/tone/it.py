"""Italian words that say nothing about where a link leads."""

from __future__ import annotations

VAGUE = (
    "clicca qui",
    "cliccate qui",
    "cliccare qui",
    "cliccando qui",
    "clicca sul link",
    "clicca al link",
    "cliccando sul link",
    "a questo link",
    "al seguente link",
    "link in basso",
    "leggi qui",
    "qui il link",
)
