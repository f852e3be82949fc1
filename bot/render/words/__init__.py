"""The words of each language, one file a language; what a post says of its own accord stands there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.render.words import en, it
from bot.render.words.vocabulary import Vocabulary

VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType({"it": it.WORDS, "en": en.WORDS})
"""By language code (ISO 639-1)."""

__all__ = ["VOCABULARIES", "Vocabulary"]
