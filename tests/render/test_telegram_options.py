"""How a Telegram channel shows its posts: the preview of the link, and hours without a sound."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.core.model import Channel, Preview, Quiet, Words
from bot.publishers.telegram import PARAMETERS, PREVIEW
from tests.render.build import TELEGRAM_IT, dates, day, item, post, rome

FESTA = item(dates("7 maggio", day(5, 7)), Words("Festa", link="https://a.it/festa"))
UNLINKED = item(dates("7 maggio", day(5, 7)), Words("Festa"))
NIGHT = Quiet(time(20), time(8))


def params(channel: Channel, hour: int = 10, minute: int = 0) -> dict[str, Any]:
    made = post(FESTA, channel, rome(5, 6, hour, minute)).request["params"]
    assert set(made) <= PARAMETERS["sendMessage"]
    assert set(made["link_preview_options"]) <= PREVIEW
    return dict(made)


@pytest.mark.parametrize(
    ("preview", "options"),
    [
        (Preview.BELOW, {"url": "https://a.it/festa"}),
        (Preview.ABOVE, {"url": "https://a.it/festa", "show_above_text": True}),
        (Preview.NONE, {"is_disabled": True}),
    ],
)
def test_the_preview_is_where_the_channel_wants_it(
    preview: Preview, options: dict[str, Any]
) -> None:
    assert params(replace(TELEGRAM_IT, preview=preview))["link_preview_options"] == options


def test_a_post_without_a_link_has_no_preview() -> None:
    made = post(UNLINKED, replace(TELEGRAM_IT, preview=Preview.ABOVE), rome(5, 6))

    assert made.request["params"]["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("hour", "minute", "is_quiet"),
    [(19, 59, False), (20, 0, True), (23, 59, True), (0, 0, True), (7, 59, True), (8, 0, False)],
)
def test_at_night_a_post_makes_no_sound(hour: int, minute: int, is_quiet: bool) -> None:
    made = params(replace(TELEGRAM_IT, quiet=NIGHT), hour, minute)

    assert made.get("disable_notification", False) is is_quiet
    assert ("disable_notification" in made) is is_quiet


def test_quiet_hours_within_a_day_end_within_it() -> None:
    lunch = replace(TELEGRAM_IT, quiet=Quiet(time(13), time(14, 30)))

    assert [hour for hour in range(24) if "disable_notification" in params(lunch, hour)] == [13, 14]
    assert "disable_notification" not in params(lunch, 14, 30)


def test_nothing_is_quiet_where_nobody_asks_for_it() -> None:
    assert "disable_notification" not in params(TELEGRAM_IT, 3)


def test_another_moment_may_be_another_request_and_the_same_moment_never() -> None:
    channel = replace(TELEGRAM_IT, quiet=NIGHT)

    assert (
        post(FESTA, channel, rome(5, 6, 10)).digest == post(FESTA, channel, rome(5, 6, 11)).digest
    )
    assert (
        post(FESTA, channel, rome(5, 6, 10)).digest != post(FESTA, channel, rome(5, 6, 21)).digest
    )
    assert (
        post(FESTA, channel, rome(5, 6, 21)).digest == post(FESTA, channel, rome(5, 6, 21)).digest
    )
