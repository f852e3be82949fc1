"""Looks for a message on the page that Telegram shows of a public channel, https://t.me/s/<name>.

The page is nobody's promise: where it is missing, empty or not what it was, the answer is Unknown. It follows no
redirect, reads no more than two megabytes a page and sends no credentials.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Final

import httpx

from bot.core.model import Published, Unknown
from bot.publishers.base import Sought, Timeouts
from bot.publishers.looking import TOLERANCE, folded, is_eligible, known_before, settled

PAGE: Final = "https://t.me"

LARGEST: Final = 2_000_000  # bytes of a page; one of 20 messages has some 100,000
MOST_PAGES: Final = 3

_NAME = re.compile(r"@(\w+)", re.ASCII)
_POST = re.compile(r"(\w+)/(\d+)", re.ASCII)
_VOID = frozenset(
    {
        "br",
        "img",
        "input",
        "meta",
        "link",
        "hr",
        "source",
        "wbr",
        "area",
        "base",
        "col",
        "embed",
        "track",
    }
)


class _UnusableError(Exception):
    """Its message says why the page tells nothing."""


@dataclass(slots=True)
class Shown:
    """A message as the page shows it."""

    name: str  # of the channel, without "@"
    number: int
    text: str = ""
    at: datetime | None = None


class Page:
    """The pages of public channels; `base` is where they are."""

    def __init__(
        self, base: str, timeouts: Timeouts, proxy: str, trust: ssl.SSLContext | None = None
    ) -> None:
        self._base = base.rstrip("/")
        self._timeouts = timeouts
        self._proxy = proxy
        self._trust = trust

    async def look(self, sought: Sought) -> Published | Unknown:
        """Look for a message that says what is sought among the channel's latest."""
        named = _NAME.fullmatch(sought.channel.address)
        if named is None:
            return Unknown("only a public channel (@name) has a page: a person must look")
        shown: list[Shown] = []
        unfinished = ""
        try:
            async with asyncio.timeout(self._timeouts.total):
                async for page in self._pages(named[1], known_before(sought)):
                    shown += page
        except _UnusableError as why:
            unfinished = str(why)
        except TimeoutError:
            unfinished = f"no page of {sought.channel.address} within {self._timeouts.total:g} s"
        except Exception as error:
            unfinished = f"no page of {sought.channel.address} ({type(error).__name__})"
        found = [
            Published(str(each.number), f"{PAGE}/{named[1]}/{each.number}")
            for each in shown
            if _is_sought(each, sought)
        ]
        return settled(
            found,
            f"none of the {len(shown)} messages on the page of {sought.channel.address} says this; "
            "it may show it later",
            unfinished,
        )

    async def _pages(self, name: str, before: int | None) -> AsyncIterator[list[Shown]]:
        """The latest messages, and older ones until the one that was `before` is reached.

        Raises _UnusableError.
        """
        transport = httpx.AsyncHTTPTransport(
            verify=True if self._trust is None else self._trust, proxy=self._proxy or None
        )
        async with httpx.AsyncClient(
            transport=transport, timeout=self._timeouts.total, follow_redirects=False
        ) as client:
            oldest = None
            for _ in range(MOST_PAGES):
                query = f"?before={oldest}" if oldest is not None else ""
                page = messages(await self._read(client, f"{self._base}/s/{name}{query}"), name)
                if not page and oldest is None:
                    raise _UnusableError(
                        f"the page of @{name} shows no messages: it may have none, or look otherwise by now"
                    )
                yield page
                reached = min((each.number for each in page), default=0)
                if before is None or reached <= before + 1 or reached == oldest:
                    return
                oldest = reached
            raise _UnusableError(f"the page of @{name} doesn't go back to message {before}")

    async def _read(self, client: httpx.AsyncClient, url: str) -> str:
        async with client.stream("GET", url) as answer:
            if answer.is_redirect:
                raise _UnusableError("Telegram shows no page of this channel")
            if answer.status_code != httpx.codes.OK:
                raise _UnusableError(
                    f"Telegram's page of the channel answered {answer.status_code}"
                )
            content = b""
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > LARGEST:
                    raise _UnusableError("Telegram's page of the channel is too large to be one")
        return content.decode("utf-8", "replace")


def messages(page: str, name: str) -> list[Shown]:
    """The messages of the channel `name` on a page of it, as they come."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [each for each in reader.shown if each.name.lower() == name.lower()]


def _is_sought(shown: Shown, sought: Sought) -> bool:
    if not is_eligible(shown.number, sought) or folded(shown.text) != folded(sought.text):
        return False
    if known_before(sought) is not None:
        return True
    return shown.at is not None and shown.at >= sought.committed_at - TOLERANCE


class _Reader(HTMLParser):
    """Reads what t.me/s shows: `data-post`, the text in its block, and the time of each message."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Shown] = []
        self._depth = 0  # of open elements inside the text of the last message; 0 = outside it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if post := _POST.fullmatch(given.get("data-post") or ""):
            self.shown.append(Shown(post[1], int(post[2])))
            self._depth = 0
        if not self.shown:
            return
        if self._depth:
            if tag == "br":
                self.shown[-1].text += "\n"
            self._depth += tag not in _VOID
        elif "js-message_text" in (given.get("class") or "").split():
            self._depth = 1
        elif tag == "time" and self.shown[-1].at is None:
            self.shown[-1].at = _instant(given.get("datetime") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in _VOID:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.shown[-1].text += data


def _instant(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else None
