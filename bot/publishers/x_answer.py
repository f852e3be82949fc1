"""What X's refusals are worth: the one error table for all calls that an account makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import requests

from bot.core.model import Deferred, Rejected, Unknown
from bot.publishers.secrets import told

# X's documented window (docs.x.com, rate limits); for an answer 429 that names no reset.
WINDOW = timedelta(minutes=15)
# No window of X is longer than a month; a reset further off is not a time.
FURTHEST = timedelta(days=32)

# In seconds since 1970; what is beyond is not a time.
_LAST_TIME = datetime(3000, 1, 1, tzinfo=UTC).timestamp()

# The last two families are undocumented, and bite (plhery/node-twitter-api-v2, issues 495 and 553).
_WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")

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

# What X writes of a media id that it does not know, or no longer (plhery/node-twitter-api-v2, issue 375).
_UNKNOWN_MEDIA = "media ids are invalid"


@dataclass(frozen=True, slots=True)
class Refusals:
    """The error table, for one account."""

    account: str
    secrets: frozenset[str] = field(repr=False)

    def outcome(
        self, response: requests.Response, path: str, what: str, now: datetime
    ) -> Rejected | Deferred | Unknown:
        """What a refusal of `what` ("post", "image") at `path` means. A status that is not named here is
        Unknown: the call may have been made."""
        said = told(explanation(response), self.secrets)
        # A page of a machine in between says nothing of the account
        is_its_own = isinstance(body_of(response), dict)
        match response.status_code:
            case 400 if _UNKNOWN_MEDIA in said.casefold():
                return Deferred(f"X doesn't know the image any more: {said}")
            case 400 | 413 | 422:
                return Rejected(f"X refused the {what}: {said}")
            case 401:
                return Deferred(
                    f"X refused the keys of {self.account}: an admin must renew "
                    f"{variable(self.account, 'ACCESS_TOKEN')} and "
                    f"{variable(self.account, 'ACCESS_SECRET')}, or set this machine's clock",
                    stops_channel=is_its_own,
                )
            case 402:
                return Deferred(
                    "X's credits are used up: an admin must buy credits or raise the limit",
                    stops_channel=is_its_own,
                )
            case 403:
                return self._forbidden(said, what, is_its_own=is_its_own)
            case 404:
                return Deferred(
                    f"X doesn't know {path}: an admin must check the address of its API"
                )
            case 429:
                until = _reset(response.headers, now)
                return Deferred(f"X's rate limit is reached: {said}", until)
            case status:
                return Unknown(f"X answered {status}, which doesn't say whether the {what} is out")

    def _forbidden(self, said: str, what: str, *, is_its_own: bool) -> Rejected | Deferred:
        words = said.casefold()
        if "duplicate content" in words:
            return Rejected(
                "X refused a second post with this very text: one is already there, "
                "and if an earlier attempt was in doubt, it may be that one"
            )
        if any(sign in words for sign in _ABOUT_THE_POST):
            return Rejected(f"X refused the {what}: {said}")
        return Deferred(
            f"X refused: {said}; an admin must see that the app may write (Read and Write, then new "
            f"access tokens) and that {self.account} is not locked",
            stops_channel=is_its_own,
        )


def variable(account: str, part: str) -> str:
    """The environment variable that holds a part of an account's keys."""
    return f"BANDITORE_X_{account.upper()}_{part}"


@dataclass(frozen=True, slots=True)
class Window:
    """One of X's rate limits as the headers of an answer tell it."""

    name: str  # such as "x-rate-limit"
    remaining: int
    limit: int | None  # None = not told
    reset: datetime | None  # in UTC; None = not told, or no time


def windows(headers: Mapping[str, str]) -> tuple[Window, ...]:
    """Every window that `headers` tell of."""
    found = []
    for name in _WINDOWS:
        remaining, limit, reset = (
            int(text) if (text := headers.get(f"{name}-{part}", "").strip()).isdecimal() else None
            for part in ("remaining", "limit", "reset")
        )
        if remaining is not None:
            at = datetime.fromtimestamp(reset, UTC) if reset and reset < _LAST_TIME else None
            found.append(Window(name, remaining, limit, at))
    return tuple(found)


def remaining(headers: Mapping[str, str]) -> dict[str, str]:
    """How much is left of each window, as fields of a log line."""
    return {
        name.replace("-", "_"): headers[f"{name}-remaining"]
        for name in _WINDOWS
        if f"{name}-remaining" in headers
    }


def explanation(response: requests.Response) -> str:
    """X's own words, from either of its two forms of error; the bare status for anything else."""
    bare = f"HTTP status {response.status_code}"
    body = body_of(response)
    if not isinstance(body, dict):
        return bare
    errors = body.get("errors")
    listed = (
        [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    )
    parts = [body.get("detail") or body.get("title")]
    parts += [error.get("message") or error.get("detail") for error in listed]
    return "; ".join(dict.fromkeys(str(part) for part in parts if part)) or bare


def body_of(response: requests.Response) -> object:
    """The JSON of an answer; None where it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


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
