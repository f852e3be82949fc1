"""Sends shown posts to the channels that staff marked `test: true`, and to no other, whatever is asked.

A test post is no announcement: the ledger neither hears of it nor is asked.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.cli.language import spoken
from bot.cli.options import fail
from bot.cli.run import credentials_of
from bot.cli.settings import Settings, read_settings
from bot.core.model import (
    Absent,
    Channel,
    Deferred,
    Outcome,
    Platform,
    Post,
    Published,
    Rejected,
    Unknown,
)
from bot.core.said import said
from bot.desk.shown import Preview, Shown
from bot.desk.uncarried import said_name
from bot.publishers.base import Publisher, Ready, Timeouts
from bot.publishers.registry import MissingCredentialsError, Publishers
from bot.render import render

# Seconds between two posts. Telegram takes about one message a second in a chat and twenty a minute,
# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
PAUSE, LONG_PAUSE, BURST = 1.0, 3.1, 20

_NAMES = {Platform.TELEGRAM: "Telegram", Platform.X: "X"}


@dataclass(frozen=True, slots=True)
class Trial:
    """A post that goes to a test channel in place of its own."""

    shown: Shown
    test: Channel
    post: Post  # the one that was shown, with the test channel's address


def send(found: Preview, content: Path) -> bool:
    """Send what was found to the test channels, each post to those of its platform and language.

    True if all of it was published. What has no test channel, or no credentials, is told and not sent.
    """
    tests = [each for each in found.agenda.channels.values() if each.is_test]
    trials = [each for shown in found.shown for each in _trials(shown, tests, found)]
    without = {_kind(each.channel) for each in found.shown} - {_kind(each.test) for each in trials}
    for kind in sorted(without):
        missing = said(
            "there is no test channel for {kind}, so nothing of it is sent "
            "(mark one with `test: true` in channels.yaml)",
            kind=kind,
        )
        typer.echo(f"banditore: {spoken(missing)}", err=True)
    if not trials:
        fail(said("nothing was sent: there is no test channel for any of these posts"))
    return asyncio.run(_send(trials, read_settings(), content)) and not without


def _kind(channel: Channel) -> str:
    return said(
        "{platform} in {language}",
        platform=_NAMES[channel.platform],
        language=said_name(channel.language),
    )


def _trials(shown: Shown, tests: Iterable[Channel], found: Preview) -> Iterator[Trial]:
    for test in tests:
        if _kind(test) != _kind(shown.channel):
            continue
        # Everything of the channel but its address: campaign tags and layout are what is looked at.
        channel = replace(shown.channel, address=test.address)
        zone = shown.calendar.zone
        post = render(found.agenda.items, shown.delivery, channel, at=shown.at, zone=zone)
        if isinstance(post, Post):
            yield Trial(shown, test, post)


def pause_among(tests: Iterable[Channel]) -> float:
    """Seconds to wait between posts to these channels, each named once for each post it gets."""
    return PAUSE if max(Counter(each.name for each in tests).values()) <= BURST else LONG_PAUSE


async def _send(trials: list[Trial], settings: Settings, content: Path) -> bool:
    publishers = Publishers(
        credentials_of(settings),
        lambda: datetime.now(UTC),
        Timeouts(connect=settings.connect_timeout, total=settings.call_timeout),
        content=content.absolute(),
    )
    try:
        mute = _without_credentials(trials, publishers)
        is_whole = not mute
        to_send = [each for each in trials if each.test.name not in mute]
        for number, each in enumerate(to_send):
            if number:
                await asyncio.sleep(pause_among(each.test for each in to_send))
            outcome = await _publish(each.post, publishers.of(each.test), f"test-{number}")
            typer.echo(_told(each, outcome))
            is_whole = is_whole and isinstance(outcome, Published)
        return is_whole
    finally:
        await publishers.close()


def _without_credentials(trials: Iterable[Trial], publishers: Publishers) -> set[str]:
    """The test channels that can't be written to, each told once, before anything is sent."""
    mute = set()
    for test in {each.test.name: each.test for each in trials}.values():
        try:
            publishers.of(test)
        except MissingCredentialsError as error:
            nothing = said(
                "nothing is sent to {channel}: {reason}", channel=test.name, reason=str(error)
            )
            typer.echo(f"banditore: {spoken(nothing)}", err=True)
            mute.add(test.name)
    return mute


async def _publish(post: Post, publisher: Publisher, name: str) -> Outcome:
    ready = await publisher.prepare(post, name)
    return await publisher.publish(ready) if isinstance(ready, Ready) else ready


def _told(trial: Trial, outcome: Outcome) -> str:
    what = f"{trial.test.name}  {trial.shown.delivery.key}"
    match outcome:
        case Published(url=url, external_id=number):
            return f"{what}  {spoken(said('published'))}  {url or number}"
        case Unknown(reason=reason):
            return f"{what}  {spoken(said('may be public: {reason}', reason=reason))}"
        case Rejected(reason=reason) | Deferred(reason=reason) | Absent(reason=reason):
            return f"{what}  {spoken(said('not published: {reason}', reason=reason))}"
