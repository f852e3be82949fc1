"""Finds staff's files and reads them: bounded, never out of their folder, as UTF-8 or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bot.core.kinds import Kind
from bot.core.said import said
from bot.load.report import Report, shown

MAX_BYTES = 5_000_000

# So many lines with characters that don't belong in text are told; a file of them is no text at all.
MAX_ODDITIES = 50

SUFFIXES = (".yaml", ".yml")

# What the YAML parser refuses without a line, what it lets pass unseen, and tabs.
_ODD = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_ODD_OR_LINE_END = re.compile(f"{_ODD.pattern}|{_LINE_END.pattern}")


class Signature(NamedTuple):
    """What tells one state of a file from another without reading it; times are nanoseconds since 1970."""

    modified: int
    changed: int  # moved into its place, or its rights changed
    size: int
    inode: int

    @property
    def latest(self) -> datetime:
        """When anything of the file last changed, by the clock of its file system, in UTC."""
        return datetime.fromtimestamp(max(self.modified, self.changed) / 1e9, UTC)


# By path; None where there was no such file.
Signatures = Mapping[str, Signature | None]


class File(NamedTuple):
    """One of staff's files. Paths are text here: every tick looks at all files, and there may be thousands."""

    path: str
    name: str  # as staff know it, and as marks give it: `content/2021-05.yaml`
    signature: Signature | None  # None where a link leads nowhere


def files_of(folder: Path) -> Iterator[File]:
    """Every YAML file of `folder` and the folders in it, by name.

    Hidden files and folders are skipped, and with them what editors leave behind.
    """
    top = folder.absolute().name
    for parts, path, signature in sorted(_walk(str(folder)), key=lambda each: each[0]):
        yield File(path, _printable("/".join((top, *parts) if top else parts)), signature)


def signature_of(path: str) -> Signature | None:
    """The signature of the file at `path`, or None where there is no such file."""
    return _signature(Path(path))


def _signature(place: Path | os.DirEntry[str]) -> Signature | None:
    try:
        found = place.stat()
    except OSError:
        return None
    return Signature(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def are_unchanged(files: Signatures) -> bool:
    """Has each of `files` still the signature that it had?"""
    return all(signature_of(path) == signature for path, signature in files.items())


def _walk(top: str) -> Iterator[tuple[tuple[str, ...], str, Signature | None]]:
    """The names that lead from `top` to a file, its path and its signature."""
    to_do: list[tuple[tuple[str, ...], str]] = [((), top)]
    while to_do:
        above, folder = to_do.pop()
        try:
            with os.scandir(folder) as found:
                entries = list(found)
        except OSError:
            # It can't be read: it comes out so that `read` says why, instead of being missed in silence.
            yield above, folder, signature_of(folder)
            continue
        for entry in entries:
            parts = (*above, entry.name)
            if _is_folder(entry):
                # A linked folder is not walked into; it comes out here and `read` refuses it.
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    yield parts, entry.path, _signature(entry)
                else:
                    to_do.append((parts, entry.path))
            elif entry.name.endswith(SUFFIXES) and not entry.name.startswith((".", "#", "~")):
                yield parts, entry.path, _signature(entry)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _printable(name: str) -> str:
    """A file's name may be any bytes; a problem must always be printable."""
    if name.isprintable():
        return name
    name = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(character if character.isprintable() else "?" for character in name)


def read(path: Path, folder: Path, report: Report) -> bytes | None:
    """The bytes of `path`, or None, and a problem, where it can't or must not be read."""
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(folder.resolve()):
            report.at(
                1,
                1,
                Kind.FILE,
                said("a link that leads out of its folder"),
                said("put the file itself here"),
            )
            return None
        # Not through a link that came after the look above; not waiting for a pipe's other end.
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                report.at(
                    1,
                    1,
                    Kind.FILE,
                    said("not a file"),
                    said("put a file here; links to folders are not followed"),
                )
                return None
            content = file.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else None
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        why = reason or said("a link that leads to itself")
        report.at(1, 1, Kind.FILE, said("the file can't be read: {reason}", reason=why))
        return None
    if content is None or len(content) > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        report.at(
            1, 1, Kind.FILE, said("the file is larger than {most} MB", most=most), said("split it")
        )
        return None
    return content


def revision(content: bytes) -> str:
    """SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def decode(content: bytes, report: Report) -> str | None:
    """The text of a file, or None, and a problem, where it holds what no text holds.

    A byte order mark at its very beginning, as Windows editors leave it, is passed over.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.at(1, 1, Kind.ENCODING, said("the file is UTF-16"), said("save it as UTF-8"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start], error.object[error.start : error.start + 1]
        report.at(
            *_position(before.decode()),
            Kind.ENCODING,
            said("the file is not UTF-8"),
            said(
                "save it as UTF-8 (was this {character}?)",
                character=shown(byte.decode("cp1252", "replace")),
            ),
        )
        return None
    is_text = True
    for line, column, odd in islice(_oddities(text), MAX_ODDITIES):
        if odd == "\t":
            report.at(line, column, Kind.TAB, said("a tab"), said("use spaces"))
        else:
            is_text = False
            report.at(
                line,
                column,
                Kind.ENCODING,
                said("an invisible character, U+{code:04X}", code=ord(odd)),
                said("delete it"),
            )
    return text if is_text else None


def _oddities(text: str) -> Iterator[tuple[int, int, str]]:
    """The first odd character of each line that has one, with line and column counted from 1."""
    if not _ODD.search(text):
        return
    start, line, told = 0, 1, 0
    for match in _ODD_OR_LINE_END.finditer(text):
        if _ODD.match(match.group()):
            if told != line:
                yield line, match.start() - start + 1, match.group()
            told = line
        else:
            start, line = match.end(), line + 1


def lines_of(text: str) -> Iterator[str]:
    """The lines of `text`, counted as marks count them: by the line ends of YAML."""
    yield from _LINE_END.split(text)


def _position(before: str) -> tuple[int, int]:
    """Line and column, counted from 1, of what follows `before`."""
    start, line = 0, 1
    for end in _LINE_END.finditer(before):
        start, line = end.end(), line + 1
    return line, len(before) - start + 1
