"""HTML -> a document. Leaves out what a browser shows to nobody; fetches nothing, runs nothing.

Markdown and mail come through here, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree, html

from bot.core.said import said
from bot.newsletter.document import Block, Document, Kind, Place
from bot.newsletter.reading import limits
from bot.newsletter.reading.composing import Composer, Look, evened
from bot.newsletter.reading.encoding import decoded
from bot.newsletter.reading.sheets import apply_sheets
from bot.newsletter.reading.style import points, points_of_font, style_of
from bot.newsletter.reading.tables import is_of_data, is_of_names
from bot.newsletter.reading.unreadable import Unreadable

# The line of a Markdown file that an element comes from: see `markdown.py`
LINE: Final = "data-line-of-markdown"


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BOLD: Final = _tags("b strong")
_STRUCK: Final = _tags("s del strike")
_ITALIC: Final = _tags("i em cite dfn")
_LISTS: Final = _tags("ul ol menu dir")
_BLOCKS: Final = _tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol"
    " p pre section summary table tbody td tfoot th thead tr ul"
)
# Neither what is meant for machines nor what waits to be filled in says anything. A form itself stays:
# some sites put the whole page into one.
_LEFT_OUT: Final = _tags(
    "applet audio base button canvas datalist embed frame frameset head iframe input label link math"
    " meta noembed noframes noscript object optgroup option output progress script select style svg"
    " template textarea title video xml"
)
_SPACER: Final = _tags("0 1 2 0px 1px 2px")


@dataclass(frozen=True, slots=True)
class _Setting:
    """What an element hands down to what is in it."""

    is_bold: bool = False
    is_italic: bool = False
    size: float = 0.0
    is_shown: bool = True
    target: str | None = None
    heading: int = 0  # the level of the heading it is in
    depth: int = 0  # how many lists it is in
    keeps_lines: bool = False
    # of the page, not of its text: what helps to find one's way, and its foot
    is_margin: bool = False
    is_struck: bool = False

    @property
    def look(self) -> Look:
        return Look(self.target, self.is_bold or self.is_italic, self.size, self.is_struck)


def read_html(content: bytes) -> Document:
    """A web page, or a mail's HTML. Raises Unreadable where it is too long or nested too deep."""
    return document_of(decoded(content))


def document_of(text: str, *, is_markdown: bool = False) -> Document:
    """The document that HTML makes; `is_markdown` where its lines are those of another file."""
    root = _parsed(text)
    if root is None:
        return Document(())
    title = root.findtext(".//title") or ""
    language = (root.get("lang") or "").partition("-")[0].lower()
    apply_sheets(root)
    return Document(_Page(is_markdown).read(root), evened(title), language)


def _parsed(text: str) -> html.HtmlElement | None:
    """The tree, or None where there is nothing. Raises Unreadable where the parser would give up halfway."""
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.XMLSyntaxError as error:  # of which HTML has none: there was no memory left
        raise limits.too_long() from error
    except etree.ParserError:  # "Document is empty"
        return None
    # libxml2 stops at a depth of 256 and at 10 million characters in one place, and hands over what it has
    gave_up = [entry.message for entry in parser.error_log if entry.level_name == "FATAL"]
    if any("depth" in message for message in gave_up):
        raise Unreadable(
            said("the page is nested too deep for any newsletter"),
            said("copy what is shown in the browser into a new document, and save that"),
        )
    if gave_up:
        raise limits.too_long()
    return root


