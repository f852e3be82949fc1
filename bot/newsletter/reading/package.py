"""A ZIP package of Office -> its parts of XML, each bounded before and while it is unpacked. Pictures stay packed."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from io import BytesIO
from typing import Final, NamedTuple

from lxml import etree

from bot.core.said import said
from bot.newsletter.reading import limits
from bot.newsletter.reading.unreadable import Unreadable

# ISO/IEC 29500 has two sets of names, "transitional" and "strict"; what is read here is the same in both
_STRICT: Final = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml",
        b"http://schemas.openxmlformats.org/drawingml/2006",
    ),
)
# Text packs to a tenth, at most to a hundredth; a bomb to a thousandth.
_PACKED: Final = 200


class Relation(NamedTuple):
    """What one part says of another, or of a page elsewhere."""

    kind: str  # the last word of its type: officeDocument, hyperlink, header
    target: str  # the name of the part, or an address as written


class Package:
    """Raises Unreadable, here and in each method, for what is damaged or larger than a newsletter is."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise damaged() from error
        self._left = limits.PARTS

    def part(self, name: str) -> etree._Element | None:
        """The XML of the part called `name`; None where there is no such part."""
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        content = self._unpacked(info)
        # Parts must not have one (ISO/IEC 29500-2, 6.2.5): it could make much of little
        if b"<!DOCTYPE" in content.replace(b"\0", b""):
            raise damaged()
        for strict, transitional in _STRICT:
            content = content.replace(strict, transitional)
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise damaged() from error

    def relations(self, name: str) -> dict[str, Relation]:
        """What the part called `name` ("" = the package) has to do with others, by the ids it gives them."""
        folder, file = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {
            element.get("Id", ""): Relation(
                element.get("Type", "").rpartition("/")[2], _target(element, folder)
            )
            for element in (root if root is not None else ())
        }

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        """Raises Unreadable where it says that it is too large, and where it lies."""
        most = min(limits.PART, self._left)
        if info.file_size > most or info.file_size > _PACKED * max(info.compress_size, 1_000):
            raise limits.too_long()
        try:
            with self._zip.open(info) as part:
                content = part.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise damaged() from error
        except RuntimeError as error:  # "File … is encrypted, password required for extraction"
            raise damaged() from error
        if len(content) > most:
            raise limits.too_long()
        self._left -= len(content)
        return content


def _target(element: etree._Element, folder: str) -> str:
    target = element.get("Target", "")
    if element.get("TargetMode") == "External":
        return target
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def damaged() -> Unreadable:
    """What is said of a package that Word would want to repair, too."""
    return Unreadable(
        said("the document is damaged"),
        said("open it in the program that made it, and save it again"),
    )
