from __future__ import annotations

from email.message import EmailMessage

import pytest

from bot.newsletter.document import Place
from bot.newsletter.reading.mail import read_mail
from bot.newsletter.reading.unreadable import Unreadable
from tests.newsletter.papers import blocks


def test_a_mail_says_what_its_html_says() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Città di Torino: maggio"
    mail.set_content("Si legge meglio in HTML.")
    mail.add_alternative(
        "<title>no</title>\n<h1>Perché la festa</h1>", subtype="html", charset="latin-1"
    )
    mail.add_attachment(b"...", maintype="application", subtype="pdf", filename="festa.pdf")

    document = read_mail(bytes(mail))

    assert document.title == "Città di Torino: maggio"
    assert blocks(document) == [("heading", "Perché la festa")]
    assert document.blocks[0].place == Place()


def test_a_mail_without_html_is_read_as_text() -> None:
    mail = EmailMessage()
    mail.set_content("Festa\n=====\n\ndal 5\nal 9", cte="quoted-printable")

    document = read_mail(bytes(mail))

    assert document.is_lined
    assert blocks(document) == [("heading", "Festa"), ("paragraph", "dal 5\nal 9")]


def test_an_encoding_that_does_not_exist_is_told_from_the_bytes() -> None:
    mail = b"Content-Type: text/plain; charset=boh\nContent-Transfer-Encoding: 8bit\n\nCitt\xc3\xa0"

    assert blocks(read_mail(mail)) == [("paragraph", "Città")]


def test_a_mail_that_only_carries_a_file_is_refused() -> None:
    mail = EmailMessage()
    mail.add_attachment(b"...", maintype="application", subtype="pdf", filename="festa.pdf")

    with pytest.raises(Unreadable, match="no text of its own"):
        read_mail(bytes(mail))
