"""An e-mail saved to disk, or a web page that Word saved as one file -> the document that is its body."""

from __future__ import annotations

import codecs
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from bot.core.said import said
from bot.newsletter.document import Document, Place
from bot.newsletter.reading.composing import evened
from bot.newsletter.reading.encoding import decoded
from bot.newsletter.reading.plain import text_of
from bot.newsletter.reading.unreadable import Unreadable
from bot.newsletter.reading.web import document_of


def read_mail(content: bytes) -> Document:
    """The body of a mail, as HTML where it has one. Raises Unreadable where it has none, or is too long."""
    mail = message_from_bytes(content, _class=EmailMessage, policy=default)
    body = mail.get_body(("html", "plain"))
    if not isinstance(body, EmailMessage):
        raise Unreadable(
            said("the mail has no text of its own"),
            said("save what is attached to it, and use that"),
        )
    text = _characters(body)
    document = document_of(text) if body.get_content_subtype() == "html" else text_of(text)
    # Lines of the body are not those of the file
    blocks = tuple(replace(block, place=Place()) for block in document.blocks)
    return replace(
        document, blocks=blocks, title=evened(str(mail["Subject"] or "")) or document.title
    )


def _characters(body: EmailMessage) -> str:
    content = body.get_payload(decode=True)
    assert isinstance(content, bytes), "a body has no parts"
    try:
        encoding = codecs.lookup(body.get_content_charset("utf-8")).name
        return content.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return decoded(content)
