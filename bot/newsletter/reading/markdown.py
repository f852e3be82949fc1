"""Markdown -> a document, by way of the HTML that it stands for: what may stand in it, may stand in Markdown."""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.newsletter.document import Document
from bot.newsletter.reading import limits
from bot.newsletter.reading.encoding import decoded
from bot.newsletter.reading.web import LINE, document_of

# A line of what some programs put before the text, between two lines of `---`
_FRONT: Final = re.compile(r"[\w-]+:(\s|$)|\s+\S|- |#|$")
_TITLE: Final = re.compile(r"^title:[ \t]*(.+)$", re.M)
_LANGUAGE: Final = re.compile(r"^lang(?:uage)?:[ \t]*[\"']?([A-Za-z]{2})", re.M)


def read_markdown(content: bytes) -> Document:
    """CommonMark with tables. Raises Unreadable where it is no text, or too long."""
    text = decoded(content)
    if len(text) > limits.CHARACTERS:  # some of what may stand in it takes the square of its length
        raise limits.too_long()
    front, text = _parted(text)
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 100})
    # Nobody writes program code in a newsletter: four blanks before a line are a slip
    parser.enable(["table", "strikethrough"]).disable("code")
    # What stands behind a link is told as written, were it `www.example.org` or nothing one would follow
    parser.normalizeLink = _as_written  # type: ignore[assignment, method-assign]
    parser.validateLink = _whatever  # type: ignore[assignment, method-assign]
    tokens = parser.parse(text)
    page = parser.renderer.render(_with_lines(tokens), parser.options, {})
    document = document_of(page, is_markdown=True)
    title, language = _TITLE.search(front), _LANGUAGE.search(front)
    return Document(
        document.blocks,
        title[1].strip().strip("\"'") if title else document.title,
        language[1].lower() if language else document.language,
    )


def _parted(text: str) -> tuple[str, str]:
    """What stands in front between two lines of `---`, and the text, whose lines keep their numbers."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:number]), "\n" * (number + 1) + "\n".join(lines[number + 1 :])
        if not _FRONT.match(line):
            break
    return "", text


def _with_lines(tokens: list[Token]) -> list[Token]:
    """`tokens` that tell the reader of HTML which line of the file each comes from."""
    marked = []
    for token in tokens:
        if token.map and token.type == "html_block":
            marked.append(_mark(token.map[0] + 1))
        elif token.map and token.nesting >= 0 and token.tag:
            token.attrSet(LINE, str(token.map[0] + 1))
        marked.append(token)
    return marked


def _mark(line: int) -> Token:
    return Token("html_block", "", 0, content=f'<span {LINE}="{line}"></span>')


def _as_written(target: str) -> str:
    return target


def _whatever(_target: str) -> bool:
    return True
