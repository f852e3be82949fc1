"""`banditore run`: the service."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    SchedulesOption,
    fail,
    require_folders,
)

if TYPE_CHECKING:
    from pathlib import Path

    from bot.cli.settings import Settings
    from bot.desk.apprise import Apprise
    from bot.desk.desk import Desk
    from bot.desk.people import People
    from bot.git import Pull
    from bot.ledger import Store
    from bot.load.library import Library
    from bot.publishers.registry import Credentials, Publishers


def register(app: typer.Typer) -> None:
    app.command()(run)


def run(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="One pass over what is due, then exit.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log what the libraries do as well.")
    ] = False,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
) -> None:
    """Announce what is due, until stopped. Logs JSON lines, or readable ones on a terminal.

    Credentials come from the environment: BANDITORE_TELEGRAM_TOKEN, BANDITORE_X_CONSUMER_KEY,
    BANDITORE_X_CONSUMER_SECRET, and for each X account BANDITORE_X_<ACCOUNT>_ACCESS_TOKEN and
    BANDITORE_X_<ACCOUNT>_ACCESS_SECRET; with _FILE at the end, from the file of that name.
    """
    import logging

    from bot.cli.settings import read_settings
    from bot.core.rates import RATES
    from bot.desk.log import set_up
    from bot.ledger import LedgerError, open_store
    from bot.load.library import Library
    from bot.publishers.base import Timeouts
    from bot.publishers.registry import Publishers
    from bot.service import Service

    settings = read_settings()
    credentials = credentials_of(settings)
    secrets = credentials.secrets() | ping_secrets(settings) | alert_secrets(settings)
    terminal = sys.stdout.isatty()
    set_up(
        secrets,
        readable=terminal,
        colour=terminal and "NO_COLOR" not in os.environ,
        level=logging.DEBUG if debug else logging.INFO,
    )
    require_folders(content, schedules)
    alerts = alerts_of(
        settings
    )  # that nobody can be alerted must not be found out at the first alert
    try:
        store = open_store(database, upgrade=True)
    except LedgerError as error:
        fail(str(error))
    if store.upgraded_from is not None:
        fields = {"copy": str(store.upgraded_from), "do": "nothing; keep the copy for a while"}
        logging.getLogger("banditore").info("ledger.upgraded", extra={"fields": fields})
    publishers = Publishers(
        credentials,
        lambda: datetime.now(UTC),
        Timeouts(connect=settings.connect_timeout, total=settings.call_timeout),
        content=content.absolute(),
    )
    node = f"{socket.gethostname()}:{os.getpid()}:{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    pull = pull_of(settings, content)
    if pull is not None:
        if (half := pull.mend()) is not None:
            fail(
                f"{half.folder} has half of the files of a pull that was killed, and nobody approved that: "
                f"{half.reason}; {half.do}, then start again"
            )
        if once:
            pull.once()
    library = Library(content, schedules, settling=timedelta(minutes=settings.settling))
    people = people_of(
        settings,
        store,
        library,
        publishers,
        alerts=alerts,
        node=node,
        content=content,
        schedules=schedules,
        pull=pull,
    )
    service = Service(
        library,
        store,
        publishers,
        node=node,
        interval=timedelta(seconds=settings.interval),
        rates=RATES if settings.pacing else {},
        watch=desk_of(settings, store, secrets, people),
        pull=pull,
    )
    try:
        asyncio.run(service.once() if once else service.run())
    except LedgerError as error:
        fail(str(error))
    finally:
        store.close()


def ping_secrets(settings: Settings) -> frozenset[str]:
    """What of the ping address must not be read in the log."""
    if settings.ping_url is None:
        return frozenset()
    from bot.desk.ping import secrets_of

    return secrets_of(settings.ping_url)


def alert_secrets(settings: Settings) -> frozenset[str]:
    """What of the addresses for alerts must not be read in the log."""
    if settings.alerts is None:
        return frozenset()
    from bot.desk.apprise import secrets_of

    return secrets_of(settings.alerts)


def alerts_of(settings: Settings) -> Apprise | None:
    """Who sends alerts, where addresses are given; what can't be sent to ends the command."""
    if settings.alerts is None or not settings.alerts.get_secret_value().strip():
        return None
    from bot.desk.apprise import AlertsError, Apprise

    try:
        return Apprise(settings.alerts)
    except AlertsError as error:
        fail(str(error))


def people_of(
    settings: Settings,
    store: Store,
    library: Library,
    publishers: Publishers,
    *,
    alerts: Apprise | None,
    node: str,
    content: Path,
    schedules: Path,
    pull: Pull | None,
) -> People:
    """Who speaks with admins, in their chat and by letters."""
    from bot.cli.drafting.apart import Drafting
    from bot.desk.chat.wire import Line
    from bot.desk.letters import Letters
    from bot.desk.people import People
    from bot.desk.probes import Probes
    from bot.publishers.base import Timeouts
    from bot.publishers.images import Images

    token = settings.telegram_token
    timeouts = Timeouts(connect=settings.connect_timeout, total=settings.call_timeout)
    return People(
        store,
        lambda: library.current,
        line=Line(token, base_url=settings.telegram_api, timeouts=timeouts) if token else None,
        read=Drafting(content, schedules),
        others=[Letters(alerts)] if alerts else [],
        node=node,
        probe=Probes(publishers.probe),
        images=Images(content.absolute()),
        interval=timedelta(seconds=settings.interval),
        stuck=(lambda: pull.stuck) if pull is not None else (lambda: None),
    )


def pull_of(settings: Settings, content: Path) -> Pull | None:
    """Who brings the files up to date from git, where that is wanted."""
    from bot.git import Pull

    if settings.content_git is None:
        return None
    every = timedelta(seconds=settings.content_git_every)
    return Pull(content, settings.content_git, every=every)


def desk_of(settings: Settings, store: Store, secrets: frozenset[str], people: People) -> Desk:
    """Who looks on for admins."""
    from bot.desk.desk import Desk
    from bot.desk.ping import Ping

    return Desk(
        store,
        interval=timedelta(seconds=settings.interval),
        address=settings.desk,
        ping=Ping(settings.ping_url) if settings.ping_url else None,
        people=people,
        patience=timedelta(minutes=settings.overdue),
        secrets=secrets,
    )


def credentials_of(settings: Settings) -> Credentials:
    """The credentials that the environment gives, for a command that sends."""
    from pydantic import SecretStr

    from bot.cli.settings import x_access
    from bot.publishers.registry import Credentials
    from bot.publishers.x import XKeys

    nothing = SecretStr("")
    return Credentials(
        telegram_token=settings.telegram_token or nothing,
        telegram_api=settings.telegram_api,
        telegram_page=settings.telegram_page,
        x_api=settings.x_api,
        x={
            account: XKeys(
                consumer_key=settings.x_consumer_key or nothing,
                consumer_secret=settings.x_consumer_secret or nothing,
                access_token=access.get("token", nothing),
                access_secret=access.get("secret", nothing),
            )
            for account, access in x_access().items()
        },
    )
