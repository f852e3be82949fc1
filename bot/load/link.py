"""Reads a link as staff write it, and refuses those that followers could not open. Opens none itself."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from bot.core.kinds import Kind
from bot.core.said import said
from bot.load.nodes import Place
from bot.load.report import Reason, Report, shown

NONE = "none"

# The common case, which needs no closer look: a named host, and a path without oddities.
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+(?:it|eu|com|org|net)(?:/[\w./?=&%#~+:,;-]*)?", re.ASCII
)
_SPACE_OR_QUOTE = re.compile(r"[\s<>\"\\^`{|}\u2018-\u201f«»]")

# Names that only mean something inside a network, RFC 6761, RFC 6762, RFC 8375 and common use.
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)


def read_link(text: str, place: Place, report: Report) -> str | None:
    """The link; "" where staff wrote `none`, to say that none is meant; None where nothing is written.

    A link that is no good is told, and comes back all the same, so that it is not also called missing.
    """
    link = text.strip()
    if not link:
        return None
    if link == NONE:
        return ""
    if not _PLAIN.fullmatch(link):
        fault = why_not(link)
        if fault:
            report.error(place, *fault)
    return link


def why_not(link: str) -> Reason | None:
    """What is wrong with `link`, and what to do; None if nothing is."""
    name = shown(link)
    if link == "#":
        hint = said("write the page's address, or '{none}' if it has none", none=NONE)
        return Reason(Kind.LINK, said("'#' leads nowhere"), hint)
    if link.startswith("www."):
        message = said("{link} is not a whole link", link=name)
        return Reason(Kind.LINK, message, said("write {link}", link=f"https://{link}"))
    if _SPACE_OR_QUOTE.search(link):
        message = said("{link} has a space or another character that no link has", link=name)
        bare = link.strip('\u201c\u201d«»"')
        if bare != link and why_not(bare) is None:
            return Reason(Kind.LINK, message, said("write {link}", link=bare))
        return Reason(Kind.LINK, message, said("copy it anew; a space in it is written %20"))
    try:
        parts = urlsplit(link)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        message = said("{link} is not a link", link=name)
        return Reason(Kind.LINK, message, said("copy it anew from the browser"))
    if parts.scheme not in ("http", "https") or not host:
        message = said("{link} is not a link to a page", link=name)
        return Reason(Kind.LINK, message, said("it must begin with https://"))
    if parts.username is not None or parts.password is not None:
        message = said("the link has a name or a password in it")
        return Reason(Kind.LINK, message, said("remove what stands before the '@'"))
    if _is_local(host):
        message = said("{host} can't be reached by followers", host=shown(host))
        return Reason(Kind.LINK, message, said("link to a public page"))
    return None


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        # Not an address in its usual form; a number at the end is one in disguise, such as 127.1.
        last = host.rpartition(".")[2]
        return "." not in host or host.endswith(_LOCAL_NAMES) or bool(_NUMBER.fullmatch(last))
