"""What the ways of looking for a post have in common: when two texts are the same, and what a find is worth.

A find counts only where it is the only one; that nothing was found proves nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from bot.core.model import Published, Unknown
from bot.publishers.base import Sought

# How far a platform's clock may lag behind ours. Generous: a machine's clock may be a minute off, and
# an earlier post of the same text would have been made hours ago.
TOLERANCE = timedelta(minutes=5)

_VARIATION = "\ufe0f"  # asks for an emoji's coloured form, and is lost on some ways


def folded(text: str) -> str:
    """`text` as far as a platform keeps it: in Unicode's form C, with blanks and line ends as one blank."""
    return " ".join(unicodedata.normalize("NFC", text).replace(_VARIATION, "").split())


def is_eligible(number: int, sought: Sought) -> bool:
    """May the post with this number be the one that is sought, as far as numbers tell?"""
    above = known_before(sought)
    return (above is None or number > above) and str(number) not in sought.taken


def known_before(sought: Sought) -> int | None:
    """The number of the channel's latest post known when the call was made; None where none was."""
    return int(sought.above) if sought.above.isdecimal() else None


def settled(found: Sequence[Published], nothing: str, unfinished: str = "") -> Published | Unknown:
    """What a look-up tells that found these posts. `unfinished` says why it didn't see everything."""
    match found:
        case [] if unfinished:
            return Unknown(unfinished)
        case []:
            return Unknown(nothing)
        case [one] if not unfinished:
            return one
    links = ", ".join(each.url or each.external_id for each in found)
    if unfinished:
        return Unknown(f"{unfinished}; by then it had found {links}: a person must look")
    return Unknown(f"several posts say the same ({links}): a person must look")
