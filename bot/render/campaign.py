"""Adds a channel's campaign tags to a link, so that the office's statistics tell where visitors came from.

Touches links to the hosts that the channel names and no others, and nothing of a link but its query,
to which it adds. Opens no link.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urlsplit

from bot.core.model import Campaign

# In the query, or in a fragment that is read as one. Matomo reads both families, and what it makes of a
# link that has tags of both is not documented (https://github.com/matomo-org/matomo/issues/21516).
_HAS_TAGS = re.compile(r"[?&;#](?:utm|mtm)_\w+=", re.IGNORECASE)

# Inside a fragment these stay as they are; what lies outside ASCII does not, see `tagged`.
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def tagged(link: str, campaign: Campaign | None, item_id: str) -> str:
    """`link` with the tags of `campaign`; as it was where it leads elsewhere or has campaign tags already.

    A campaign without a name takes the item's id for it.
    """
    if campaign is None or _HAS_TAGS.search(link) or not _is_own(link, campaign.hosts):
        return link
    page, hash_mark, fragment = link.partition("#")
    # X ends a link that has a query at the first character outside ASCII; percent-encoded it is the
    # same address, https://www.rfc-editor.org/rfc/rfc3987#section-3.1
    return f"{_with(_tags(campaign, item_id), page)}{hash_mark}{quote(fragment, safe=_ASCII)}"


def _tags(campaign: Campaign, item_id: str) -> str:
    """The three that Matomo's and Google's reports begin with, https://matomo.org/faq/how-to/faq_120."""
    values = (
        ("source", campaign.source),
        ("medium", campaign.medium),
        ("campaign", campaign.name or item_id),
    )
    return "&".join(f"{campaign.family}_{name}={quote(value, safe='')}" for name, value in values)


def _with(tags: str, page: str) -> str:
    path, _, query = page.partition("?")
    before = f"{query}&" if query and not query.endswith("&") else query
    return f"{path}?{before}{tags}"


def _is_own(link: str, hosts: frozenset[str]) -> bool:
    """Does `link` lead to one of the `hosts`, or to a subdomain of one?"""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return False
    labels = _spelled(host).split(".")
    own = {_spelled(each) for each in hosts}
    return any(".".join(labels[begin:]) in own for begin in range(len(labels)))


@lru_cache(maxsize=1_024)
def _spelled(host: str) -> str:
    """One spelling of `host`, whether written with its letters or in punycode, large or small."""
    labels = unicodedata.normalize("NFKC", host).lower().rstrip(".").split(".")
    return ".".join(map(_letters, labels))


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label
