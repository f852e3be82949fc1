"""Counts a text as X does and tells what X would turn into a link; it never shortens anything.

The rules are those that X publishes as configuration version 3 of twitter-text
(https://github.com/twitter/twitter-text, https://docs.x.com/fundamentals/counting-characters): the
text in Unicode's form C, one for most alphabets, two for everything else and for a whole emoji, 23
for a link whatever its length. Links are found without a scheme too: "evento.Info" is one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from bot.core.text import tlds

LIMIT = 280
ALT_LIMIT = 1000  # of a media's alt text, https://docs.x.com/x-api/media/introduction
LINK_LENGTH = 23  # of any link: X replaces it with one of its own
_LABEL_MAX = 63  # characters of a part between two dots, in punycode where it is not ASCII
_LINK_MAX = 4096  # beyond it X sees no link

# --- emoji --------------------------------------------------------------------------------------

# Code points that may begin an emoji: Emoji or Extended_Pictographic in Unicode's emoji-data.txt,
# which keeps room for the emoji of years to come.
_PICTOGRAPH = (
    "©®‼⁉™ℹ↔-↙↩↪⌚⌛⌨⎈⏏⏩-⏳⏸-⏺Ⓜ▪▫▶◀◻-◾☀-★☇-☒☔-⚅⚐-✅✈-✒✔✖✝✡✨✳✴❄❇❌❎❓-❕❗❣-❧➕-➗➡➰➿⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙"
    "\U0001f000-\U0001f0ff\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e\U0001f17f"
    "\U0001f18e\U0001f191-\U0001f19a\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f\U0001f21a\U0001f22f"
    "\U0001f232-\U0001f23a\U0001f23c-\U0001f23f\U0001f249-\U0001f53d\U0001f546-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f774-\U0001f77f\U0001f7d5-\U0001f7ff\U0001f80c-\U0001f80f"
    "\U0001f848-\U0001f84f\U0001f85a-\U0001f85f\U0001f888-\U0001f88f\U0001f8ae-\U0001f8ff"
    "\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001faff\U0001fc00-\U0001fffd"
)
# Emoji_Modifier_Base: what can take a skin tone; after anything else a tone counts on its own.
_BODY = (
    "☝⛹✊-✍\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442\U0001f443"
    "\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487"
    "\U0001f48f\U0001f491\U0001f4aa\U0001f574\U0001f575\U0001f57a\U0001f590\U0001f595\U0001f596"
    "\U0001f645-\U0001f647\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc"
    "\U0001f90c\U0001f90f\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e"
    "\U0001f977\U0001f9b5\U0001f9b6\U0001f9b8\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf"
    "\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5\U0001faf0-\U0001faf8"
)
_FLAG_LETTER = "[\U0001f1e6-\U0001f1ff]"
_VARIATION = "\ufe0f"
_KEYCAP = "\u20e3"
_TAGS = "[\U000e0020-\U000e007e]+\U000e007f"
_ELEMENT = (
    f"(?:{_FLAG_LETTER}{{2}}|[{_BODY}][\U0001f3fb-\U0001f3ff]"
    f"|[{_PICTOGRAPH}](?:{_VARIATION}{_KEYCAP}?|{_TAGS})?)"
)

# The grammar of a possible emoji in UTS #51, section 1.4.9; it knows no list of emoji to grow old.
EMOJI = re.compile(f"{_ELEMENT}(?:\u200d{_ELEMENT})*|[0-9#*]{_VARIATION}?{_KEYCAP}")

# --- weight -------------------------------------------------------------------------------------

_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_HEAVY_OR_SIGN = re.compile(
    "[^\u0000-\u00a8\u00aa-\u00ad\u00af-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]"
)


def weighted_length(text: str) -> int:
    """The length of `text` as X counts it, of which a post may have `LIMIT`."""
    text = unicodedata.normalize("NFC", text)
    found = links(text)
    if not found:
        return _weight(text)
    total, position = LINK_LENGTH * len(found), 0
    for link in found:
        total += _weight(text[position : link.start])
        position = link.end
    return total + _weight(text[position:])


def _weight(text: str) -> int:
    # © and ® are light by their ranges and heavy as emoji, hence the wider first look
    if text.isascii() or not _HEAVY_OR_SIGN.search(text):
        return len(text)
    rest, emoji = EMOJI.subn("", text)
    return 2 * emoji + len(rest) + len(_HEAVY.findall(rest))


# --- links --------------------------------------------------------------------------------------


class Link(NamedTuple):
    """A stretch of text that X makes clickable; the positions are those of the text in form C."""

    start: int
    end: int
    text: str


_INVISIBLE = "\ufffe\ufeff\uffff"
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_SPACE = "\u0009-\u000d\u0020\u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_OUTSIDE = rf"!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${_SPACE}{_INVISIBLE}{_DIRECTION}"
_LABEL = rf"[^{_OUTSIDE}_.\-]"  # a character that may stand at the edge of a label
_INSIDE = rf"[^{_OUTSIDE}.]"  # and one that may stand within it
_HOST = rf"[^{_OUTSIDE}]"
_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f"
    "\u0272\u0289\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_LETTER = rf"a-zA-Z0-9\u0400-\u04ff{_LATIN}"
_PATH_CHAR = rf"[{_LETTER}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"

# A stretch that holds a dot between two label characters: no other can hold a domain.
_HERE = re.compile(rf"{_HOST}*?{_LABEL}\.{_LABEL}{_HOST}*")
_DOTTED = re.compile(rf"(?<!{_HOST}){_HERE.pattern}")
_DOT_WITHIN = re.compile(rf"\.{_LABEL}")
_FORBIDS_LINK_AFTER = rf"A-Za-z0-9@＠$#＃{_INVISIBLE}"
_START = re.compile(rf"(?<![{_FORBIDS_LINK_AFTER}]){_LABEL}")
_SCHEME = re.compile(rf"(?:^|[^{_FORBIDS_LINK_AFTER}])(https?://)\Z", re.IGNORECASE)
_LABELS = re.compile(rf"(?:{_LABEL}(?:{_INSIDE}*{_LABEL})?\.)+")
_WESTERN_LABELS = re.compile(rf"(?:[\-a-zA-Z0-9{_LATIN}]+\.)+")  # without a scheme, only these
_PUNYCODE = re.compile(r"xn--[\-0-9a-z]+", re.IGNORECASE)
_WORD = re.compile(r"[a-zA-Z]+")
_FORBIDS_TLD_BEFORE = re.compile(r"[0-9a-zA-Z@+\-]")
_LONGEST_UNICODE_TLD = max(map(len, tlds.UNICODE))
_PORT = re.compile(r":[0-9]+")
_PATH_FOLLOWS = re.compile(rf"(?:{_PORT.pattern})?/")
_PATH = re.compile(
    rf"/(?:{_PATH_CHAR}++|\((?:{_PATH_CHAR}+|{_PATH_CHAR}*\({_PATH_CHAR}+\){_PATH_CHAR}*)\))*"
)
_ENDS_PATH = re.compile(rf"[{_LETTER}+\-=_#/)]")
_QUERY = re.compile(r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]+")
_ENDS_QUERY = re.compile(r"[a-zA-Z0-9\-_&=#/]")


def links(text: str) -> list[Link]:
    """What X would turn into a link in `text`, in order, with or without a scheme."""
    found: list[Link] = []
    if "." not in text:
        return found
    text = unicodedata.normalize("NFC", text)
    if not _DOT_WITHIN.search(text):
        return found  # as in most texts: each full stop is followed by a blank
    position = 0
    while run := _HERE.match(text, position) or _DOTTED.search(text, position):
        position = max(run.end(), _add_links(text, run.start(), run.end(), found))
    return found


def _add_links(text: str, start: int, stop: int, found: list[Link]) -> int:
    """Add the links whose domain lies between `start` and `stop`; return where the last one ends."""
    tld_ends = _tld_ends(text, start, stop)
    if not tld_ends:
        return start
    end = start
    scheme = _SCHEME.search(text, max(0, start - 9), start)
    if scheme and (domain_end := _domain_end(text, start, tld_ends)):
        end = _link_end(text, domain_end)
        if _is_possible(text[start:domain_end], end - start):
            found.append(Link(scheme.start(1), end, text[scheme.start(1) : end]))
    while first := _START.search(text, end, stop):
        at = first.start()
        domain_end = _domain_end(text, at, tld_ends)
        if domain_end is None:
            end = at + 1
            continue
        end = _link_end(text, domain_end)
        is_glued = at > 0 and text[at - 1] in "-_./"
        if not is_glued and _is_possible(text[at:domain_end], end - at):
            found.extend(_western_links(text, at, domain_end, end, tld_ends))
    return end


def _tld_ends(text: str, start: int, stop: int) -> dict[int, int]:
    """The dots between `start` and `stop` that a TLD follows, last one first, and where it ends."""
    ends: dict[int, int] = {}
    dot = text.rfind(".", start, stop)
    while dot >= 0:
        if end := _tld_end(text, dot + 1):
            ends[dot] = end
        dot = text.rfind(".", start, dot)
    return ends


def _domain_end(text: str, at: int, tld_ends: dict[int, int]) -> int | None:
    """Where the longest domain that begins at `at` ends, or None."""
    labels = _LABELS.match(text, at)
    return _last_tld_end(text, at, labels.end(), tld_ends) if labels else None


def _last_tld_end(text: str, start: int, stop: int, tld_ends: dict[int, int]) -> int | None:
    """The end of the last TLD whose dot lies between; the label before it has no underscore."""
    for dot, end in tld_ends.items():
        label = max(start, text.rfind(".", start, dot))
        if start < dot < stop and "_" not in text[label:dot]:
            return end
    return None


def _tld_end(text: str, at: int) -> int | None:
    if punycode := _PUNYCODE.match(text, at):
        return punycode.end()
    word = _WORD.match(text, at)
    if word and word[0].lower() in tlds.ASCII and not _FORBIDS_TLD_BEFORE.match(text, word.end()):
        return word.end()
    head = text[at : at + _LONGEST_UNICODE_TLD]
    if head.isascii():
        return None
    for end in range(at + len(head), at, -1):
        if text[at:end].lower() in tlds.UNICODE and not _FORBIDS_TLD_BEFORE.match(text, end):
            return end
    return None


def _link_end(text: str, domain_end: int) -> int:
    """The end of the port, path and query after a domain; punctuation after them stays outside."""
    end = domain_end
    if port := _PORT.match(text, end):
        end = port.end()
    for part, may_end in ((_PATH, _ENDS_PATH), (_QUERY, _ENDS_QUERY)):
        match = part.match(text, end)
        if match is None:
            continue
        last = match.end()
        while last > end + 1 and not may_end.match(text, last - 1):
            last -= 1
        if last > end + 1 or part is _PATH:
            end = last
    return end


def _western_links(
    text: str, start: int, domain_end: int, end: int, tld_ends: dict[int, int]
) -> list[Link]:
    """Without a scheme X links the western labels only, and leaves out a query that follows no path."""
    spans: list[tuple[int, int]] = []
    position = start
    while labels := _WESTERN_LABELS.search(text, position, domain_end):
        tld_end = _last_tld_end(text, labels.start(), labels.end(), tld_ends)
        if tld_end:
            spans.append((labels.start(), tld_end))
        position = tld_end or labels.end()
    if spans and _PATH_FOLLOWS.match(text, domain_end):
        spans[-1] = (spans[-1][0], end)
    return [Link(first, last, text[first:last]) for first, last in spans]


def _is_possible(domain: str, length: int) -> bool:
    """Are its labels short enough for the domain name system, and the whole for X?"""
    if length > _LINK_MAX:
        return False
    if len(domain) <= _LABEL_MAX and domain.isascii():
        return True
    return all(_label_length(label) <= _LABEL_MAX for label in domain.split("."))


def _label_length(label: str) -> int:
    return len(label) if label.isascii() else len("xn--") + len(label.lower().encode("punycode"))
