"""What a picture file is, from its bytes: its kind, its sides, and whether it is whole and stands still.

Reads headers, never a pixel; believes no file name. What no platform of ours would show is `Unusable`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from bot.core.said import Said, said

JPEG, PNG = "image/jpeg", "image/png"

# One picture goes to every channel, so each limit is the narrowest of the platforms'.
# X: 5 MB, https://docs.x.com/x-api/media/introduction (it counts 5,242,880 bytes; this is below either
# reading). Telegram takes 10 MB, https://core.telegram.org/bots/api#sendphoto.
MAX_BYTES = 5_000_000
# Telegram: width and height together, and the longer side in shorter ones, as above.
MAX_SIDES, MAX_RATIO = 10_000, 20
# X's own words when it refuses: "must be >= 4x4 and <= 8192x8192" (DocNow/diffengine, issue 18).
MIN_SIDE, MAX_SIDE = 4, 8192

# So many segments or chunks may stand before the end of a header; a file of more is no picture of staff's.
_MAX_PARTS = 20_000


@dataclass(frozen=True, slots=True)
class Header:
    """Width and height in pixels, as stored: a camera's "turned by 90 degrees" is not looked at."""

    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a file can't be posted as a picture, and what to do."""

    message: Said
    hint: str = ""


def examine(content: bytes) -> Header | Unusable:
    """The header of a picture that may be posted, or why this file can't be."""
    if len(content) > MAX_BYTES:
        return too_large(len(content))
    header = header_of(content)
    return (_unfit(header) or header) if isinstance(header, Header) else header


def header_of(content: bytes) -> Header | Unusable:
    """The header of a picture of any size, or why this file has none that is of use."""
    if not content:
        return Unusable(said("the file is empty"), said("put the picture there again"))
    if content.startswith(_PNG_SIGNATURE):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    return Unusable(
        said("it is {kind}, not a JPEG or a PNG", kind=_kind(content)),
        said("save it as JPEG or PNG"),
    )


def too_large(size: int) -> Unusable:
    """What to say of a file of so many bytes, too many to be read."""
    return Unusable(
        said(
            "it has {size:.1f} MB, and X takes {limit}",
            size=size / 1_000_000,
            limit=MAX_BYTES // 1_000_000,
        ),
        said("save it smaller: 1600 pixels are wide enough for a screen"),
    )


def _unfit(header: Header) -> Unusable | None:
    shorter, longer = sorted((header.width, header.height))
    sides = {"width": header.width, "height": header.height}
    large = said("it is too large: {width} x {height} pixels", **sides)
    if shorter < MIN_SIDE:
        return Unusable(
            said("it is too small: {width} x {height} pixels", **sides),
            said("each side needs {least} at least", least=MIN_SIDE),
        )
    if longer > MAX_SIDE:
        return Unusable(large, said("X takes {most} a side", most=MAX_SIDE))
    if shorter + longer > MAX_SIDES:
        return Unusable(
            large, said("Telegram takes {most} for both sides together", most=MAX_SIDES)
        )
    if longer > MAX_RATIO * shorter:
        return Unusable(
            said("it is too narrow: {width} x {height} pixels", **sides),
            said("one side may be {ratio} times the other, not more", ratio=MAX_RATIO),
        )
    return None


_DAMAGED = Unusable(
    said("the picture is damaged"), said("save it again from the program it was made with")
)
_CUT = Unusable(said("the picture is not whole: its end is missing"), said("copy it here again"))

