"""The image of an item as staff wrote it -> an `Image`: its file, checked, and what can be seen in it.

Reads no file outside the content folder, nothing that is not a regular file, and never more of it than a
picture may have.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePosixPath

from bot.core.kinds import Kind
from bot.core.model import Image
from bot.core.picture import MAX_BYTES, Header, Unusable, examine, too_large
from bot.core.said import said
from bot.core.text.telegram import length
from bot.core.text.x import ALT_LIMIT
from bot.load.nodes import Mapped, Place
from bot.load.phrase import in_one_line
from bot.load.report import Report, did_you_mean, shown
from bot.load.schema import WrittenImage, WrittenItem
from bot.load.source import SUFFIXES, Signature, signature_of

# So many files of a folder are compared with a name that leads to none.
_NEIGHBOURS = 500

_SAY_WHAT = said("say what can be seen in the image")


@dataclass(frozen=True, slots=True)
class Gallery:
    """The content folder as the place of pictures, and the state of each file that was asked for."""

    folder: Path
    seen: dict[str, Signature | None] = field(default_factory=dict)  # None: there is no such file


def read_image(
    written: WrittenItem, node: Mapped, language: str, gallery: Gallery, report: Report
) -> Image | None:
    """The image of an item in `language`; None where it has none, or a faulty one, which is told."""
    if written.image is None:
        for other, translation in written.translations.items():
            if translation.alt:
                place = node.mapped("translations").mapped(other)
                report.warn(
                    place.keys["alt"],
                    Kind.IMAGE_DESCRIPTION,
                    said("never used: the item has no image"),
                    said("remove it, or write 'image:' above"),
                )
        return None
    place = node.mapped("image")
    alt = dict(_alt_texts(written, written.image, node, place, language, report))
    name = written.image.file.strip()
    if not name:
        report.missing(
            place,
            "file",
            Kind.IMAGE_MISSING,
            said("an image needs a file"),
            said("such as 'file: images/estonia.jpg'"),
        )
        return None
    at = place.inner["file"]
    path = _path(name, at, gallery, report)
    looked = None if path is None else _looked_at(name, path, gallery)
    match looked:
        case Unusable():
            message = said("{name}: {fault}", name=shown(name), fault=looked.message)
            is_there = gallery.seen.get(str(path)) is not None
            kind = Kind.IMAGE_FORMAT if is_there else Kind.IMAGE_MISSING
            report.error(at, kind, message, looked.hint)
        case (header, sha256) if language in alt:
            return Image(
                file=name,
                sha256=sha256,
                media_type=header.media_type,
                width=header.width,
                height=header.height,
                alt=alt,
                in_caption=written.image.in_caption,
            )
    return None


# --- what can be seen in it -----------------------------------------------------------------------------


def _alt_texts(
    written: WrittenItem,
    image: WrittenImage,
    node: Mapped,
    place: Mapped,
    language: str,
    report: Report,
) -> Iterator[tuple[str, str]]:
    """The texts for those who don't see the image, by language, the item's own first."""
    own = in_one_line(image.alt)
    if not own:
        report.missing(
            place,
            "alt",
            Kind.IMAGE_DESCRIPTION,
            said("an image needs a description"),
            said("write 'alt: ...', what can be seen in it, for those who don't see it"),
        )
    elif _is_description(own, image.file, place.inner["alt"], report):
        yield language, own
    for other, translation in written.translations.items():
        if other == language:
            continue  # told where translations are read
        text = in_one_line(translation.alt)
        translated = node.mapped("translations").mapped(other)
        if not text:
            report.warn(
                node.mapped("translations").keys[other],
                Kind.IMAGE_DESCRIPTION,
                said(
                    "no 'alt' here: the image is described in {language} only",
                    language=shown(language),
                ),
                said("add 'alt: ...', the description of the image in this language"),
            )
        elif _is_description(text, image.file, translated.inner["alt"], report):
            yield other, text


def _is_description(text: str, file: str, at: Place, report: Report) -> bool:
    name = PurePosixPath(file.strip())
    units = length(unicodedata.normalize("NFC", text))
    kind = Kind.IMAGE_DESCRIPTION
    if text.casefold() in {part.casefold() for part in (str(name), name.name, name.stem)}:
        report.error(at, kind, said("{text} is the file's name", text=shown(text)), _SAY_WHAT)
    elif not any(map(str.isalpha, text)):
        report.error(at, kind, said("{text} says nothing", text=shown(text)), _SAY_WHAT)
    elif units > ALT_LIMIT:
        report.error(
            at,
            kind,
            said(
                "the description has {length} characters, and X takes {limit}",
                length=units,
                limit=ALT_LIMIT,
            ),
            said("one or two sentences are enough"),
        )
    else:
        return True
    return False


_PATH_HINT = said("write its path inside the content folder, such as images/estonia.jpg")

# --- its file -------------------------------------------------------------------------------------------


def _path(name: str, at: Place, gallery: Gallery, report: Report) -> Path | None:
    """Where the file must be, or None, and a problem, where its name leads elsewhere."""
    parts = PurePosixPath(name).parts
    kind, form = Kind.IMAGE_MISSING, _PATH_HINT
    if "://" in name:
        hint = said("save the image in the folder, and {form}", form=form)
        report.error(at, kind, said("{name} is an address", name=shown(name)), hint)
    elif "\\" in name:
        hint = said("write '/' between folder and file")
        report.error(at, kind, said("{name} is not a path", name=shown(name)), hint)
    elif name.startswith("/") or ".." in parts or not name.isprintable():
        message = said("{name} is not a path inside the content folder", name=shown(name))
        report.error(at, kind, message, form)
    else:
        return gallery.folder / name
    return None


def _looked_at(name: str, path: Path, gallery: Gallery) -> tuple[Header, str] | Unusable:
    """The header of the picture at `path` and its digest, or why it can't be used."""
    # Taken before reading: a file that changes meanwhile is read once more, never missed.
    signature = gallery.seen[str(path)] = signature_of(str(path))
    if signature is None:
        near = did_you_mean(name, _neighbours(name, gallery.folder))
        return Unusable(
            said("there is no such file"), near or said("put it into the content folder")
        )
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(gallery.folder.resolve()):
            return Unusable(
                said("it leads out of the content folder"), said("put the image itself there")
            )
        if not target.is_file():
            return Unusable(said("it is not a file"), said("name the image itself"))
        return _picture(target, signature)
    except OSError as error:
        return Unusable(said("it can't be read: {reason}", reason=error.strerror))
    except (RuntimeError, ValueError):
        return Unusable(said("it can't be read"), said("put the image itself there"))


@lru_cache(maxsize=4096)
def _picture(target: Path, _signature: Signature) -> tuple[Header, str] | Unusable:
    """Read once for each state of the file, however often its item's file is read. Raises OSError."""
    # Not through a link that came after the look above; not waiting for a pipe's other end.
    descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        if size > MAX_BYTES:
            return too_large(size)
        content = file.read(MAX_BYTES + 1)
    header = examine(content)
    return (header, hashlib.sha256(content).hexdigest()) if isinstance(header, Header) else header


def _neighbours(name: str, content: Path) -> list[str]:
    """The files beside the one that `name` should lead to, as items would name them."""
    folder = PurePosixPath(name).parent
    try:
        names = (each.name for each in islice((content / folder).iterdir(), _NEIGHBOURS))
        return [str(folder / each) for each in names if not each.endswith(SUFFIXES)]
    except OSError:
        return []
