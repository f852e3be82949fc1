"""What lies beyond this machine: platforms, links, the dead-man switch, alerts; and the desk's own port.

No post is made. A ping or an alert goes out only where the admin asked for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.cli.links import asked
from bot.cli.outlook import look
from bot.core.model import Catalog, Platform, Severity
from bot.desk.address import Address
from bot.desk.apprise import AlertsError, Apprise
from bot.desk.clock import judged
from bot.desk.ping import Ping
from bot.ledger import Ledger, LedgerError, open_store
from bot.links import Limits
from bot.links.door import Resolve, addresses_of
from bot.load.library import Edition
from bot.load.places import places_of_links
from bot.publishers.probe import Finding, Probed, Sign
from bot.publishers.registry import Publishers

SOON = timedelta(days=7)

# Shorter than those of `check --links`: a doctor is waited for.
_OF_LINKS = Limits(each=8, together=20)
_NAMED = 5  # links that get a line of their own

_SECONDS = 5.0  # for one look at a port

_WHOSE = {Platform.TELEGRAM: "Telegram's", Platform.X: "X's"}
_SIGNS = {Severity.ERROR: Sign.FAULT, Severity.WARNING: Sign.ATTENTION}


async def platforms(publishers: Publishers, catalog: Catalog) -> list[Finding]:
    """Every channel's credentials, what the bot may do there, and this machine's clock beside theirs."""
    admin_chats = (catalog.admin_chat,) if catalog.admin_chat else ()
    try:
        probed = await publishers.probe(catalog.channels.values(), admin_chats)
    finally:
        await publishers.close()
    found = [finding for each in probed for finding in each.findings]
    found += [
        Finding(
            "credentials", channel.name, Sign.NOT_ASKED, "a person posts there: none are needed"
        )
        for channel in catalog.channels.values()
        if channel.is_assisted
    ]
    clocks = [judged(each.heard, _WHOSE[each.platform]) for each in probed if each.heard]
    if not clocks:
        said = "no platform told its time, so this machine's could not be compared"
        clocks = [Finding("clock", "", Sign.NOT_ASKED, said)]
    return [*found, *clocks, *_price(probed)]


def _price(probed: Sequence[Probed]) -> Iterator[Finding]:
    cost = sum((each.cost for each in probed), Decimal(0))
    if cost:
        said = f"X may take ${cost} for having been asked; `--offline` asks nobody"
        yield Finding("cost", "", Sign.OK, said)


def links(
    content: Path, edition: Edition, database: str, *, resolve: Resolve = addresses_of
) -> list[Finding]:
    """Whether the pages are there to which the posts of the next week lead. Blocks.

    `resolve` turns a host's name into addresses.
    """
    soon = _soon(edition, database)
    items = {name: item for name, item in edition.catalog.items.items() if name in soon}
    places = places_of_links(content, items)
    if not places:
        return [Finding("links", "", Sign.OK, "no post of the next week has one")]
    bad = asked(places, limits=_OF_LINKS, resolve=resolve)
    lines = [
        Finding("link", "", _SIGNS[each.severity], f"{each.mark}: {each.message}", each.hint)
        for each in bad[:_NAMED]
    ]
    if len(bad) > _NAMED:
        said = f"and {len(bad) - _NAMED} more links need a look"
        lines.append(Finding("links", "", Sign.ATTENTION, said, "see `banditore check --links`"))
    if not bad:
        said = f"{len(places)} of the next week work"
        lines.append(Finding("links", "", Sign.OK, said))
    return lines


def _soon(edition: Edition, database: str) -> set[str]:
    """The items of which something goes out within the week; without a ledger, of which it is asked for."""
    try:
        store = open_store(database)
    except LedgerError:
        now = datetime.now(UTC)
        coming = [each for each in edition.agenda.deliveries.values() if each.placed >= now]
        return {item for each in coming if each.placed <= now + SOON for item in each.items}
    try:
        seen = look(Ledger(store, node="doctor"), edition)
    finally:
        store.close()
    until = seen.now + SOON
    return {item for each in seen.coming() if each.at <= until for item in each.delivery.items}


async def desk(address: Address | None) -> list[Finding]:
    """Is the desk served, or can it be?"""
    if address is None:
        said = "BANDITORE_DESK is not set: no health, no metrics"
        return [Finding("desk", "", Sign.NOT_ASKED, said)]
    reasons = await _health(address)
    if reasons == []:
        return [Finding("desk", "", Sign.OK, f"http://{address}/healthz says that all is well")]
    if reasons:
        said = f"http://{address}/healthz: {'; '.join(reasons)}"
        return [Finding("desk", "", Sign.ATTENTION, said, "see `banditore status`")]
    try:
        _bind(address)
    except OSError as error:
        said = f"{address} can't be opened: {error.strerror or error}"
        do = "give BANDITORE_DESK another port, then restart"
        return [Finding("desk", "", Sign.FAULT, said, do)]
    return [Finding("desk", "", Sign.OK, f"{address} is free: nobody serves it now")]


async def _health(address: Address) -> list[str] | None:
    """What a desk at `address` says is not well; None where there is none."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=_SECONDS) as client:
            answer = await client.get(f"http://{address}/healthz")
        said = json.loads(answer.content)
        return [] if said["ok"] else [str(reason) for reason in said["reasons"]]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError):
        return None


