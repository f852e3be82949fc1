"""Who sends a channel's posts, how they are looked up, and where admins are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.model import Channel, Lookup
from tests.load.build import loaded, told

FILE = "schedules/channels.yaml"
ADMIN = 'admin_chat: "-1001234567890"\n'
X = """channels:
  it:
    platform: x
    account: torino
    language: it
    schedule: standard
"""
TELEGRAM = X.replace("platform: x", "platform: telegram").replace(
    "account: torino", "chat: '@torino'"
)


def channel(folder: Path, text: str) -> Channel:
    catalog, problems = loaded(folder, {FILE: text})
    assert problems == ()
    return catalog.channels["it"]


def test_a_channel_that_says_nothing_is_looked_up_where_that_is_known_to_work(
    tmp_path: Path,
) -> None:
    assert channel(tmp_path, X).lookup is Lookup.TIMELINE
    assert channel(tmp_path, TELEGRAM).lookup is Lookup.NONE
    assert channel(tmp_path, f"{X}    publish: assisted\n").lookup is Lookup.NONE


@pytest.mark.parametrize(
    ("text", "lookup"),
    [(X, "none"), (X, "timeline"), (TELEGRAM, "none"), (TELEGRAM, "page"), (TELEGRAM, "forwards")],
)
def test_a_channel_says_how_it_is_looked_up(tmp_path: Path, text: str, lookup: str) -> None:
    assert channel(tmp_path, f"{ADMIN}{text}    lookup: {lookup}\n").lookup == lookup


@pytest.mark.parametrize("publish", ["automatic", "assisted"])
def test_a_channel_says_who_sends_its_posts(tmp_path: Path, publish: str) -> None:
    made = channel(tmp_path, f"{TELEGRAM}    publish: {publish}\n")
    assert made.is_assisted == (publish == "assisted")


@pytest.mark.parametrize(
    ("text", "expected", "hint"),
    [
        (X + "    lookup: page\n", "7:13 x has no lookup 'page'", "write timeline or none"),
        (X + "    lookup: forwards\n", "7:13 x has no lookup 'forwards'", "timeline or none"),
        (
            TELEGRAM + "    lookup: timeline\n",
            "7:13 telegram has no lookup 'timeline'",
            "write none, forwards or page",
        ),
        (
            TELEGRAM + "    lookup: forward\n",
            "7:13 'forward' is not possible here",
            "did you mean 'forwards'?",
        ),
        (
            TELEGRAM + "    lookup: forwards\n",
            "7:13 'forwards' needs an admin chat, where messages are forwarded to",
            "admin_chat",
        ),
        (
            TELEGRAM.replace("@torino", "-1001234567") + "    lookup: page\n",
            "7:13 'page' needs a public chat, and '-1001234567' is a number",
            "@its_name",
        ),
        (
            X + "    publish: assisted\n    lookup: timeline\n",
            "8:13 an assisted channel has no lookup 'timeline'",
            "remove it",
        ),
        (
            X + "    publish: asisted\n",
            "7:14 'asisted' is not possible here",
            "did you mean 'assisted'? write automatic or assisted",
        ),
        ("admin_chat: torino\n" + X, "1:13 'torino' is no chat of telegram", "@its_name"),
        ("admin_chat: '@a b'\n" + X, "1:13 '@a b' is no chat of telegram", "@its_name"),
        ("admin_chat: [a]\n" + X, "1:13 a text is wanted", ""),
        ("admin_caht: '@admins'\n" + X, "1:1 unknown key 'admin_caht'", "'admin_chat'"),
        (
            "admin_chat: '@Torino'\n" + TELEGRAM,
            "1:13 the admin chat is the chat of 'it'",
            "followers would read",
        ),
    ],
)
def test_what_can_not_be_is_told_at_its_place(
    tmp_path: Path, text: str, expected: str, hint: str
) -> None:
    catalog, problems = loaded(tmp_path, {FILE: text})
    assert told(problems) == [expected]
    assert hint in problems[0].hint
    assert (catalog.channels, catalog.admin_chat) == ({}, "")


def test_an_admin_chat_that_can_not_be_is_told_once(tmp_path: Path) -> None:
    text = f"admin_chat: torino\n{TELEGRAM}    lookup: forwards\n"
    assert told(loaded(tmp_path, {FILE: text})[1]) == ["1:13 'torino' is no chat of telegram"]


def test_every_fault_of_a_channel_is_told_at_once(tmp_path: Path) -> None:
    faults = "    lookup: timeline\n    budget: {month: dieci}\n    publish: sometimes\n"
    assert told(loaded(tmp_path, {FILE: TELEGRAM + faults})[1]) == [
        "7:13 telegram has no lookup 'timeline'",
        "8:5 telegram has no 'budget'",
        "8:21 'dieci' is not an amount",
        "9:14 'sometimes' is not possible here",
    ]


@pytest.mark.parametrize("chat", ["-1001234567890", "@gli_admin"])
def test_admins_have_a_chat(tmp_path: Path, chat: str) -> None:
    catalog, problems = loaded(tmp_path, {FILE: f'admin_chat: "{chat}"\n{TELEGRAM}'})
    assert problems == ()
    assert catalog.admin_chat == chat


def test_there_may_be_no_admin_chat(tmp_path: Path) -> None:
    assert loaded(tmp_path, {FILE: X})[0].admin_chat == ""
