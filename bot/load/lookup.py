"""How a channel's posts may be looked up, as staff wrote it -> a `Lookup`. It looks nothing up itself."""

from __future__ import annotations

from typing import Final

from bot.core.kinds import Kind
from bot.core.model import Lookup, Platform
from bot.core.said import said
from bot.load.address import is_public
from bot.load.nodes import Mapped
from bot.load.report import Report, shown
from bot.load.schema import Publish, WrittenChannel
from bot.load.shape import one_of

# The first of each is what a channel has that says nothing.
_POSSIBLE: Final = {
    Platform.TELEGRAM: (Lookup.NONE, Lookup.FORWARDS, Lookup.PAGE),
    Platform.X: (Lookup.TIMELINE, Lookup.NONE),
}


def read_lookup(
    written: WrittenChannel,
    platform: Platform,
    address: str | None,
    node: Mapped,
    report: Report,
    *,
    has_admin_chat: bool,
) -> Lookup:
    """How it is found out whether a post of the channel under `node` is public. None where a person sends
    its posts: who sent them knows."""
    possible = _POSSIBLE[platform]
    lookup = written.lookup
    if written.publish is Publish.ASSISTED:
        if lookup not in (None, Lookup.NONE):
            report.error(
                node.inner["lookup"],
                Kind.LOOKUP,
                said("an assisted channel has no lookup {lookup}", lookup=shown(lookup)),
                said("whoever sends its posts knows which are public: remove it"),
            )
        return Lookup.NONE
    if lookup is None:
        return possible[0]
    place = node.inner["lookup"]
    if lookup not in possible:
        message = said("{platform} has no lookup {lookup}", platform=platform, lookup=shown(lookup))
        report.error(place, Kind.LOOKUP, message, one_of(possible))
    elif lookup is Lookup.FORWARDS and not has_admin_chat:
        report.error(
            place,
            Kind.LOOKUP,
            said(
                "{lookup} needs an admin chat, where messages are forwarded to",
                lookup=shown(lookup),
            ),
            said("write 'admin_chat: ...' beside 'channels:'"),
        )
    elif lookup is Lookup.PAGE and address is not None and not is_public(address):
        report.error(
            place,
            Kind.LOOKUP,
            said(
                "{lookup} needs a public chat, and {address} is a number",
                lookup=shown(lookup),
                address=shown(address),
            ),
            said('write the chat\'s "@its_name", or another lookup'),
        )
    return lookup
