"""What the desk says to people, by language."""

from collections.abc import Mapping

from bot.desk.words.en import ENGLISH
from bot.desk.words.it import ITALIAN
from bot.desk.words.language import Language

__all__ = ["LANGUAGES", "Language"]

LANGUAGES: Mapping[str, Language] = {"it": ITALIAN, "en": ENGLISH}
