"""X: one `POST /2/tweets` over tweepy's client in a thread of its own, and what each answer is worth.

It never retries, never waits for a rate limit and never follows a redirect.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy
from pydantic import SecretStr

from bot.core.model import Deferred, Outcome, Post, Published, Rejected, Unknown
from bot.publishers.base import Ready, Sought, Timeouts
from bot.publishers.onecall import Call, OneCallAdapter, current
from bot.publishers.secrets import forms, mute_talkers, told

log = logging.getLogger(__name__)

# tweepy signs for this host, and an OAuth 1.0a signature covers the host (RFC 5849, section 3.4.1.2):
# sent to api.x.com the same request might be refused, so this is also where it goes.
API = "https://api.twitter.com"
PATH = "/2/tweets"

# X's documented window (docs.x.com, rate limits); for an answer 429 that names no reset.
WINDOW = timedelta(minutes=15)
# No window of X is longer than a month; a reset further off is not a time.
FURTHEST = timedelta(days=32)

# The last two families are undocumented, and bite (plhery/node-twitter-api-v2, issues 495 and 553).
_WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


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
    of an HTTP proxy, "" for none (the environment is not read).
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
    ) -> None:
        mute_talkers()
        self._account = account
        self._now = now
        self._timeouts = timeouts
        self._keys = keys
        self._client = tweepy.Client(
            consumer_key=keys.consumer_key.get_secret_value(),
            consumer_secret=keys.consumer_secret.get_secret_value(),
            access_token=keys.access_token.get_secret_value(),
            access_token_secret=keys.access_secret.get_secret_value(),
            return_type=requests.Response,
        )
        session = self._client.session
        session.trust_env = False
        session.max_redirects = 0
        session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        session.mount(API, OneCallAdapter(API, base_url, timeouts))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"x-{account}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._account!r})"

    def secrets(self) -> frozenset[str]:
        """Every form of the keys, for the log's last filter."""
        return forms(self._keys.all())

    async def prepare(self, post: Post, attempt_id: str) -> Ready | Deferred | Rejected:  # noqa: ARG002
        """Nothing to upload; refuses a request that `publish` could not send exactly as it stands."""
        fault = _fault(post.request)
        return Rejected(fault) if fault else Ready(post, post.request)

    async def publish(self, ready: Ready) -> Outcome:
        """Send one post. Must not be cancelled: the call would go on, and its outcome would be lost.

        Whoever knows first says the outcome: the thread that makes the call, or, at the deadline, the
        timer, if nothing had been sent by then and so nothing will be.
        """
        call = Call(self._timeouts)
        heard: Future[Outcome] = Future()
        timer = threading.Timer(self._timeouts.total, self._expire, (call, heard))
        timer.daemon = True
        timer.start()
        self._thread.submit(self._run, ready, call, timer, heard)
        return await asyncio.shield(asyncio.wrap_future(heard))

    async def lookup(self, sought: Sought) -> Unknown:  # noqa: ARG002
        """A person looks: reading one's own posts costs money and has not been tried live."""
        return Unknown(f"a person must look at https://x.com/{self._account}")

    async def close(self) -> None:
        """Waits for the call under way; it ends by its own deadline."""
        await asyncio.to_thread(self._thread.shutdown)

    # --- in the account's thread, or the timer's ---

    def _expire(self, call: Call, heard: Future[Outcome]) -> None:
        if call.expire():
            _settle(heard, self._unreached(TimeoutError()))

    def _run(
        self, ready: Ready, call: Call, timer: threading.Timer, heard: Future[Outcome]
    ) -> None:
        outcome: Outcome
        try:
            outcome = self._post(ready.request["body"], call)
        except Exception as error:
            outcome = Unknown(f"no clear answer from X ({type(error).__name__})")
        finally:
            timer.cancel()
            call.close()
            self._client.session.close()  # it opens again by itself; no connection is used twice
        _settle(heard, outcome)

    def _post(self, body: Mapping[str, Any], call: Call) -> Outcome:
        current.set(call)
        try:
            call.hand_over()
            response = self._client.request("POST", PATH, json=dict(body), user_auth=True)
        except tweepy.HTTPException as error:
            return self._refused(error.response)
        except Exception as error:
            if call.is_surely_unsent():
                return self._unreached(error)
            if call.is_expired():
                return Unknown(f"no full answer from X within {self._timeouts.total:g} s")
            return Unknown(f"no clear answer from X ({type(error).__name__})")
        return self._accepted(response)

    # --- what an answer is worth ---

    def _accepted(self, response: requests.Response) -> Published | Unknown:
        try:
            post_id = response.json()["data"]["id"]
        except (ValueError, LookupError, TypeError):
            post_id = None
        if not (isinstance(post_id, str) and post_id.isdecimal()):
            return Unknown(f"X answered {response.status_code} without the number of the post")
        fields = {"account": self._account, **_remaining(response.headers)}
        log.debug("x.accepted", extra={"fields": fields})
        return Published(post_id, f"https://x.com/{self._account}/status/{post_id}")

    def _unreached(self, error: Exception) -> Deferred:
        if isinstance(error, requests.exceptions.SSLError):
            hint = "; an admin must look at this machine's clock and certificates"
        else:
            hint = ""
        return Deferred(f"X can't be reached ({type(error).__name__}); nothing was sent{hint}")

    def _refused(self, response: requests.Response) -> Outcome:
        """The error table. A status it doesn't name may be public."""
        said = told(_explanation(response), self.secrets())
        match response.status_code:
            case 400 | 413 | 422:
                return Rejected(f"X refused the post: {said}")
            case 401:
                return Deferred(
                    f"X refused the keys of {self._account}: an admin must renew "
                    f"{variable(self._account, 'ACCESS_TOKEN')} and "
                    f"{variable(self._account, 'ACCESS_SECRET')}, or set this machine's clock"
                )
            case 402:
                return Deferred(
                    "X's credits are used up: an admin must buy credits or raise the limit"
                )
            case 403:
                return self._forbidden(said)
            case 404:
                return Deferred(
                    f"X doesn't know {PATH}: an admin must check the address of its API"
                )
            case 429:
                until = _reset(response.headers, self._now())
                return Deferred(f"X's rate limit is reached: {said}", until)
            case status:
                return Unknown(f"X answered {status}, which doesn't say whether the post is out")

    def _forbidden(self, said: str) -> Rejected | Deferred:
        words = said.casefold()
        if "duplicate content" in words:
            return Rejected(
                "X refused a second post with this very text: one is already there, "
                "and if an earlier attempt was in doubt, it may be that one"
            )
        if any(sign in words for sign in _ABOUT_THE_POST):
            return Rejected(f"X refused the post: {said}")
        return Deferred(
            f"X refused: {said}; an admin must see that the app may write (Read and Write, then new "
            f"access tokens) and that {self._account} is not locked"
        )


