"""The file channels.yaml -> channels: the only place where a destination is named."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.core.kinds import Kind
from bot.core.model import Admins, Channel, Platform, Preview, Quiet
from bot.core.prices import Prices
from bot.core.said import said
from bot.load.address import read_address
from bot.load.admins import read_admin_chat, read_admins
from bot.load.campaign import read_campaign
from bot.load.lookup import read_lookup
from bot.load.money import prices_of, read_budget, read_prices
from bot.load.nodes import Mapped, position
from bot.load.phrase import clock_under, is_language
from bot.load.reasons import faulty_schedule, no_schedule
from bot.load.report import Reason, Report, shown
from bot.load.schema import Publish, WrittenChannel, WrittenChannels, WrittenQuiet
from bot.load.shape import check
from bot.load.template import read_template

_NAME = re.compile(r"[a-z0-9-]+")

_OF_TELEGRAM = frozenset({"preview", "silent"})
_QUIET_HINT = said('such as \'silent: {from: "20:00", to: "08:00"}\'')


class Destinations(NamedTuple):
    """What channels.yaml gave."""

    channels: dict[str, Channel]  # by name
    admin_chat: str = ""  # "" = none
    admins: Admins = Admins()


class _Common(NamedTuple):
    """What stands above all channels, and the text in which it stands."""

    source: str
    of_x: Prices
    has_admin_chat: bool  # is one written, whether or not it can be used?


def read_channels(
    top: Mapped,
    source: str,
    schedules: frozenset[str],
    broken_schedules: frozenset[str],
    report: Report,
) -> Destinations:
    """The channels under `top`, and the admin chat; `source` is the file's text. They may be used if `report`
    has no error in the end."""
    written = check(WrittenChannels, top, report)
    admin_chat = read_admin_chat(written.admin_chat, top, report)
    has_chat = bool(written.admin_chat.strip())
    admins = read_admins(written.admins, top, report, has_chat=has_chat)
    common = _Common(
        source,
        of_x=read_prices(written.prices.x, top, report),
        has_admin_chat=has_chat,
    )
    nodes = top.mapped("channels")
    if not nodes.inner:
        report.missing(
            top,
            "channels",
            Kind.CHANNEL,
            said("there is no channel"),
            said("write 'channels:' and one below it"),
        )
    found: dict[str, Channel] = {}
    at_address: dict[tuple[Platform, str], str] = {}
    for name, key in nodes.keys.items():
        if not _NAME.fullmatch(name):
            message = said("{name} can't be a channel's name", name=shown(name))
            report.error(key, Kind.CHANNEL, message, said("use a-z, 0-9 and '-'"))
        node = nodes.mapped(name)
        channel = _channel(name, written.channels.get(name, WrittenChannel()), node, common, report)
        if channel is None:
            continue
        found[name] = channel
        other = at_address.setdefault((channel.platform, channel.address.casefold()), name)
        if other != name:
            line, _ = position(nodes.keys[other])
            report.error(
                node.inner["chat" if channel.platform is Platform.TELEGRAM else "account"],
                Kind.ADDRESS,
                said(
                    "{name} leads to the same place as {other}",
                    name=shown(name),
                    other=shown(other),
                ),
                said("see line {line}: followers would read everything twice", line=line),
            )
    if crowded := at_address.get((Platform.TELEGRAM, admin_chat.casefold())):
        report.error(
            top.inner["admin_chat"],
            Kind.ADMINS,
            said("the admin chat is the chat of {name}", name=shown(crowded)),
            said("followers would read what is meant for admins: name another"),
        )
        admin_chat = ""
    for name, channel in found.items():
        _check_schedule(channel, nodes.mapped(name), schedules, broken_schedules, report)
    return Destinations(found, admin_chat, admins)


def _channel(
    name: str, written: WrittenChannel, node: Mapped, common: _Common, report: Report
) -> Channel | None:
    if written.platform is None:
        report.missing(
            node,
            "platform",
            Kind.CHANNEL,
            said("{name} needs a platform", name=shown(name)),
            said("telegram or x"),
        )
        return None
    platform = written.platform
    address = read_address(name, written, platform, node, report)
    language = written.language
    if not language:
        report.missing(
            node,
            "language",
            Kind.CHANNEL,
            said("{name} needs a language", name=shown(name)),
            said("such as 'language: it'"),
        )
    else:
        is_language(language, node.inner["language"], report)
    if not written.schedule:
        report.missing(
            node,
            "schedule",
            Kind.CHANNEL,
            said("{name} needs a schedule", name=shown(name)),
            said("a file's name, no '.yaml'"),
        )
    campaign = read_campaign(written.campaign, name, node, report)
    template = None
    if written.template.strip():
        template = read_template(written.template, node, platform, common.source, report)
    if platform is not Platform.TELEGRAM:
        for key in sorted(_OF_TELEGRAM & node.keys.keys()):
            report.error(
                node.keys[key],
                Kind.CHANNEL,
                said("{platform} has no {key!r}", platform=platform, key=key),
                said("it is for telegram alone"),
            )
    quiet = _quiet(written.silent, node, report)
    lookup = read_lookup(
        written, platform, address, node, report, has_admin_chat=common.has_admin_chat
    )
    prices = prices_of(written, platform, common.of_x)
    budget = read_budget(written, platform, prices, node, report)
    if address is None:
        return None
    return Channel(
        name=name,
        platform=platform,
        address=address,
        language=language,
        schedule=written.schedule,
        is_test=written.test,
        campaign=campaign,
        template=template,
        preview=written.preview or Preview.BELOW,
        quiet=quiet,
        lookup=lookup,
        is_assisted=written.publish is Publish.ASSISTED,
        budget=budget,
        prices=prices,
    )


def _quiet(written: WrittenQuiet | None, node: Mapped, report: Report) -> Quiet | None:
    """The hours without a sound; None where there are none, or none that can be read."""
    if written is None:
        return None
    place = node.mapped("silent")
    begins, ends = (
        clock_under(
            place,
            key,
            text.strip(),
            report,
            missing=Reason(Kind.HOURS, said("'silent' needs {key!r}", key=key), _QUIET_HINT),
        )
        for key, text in (("from", written.begins), ("to", written.ends))
    )
    if begins is None or ends is None:
        return None
    if begins == ends:
        report.error(
            place.inner["to"], Kind.HOURS, said("these hours end as they begin"), _QUIET_HINT
        )
    return Quiet(begins, ends)


def _check_schedule(
    channel: Channel,
    node: Mapped,
    schedules: frozenset[str],
    broken_schedules: frozenset[str],
    report: Report,
) -> None:
    name = channel.schedule
    if not name or name in schedules:
        return
    place = node.inner["schedule"]
    if name not in broken_schedules:
        report.error(place, *no_schedule(name, schedules))
    elif report.first_time(f"schedule {name}"):
        report.warn(place, *faulty_schedule(name))
