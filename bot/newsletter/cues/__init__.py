"""The words by which a document tells what its parts are, one file a language; words only, never rules."""

from __future__ import annotations

from bot.newsletter.cues import en, it
from bot.newsletter.cues.words import Cues, Label

__all__ = ["CUES", "Cues", "Label"]

CUES = {cues.language: cues for cues in (it.CUES, en.CUES)}
