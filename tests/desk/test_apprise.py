"""Alerts reach a real mail server and a real webhook; what does not reach one says why, without its address."""

from __future__ import annotations

import asyncio
import json
import logging
from email.message import Message

import pytest
from pydantic import SecretStr

from bot.desk.apprise import AlertsError, Apprise, secrets_of
from tests.desk.mail import MailServer, serving_mail
from tests.publishers.wire import (
    Answer,
    answering,
    dripping,
    free_address,
    hanging_up_after_the_request,
    reply,
    resetting_after_the_request,
    serving,
    silent_after_the_request,
)

SECRET = "Geheim123token"
BODY = 'La "Festa" <1 & 2> non è uscita.\nDo: look at telegram-it.'


def alerts(*addresses: str, timeout: float = 10) -> Apprise:
    return Apprise(SecretStr(" \n".join(addresses)), timeout=timeout)


def mailto(mail: MailServer) -> str:
    return f"mailto://127.0.0.1:{mail.port}?from=bot@example.org&to=ufficio@example.org"


def text_of(mail: Message) -> str:
    assert mail.get_content_type() == "text/plain"
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n")


async def test_a_mail_says_what_was_told_letter_by_letter() -> None:
    async with serving_mail(MailServer()) as mail:
        sent = await alerts(mailto(mail)).tell("post.unknown: festa", BODY)
    assert (sent.is_out, sent.faults) == (True, ())
    [got] = mail.mails
    assert got["To"] == "ufficio@example.org"
    assert got["Subject"] == "post.unknown: festa"
    assert BODY in text_of(got)


async def test_a_webhook_gets_title_and_body() -> None:
    with serving(answering(reply(200, {}))) as wire:
        sent = await alerts(f"json://{wire.address}/{SECRET}").tell("Titolo", BODY)
    assert sent.is_out
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(f"POST /{SECRET} ".encode())
    got = json.loads(body)
    assert (got["title"], got["message"]) == ("Titolo", BODY)


async def test_every_address_is_told_and_each_that_fails_is_named_by_its_number() -> None:
    with serving(answering(reply(200, {}))) as wire:
        async with serving_mail(MailServer()) as mail:
            told = alerts(
                f"json://{wire.address}/", f"json://{free_address()}/{SECRET}", mailto(mail)
            )
            sent = await told.tell("Titolo", BODY)
    assert sent.is_out
    [fault] = sent.faults
    assert fault.startswith("address 2 (json): ")
    assert (len(wire.requests), len(mail.mails)) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        answering(reply(404, SECRET.encode())),
        answering(reply(500, {"error": SECRET})),
        # followed, it would be asked without the alert, and say yes
        answering(reply(302, b"", {"Location": "/elsewhere"})),
        answering(b"\x00\x01 no HTTP\r\n\r\n"),
        hanging_up_after_the_request,
        resetting_after_the_request,
        silent_after_the_request,
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", 0.02),
    ],
)
async def test_what_a_webhook_does_not_take_is_told_without_its_address(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with serving(answer) as wire:
        address = f"json://anna:{SECRET}@{wire.address}/{SECRET}/?rto=0.5&cto=0.5"
        sent = await alerts(address, timeout=3).tell("Titolo", BODY)
        assert len(wire.requests) == 1
        host, _, port = wire.address.partition(":")
    assert not sent.is_out
    [fault] = sent.faults
    assert fault.startswith("address 1 (json): ")
    assert SECRET not in fault + caplog.text
    assert host not in fault
    assert port not in fault


async def test_a_mail_server_that_refuses_is_told() -> None:
    async with serving_mail(MailServer(takes=False)) as mail:
        sent = await alerts(mailto(mail)).tell("Titolo", BODY)
    assert not sent.is_out
    assert sent.faults[0].startswith("address 1 (mailto): ")


async def test_an_address_that_hangs_is_waited_for_once_and_not_called_meanwhile() -> None:
    with serving(silent_after_the_request) as wire:
        told = alerts(f"json://{wire.address}/?rto=30", timeout=0.3)
        first = await told.tell("Uno", BODY)
        second = await told.tell("Due", BODY)
        assert len(wire.requests) == 1
    assert first.faults == ("address 1 (json): no answer within 0.3 s",)
    assert second.faults == ("address 1 (json): an earlier alert to it is still under way",)
    async with asyncio.timeout(5):  # the server is gone by now, and with it the call that hung
        while (await told.tell("Tre", BODY)).faults == second.faults:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (f"nonsense://{SECRET}", "address 1 (nonsense)"),
        (SECRET, "address 1"),
        (f"json://127.0.0.1/ mailto://{SECRET}:{SECRET}@", "address 2 (mailto)"),
        ("  ", "no address"),
    ],
)
def test_what_is_no_address_is_named_by_its_number_and_never_shown(
    written: str, named: str
) -> None:
    with pytest.raises(AlertsError) as caught:
        Apprise(SecretStr(written))
    assert named in str(caught.value)
    assert SECRET not in str(caught.value)


def test_no_part_of_an_address_is_shown() -> None:
    told = alerts(f"json://anna:{SECRET}@127.0.0.1/{SECRET}")
    assert repr(told) == "Apprise(address 1 (json))"


def test_the_log_masks_what_is_secret_in_an_address_and_no_more() -> None:
    slack = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#annunci"
    mail = "mailtos://anna:s%26cret@comune.torino.it?to=ufficio@example.org"
    found = secrets_of(SecretStr(f"{slack}\n{mail}"))
    for secret in (slack, mail, "T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ", "s&cret"):
        assert secret in found
    for word in ("annunci", "anna", "comune.torino.it", "ufficio", "example.org", "slack", "to"):
        assert word not in found
