"""A channel's public page, as a browser or a reader of it would get it."""

from __future__ import annotations

import httpx
from telegram import Bot

from tests.sandbox.conftest import Served


async def page(served: Served, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"{served.address.telegram_page}{path}")


async def test_a_public_channel_shows_its_messages_as_telegram_does(
    served: Served, bot: Bot
) -> None:
    await bot.send_message("@torino", "<b>Arte</b> &amp; città 🎉\nhttps://example.org/", "HTML")
    shown = await page(served, "/s/torino")
    assert shown.headers["content-type"].startswith("text/html")
    assert 'data-post="torino/1"' in shown.text
    assert 'datetime="2021-05-03T08:00:00+00:00"' in shown.text
    assert (
        '<b>Arte</b> &amp; città <i class="emoji"><b>🎉</b></i><br/>'
        '<a href="https://example.org/" target="_blank" rel="noopener">https://example.org/</a></div>'
    ) in shown.text


async def test_a_page_has_twenty_messages_and_leads_to_the_others(served: Served, bot: Bot) -> None:
    served.sandbox.limits.telegram_chat.limit = 99
    for number in range(23):
        await bot.send_message("@torino", str(number))
    await bot.delete_message("@torino", 23)
    latest = (await page(served, "/s/torino")).text
    assert latest.count("data-post=") == 20
    assert 'data-post="torino/23"' not in latest
    assert (await page(served, "/s/torino?before=3")).text.count("data-post=") == 2
    assert (await page(served, "/s/torino?after=20")).text.count("data-post=") == 2


async def test_what_is_no_public_channel_has_no_page(served: Served) -> None:
    answer = await page(served, "/s/nessuno")
    assert (answer.status_code, answer.headers["location"]) == (302, "/nessuno")
