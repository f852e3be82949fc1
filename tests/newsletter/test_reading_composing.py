from __future__ import annotations

import pytest

from bot.newsletter.document import Kind
from bot.newsletter.reading.composing import Composer, Look
from bot.newsletter.reading.unreadable import Unreadable


def test_half_of_a_pair_is_no_character() -> None:
    composer = Composer()
    composer.words("Festa \ud83din\x00 piazza")
    composer.end()

    assert [block.text for block in composer.blocks] == ["Festa in piazza"]


def test_a_size_is_that_of_most_letters_and_an_empty_line_parts_blocks() -> None:
    composer = Composer()
    composer.words("Festa \n", Look(size=16.0))
    composer.words(" in", Look(size=9.0))
    composer.words("\n \n", Look(size=9.0))
    composer.words("piazza", Look(bold=True, target="#"))
    composer.end(Kind.HEADING, 2)

    one, other = composer.blocks
    assert (one.text, one.size, one.level) == ("Festa\nin", 16.0, 2)
    assert (other.text, other.bold, other.links[0].end) == ("piazza", ((0, 6),), 6)


def test_more_blocks_than_a_newsletter_has_are_refused() -> None:
    composer = Composer()
    for _ in range(20_000):
        composer.rule()

    with pytest.raises(Unreadable, match="longer than any newsletter"):
        composer.rule()


def test_more_characters_than_a_newsletter_has_are_refused() -> None:
    with pytest.raises(Unreadable, match="longer than any newsletter"):
        Composer().words("a" * 2_000_001)
