"""Looks for a post among those that an X account made of late, as X gives them back: links wrapped, signs escaped.

It asks once and for few: each post that is listed costs money. It writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from time import monotonic
from typing import Any

import requests
from pydantic import SecretStr

from bot.core.model import Published, Unknown
from bot.core.text.x import links
from bot.publishers.base import Looked, Sought
from bot.publishers.looking import TOLERANCE, folded, is_eligible, known_before, settled
from bot.publishers.x_answer import Refusals
from bot.publishers.x_call import Caller, Silence, is_yes

ME = "/2/users/me"

# X lists at least 5 (docs.x.com, "Get Posts"); twice as many leave room for what a person posts meanwhile.
ASKED = 10

# A number of an account, as it begins an OAuth 1.0a access token: "1459...-AbCd..."
_OWNER = re.compile(r"(\d+)-")
_WRAPPED = re.compile(r"https?://t\.co/\w+")
_LAST_WRAPPED = re.compile(r"https?://t\.co/\w+\s*$")
_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What X said, or why it said nothing; and what it may charge for that."""

    body: Mapping[str, Any] | str
    cost: Decimal = Decimal(0)


class Timeline:
    """The posts of one account. `total` is the time that one look-up has, in seconds."""

    def __init__(
        self,
        account: str,
        access_token: SecretStr,
        caller: Caller,
        refusals: Refusals,
        now: Callable[[], datetime],
        total: float,
    ) -> None:
        self._account = account
        self._caller = caller
        self._refusals = refusals
        self._now = now
        self._total = total
        owner = _OWNER.match(access_token.get_secret_value())
        self._user = owner[1] if owner else ""  # "" = X has to be asked

    async def look(self, sought: Sought) -> Looked:
        """Look for a post that says what is sought; the cost counts what X may have listed."""
        price = sought.channel.prices.own_post_read
        deadline = monotonic() + self._total
        cost = Decimal(0)
        if not self._user:
            asked = await self._ask(ME, {}, deadline, 1, price)
            cost += asked.cost
            if isinstance(asked.body, str):
                return Looked(Unknown(asked.body), cost)
            self._user = _number(asked.body.get("data"))
            if not self._user:
                return Looked(Unknown("X did not tell the number of the account"), cost)
        path = f"/2/users/{self._user}/tweets"
        asked = await self._ask(path, _query(sought), deadline, ASKED, price)
        cost += asked.cost
        if isinstance(asked.body, str):
            return Looked(Unknown(asked.body), cost)
        try:
            return Looked(self._judged(asked.body, sought), cost)
        except Exception as error:  # an answer of a kind that nobody foresaw
            return Looked(Unknown(f"X's list of posts is odd ({type(error).__name__})"), cost)

    async def _ask(
        self, path: str, query: Mapping[str, str], deadline: float, most: int, price: Decimal
    ) -> _Asked:
        answer = await self._caller.get(path, query, max(0.0, deadline - monotonic()))
        if isinstance(answer, Silence):
            why = "too slow" if answer.is_late else type(answer.error).__name__
            # What was asked for may have been listed, and charged, though we never saw it
            charged = 0 if answer.is_unsent else most
            return _Asked(f"X did not answer the look-up ({why})", price * charged)
        if not is_yes(answer):
            refusal = self._refusals.outcome(answer, path, "look-up", self._now())
            bare = f"X answered {answer.status_code} to the look-up"
            return _Asked(bare if isinstance(refusal, Unknown) else refusal.reason)
        body = _json(answer)
        if not isinstance(body, dict):
            return _Asked(
                "X answered the look-up with something that is no list of posts", price * most
            )
        return _Asked(body, price * _listed(body))

    def _judged(self, body: Mapping[str, Any], sought: Sought) -> Published | Unknown:
        posts = body.get("data") or []
        found = [
            Published(post["id"], f"https://x.com/{self._account}/status/{post['id']}")
            for post in posts
            if is_eligible(int(post["id"]), sought)
            and (known_before(sought) is not None or _is_late_enough(post, sought))
            and _says(post, str(sought.request.get("body", {}).get("text") or sought.text))
        ]
        if not found and (body.get("meta") or {}).get("next_token"):
            return Unknown(
                f"not among the newest {len(posts)} posts of {self._account}, and there are more"
            )
        return settled(
            found,
            f"no post of https://x.com/{self._account} says this ({len(posts)} were looked at); "
            "X may show it later",
        )


def _query(sought: Sought) -> dict[str, str]:
    """Ask for what came after the latest post that we know, or else after the call was about to be made."""
    before = known_before(sought)
    since = (sought.committed_at - TOLERANCE).astimezone(UTC)
    return {
        "max_results": str(ASKED),
        "exclude": "retweets,replies",
        "tweet.fields": "created_at,entities",
        **(
            {"start_time": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
            if before is None
            else {"since_id": str(before)}
        ),
    }


def _is_late_enough(post: Mapping[str, Any], sought: Sought) -> bool:
    made = datetime.fromisoformat(post["created_at"])
    return made >= sought.committed_at - TOLERANCE


def _says(post: Mapping[str, Any], text: str) -> bool:
    """Does X's form of a post say `text`?"""
    wanted = _folded(text)
    return any(_folded(each) == wanted for each in _as_written(post))


def _as_written(post: Mapping[str, Any]) -> Iterator[str]:
    """The text with the links that its author wrote, then with those that they lead to.

    Each of X's own links is there once, so it is found by itself: the numbers of an entity count in a text
    whose form X doesn't document.
    """
    text = str(post["text"]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    urls = (post.get("entities") or {}).get("urls") or []
    written = {url["url"]: _target(url, "expanded_url") for url in urls}
    led_to = {url["url"]: _target(url, "unwound_url") for url in urls}
    yield _unwrapped(text, written)
    yield _unwrapped(text, written | {short: to for short, to in led_to.items() if to})
    # The link to a post's own image may come without an entity: it is the last, and ours are all known
    last = _LAST_WRAPPED.search(text)
    if last and last[0].strip() not in written:
        yield _unwrapped(text[: last.start()], written)


def _unwrapped(text: str, targets: Mapping[str, str]) -> str:
    return _WRAPPED.sub(lambda short: targets.get(short[0], short[0]), text)


def _target(url: Mapping[str, Any], field: str) -> str:
    """Where a wrapped link leads; "" where that is an image of the post itself."""
    to = str(url.get(field) or "")
    return "" if url.get("media_key") or _MEDIA.search(to) else to


def _folded(text: str) -> str:
    """`text` in a form in which what X changes about links makes no difference: scheme, last slash, case
    of the host."""
    whole, position = "", 0
    for link in links(text):
        host, slash, rest = _SCHEME.sub("", link.text).partition("/")
        whole += text[position : link.start] + host.lower() + (slash + rest).rstrip("/")
        position = link.end
    return folded(whole + text[position:])


def _json(answer: requests.Response) -> object:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _listed(body: Mapping[str, Any]) -> int:
    data = body.get("data")
    return len(data) if isinstance(data, list) else int(isinstance(data, dict))


def _number(data: object) -> str:
    number = data.get("id") if isinstance(data, dict) else None
    return number if isinstance(number, str) and number.isdecimal() else ""
