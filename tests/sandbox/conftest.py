"""A sandbox with one of everything, served on a real socket, and the real clients pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter
from telegram import Bot

from bot.sandbox import TELEGRAM_TOKEN, Account, Address, Chat, Sandbox, Standing, User, serve

ADMINS = -1001000000005
CARLA = User(501, "Carla", "Rossi", "carla_r")
ACCOUNT = Account.make_believe("torinonelmondo", name="Torino nel mondo")


@dataclass
class Clock:
    """The sandbox's clock; a test moves it."""

    at: datetime = datetime(2021, 5, 3, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **units: float) -> None:
        self.at += timedelta(**units)


class ToSandbox(HTTPAdapter):
    """Sends what was signed for https://api.twitter.com to a sandbox, with a deadline."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__()

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        request.url = request.url.replace("https://api.twitter.com", self.base)
        return super().send(request, *args, **(options | {"timeout": 5.0}))


@dataclass
class Served:
    sandbox: Sandbox
    address: Address
    clock: Clock
    clients: list[tweepy.Client] = field(default_factory=list)

    def x(self, **other_keys: str) -> tweepy.Client:
        """The real client, with the account's keys or others."""
        keys = {
            "consumer_key": ACCOUNT.consumer_key,
            "consumer_secret": ACCOUNT.consumer_secret,
            "access_token": ACCOUNT.access_token,
            "access_token_secret": ACCOUNT.access_token_secret,
        }
        client = tweepy.Client(**(keys | other_keys), return_type=requests.Response)
        client.session.mount("https://api.twitter.com", ToSandbox(self.address.x))
        client.session.headers["Connection"] = "close"
        self.clients.append(client)
        return client


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    clock = Clock()
    sandbox = Sandbox(
        now=clock,
        chats=[
            Chat(-1001000000001, username="torino", title="Torino nel mondo"),
            Chat(-1001000000002, title="Riservato", is_protected=True),
            Chat(-1001000000003, username="muto", standing=Standing.SILENCED),
            Chat(-1001000000004, username="altrui", standing=Standing.STRANGER),
            Chat(77, title="Redazione", kind="private"),
            Chat(ADMINS, title="Redazione", kind="supergroup"),
            Chat(CARLA.id, title="Carla", kind="private"),
        ],
        users=[CARLA],
        accounts=[ACCOUNT],
    )
    async with serve(sandbox) as address:
        served = Served(sandbox, address, clock)
        yield served
        for client in served.clients:
            client.session.close()


@pytest.fixture
async def bot(served: Served, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the client warns of its own future
    address = served.address
    async with Bot(
        TELEGRAM_TOKEN, base_url=address.telegram, base_file_url=address.telegram_files
    ) as bot:
        yield bot
