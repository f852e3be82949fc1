"""The process in which one file is read: `python -m bot.newsletter.reading FORMAT`, its bytes come in, JSON goes out."""

from __future__ import annotations

import logging
import resource
import sys
from collections.abc import Callable
from typing import Final

from bot.newsletter.document import Document
from bot.newsletter.reading.formats import Format
from bot.newsletter.reading.limits import too_long
from bot.newsletter.reading.unreadable import Unreadable
from bot.newsletter.reading.wire import packed

# A newsletter of 300 pages takes a third of each; beyond these a file is an attack, or no newsletter
_MEMORY: Final = 300_000_000  # bytes
_SECONDS: Final = 8  # of the processor


def main() -> None:
    logging.disable()  # pypdf tells of each fault that it gets over
    read = _reader(Format(sys.argv[1]))
    # Now that all is imported: no bytes but those of the program have been looked at so far
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        result: Document | Unreadable = read(sys.stdin.buffer.read())
    except Unreadable as refusal:
        result = refusal
    except MemoryError:
        result = too_long()
    sys.stdout.buffer.write(packed(result))


def _reader(file_format: Format) -> Callable[[bytes], Document]:
    """Imports the one that is needed: a page of HTML need not wait for what reads PDF."""
    match file_format:
        case Format.MARKDOWN:
            from bot.newsletter.reading.markdown import read_markdown as read
        case Format.TEXT:
            from bot.newsletter.reading.plain import read_text as read
        case Format.HTML:
            from bot.newsletter.reading.web import read_html as read
        case Format.MAIL:
            from bot.newsletter.reading.mail import read_mail as read
        case Format.DOCX:
            from bot.newsletter.reading.word import read_docx as read
        case Format.PDF:
            from bot.newsletter.reading.pdf import read_pdf as read
    return read


if __name__ == "__main__":
    main()
