"""Channels find the publisher that serves them, or are told which variable is missing."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.core.model import Channel, Platform
from bot.publishers.registry import Credentials, MissingCredentialsError, Publishers
from bot.publishers.x import XKeys
from tests.publishers.contract import NOW

TOKEN = SecretStr("7654321:AAH/secret")
KEYS = XKeys(*map(SecretStr, ("consumer", "consumer secret", "access", "access=secret")))


def channel(platform: Platform, address: str) -> Channel:
    return Channel("a-channel", platform, address, "it", "standard")


def publishers(credentials: Credentials) -> Publishers:
    return Publishers(credentials, lambda: NOW)


async def test_the_telegram_channels_of_a_bot_share_one_publisher() -> None:
    open_ones = publishers(Credentials(telegram_token=TOKEN))
    italian = open_ones.of(channel(Platform.TELEGRAM, "@torino_nel_mondo"))
    assert open_ones.of(channel(Platform.TELEGRAM, "-1001234567890")) is italian
    await open_ones.close()


async def test_each_x_account_has_its_own_publisher() -> None:
    open_ones = publishers(Credentials(x={"torinonelmondo": KEYS, "turin_world": KEYS}))
    italian = open_ones.of(channel(Platform.X, "torinonelmondo"))
    assert open_ones.of(channel(Platform.X, "torinonelmondo")) is italian
    assert open_ones.of(channel(Platform.X, "turin_world")) is not italian
    await open_ones.close()


async def test_an_account_is_the_same_in_any_case() -> None:
    open_ones = publishers(Credentials(x={"TORINONELMONDO": KEYS}))
    italian = open_ones.of(channel(Platform.X, "TorinoNelMondo"))
    assert open_ones.of(channel(Platform.X, "torinonelmondo")) is italian
    await open_ones.close()


def test_a_missing_token_is_named() -> None:
    with pytest.raises(MissingCredentialsError) as caught:
        publishers(Credentials()).of(channel(Platform.TELEGRAM, "@torino_nel_mondo"))
    assert str(caught.value) == (
        "No credentials for the channel a-channel: "
        "set BANDITORE_TELEGRAM_TOKEN (or BANDITORE_TELEGRAM_TOKEN_FILE)."
    )


def test_the_missing_keys_of_an_account_are_named_and_no_others() -> None:
    half = XKeys(KEYS.consumer_key, KEYS.consumer_secret, SecretStr(""), SecretStr(""))
    with pytest.raises(MissingCredentialsError) as caught:
        publishers(Credentials(x={"torinonelmondo": half})).of(
            channel(Platform.X, "torinonelmondo")
        )
    assert str(caught.value) == (
        "No credentials for the channel a-channel: "
        "set BANDITORE_X_TORINONELMONDO_ACCESS_TOKEN, BANDITORE_X_TORINONELMONDO_ACCESS_SECRET."
    )


def test_credentials_print_no_secret_and_know_every_form_of_each() -> None:
    credentials = Credentials(
        telegram_token=TOKEN, x={"torinonelmondo": KEYS}, proxy="http://me:password@proxy.invalid"
    )
    known = credentials.secrets()
    assert {"7654321:AAH/secret", "7654321%3AAAH%2Fsecret", "AAH/secret"} <= known
    assert {"consumer", "consumer secret", "consumer+secret", "access%3Dsecret"} <= known
    shown = repr(credentials)
    assert not [form for form in (*known, "password") if f"'{form}'" in shown or form == shown]
    assert "AAH" not in shown
    assert "password" not in shown
