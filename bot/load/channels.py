"""The file channels.yaml -> channels: the only place where a destination is named."""

from __future__ import annotations

import re
from typing import assert_never

from bot.core.model import Channel, Platform, Preview, Quiet
from bot.load.campaign import read_campaign
from bot.load.nodes import Mapped, position
from bot.load.phrase import clock_under, is_language
from bot.load.report import Report, did_you_mean, shown
from bot.load.schema import WrittenChannel, WrittenChannels, WrittenQuiet
from bot.load.shape import check
from bot.load.template import read_template

_NAME = re.compile(r"[a-z0-9-]+")

# A public chat's name, https://core.telegram.org/method/account.checkUsername, or a channel's number.
_CHAT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-100\d{5,}")
# https://help.x.com/en/managing-your-account/x-username-rules
_ACCOUNT = re.compile(r"@?([A-Za-z0-9_]{1,15})")

_OF_TELEGRAM = frozenset({"preview", "silent"})
_QUIET_HINT = 'such as \'silent: {from: "20:00", to: "08:00"}\''


def read_channels(
    top: Mapped,
    source: str,
    schedules: frozenset[str],
    broken_schedules: frozenset[str],
    report: Report,
) -> dict[str, Channel]:
    """The channels under `top`, by name; `source` is the file's text. They may be used if `report` has no
    error in the end."""
    written = check(WrittenChannels, top, report)
    nodes = top.mapped("channels")
    if not nodes.inner:
        report.missing(top, "channels", "there is no channel", "write 'channels:' and one below it")
    found: dict[str, Channel] = {}
    at_address: dict[tuple[Platform, str], str] = {}
    for name, key in nodes.keys.items():
        if not _NAME.fullmatch(name):
            report.error(key, f"{shown(name)} can't be a channel's name", "use a-z, 0-9 and '-'")
        node = nodes.mapped(name)
        channel = _channel(name, written.channels.get(name, WrittenChannel()), node, source, report)
        if channel is None:
            continue
        found[name] = channel
        other = at_address.setdefault((channel.platform, channel.address.casefold()), name)
        if other != name:
            line, _ = position(nodes.keys[other])
            report.error(
                node.inner["chat" if channel.platform is Platform.TELEGRAM else "account"],
                f"{shown(name)} leads to the same place as {shown(other)}",
                f"see line {line}: followers would read everything twice",
            )
    for name, channel in found.items():
        _check_schedule(channel, nodes.mapped(name), schedules, broken_schedules, report)
    return found


def _channel(
    name: str, written: WrittenChannel, node: Mapped, source: str, report: Report
) -> Channel | None:
    if written.platform is None:
        report.missing(node, "platform", f"{shown(name)} needs a platform", "telegram or x")
        return None
    address = _address(name, written, written.platform, node, report)
    language = written.language
    if not language:
        report.missing(
            node, "language", f"{shown(name)} needs a language", "such as 'language: it'"
        )
    else:
        is_language(language, node.inner["language"], report)
    if not written.schedule:
        report.missing(
            node, "schedule", f"{shown(name)} needs a schedule", "a file's name, no '.yaml'"
        )
    campaign = read_campaign(written.campaign, name, node, report)
    template = None
    if written.template.strip():
        template = read_template(written.template, node, written.platform, source, report)
    if written.platform is not Platform.TELEGRAM:
        for key in sorted(_OF_TELEGRAM & node.keys.keys()):
            report.error(
                node.keys[key], f"{written.platform} has no {key!r}", "it is for telegram alone"
            )
    quiet = _quiet(written.silent, node, report)
    if address is None:
        return None
    return Channel(
        name=name,
        platform=written.platform,
        address=address,
        language=language,
        schedule=written.schedule,
        is_test=written.test,
        campaign=campaign,
        template=template,
        preview=written.preview or Preview.BELOW,
        quiet=quiet,
    )


def _quiet(written: WrittenQuiet | None, node: Mapped, report: Report) -> Quiet | None:
    """The hours without a sound; None where there are none, or none that can be read."""
    if written is None:
        return None
    place = node.mapped("silent")
    begins, ends = (
        clock_under(
            place, key, text.strip(), report, missing=(f"'silent' needs {key!r}", _QUIET_HINT)
        )
        for key, text in (("from", written.begins), ("to", written.ends))
    )
    if begins is None or ends is None:
        return None
    if begins == ends:
        report.error(place.inner["to"], "these hours end as they begin", _QUIET_HINT)
    return Quiet(begins, ends)


def _address(
    name: str, written: WrittenChannel, platform: Platform, node: Mapped, report: Report
) -> str | None:
    match platform:
        case Platform.TELEGRAM:
            key, text, other = "chat", written.chat.strip(), written.account
            match = _CHAT.fullmatch(text)
            address = text if match else None
            form = 'write "@its_name", in quotation marks, or its number, which begins with -100'
        case Platform.X:
            key, text, other = "account", written.account.strip(), written.chat
            match = _ACCOUNT.fullmatch(text)
            address = match[1] if match else None
            form = "the name after the '@': up to 15 letters, digits and '_'"
        case _ as never:
            assert_never(never)
    if other:
        wrong = "account" if key == "chat" else "chat"
        report.error(node.keys[wrong], f"{platform} has no {wrong!r}", f"write {key!r}")
    if not text and not other:
        report.missing(node, key, f"{shown(name)} needs {key!r}", form)
    elif text and address is None:
        report.error(node.inner[key], f"{shown(text)} is no {key} of {platform}", form)
    return address


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
        report.error(place, f"there is no schedule {shown(name)}", did_you_mean(name, schedules))
    elif report.first_time(f"schedule {name}"):
        report.warn(place, f"the schedule {shown(name)} has faults: nothing that needs it goes out")
