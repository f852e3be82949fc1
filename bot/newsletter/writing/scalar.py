"""One text as YAML: plain where nobody can misread it, else in quotation marks or a block of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.load.phrase import in_paragraphs

WIDTH = 96  # columns of a line, where its text has a blank at which it can end

# Other ways to end a line, as documents have them.
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# What no file may hold: the loader refuses these, and UTF-8 the halves of characters among them.
_UNHELD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")

# Not plain, though a text: what YAML 1.1 or 1.2 takes for a number, a time, a day or a truth value.
_NO_TEXT = re.compile(
    r"[-+.\d][-+.,:_\deExXoOtTzZa-fA-F ]*|y|n|yes|no|on|off|true|false|null", re.IGNORECASE
)
_BEGINS_PLAIN = "«“‘("
_ENDS_PLAIN = re.compile(r":(?: |$)| #|^$| $")
_OF_FLOW = re.compile(r"[,\[\]{}]")


def held(text: str) -> str:
    """`text` as a file can hold it: its line ends are `\\n`, a tab is a blank, control characters are gone."""
    return _UNHELD.sub("", _LINE_END.sub("\n", text).replace("\t", " "))


def in_line(text: str, *, in_brackets: bool = False) -> str:
    """A text without line ends, on one line, in quotation marks where it needs them."""
    if _is_plain(text) and not (in_brackets and _OF_FLOW.search(text)):
        return text
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def lines_of(text: str, before: int, indent: int) -> Iterator[str]:
    """The lines of `text`: the first stands behind `before` columns, the others `indent` columns in.

    Read back by the loader, it is the same text; the white space of several lines is evened as there.
    """
    text = held(text)
    if "\n" in text:
        text = in_paragraphs(text, keeps_lines=True)
    paragraphs = text.split("\n\n")
    margin = " " * indent
    if any("\n" in paragraph for paragraph in paragraphs):
        yield "|-"
        for line in text.split("\n"):
            yield margin + line if line else ""
        return
    in_one = in_line(text) if len(paragraphs) == 1 else ""
    is_short = before + len(in_one) <= WIDTH
    if in_one and (is_short or text != text.strip() or " " not in text):
        yield in_one
        return
    yield ">-"
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ""
        yield from (margin + line for line in _folded(paragraph, WIDTH - indent))


def _is_plain(text: str) -> bool:
    return (
        (text[:1].isalnum() or text[:1] in _BEGINS_PLAIN)
        and not _NO_TEXT.fullmatch(text)
        and not _ENDS_PLAIN.search(text)
    )


def _folded(paragraph: str, width: int) -> Iterator[str]:
    """A line ends only at a single blank: of several, YAML would keep all but the line's end."""
    line = ""
    for word in re.split(r"(?<! ) (?! )", paragraph):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
