"""The desk says the same in every language."""

from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from bot.desk.chat.commands import menu
from bot.desk.matter import Action, Kind, Public
from bot.desk.words import LANGUAGES, Language
from bot.load.phrase import LANGUAGES as OF_CHANNELS

OTHERS = sorted(LANGUAGES.keys() - {"it"})


def facts(template: str) -> set[str]:
    """What stands in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def templates(language: Language) -> dict[str, str]:
    """Every template, by the path that leads to it."""
    found = {
        f"{name}/{key}": words
        for name in ("public", "actions", "optional", "changes", "phrases")
        for key, words in getattr(language, name).items()
    }
    for kind, told in language.kinds.items():
        found |= {f"kinds/{kind}/{each.name}": getattr(told, each.name) for each in fields(told)}
    return found


def test_every_language_that_admins_can_choose_has_words() -> None:
    assert set(LANGUAGES) == set(OF_CHANNELS)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_kind_and_every_button_has_words(language: Language) -> None:
    assert set(language.kinds) == set(Kind)
    assert set(language.public) == set(Public)
    assert set(language.actions) == set(Action)


@pytest.mark.parametrize("code", OTHERS)
def test_no_language_lacks_a_phrase_or_has_one_alone(code: str) -> None:
    assert templates(LANGUAGES[code]).keys() == templates(LANGUAGES["it"]).keys()


@pytest.mark.parametrize("code", OTHERS)
def test_the_same_facts_stand_in_the_words_of_every_language(code: str) -> None:
    of_it, of_other = templates(LANGUAGES["it"]), templates(LANGUAGES[code])
    different = {
        path: (facts(of_it[path]), facts(of_other[path]))
        for path in of_it
        if facts(of_it[path]) != facts(of_other[path]) or bool(of_it[path]) != bool(of_other[path])
    }
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_commands_are_offered_in_words_that_telegram_takes(language: Language) -> None:
    """https://core.telegram.org/bots/api#botcommand"""
    for name, about in menu(language):
        assert name.isascii()
        assert 1 <= len(about) <= 256
