from __future__ import annotations

import pytest

from bot.core.text.telegram import CAPTION_LIMIT, LIMIT, length


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("Torino", 6), ("è", 1), ("e\u0301", 2), ("🎉", 2), ("🇮🇹", 4)]
)
def test_telegram_counts_utf_16_units(text: str, units: int) -> None:
    assert length(text) == units


def test_a_lone_surrogate_is_counted_and_not_refused() -> None:
    assert length("\ud83c") == 1


def test_a_caption_may_be_a_quarter_of_a_message() -> None:
    assert (LIMIT, CAPTION_LIMIT) == (4096, 1024)