# --- PNG: https://www.w3.org/TR/png-3/#5DataRep --------------------------------------------------------

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _png(content: bytes) -> Header | Unusable:
    """Chunks: four bytes of length, four of name, the data, four of checksum; IHDR first, IEND last."""
    header: Header | None = None
    has_pixels = False
    position = len(_PNG_SIGNATURE)
    for _ in range(_MAX_PARTS):
        length = int.from_bytes(content[position : position + 4], "big")
        name = content[position + 4 : position + 8]
        end = position + 12 + length
        if end > len(content):
            return _CUT
        if header is None:
            checksum = int.from_bytes(content[end - 4 : end], "big")
            if name != b"IHDR" or length != 13:
                return _DAMAGED
            if zlib.crc32(content[position + 4 : end - 4]) != checksum:
                return _DAMAGED
            width = int.from_bytes(content[position + 8 : position + 12], "big")
            height = int.from_bytes(content[position + 12 : position + 16], "big")
            header = Header(PNG, width, height)
        elif name == b"acTL":
            # X stopped showing these (they ignore who turned motion off), Telegram shows a still.
            return Unusable(
                said("it is an animated PNG"), said("save it as a picture that stands still")
            )
        elif name == b"IDAT":
            has_pixels = True
        elif name == b"IEND":
            return header if has_pixels else _DAMAGED
        position = end
    return _DAMAGED


# --- JPEG: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B ----------------------------------------

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # those are tables
_COMMON_FRAMES = frozenset(
    {0xC0, 0xC1, 0xC2}
)  # baseline, extended, progressive; all with Huffman codes
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers that nothing belongs to
_END, _START_OF_SCAN = 0xD9, 0xDA


def _jpeg(content: bytes) -> Header | Unusable:
    """Segments: a marker of two bytes, two bytes of length that count themselves, the data."""
    header: Header | None = None
    position = 2
    for _ in range(_MAX_PARTS):
        if position + 4 > len(content):
            return _CUT
        if content[position] != 0xFF:
            return _DAMAGED
        marker = content[position + 1]
        if marker == 0xFF:  # a byte that fills up
            position += 1
            continue
        if marker in _ALONE:
            position += 2
            continue
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if marker in (0x00, _END) or length < 2:
            return _DAMAGED
        if marker == _START_OF_SCAN:
            # Inside a scan 0xFF is never followed by this marker, so its first one is the end.
            is_whole = content.find(b"\xff\xd9", position) >= 0
            return (header or _DAMAGED) if is_whole else _CUT
        if marker in _START_OF_FRAME:
            frame = _frame(marker, content[position + 4 : position + 2 + length])
            if isinstance(frame, Unusable):
                return frame
            header = frame
        position += 2 + length
    return _DAMAGED


def _frame(marker: int, data: bytes) -> Header | Unusable:
    if len(data) < 6:
        return _DAMAGED
    depth, components = data[0], data[5]
    height, width = int.from_bytes(data[1:3], "big"), int.from_bytes(data[3:5], "big")
    if marker not in _COMMON_FRAMES or depth != 8:
        return Unusable(
            said("it is a JPEG of a rare kind"), said("save it as an ordinary JPEG, or as PNG")
        )
    if components == 4:
        # Made for print. Browsers and phones guess its colours, each in its own way.
        return Unusable(
            said("its colours are those of print (CMYK)"), said("save it with RGB colours")
        )
    if components not in (1, 3):
        return _DAMAGED
    return Header(JPEG, width, height)


# --- what people take for a picture -------------------------------------------------------------------

_HEIC, _TIFF = said("a HEIC, as phones save them,"), said("a TIFF")
_PAGE = said("a web page")
_OTHERS = (
    (0, b"GIF8", said("a GIF")),
    (8, b"WEBP", said("a WebP")),
    (4, b"ftyphe", _HEIC),
    (4, b"ftypmif1", _HEIC),
    (4, b"ftypavif", said("an AVIF")),
    (0, b"II*\x00", _TIFF),
    (0, b"MM\x00*", _TIFF),
    (0, b"BM", said("a BMP")),
    (0, b"%PDF", said("a PDF")),
    (0, b"version https://git-lfs", said("the stand-in of a file that Git LFS keeps elsewhere")),
)
_MARKUP = ((b"<svg", said("an SVG drawing")), (b"<html", _PAGE), (b"<!doctype", _PAGE))


def _kind(content: bytes) -> Said:
    for offset, signature, name in _OTHERS:
        if content.startswith(signature, offset):
            return name
    start = content[:512].lower()
    return next((name for sign, name in _MARKUP if sign in start), said("something else"))
