"""A picture is known by its bytes: what both platforms take, and what is refused before they see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.picture import JPEG, MAX_BYTES, PNG, Header, Unusable, examine
from tests.pictures import chunk, jpeg, png, png_header, segment


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (png(640, 480), Header(PNG, 640, 480)),
        (jpeg(640, 480), Header(JPEG, 640, 480)),
        (jpeg(640, 480, frame=0xC1), Header(JPEG, 640, 480)),
        (jpeg(640, 480, frame=0xC2), Header(JPEG, 640, 480)),  # progressive
        (jpeg(640, 480, components=1), Header(JPEG, 640, 480)),  # grey
        (jpeg() + b"what a camera leaves behind", Header(JPEG, 40, 30)),
        (png() + b"\0\0", Header(PNG, 40, 30)),
        (b"\xff\xd8" + b"\xff\xff" + jpeg()[3:], Header(JPEG, 40, 30)),  # bytes that fill up
    ],
)
def test_a_picture_tells_its_kind_and_its_sides(content: bytes, header: Header) -> None:
    assert examine(content) == header


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (4, 4, None),
        (3, 4, "too small: 3 x 4 pixels"),
        (0, 40, "too small"),
        (8192, 1808, None),
        (8193, 900, "too large: 8193 x 900 pixels"),
        (5000, 5000, None),
        (5000, 5001, "too large: 5000 x 5001 pixels"),
        (2000, 100, None),
        (100, 2001, "too narrow: 100 x 2001 pixels"),
        (2**31, 2**31, "too large"),
    ],
)
def test_sides_and_their_ratio_are_those_that_both_platforms_take(
    width: int, height: int, said: str | None
) -> None:
    found = examine(png_header(width, height))
    assert found == Header(PNG, width, height) if said is None else said in str(found)


def test_a_file_is_as_large_as_x_takes_it_and_no_larger() -> None:
    room = MAX_BYTES - len(png_header(40, 30, extra=chunk(b"tEXt", b"")))
    assert isinstance(examine(png_header(40, 30, extra=chunk(b"tEXt", b" " * room))), Header)
    larger = examine(png_header(40, 30, extra=chunk(b"tEXt", b" " * (room + 1))))
    assert isinstance(larger, Unusable)
    assert "5.0 MB" in larger.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"GIF89a...", "a GIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP"),
        (b"\0\0\0\x18ftypheic", "a HEIC"),
        (b"%PDF-1.7", "a PDF"),
        (b"<?xml version='1.0'?>\n<svg xmlns=''>", "an SVG drawing"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        (b"ciao", "something else"),
        (b"\x89PNG\r\n\x1a", "something else"),
        (png_header(40, 30, extra=chunk(b"acTL", b"\0" * 8)), "animated"),
        (jpeg(components=4), "CMYK"),
        (jpeg(frame=0xC3), "rare kind"),
        (jpeg(frame=0xC9), "rare kind"),
        (jpeg(depth=12), "rare kind"),
        (jpeg(components=2), "damaged"),
        (b"\xff\xd8" + segment(0xC0, b"\x08\0\x10") + b"\xff\xd9", "damaged"),
        (b"\xff\xd8" + segment(0xDA, b"") + b"\xff\xd9", "damaged"),  # a scan of no frame
        (b"\xff\xd8\xff\xe0\0\1" + b"\xff\xd9", "damaged"),  # shorter than its own length
        (b"\xff\xd8\xff\xd9\0\0", "damaged"),
        (b"\xff\xd8" + b"\xff" * 1_000_000, "damaged"),
        (b"\xff\xd8" + segment(0xFE, b"") * 100_000, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b""), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND", b""), "damaged"),
        (png().replace(b"\0\0\0\x28", b"\0\0\0\x29", 1), "damaged"),  # its checksum says otherwise
        (png_header(40, 30, extra=chunk(b"tEXt", b"") * 100_000), "damaged"),
    ],
)  # fmt: skip
def test_what_no_platform_would_show_is_refused_and_says_why(content: bytes, said: str) -> None:
    found = examine(content)
    assert isinstance(found, Unusable)
    assert said in found.message
    assert found.hint


@pytest.mark.parametrize("whole", [png(), jpeg(), jpeg(frame=0xC2)])
def test_a_picture_that_is_cut_anywhere_is_refused(whole: bytes) -> None:
    assert isinstance(examine(whole), Header)
    for length in range(len(whole)):
        assert isinstance(examine(whole[:length]), Unusable), length


@given(st.binary(max_size=200), st.sampled_from([b"", png()[:33], jpeg()[:20], b"\xff\xd8\xff"]))
def test_any_bytes_have_a_header_or_a_reason(content: bytes, start: bytes) -> None:
    found = examine(start + content)
    assert found.message if isinstance(found, Unusable) else found.width > 0


@given(st.data(), st.sampled_from([png(), jpeg()]))
def test_one_wrong_byte_never_raises(data: st.DataObject, whole: bytes) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.binary(min_size=1, max_size=1))
    assert isinstance(examine(whole[:place] + byte + whole[place + 1 :]), Header | Unusable)
