"""Pictures for tests, made byte by byte: a PNG that programs can show, a JPEG that only has its headers."""

from __future__ import annotations

import struct
import zlib


def png(
    width: int = 40, height: int = 30, *, colour: tuple[int, int, int] = (30, 90, 160)
) -> bytes:
    """One plain colour with a lighter band, so that a person sees which side is up."""
    light = tuple(min(255, part + 80) for part in colour)
    rows = b"".join(
        b"\0" + bytes(light if row * 3 < height else colour) * width for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    )


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int, *, extra: bytes = b"") -> bytes:
    """A PNG of any size whose pixels are left out; `extra` stands before them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), extra, chunk(b"IDAT", b"\0"), chunk(b"IEND", b"")]
    )


def jpeg(
    width: int = 40, height: int = 30, *, frame: int = 0xC0, components: int = 3, depth: int = 8
) -> bytes:
    """The segments of a JPEG in their usual order, and a scan without sense."""
    sampling = b"".join(bytes([number, 0x11, 0]) for number in range(1, components + 1))
    sof = struct.pack(">BHHB", depth, height, width, components) + sampling
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            # A thumbnail in here ends with the same marker as the picture itself.
            segment(0xE1, b"Exif\0\0 thumbnail \xff\xd9"),
            segment(0xC4, b"\0" * 17),
            segment(frame, sof),
            segment(0xDA, b"\1\1\0\0\x3f\0"),
            b"scan \xff\x00 \xff\xd0 more",
            b"\xff\xd9",
        ]
    )


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data
