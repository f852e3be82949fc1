"""X: one `POST /2/tweets`, after its image if it has one, and what each answer is worth.

It never retries, never waits for a rate limit and never follows a redirect. Images and their texts are
uploaded before; only the post itself is irreversible.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
import tweepy
from pydantic import SecretStr

from bot.core.model import (
    Channel,
    Deferred,
    Lookup,
    Outcome,
    Platform,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.publishers.base import (
    LEASE_OVER,
    LeaseOverError,
    Looked,
    Ready,
    Sought,
    Timeouts,
    always,
)
from bot.publishers.images import Images
from bot.publishers.probe import Probed
from bot.publishers.secrets import forms, mute_talkers
from bot.publishers.x_answer import Refusals, remaining, variable
from bot.publishers.x_call import API, Caller, Silence, is_yes
from bot.publishers.x_look import Timeline
from bot.publishers.x_media import uploaded
from bot.publishers.x_probe import Probes

__all__ = ["API", "XKeys", "XPublisher", "variable"]

log = logging.getLogger(__name__)

PATH = "/2/tweets"


@dataclass(frozen=True, slots=True)
class XKeys:
    """What OAuth 1.0a needs to write as one account."""

    consumer_key: SecretStr
    consumer_secret: SecretStr
    access_token: SecretStr
    access_secret: SecretStr

    def all(self) -> tuple[SecretStr, ...]:
        return (self.consumer_key, self.consumer_secret, self.access_token, self.access_secret)


class XPublisher:
    """One X account.

    `account` is its name without "@". `now` gives aware UTC datetimes and judges the reset times of an
    answer 429. `base_url` is where requests go; they are always signed for `API`. `proxy` is the address
    of an HTTP proxy, "" for none (the environment is not read). `trust` says which certificates are
    good: by default those that browsers trust.
    """

    def __init__(
        self,
        account: str,
        keys: XKeys,
        now: Callable[[], datetime],
        *,
        base_url: str = API,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        proxy: str = "",
        images: Images = Images(),  # noqa: B008 - frozen
        trust: ssl.SSLContext | None = None,
    ) -> None:
        mute_talkers()
        self._account = account
        self._now = now
        self._timeouts = timeouts
        self._keys = keys
        self._images = images
        client = tweepy.Client(
            consumer_key=keys.consumer_key.get_secret_value(),
            consumer_secret=keys.consumer_secret.get_secret_value(),
            access_token=keys.access_token.get_secret_value(),
            access_token_secret=keys.access_secret.get_secret_value(),
            return_type=requests.Response,
        )
        self._caller = Caller(account, client, base_url, timeouts, proxy, trust)
        self._refusals = Refusals(account, self.secrets())
        self._timeline = Timeline(
            account, keys.access_token, self._caller, self._refusals, now, timeouts.total
        )
        self._probes = Probes(account, self._caller, self.secrets(), now, timeouts.total)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account!r})"

    def secrets(self) -> frozenset[str]:
        """Every form of the keys, for the log's last filter."""
        return forms(self._keys.all())

    async def prepare(self, post: Post, attempt_id: str) -> Ready | Deferred | Rejected:  # noqa: ARG002
        """Upload the image; refuses a request that `publish` could not send exactly as it stands.

        X keeps an image that no post names for a day, and `publish` comes within the minute.
        """
        if fault := _fault(post.request):
            return Rejected(fault)
        image = await self._images.of(post)
        if isinstance(image, Deferred):
            return image
        if not image or post.image is None:
            return Ready(post, post.request)
        alt = post.request["image"]["alt"]
        try:
            media = await uploaded(
                self._caller, self._refusals, image, post.image.media_type, alt, self._now()
            )
        except Exception as error:  # an answer of a kind that nobody foresaw, and nothing is public
            return Deferred(f"no clear answer from X to the image ({type(error).__name__})")
        if not isinstance(media, str):
            return media
        body = {**post.request["body"], "media": {"media_ids": [media]}}
        return Ready(post, {**post.request, "body": body})

    async def publish(self, ready: Ready, *, holds: Callable[[], bool] = always) -> Outcome:
        """Send one post. Must not be cancelled: the call would go on, and its outcome would be lost."""
        answer = await self._caller.post(PATH, ready.request["body"], holds)
        try:
            return self._outcome(answer)
        except Exception as error:
            return Unknown(f"no clear answer from X ({type(error).__name__})")

    async def lookup(self, sought: Sought) -> Looked:
        """Look for the post among the account's own; each that X lists costs money."""
        if sought.channel.lookup is not Lookup.TIMELINE:
            return Looked(Unknown(f"a person must look at https://x.com/{self._account}"))
        return await self._timeline.look(sought)

    async def probe(
        self,
        channels: Sequence[Channel],
        admin_chats: Sequence[str] = (),  # noqa: ARG002
    ) -> Probed:
        """Ask whose the keys are, of which X may charge one read; asks nothing without a channel."""
        if not channels:
            return Probed(Platform.X, ())
        return await self._probes.probe(channels[0])

    async def close(self) -> None:
        """Waits for the call under way; it ends by its own deadline."""
        await self._caller.close()

    # --- what an answer is worth ---

    def _outcome(self, answer: requests.Response | Silence) -> Outcome:
        match answer:
            case Silence(error=LeaseOverError(), is_unsent=True):
                return LEASE_OVER
            case Silence(is_unsent=True):
                return _unreached(answer.error)
            case Silence(is_late=True):
                return Unknown(f"no full answer from X within {self._timeouts.total:g} s")
            case Silence():
                return Unknown(f"no clear answer from X ({type(answer.error).__name__})")
        if is_yes(answer):
            return self._accepted(answer)
        return self._refusals.outcome(answer, PATH, "post", self._now())

    def _accepted(self, response: requests.Response) -> Published | Unknown:
        try:
            post_id = response.json()["data"]["id"]
        except (ValueError, LookupError, TypeError):
            post_id = None
        if not (isinstance(post_id, str) and post_id.isdecimal()):
            return Unknown(f"X answered {response.status_code} without the number of the post")
        fields = {"account": self._account, **remaining(response.headers)}
        log.debug("x.accepted", extra={"fields": fields})
        return Published(post_id, f"https://x.com/{self._account}/status/{post_id}")


def _unreached(error: Exception) -> Deferred:
    if isinstance(error, requests.exceptions.SSLError):
        hint = "; an admin must look at this machine's clock and certificates"
    else:
        hint = ""
    return Deferred(f"X can't be reached ({type(error).__name__}); nothing was sent{hint}")


def _fault(request: Mapping[str, Any]) -> str:
    """Why a request can't be sent exactly as it stands; "" if it can."""
    if (request.get("method"), request.get("path")) != ("POST", PATH):
        return f"X is called here with POST {PATH} only"
    if not request.get("body", {}).get("text"):
        return "a post on X needs a text"
    if "image" in request and not {"sha256", "alt"} <= set(request["image"]):
        return "an image on X needs its digest and a description"
    return ""
