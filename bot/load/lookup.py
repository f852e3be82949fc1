"""How a channel's posts may be looked up, as staff wrote it -> a `Lookup`. It looks nothing up itself."""

from __future__ import annotations

from typing import Final

from bot.core.model import Lookup, Platform
from bot.load.address import is_public
from bot.load.nodes import Mapped
from bot.load.report import Report, shown
from bot.load.schema import Publish, WrittenChannel

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
                f"an assisted channel has no lookup {shown(lookup)}",
                "whoever sends its posts knows which are public: remove it",
            )
        return Lookup.NONE
    if lookup is None:
        return possible[0]
    place = node.inner["lookup"]
    if lookup not in possible:
        *others, last = possible
        hint = f"write {', '.join(others)} or {last}"
        report.error(place, f"{platform} has no lookup {shown(lookup)}", hint)
    elif lookup is Lookup.FORWARDS and not has_admin_chat:
        report.error(
            place,
            f"{shown(lookup)} needs an admin chat, where messages are forwarded to",
            "write 'admin_chat: ...' beside 'channels:'",
        )
    elif lookup is Lookup.PAGE and address is not None and not is_public(address):
        report.error(
            place,
            f"{shown(lookup)} needs a public chat, and {shown(address)} is a number",
            'write the chat\'s "@its_name", or another lookup',
        )
    return lookup
