"""Asks X for which account keys speak, and what is left of its windows. It writes nothing, and costs one read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import requests

from bot.core.model import Channel, Platform
from bot.publishers.probe import Finding, Probed, Sign, heard
from bot.publishers.secrets import told
from bot.publishers.x_answer import Window, body_of, explanation, variable, windows
from bot.publishers.x_call import Caller, Silence, is_yes
from bot.publishers.x_look import ME

_WAIT = "see that this machine reaches X, then ask again"

# With OAuth 1.0a X says in a header of each answer what the keys may do (xdevplatform/open-evolution,
# issue 21): "read", "read-write", "read-write-directmessages".
_ACCESS = "x-access-level"


class Probes:
    """The probes of one account. `now` gives aware UTC datetimes; `total` is what a probe has, in seconds."""

    def __init__(
        self,
        account: str,
        caller: Caller,
        secrets: frozenset[str],
        now: Callable[[], datetime],
        total: float,
    ) -> None:
        self._account = account
        self._caller = caller
        self._secrets = secrets
        self._now = now
        self._total = total

    async def probe(self, channel: Channel) -> Probed:
        """Ask whose the keys are; the price is that of one read of what is one's own."""
        asked = self._now()
        price = channel.prices.own_post_read
        answer = await self._caller.get(ME, {}, self._total)
        if isinstance(answer, Silence):
            why = "gave no answer in time" if answer.is_late else "can't be reached"
            said = f"X {why} ({type(answer.error).__name__})"
            cost = Decimal(0) if answer.is_unsent else price
            return Probed(
                Platform.X, (self._found(channel, Sign.UNKNOWN, said, _WAIT),), None, cost
            )
        # The time of a machine in between may be any
        is_xs = _is_its_own(answer)
        at = heard(answer.headers.get("date"), asked, self._now) if is_xs else None
        try:
            findings = self._findings(channel, answer)
        except Exception as error:  # an answer of a kind that nobody foresaw
            said = f"X's answer is odd ({type(error).__name__})"
            findings = (self._found(channel, Sign.UNKNOWN, said, _WAIT),)
        return Probed(Platform.X, findings, at, price if is_yes(answer) else Decimal(0))

    def _findings(self, channel: Channel, answer: requests.Response) -> tuple[Finding, ...]:
        body = body_of(answer)
        if not is_yes(answer) or not isinstance(body, dict):
            return (self._refused(channel, answer),)
        name = told(body["data"]["username"], self._secrets)
        return (self._whose(channel, name, answer.headers), self._windows(channel, answer.headers))

    def _whose(self, channel: Channel, name: str, headers: Mapping[str, str]) -> Finding:
        keys = f"{self._variable('TOKEN')} and {self._variable('SECRET')}"
        if name.casefold() != self._account.casefold():
            return self._found(
                channel,
                Sign.FAULT,
                f"the keys speak for @{name}, not for @{self._account}",
                f"set {keys} to those of @{self._account}, or mend the account in channels.yaml",
            )
        if headers.get(_ACCESS, "").strip().casefold() == "read":
            return self._found(
                channel,
                Sign.FAULT,
                f"the keys of @{name} may read and not write",
                f"set the app to Read and Write, then make new access tokens: {keys}",
            )
        return self._found(channel, Sign.OK, f"the keys speak for @{name}")

    def _windows(self, channel: Channel, headers: Mapping[str, str]) -> Finding:
        """How much is left; X tells the window of posts in its answers to posts alone."""
        found = windows(headers)
        if not found:
            return Finding("windows", channel.name, Sign.OK, "X named none")
        said = "; ".join(
            f"{_spelled(each)} left of {_NAMES.get(each.name, each.name)}" for each in found
        )
        if all(each.remaining for each in found):
            return Finding("windows", channel.name, Sign.OK, said)
        resets = [each.reset for each in found if not each.remaining and each.reset]
        until = f" (by {max(resets).astimezone(UTC):%Y-%m-%d %H:%M} UTC)" if resets else ""
        do = f"wait until it opens again{until}; posts are put off until then by themselves"
        return Finding("windows", channel.name, Sign.ATTENTION, said, do)

    def _refused(self, channel: Channel, answer: requests.Response) -> Finding:
        said = told(explanation(answer), self._secrets)
        if not _is_its_own(answer):
            status = answer.status_code
            said = f"something between here and X answered {status}"
            return self._found(channel, Sign.UNKNOWN, said, _WAIT)
        keys = f"{self._variable('TOKEN')} and {self._variable('SECRET')}"
        match answer.status_code:
            case 401:
                do = f"renew {keys}, see that the consumer keys are right, and set this machine's clock"
                return self._found(channel, Sign.FAULT, f"X refuses the keys: {said}", do)
            case 402:
                do = "buy credits, or raise the limit of the billing cycle"
                return self._found(channel, Sign.FAULT, f"X's credits are used up: {said}", do)
            case 403:
                do = f"see that the app may read and write and that @{self._account} is not locked"
                return self._found(channel, Sign.FAULT, f"X refuses: {said}", do)
            case 429:
                do = "ask again in a quarter of an hour"
                return self._found(channel, Sign.UNKNOWN, f"X asks to wait: {said}", do)
            case status:
                return self._found(channel, Sign.UNKNOWN, f"X answered {status}: {said}", _WAIT)

    def _found(self, channel: Channel, sign: Sign, said: str, do: str = "") -> Finding:
        return Finding("account", channel.name, sign, said, do)

    def _variable(self, part: str) -> str:
        return variable(self._account, f"ACCESS_{part}")


def _is_its_own(answer: requests.Response) -> bool:
    """Does an answer come from X itself? A page of a machine in between has none of X's words in it."""
    body = body_of(answer)
    return isinstance(body, dict) and not body.keys().isdisjoint(_WORDS)


# What X's answers hold: what was asked for, or either of its two forms of error.
_WORDS = frozenset({"data", "title", "detail", "errors"})

_NAMES: dict[str, str] = {
    "x-rate-limit": "this question's window",
    "x-user-limit-24hour": "the account's day",
    "x-app-limit-24hour": "the app's day",
}


def _spelled(window: Window) -> str:
    return (
        f"{window.remaining} of {window.limit}"
        if window.limit is not None
        else f"{window.remaining}"
    )
