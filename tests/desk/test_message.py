"""A message to admins fits into what Telegram takes, and keeps its beginning and its end."""

from __future__ import annotations

import pytest

from bot.core.text.telegram import LIMIT
from bot.desk.matter import Kind, Matter
from bot.desk.message import of_matter, of_settled
from bot.desk.words import LANGUAGES
from bot.render.markup import html
from tests.core.build import ROME

LONG = "la stessa cosa " * 1000


def rejected(reason: str) -> Matter:
    return Matter(
        Kind.REJECTED,
        "1",
        {"item": "festa", "name": "Festa", "channel": "telegram-it", "reason": reason},
    )


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_however_long_a_reason_is_the_message_fits(code: str) -> None:
    language = LANGUAGES[code]
    for message in (
        of_matter(rejected(LONG), language, ROME),
        of_settled(rejected(LONG), "", language, ROME),
    ):
        assert len(message.html) <= LIMIT
        assert "Festa" in message.html


def test_what_to_do_is_said_however_long_the_rest_is() -> None:
    language = LANGUAGES["it"]
    message = of_matter(rejected(LONG), language, ROME)
    assert message.html.endswith(html(message.blocks[-1:]))


def test_a_reason_is_text_whatever_stands_in_it() -> None:
    message = of_matter(rejected("<b>{0} %s {name}</b> & \u202e"), LANGUAGES["it"], ROME)
    assert "&lt;b&gt;{0} %s {name}&lt;/b&gt; &amp;" in message.html


def test_two_matters_whose_reasons_differ_at_their_end_alone_are_two() -> None:
    one, other = (Matter(Kind.HELD, f"festa/{LONG}{end}") for end in "ab")
    assert one.subject != other.subject
    assert len(one.subject) == len(other.subject) == 512
