"""The campaign tags of a channel, as staff wrote them -> a `Campaign`. It adds them to no link itself."""

from __future__ import annotations

import re

from bot.core.kinds import Kind
from bot.core.model import Campaign
from bot.core.said import said
from bot.load.link import why_not
from bot.load.nodes import Mapped, Place, position
from bot.load.phrase import in_one_line
from bot.load.report import Report, shown
from bot.load.schema import WrittenCampaign

MEDIUM = "social"

_HOST = re.compile(r"(?:[^\W_](?:[^\W_]|-)*\.)+[^\W\d_](?:[^\W_]|-)*\.?")
_HOST_HINT = said("such as comune.torino.it: no https://, no path; its subdomains are meant too")

# X ends a link before punctuation, and whoever needs an '@' or an '&' here is about to tell who a
# follower is, or to write tags into a tag.
_VALUE = re.compile(r"[^\W_](?:[\w .-]*[^\W_])?")


def read_campaign(
    written: WrittenCampaign | None, channel: str, node: Mapped, report: Report
) -> Campaign | None:
    """The campaign of the channel under `node`; None where it has none or one without a family."""
    if written is None:
        return None
    place = node.mapped("campaign")
    if written.family is None:
        report.missing(
            place,
            "family",
            Kind.CAMPAIGN,
            said("campaign tags need a family"),
            said("utm or mtm, not both"),
        )
    hosts = frozenset(_hosts(written, place, report))
    source, medium, name = (
        _value(key, text, place, report)
        for key, text in (
            ("source", written.source),
            ("medium", written.medium),
            ("name", written.name),
        )
    )
    if written.family is None:
        return None
    return Campaign(written.family, hosts, source or channel, medium or MEDIUM, name)


def _hosts(written: WrittenCampaign, place: Mapped, report: Report) -> list[str]:
    if not written.hosts:
        report.missing(
            place,
            "hosts",
            Kind.CAMPAIGN,
            said("campaign tags need hosts: the sites whose statistics you read"),
            said("such as 'hosts: [comune.torino.it]'"),
        )
    found: dict[str, Place] = {}
    for text, member in zip(written.hosts, place.members("hosts"), strict=False):
        host = text.strip().lower()
        if not _HOST.fullmatch(host) or why_not(f"https://{host}/"):
            report.error(
                member, Kind.CAMPAIGN, said("{text} is not a host", text=shown(text)), _HOST_HINT
            )
        elif host in found:
            line, _ = position(found[host])
            report.error(
                member,
                Kind.CAMPAIGN,
                said("{text} stands twice here", text=shown(text)),
                said("see line {line}; keep one", line=line),
            )
        found.setdefault(host, member)
    return list(found)


def _value(key: str, text: str, place: Mapped, report: Report) -> str:
    value = in_one_line(text)
    if value and not _VALUE.fullmatch(value):
        report.error(
            place.inner[key],
            Kind.CAMPAIGN,
            said("{text} can't be a campaign's {key}", text=shown(text), key=key),
            said("letters and digits; within it also spaces, '-', '_' and '.'"),
        )
    return value