class _Page:
    """One walk through a page, element by element: it may be nested deeper than Python could follow."""

    def __init__(self, is_markdown: bool) -> None:
        self._is_markdown = is_markdown
        self._composer = Composer()
        self._settings = [_Setting()]
        self._entry = 0  # the level of the entry of a list whose first words are still to come
        self._table: html.HtmlElement | None = None  # the one of data whose rows are being read

    def read(self, root: html.HtmlElement) -> tuple[Block, ...]:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start":
                if _is_left_out(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._begin(element)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._end(element)
                self._words(element.tail)
        self._close()
        return self._composer.blocks

    def _begin(self, element: html.HtmlElement) -> None:
        line = element.get(LINE, "0") if self._is_markdown else str(element.sourceline or 0)
        if line.isdecimal() and int(line):
            self._composer.place = Place(line=int(line))
        if element.tag in _BLOCKS:
            self._close()
        self._settings.append(_within(self._settings[-1], element))
        match element.tag:
            case "br":
                self._composer.words("\n")
            case "hr":
                self._composer.rule()
            case "img" if not _is_spacer(element):
                self._composer.image(element.get("alt", ""))
            case "li":
                self._entry = max(self._settings[-1].depth, 1)
            case "p":
                self._entry = style_of(element.get("style", "")).list_level or self._entry
            case "table" if self._table is None and is_of_data(element):
                self._table = element
            case "tr" if self._table is not None:
                self._composer.begin_row()
        self._words(element.text)

    def _end(self, element: html.HtmlElement) -> None:
        if element.tag in _BLOCKS:
            self._close()
        self._settings.pop()
        match element.tag:
            case "li":
                self._entry = 0
            case "td" | "th" if self._table is not None:
                self._composer.end_cell()
            case "tr" if self._table is not None:
                self._composer.end_row(is_of_names(element))
            case "table" if element is self._table:
                self._table = None

    def _words(self, text: str | None) -> None:
        setting = self._settings[-1]
        if not text or not setting.is_shown:
            return
        if setting.keeps_lines or not self._is_markdown:
            self._composer.words(
                text if setting.keeps_lines else text.replace("\n", " "), setting.look
            )
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._composer.words(" ", Look(setting.target, wraps=True))
            self._composer.words(line, setting.look)

    def _close(self) -> None:
        heading, is_margin = self._settings[-1].heading, self._settings[-1].is_margin
        if heading:
            had_words = self._composer.end(Kind.HEADING, heading, is_margin)
        elif self._entry:
            had_words = self._composer.end(Kind.BULLET, self._entry, is_margin)
        else:
            had_words = self._composer.end(is_header=is_margin)
        if had_words:
            self._entry = 0


def _within(around: _Setting, element: html.HtmlElement) -> _Setting:
    """What holds inside `element`."""
    style = style_of(element.get("style", ""))
    tag = element.tag
    size, is_shown = around.size, around.is_shown
    if tag == "font" and "size" in element.attrib:
        size = points_of_font(element.get("size", ""), size)
    if style.font_size is not None:
        size = points(style.font_size, size)
        is_shown = size > 0 or style.font_size not in ("0", "0px")
    target = around.target
    if tag == "a" and ("href" in element.attrib or not set(element.keys()) & {"name", "id"}):
        target = element.get("href", "").strip()
    return _Setting(
        is_bold=(around.is_bold or tag in _BOLD) if style.is_bold is None else style.is_bold,
        is_italic=(around.is_italic or tag in _ITALIC)
        if style.is_italic is None
        else style.is_italic,
        size=size,
        is_struck=around.is_struck or style.is_struck or tag in _STRUCK,
        is_shown=is_shown,
        target=target,
        heading=_HEADINGS.get(tag, around.heading),
        depth=around.depth + (tag in _LISTS),
        keeps_lines=around.keeps_lines or tag == "pre",
        is_margin=around.is_margin
        or tag == "nav"
        or (tag == "footer" and not _is_of_item(element)),
    )


def _is_of_item(footer: html.HtmlElement) -> bool:
    """The foot of an article is a part of it."""
    return any(above.tag in ("article", "section", "li", "td") for above in footer.iterancestors())


def _is_left_out(element: html.HtmlElement) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _LEFT_OUT
        or "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or style_of(element.get("style", "")).is_hidden
    )


def _is_spacer(image: html.HtmlElement) -> bool:
    """Is it one of those that count readers, or keep others apart?"""
    return image.get("width") in _SPACER or image.get("height") in _SPACER
