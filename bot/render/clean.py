"""Makes what staff wrote safe to set on one line: no control characters, no hidden change of direction.

It keeps every visible character, and the joiners that emoji and some alphabets need.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby

# Characters that break a line or only look like a space; no-break spaces are kept on purpose.
_BREAKS = re.compile("[\\s\u001c-\u001f\u0085\u2028\u2029\u200b]+")
_NO_BREAK = "\u00a0\u202f\u2007"
# Controls, lone surrogates, noncharacters, soft hyphens and the overrides that turn text around:
# a title must not be able to change how the rest of a post reads.
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)


@lru_cache(maxsize=16_384)
def one_line(text: str) -> str:
    """`text` in Unicode's form C, on one line, with single spaces and nothing invisible that acts."""
    if text.isprintable() and "  " not in text:
        return unicodedata.normalize("NFC", text).strip()  # as most lines are
    text = _BREAKS.sub(lambda gap: gap[0] if gap[0] in _NO_BREAK else " ", text)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text)).strip()


@lru_cache(maxsize=1_024)
def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """`text` with its lines kept, each as `one_line` leaves it, in groups between empty lines."""
    lines = [one_line(line) for line in text.split("\n")]
    return tuple(tuple(group) for is_text, group in groupby(lines, key=bool) if is_text)


def capitalised(text: str) -> str:
    """`text` with its first letter large, as at the beginning of a line."""
    return text[:1].upper() + text[1:]