def _bind(address: Address) -> None:
    """Raises OSError where nobody can listen there."""
    for family, kind, protocol, _, place in socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    ):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)


async def dead_man(url: SecretStr | None, *, is_sent: bool) -> list[Finding]:
    """Can the dead-man switch be reached? With `is_sent`, one ping goes out."""
    if url is None:
        said = "BANDITORE_PING_URL is not set: nobody notices when this machine is off"
        return [Finding("ping", "", Sign.NOT_ASKED, said, "docs/monitoring.md says how")]
    do = "see that BANDITORE_PING_URL is right and can be reached"
    if is_sent:
        ping = Ping(url)
        fault = await ping.once("banditore doctor: a ping to try", is_ok=True)
        await ping.close()
        if fault:
            return [Finding("ping", "", Sign.FAULT, f"the ping did not get there: {fault}", do)]
        return [Finding("ping", "", Sign.OK, "one ping was sent, and taken")]
    parts = urlsplit(url.get_secret_value())
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if await _is_reached(host, port):
        said = "its server can be reached; `--ping` sends one"
        return [Finding("ping", "", Sign.OK, said)]
    said = "its server can't be reached from here"
    return [Finding("ping", "", Sign.UNKNOWN, said, f"{do}; `--ping` tries it")]


async def _is_reached(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError, UnicodeError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def alerts(addresses: SecretStr | None, *, is_sent: bool) -> list[Finding]:
    """Can alerts be sent to the addresses that are given? With `is_sent`, one is."""
    if addresses is None or not addresses.get_secret_value().strip():
        return [Finding("alerts", "", Sign.NOT_ASKED, "BANDITORE_ALERTS is not set")]
    try:
        told = Apprise(addresses)
    except AlertsError as error:
        do = "mend BANDITORE_ALERTS; `banditore run` does not start until then"
        return [Finding("alerts", "", Sign.FAULT, str(error), do)]
    named = ", ".join(told.names)
    if not is_sent:
        return [Finding("alerts", "", Sign.OK, f"{named}: well-formed; `--alert` sends one")]
    sent = await told.tell("banditore doctor", "An alert to try. There is nothing to do.")
    if sent.faults:
        do = "see that the service behind the address takes messages, and mend BANDITORE_ALERTS"
        return [Finding("alerts", "", Sign.FAULT, fault, do) for fault in sent.faults]
    return [Finding("alerts", "", Sign.OK, f"one was taken by {named}")]