# What X writes when it refuses a post for what it says (docs.x.com, "Manage Posts": cashtags, replies
# without a summons, quotes) or for its length. Any other 403 is taken for a matter of rights.
_ABOUT_THE_POST = (
    "cashtag",
    "reply to this",
    "replying to",
    "summon",
    "quote",
    "too long",
    "allowed to create a tweet",
    "allowed to create a post",
)


def variable(account: str, part: str) -> str:
    """The environment variable that holds a part of an account's keys."""
    return f"BANDITORE_X_{account.upper()}_{part}"


def _fault(request: Mapping[str, Any]) -> str:
    """Why a request can't be sent exactly as it stands; "" if it can."""
    if (request.get("method"), request.get("path")) != ("POST", PATH):
        return f"X is called here with POST {PATH} only"
    if not request.get("body", {}).get("text"):
        return "a post on X needs a text"
    return ""


def _settle(heard: Future[Outcome], outcome: Outcome) -> None:
    try:
        heard.set_result(outcome)
    except InvalidStateError:
        return  # the timer was first, and both say that nothing was sent


def _explanation(response: requests.Response) -> str:
    """X's own words, from either of its two forms of error; the bare status for anything else."""
    bare = f"HTTP status {response.status_code}"
    try:
        body = response.json()
    except ValueError:
        return bare
    if not isinstance(body, dict):
        return bare
    errors = body.get("errors")
    listed = (
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )
    parts = [body.get("detail") or body.get("title")]
    parts += [error.get("message") or error.get("detail") for error in listed]
    return "; ".join(dict.fromkeys(str(part) for part in parts if part)) or bare


def _remaining(headers: Mapping[str, str]) -> dict[str, str]:
    """How much is left of each window, as fields of a log line."""
    return {
        name.replace("-", "_"): headers[f"{name}-remaining"]
        for name in _WINDOWS
        if f"{name}-remaining" in headers
    }


def _reset(headers: Mapping[str, str], now: datetime) -> datetime:
    """The latest reset among the windows with nothing left; a window from now where none is named."""
    resets = [
        int(reset)
        for name in _WINDOWS
        if headers.get(f"{name}-remaining", "").strip() == "0"
        and (reset := headers.get(f"{name}-reset", "").strip()).isdecimal()
    ]
    furthest = (now + FURTHEST).timestamp()
    to_come = [reset for reset in resets if now.timestamp() < reset <= furthest]
    return datetime.fromtimestamp(max(to_come), UTC) if to_come else now + WINDOW
