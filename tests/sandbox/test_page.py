"""The page of the feeds: what it shows, in which language, and that it runs nothing."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser

import httpx
import pytest
from telegram import Bot, LinkPreviewOptions

from bot.sandbox import Account, Chat, Sandbox, serve
from tests.sandbox.conftest import Clock, Served

VOID = {"meta", "link"}


class Checker(HTMLParser):
    """Keeps the elements with their attributes and fails where tags do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def count(self, tag: str) -> int:
        return sum(seen == tag for seen, _ in self.seen)


async def page(served: Served, path: str = "/", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=served.address.base) as http:
        return await http.get(path, headers=headers)


async def test_a_post_is_drawn_from_its_text_and_entities(served: Served, bot: Bot) -> None:
    await bot.send_message(
        "@torino",
        "<b>Città &lt;3</b> <a href='https://example.org/?a=1&amp;b=2'>tutte <i>le date</i></a>",
        parse_mode="HTML",
    )
    shown = (await page(served)).text
    assert (
        '<div class="text" lang="it"><b>Città &lt;3</b> '
        '<a href="https://example.org/?a=1&amp;b=2" rel="noreferrer">tutte <i>le date</i></a></div>'
    ) in shown


async def test_what_a_client_sends_never_becomes_markup(served: Served, bot: Bot) -> None:
    await bot.send_message("@torino", '<script>alert(1)</script> & "ecco"')
    answer = await page(served)
    assert "<script" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;ecco&#34;" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_a_link_that_runs_something_is_not_drawn_as_a_link(served: Served) -> None:
    entities = [{"type": "text_link", "offset": 0, "length": 3, "url": "javascript:alert(1)"}]
    async with httpx.AsyncClient() as http:
        given = {"chat_id": "@torino", "text": "qui", "entities": entities}
        url = f"{served.address.telegram}1234567890:SANDBOX-make-believe-token-00000000/sendMessage"
        assert (await http.post(url, json=given)).status_code == 200
    assert "javascript" not in (await page(served)).text


async def test_days_and_times_are_the_followers_own(served: Served, bot: Bot) -> None:
    served.clock.pass_by(hours=14, minutes=5)  # 22:05 UTC is past midnight in Rome
    await bot.send_message("@torino", "ciao")
    shown = (await page(served)).text
    assert '<time datetime="2021-05-04">martedì 4 maggio 2021</time>' in shown
    assert '<time datetime="2021-05-04T00:05:00+02:00">00:05</time>' in shown


async def test_followers_see_no_deleted_post_and_know_an_edited_one(
    served: Served, bot: Bot
) -> None:
    await bot.send_message("@torino", "sparito")
    await bot.send_message("@torino", "domani")
    await bot.delete_message("@torino", 1)
    await bot.edit_message_text("rinviato", "@torino", 2)
    shown = (await page(served)).text
    assert "sparito" not in shown
    assert "domani" not in shown
    assert "rinviato" in shown
    assert "modificato" in shown


async def test_x_shows_links_shortened_and_whole_behind(served: Served) -> None:
    link = "https://www.comune.torino.it/relazioni-internazionali/mostra"
    await asyncio.to_thread(served.x().create_tweet, text=f"Mostra: {link}")
    shown = (await page(served)).text
    assert f'Mostra: <a href="{link}" rel="noreferrer">comune.torino.it/relazioni…</a>' in shown
    assert "@torinonelmondo" in shown


async def test_a_preview_is_shown_unless_it_was_turned_off(served: Served, bot: Bot) -> None:
    await bot.send_message(
        "@torino",
        "https://example.org/a",
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert 'class="preview"' not in (await page(served)).text
    await bot.send_message("@torino", "https://example.org/b")
    assert 'class="preview"' in (await page(served)).text


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", "", "it"),
        ("/", "de-DE,en-GB;q=0.8,it;q=0.5", "en"),
        ("/", "en;q=0.3,it-IT", "it"),
        ("/?lang=en", "it", "en"),
        ("/?lang=xx", "en", "en"),
        ("/", "en;q=high", "it"),
    ],
)
async def test_the_page_speaks_the_readers_language(
    served: Served, path: str, accepted: str, language: str
) -> None:
    answer = await page(served, path, **{"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language


async def test_the_chosen_channel_is_marked_for_small_screens(served: Served) -> None:
    shown = (await page(served, "/?channel=x-torinonelmondo")).text
    assert shown.count('aria-current="page"') == 1
    assert re.search(r'class="column x chosen" aria-labelledby="x-torinonelmondo"', shown)


async def test_the_style_is_its_own(served: Served) -> None:
    answer = await page(served, "/feed.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "url(" not in answer.text
    assert "@import" not in answer.text


@pytest.mark.parametrize("posts", [0, 1, 300])
async def test_the_page_holds_together_with_any_number_of_posts(posts: int) -> None:
    clock = Clock()
    account = Account.make_believe("torinonelmondo")
    sandbox = Sandbox(now=clock, chats=[Chat(-1001, username="torino")], accounts=[account])
    async with serve(sandbox) as address, httpx.AsyncClient(base_url=address.base) as http:
        bearer = {"authorization": f"Bearer {account.bearer}"}
        for number in range(posts):
            clock.pass_by(hours=1)
            await http.post("/2/tweets", json={"text": f"Post {number}"}, headers=bearer)
        shown = Checker((await http.get("/")).text)
    assert shown.count("article") == posts
    assert shown.count("section") == 2
    assert shown.count("h1") == 1
    ids = [attributes["id"] for _, attributes in shown.seen if "id" in attributes]
    assert len(ids) == len(set(ids))


async def test_a_page_without_channels_says_so() -> None:
    async with serve(Sandbox(now=Clock())) as address, httpx.AsyncClient() as http:
        assert "Nessun canale" in (await http.get(address.page)).text
