"""From a channel to the publisher that serves it; one for each bot and each X account.

It reads no environment: the command line hands the credentials in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.core.model import Channel, Platform
from bot.publishers.base import Timeouts
from bot.publishers.images import Images
from bot.publishers.probe import Finding, Probed, Sign
from bot.publishers.secrets import forms
from bot.publishers.telegram import API as TELEGRAM_API
from bot.publishers.telegram import TelegramPublisher, token_forms
from bot.publishers.telegram_page import PAGE as TELEGRAM_PAGE
from bot.publishers.x import API as X_API
from bot.publishers.x import XKeys, XPublisher, variable


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the platforms know us by, and where they are. No part of it prints a secret."""

    telegram_token: SecretStr = field(default=SecretStr(""))  # "" = not given
    telegram_api: str = TELEGRAM_API
    x_api: str = X_API
    x: Mapping[str, XKeys] = field(default_factory=dict)  # by account, without "@"
    proxy: str = field(default="", repr=False)  # of an HTTP proxy; its address may hold a password
    telegram_page: str = TELEGRAM_PAGE  # where public channels have their pages

    def secrets(self) -> frozenset[str]:
        """Every form of every secret, for the log's last filter."""
        keys = [secret for account in self.x.values() for secret in account.all()]
        return token_forms(self.telegram_token) | forms(keys)


class MissingCredentialsError(Exception):
    """No credentials for the channel {channel}: set {variables}."""

    def __init__(self, channel: str, variables: str) -> None:
        super().__init__(channel, variables)
        self.channel = channel
        self.variables = variables

    def __str__(self) -> str:
        return str(self.__doc__).format(channel=self.channel, variables=self.variables)


class Publishers:
    """The open publishers; a channel's is made when it is first asked for."""

    def __init__(
        self,
        credentials: Credentials,
        now: Callable[[], datetime],
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        content: Path | None = None,
    ) -> None:
        """`content` is the folder that images are in; without it no post with an image is sent."""
        self._credentials = credentials
        self._now = now
        self._timeouts = timeouts
        self._images = Images(content)
        self._open: dict[tuple[Platform, str], TelegramPublisher | XPublisher] = {}

    def of(self, channel: Channel) -> TelegramPublisher | XPublisher:
        """The publisher that serves `channel`. Raises MissingCredentialsError."""
        account = _account(channel)
        key = (channel.platform, account)
        if key not in self._open:
            self._open[key] = self._make(channel, account)
        return self._open[key]

    async def probe(
        self, channels: Iterable[Channel], admin_chats: Sequence[str] = ()
    ) -> tuple[Probed, ...]:
        """Look at the credentials of `channels` and `admin_chats`, side by side, each account once.

        Those of X cost money: whoever asks by itself leaves the channels of X out. What a person posts
        to by hand needs none, and is not asked about. As `Probing` has it.
        """
        served: dict[TelegramPublisher | XPublisher, list[Channel]] = {}
        without: list[Probed] = []
        for channel in channels:
            if channel.is_assisted:
                continue
            try:
                served.setdefault(self.of(channel), []).append(channel)
            except MissingCredentialsError as missing:
                do = f"set {missing.variables}, then restart"
                finding = Finding("credentials", channel.name, Sign.FAULT, "there are none", do)
                without.append(Probed(channel.platform, (finding,)))
        probes = (
            each.probe(those, admin_chats if isinstance(each, TelegramPublisher) else ())
            for each, those in served.items()
        )
        return (*without, *await asyncio.gather(*probes))

    async def close(self) -> None:
        """Close every publisher; each waits for the call under way."""
        publishers = list(self._open.values())
        self._open.clear()
        await asyncio.gather(*(publisher.close() for publisher in publishers))

    def _make(self, channel: Channel, account: str) -> TelegramPublisher | XPublisher:
        given = self._credentials
        match channel.platform:
            case Platform.TELEGRAM:
                if not given.telegram_token.get_secret_value():
                    raise MissingCredentialsError(
                        channel.name, "BANDITORE_TELEGRAM_TOKEN (or BANDITORE_TELEGRAM_TOKEN_FILE)"
                    )
                return TelegramPublisher(
                    given.telegram_token,
                    self._now,
                    base_url=given.telegram_api,
                    timeouts=self._timeouts,
                    proxy=given.proxy,
                    images=self._images,
                    page=given.telegram_page,
                )
            case Platform.X:
                keys = _keys(given.x, account)
                if missing := _missing(keys, account):
                    raise MissingCredentialsError(channel.name, ", ".join(missing))
                assert keys is not None
                return XPublisher(
                    channel.address,
                    keys,
                    self._now,
                    base_url=given.x_api,
                    timeouts=self._timeouts,
                    proxy=given.proxy,
                    images=self._images,
                )


def _account(channel: Channel) -> str:
    """What two channels share when they share a publisher: the one bot, or an X account."""
    return channel.address.casefold() if channel.platform is Platform.X else ""


def _keys(by_account: Mapping[str, XKeys], account: str) -> XKeys | None:
    """The keys of an account; its name is written in any case, as X itself reads it."""
    known = {name.casefold(): keys for name, keys in by_account.items()}
    return known.get(account)


def _missing(keys: XKeys | None, account: str) -> list[str]:
    """The environment variables that an X account still needs."""
    variables = {
        "BANDITORE_X_CONSUMER_KEY": keys and keys.consumer_key,
        "BANDITORE_X_CONSUMER_SECRET": keys and keys.consumer_secret,
        variable(account, "ACCESS_TOKEN"): keys and keys.access_token,
        variable(account, "ACCESS_SECRET"): keys and keys.access_secret,
    }
    return [
        name for name, secret in variables.items() if not (secret and secret.get_secret_value())
    ]
