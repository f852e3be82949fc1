"""Credentials and chats are looked at over real sockets: what is sure, what is not, and that nothing is written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from bot.core.model import Channel, Lookup, Platform
from bot.publishers.base import Timeouts
from bot.publishers.probe import Finding, Heard, Probed, Sign, heard
from bot.publishers.registry import Credentials, Publishers
from bot.publishers.telegram import TelegramPublisher
from bot.publishers.x import XPublisher
from bot.sandbox import TELEGRAM_TOKEN, Account, Chat, Sandbox, Standing, serve
from tests.publishers import test_telegram as telegram
from tests.publishers import test_x as x
from tests.publishers.contract import NOW, SHORT
from tests.publishers.test_sandbox import KEYS
from tests.publishers.wire import (
    Answer,
    Exchange,
    answering,
    dripping,
    free_address,
    hanging_up_after_the_request,
    reply,
    resetting_after_the_request,
    serving,
    silent_after_the_request,
    silent_from_the_start,
)

DATE = "Mon, 04 May 2026 08:40:00 GMT"  # ten minutes after NOW
CHANNEL = Channel("telegram-it", Platform.TELEGRAM, "@torino", "it", "standard")
X_CHANNEL = Channel("x-it", Platform.X, "torinonelmondo", "it", "standard")
LONG = Timeouts(connect=2, total=4)


@dataclass(frozen=True)
class Subject:
    """A platform as a probe sees it."""

    open: Callable[[str, Timeouts], TelegramPublisher | XPublisher]
    channel: Channel
    secrets: tuple[str, ...]
    dead: tuple[int, Any]  # the platform's own words for keys that it refuses


SUBJECTS = [
    pytest.param(
        Subject(
            telegram.open_publisher,
            CHANNEL,
            telegram.SUBJECT.secrets,
            (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
        ),
        id="telegram",
    ),
    pytest.param(
        Subject(
            x.open_publisher,
            X_CHANNEL,
            x.SUBJECT.secrets,
            (401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}),
        ),
        id="x",
    ),
]
EACH = pytest.mark.parametrize("subject", SUBJECTS)


async def look(
    subject: Subject, base: str, timeouts: Timeouts = SHORT, *channels: Channel
) -> Probed:
    publisher = subject.open(base, timeouts)
    try:
        return await publisher.probe(channels or (subject.channel,))
    finally:
        await publisher.close()


def only(probed: Probed) -> Finding:
    [finding] = probed.findings
    return finding


# --- what every platform's probe keeps ----------------------------------------------------------


@EACH
async def test_keys_that_the_platform_refuses_are_a_fault_and_nothing_more_is_asked(
    subject: Subject,
) -> None:
    status, body = subject.dead
    with serving(answering(reply(status, body, {"Date": DATE}))) as wire:
        probed = await look(subject, f"http://{wire.address}")
        assert len(wire.requests) == 1
    assert only(probed).sign is Sign.FAULT
    assert "BANDITORE_" in only(probed).do
    assert probed.heard == Heard(NOW + timedelta(minutes=10), NOW, NOW)
    assert probed.cost == 0


@EACH
@pytest.mark.parametrize(
    "answer",
    [
        resetting_after_the_request,
        hanging_up_after_the_request,
        silent_after_the_request,
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", 0.02),
        answering(b"\x00\x01 no HTTP\r\n\r\n"),
        answering(reply(200, b"<html>Accedi alla rete</html>", {"Date": DATE})),
        answering(reply(401, b"<html>Accedi alla rete</html>", {"Date": DATE})),
        answering(reply(403, b"<html>Accedi alla rete</html>")),
        answering(reply(404, b"<html>Accedi alla rete</html>")),
        answering(reply(401, {})),
        answering(reply(403, {"error": "Accedi alla rete"})),
        answering(reply(200, [])),
        answering(reply(200, {})),
        answering(reply(200, {"ok": True, "result": [1], "data": [1]})),
        answering(reply(302, b"", {"Location": "/elsewhere"})),
        answering(reply(429, b"")),
        answering(reply(500, {"ok": False, "error_code": 500, "description": "Internal"})),
        answering(reply(502, b"<html>Bad Gateway</html>")),
    ],
)  # fmt: skip
async def test_anything_but_a_clear_answer_is_no_verdict_and_is_asked_once(
    subject: Subject, answer: Answer
) -> None:
    with serving(answer) as wire:
        probed = await look(subject, f"http://{wire.address}")
        assert len(wire.requests) == wire.connections == 1
    assert only(probed).sign is Sign.UNKNOWN, probed


@EACH
async def test_a_platform_that_is_away_is_no_verdict(subject: Subject) -> None:
    probed = await look(subject, f"http://{free_address()}")
    assert only(probed).sign is Sign.UNKNOWN
    assert "can't be reached" in only(probed).said
    assert probed.heard is None
    assert probed.cost == 0


@EACH
async def test_a_handshake_without_end_is_cut_at_the_deadline(subject: Subject) -> None:
    with serving(silent_from_the_start) as wire:
        probed = await look(subject, f"https://{wire.address}")
        assert wire.was_cut.wait(5)
    assert only(probed).sign is Sign.UNKNOWN


@EACH
async def test_a_machine_in_between_does_not_tell_the_time(subject: Subject) -> None:
    page = answering(reply(401, b"<html>Accedi alla rete</html>", {"Date": DATE}))
    with serving(page) as wire:
        probed = await look(subject, f"http://{wire.address}")
    assert probed.heard is None


@EACH
async def test_no_secret_is_ever_seen(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    echo = " ".join(subject.secrets)
    refused = {"ok": False, "description": echo, "detail": echo, "errors": [{"message": echo}]}
    answers = [
        answering(reply(status, refused)) for status in (200, 400, 401, 402, 403, 404, 429, 500)
    ]
    seen: list[object] = [await look(subject, f"http://{free_address()}")]
    for answer in (*answers, resetting_after_the_request, silent_after_the_request):
        with serving(answer) as wire:
            seen.append(await look(subject, f"http://{wire.address}"))
    text = caplog.text + repr(seen)
    assert len(caplog.records) > 10, "the libraries must have been heard"
    assert [line for line in text.splitlines() if any(map(line.count, subject.secrets))] == []


@EACH
async def test_a_name_that_holds_a_secret_is_masked(subject: Subject) -> None:
    echo = " ".join(subject.secrets)
    me = {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "B", "username": echo}}
    with serving(answering(reply(200, me | {"data": {"username": echo}}))) as wire:
        probed = await look(subject, f"http://{wire.address}")
    assert "***" in probed.findings[0].said
    assert not any(map(repr(probed).count, subject.secrets))


# --- the clock of an answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "theirs"),
    [
        (DATE, datetime(2026, 5, 4, 8, 40, tzinfo=UTC)),
        ("Mon, 04 May 2026 10:40:00 +0200", datetime(2026, 5, 4, 8, 40, tzinfo=UTC)),
        ("Mon, 04 May 2026 08:40:00 -0000", datetime(2026, 5, 4, 8, 40, tzinfo=UTC)),
        ("tomorrow", None),
        ("Mon, 99 May 2026 08:40:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_header_is_read_or_left(date: str | None, theirs: datetime | None) -> None:
    found = heard(date, NOW, lambda: NOW + timedelta(seconds=1))
    assert (found and found.theirs) == theirs


# --- Telegram -----------------------------------------------------------------------------------

ME = {"id": 7654321, "is_bot": True, "first_name": "Banditore", "username": "torino_bot"}
ADMIN = {
    "status": "administrator",
    "user": ME,
    **dict.fromkeys(
        (
            *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
            *("can_manage_video_chats", "can_restrict_members", "can_promote_members"),
            *("can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
            *("can_delete_stories", "can_post_messages"),
        ),
        True,
    ),
}
CAN = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_change_info"),
    *("can_invite_users", "can_pin_messages", "can_manage_topics", "can_edit_tag"),
)
MEMBER = {"status": "member", "user": ME}
RESTRICTED = {
    "status": "restricted",
    "user": ME,
    "is_member": True,
    "until_date": 0,
    **dict.fromkeys(CAN, False),
    "can_react_to_messages": False,
}


def chat_info(kind: str = "channel", **more: Any) -> dict[str, Any]:
    gifts = dict.fromkeys(
        (
            *("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"),
            "gifts_from_channels",
        ),
        False,
    )
    known = {"id": -1001, "type": kind, "title": "Torino", "accent_color_id": 0}
    return known | {"max_reaction_count": 11, "accepted_gift_types": gifts} | more


def a_bot(
    chat: object = None, member: object = None, *, status: int = 200
) -> tuple[Answer, list[str]]:
    """A Bot API that answers getMe, and then as told; and the methods that it was asked for."""
    asked: list[str] = []

    def answer(exchange: Exchange) -> None:
        exchange.read()
        method = exchange.wire.requests[-1].split(b" ")[1].rpartition(b"/")[2].decode()
        asked.append(method)
        result = {"getMe": ME, "getChat": chat, "getChatMember": member}.get(method)
        if isinstance(result, str):
            refused = {"ok": False, "error_code": status, "description": result}
            exchange.send(reply(status, refused))
        else:
            exchange.send(reply(200, {"ok": True, "result": result}, {"Date": DATE}))

    return answer, asked


async def chat_of(
    chat: object = None,
    member: object = None,
    *,
    status: int = 400,
    channel: Channel = CHANNEL,
    is_admins: bool = False,
) -> Finding:
    """What is found of one chat."""
    answer, asked = a_bot(chat or chat_info(), member or ADMIN, status=status)
    with serving(answer) as wire:
        publisher = telegram.open_publisher(f"http://{wire.address}", LONG)
        probed = await publisher.probe(() if is_admins else (channel,), ("-1009",) * is_admins)
        await publisher.close()
    assert set(asked) <= {"getMe", "getChat", "getChatMember"}, "a probe asks, and writes nothing"
    bot, found = probed.findings
    assert (bot.sign, bot.said) == (Sign.OK, "the token is that of @torino_bot")
    assert probed.heard is not None
    return found


async def test_a_channel_where_the_bot_may_post_is_fine() -> None:
    found = await chat_of()
    assert found == Finding(
        "chat", "telegram-it", Sign.OK, "@torino is a channel; the bot may post there"
    )


@pytest.mark.parametrize(
    ("member", "word"),
    [
        (ADMIN | {"can_post_messages": False}, "may not post"),
        ({key: ADMIN[key] for key in ADMIN if key != "can_post_messages"}, "may not post"),
        (MEMBER, "mere subscriber"),
        ({"status": "left", "user": ME}, "among its members"),
        ({"status": "kicked", "user": ME, "until_date": 0}, "among its members"),
    ],
)
async def test_a_channel_where_the_bot_may_not_post_is_a_fault_that_says_what_to_do(
    member: Mapping[str, Any], word: str
) -> None:
    found = await chat_of(member=member)
    assert (found.sign, found.channel) == (Sign.FAULT, "telegram-it")
    assert word in found.said
    assert found.do


@pytest.mark.parametrize(
    ("status", "words", "sign"),
    [
        (400, "Bad Request: chat not found", Sign.FAULT),
        (400, "Bad Request: CHANNEL_PRIVATE", Sign.FAULT),
        (403, "Forbidden: bot was kicked from the channel chat", Sign.FAULT),
        (403, "Forbidden: bot is not a member of the channel chat", Sign.FAULT),
        (400, "Bad Request: something of tomorrow", Sign.UNKNOWN),
        (500, "Internal Server Error", Sign.UNKNOWN),
        (401, "Unauthorized", Sign.UNKNOWN),
    ],
)
async def test_what_telegram_says_of_a_chat_is_a_fault_only_where_it_is_sure(
    status: int, words: str, sign: Sign
) -> None:
    assert (await chat_of(words, status=status)).sign is sign
    assert (await chat_of(member=words, status=status)).sign is sign


async def test_a_group_that_became_a_supergroup_says_its_new_address() -> None:
    def answer(exchange: Exchange) -> None:
        exchange.read()
        if b"/getMe" in exchange.wire.requests[-1]:
            exchange.send(reply(200, {"ok": True, "result": ME}))
            return
        moved = "Bad Request: group chat was upgraded to a supergroup chat"
        parameters = {"migrate_to_chat_id": -1007}
        body = {"ok": False, "error_code": 400, "description": moved, "parameters": parameters}
        exchange.send(reply(400, body))

    with serving(answer) as wire:
        probed = await look(SUBJECTS[0].values[0], f"http://{wire.address}", LONG)  # type: ignore[arg-type]
    assert probed.findings[1].sign is Sign.FAULT
    assert "-1007" in probed.findings[1].do


@pytest.mark.parametrize(
    ("kind", "member", "permissions", "sign"),
    [
        ("supergroup", MEMBER, dict.fromkeys(CAN, True), Sign.OK),
        ("supergroup", MEMBER, dict.fromkeys(CAN, False), Sign.FAULT),
        ("supergroup", ADMIN, dict.fromkeys(CAN, False), Sign.OK),
        ("supergroup", RESTRICTED, dict.fromkeys(CAN, True), Sign.FAULT),
        ("group", {"status": "left", "user": ME}, dict.fromkeys(CAN, True), Sign.FAULT),
    ],
)
@pytest.mark.parametrize("is_admins", [False, True])
async def test_in_a_group_its_rules_decide(
    kind: str,
    member: Mapping[str, Any],
    permissions: Mapping[str, bool],
    sign: Sign,
    is_admins: bool,
) -> None:
    found = await chat_of(chat_info(kind, permissions=permissions), member, is_admins=is_admins)
    assert found.sign is sign, found


async def test_a_persons_chat_is_for_admins_and_not_for_followers() -> None:
    person = {"id": 5, "type": "private", "first_name": "Anna", "accent_color_id": 0}
    gifts = chat_info()["accepted_gift_types"]
    person |= {"max_reaction_count": 11, "accepted_gift_types": gifts}
    assert (await chat_of(person)).sign is Sign.FAULT
    assert (await chat_of(person, is_admins=True)).sign is Sign.OK


async def test_an_admin_chat_that_anybody_can_read_needs_attention() -> None:
    found = await chat_of(chat_info("supergroup", username="redazione"), is_admins=True)
    assert (found.subject, found.sign) == ("admin chat", Sign.ATTENTION)


async def test_a_channel_that_protects_its_content_needs_attention_where_forwards_look_for_posts(
) -> None:  # fmt: skip
    protected = chat_info(has_protected_content=True)
    assert (await chat_of(protected)).sign is Sign.OK
    by_forwards = replace(CHANNEL, lookup=Lookup.FORWARDS)
    assert (await chat_of(protected, channel=by_forwards)).sign is Sign.ATTENTION


async def test_a_chat_of_which_no_answer_comes_leaves_the_others_their_findings() -> None:
    def answer(exchange: Exchange) -> None:
        exchange.read()
        request = exchange.wire.requests[-1]
        if b"silent" in request:
            exchange.hold()
        elif b"/getMe" in request:
            exchange.send(reply(200, {"ok": True, "result": ME}))
        elif b"/getChatMember" in request:
            exchange.send(reply(200, {"ok": True, "result": ADMIN}))
        else:
            [address] = parse_qs(request.partition(b"\r\n\r\n")[2].decode())["chat_id"]
            number = -1001 if address == "@torino" else -1002
            exchange.send(reply(200, {"ok": True, "result": chat_info(id=number)}))

    quiet = replace(CHANNEL, name="telegram-en", address="@silent")
    with serving(answer) as wire:
        publisher = telegram.open_publisher(f"http://{wire.address}", Timeouts(1, 1.5))
        probed = await publisher.probe((quiet, CHANNEL))
        await publisher.close()
    assert [each.sign for each in probed.findings] == [Sign.OK, Sign.UNKNOWN, Sign.OK]


# --- X ------------------------------------------------------------------------------------------


async def x_says(
    status: int, body: object, headers: Mapping[str, str] | None = None
) -> Sequence[Finding]:
    with serving(answering(reply(status, body, headers))) as wire:
        probed = await look(SUBJECTS[1].values[0], f"http://{wire.address}")  # type: ignore[arg-type]
        assert wire.requests[0].startswith(b"GET /2/users/me ")
    return probed.findings


def mine(name: str = "torinonelmondo") -> dict[str, Any]:
    return {"data": {"id": "99", "name": "Torino", "username": name}}


async def test_keys_of_the_channels_account_are_fine_in_any_case_of_letters() -> None:
    account, _ = await x_says(200, mine("TorinoNelMondo"))
    assert (account.sign, account.said) == (Sign.OK, "the keys speak for @TorinoNelMondo")


async def test_keys_of_another_account_are_a_fault() -> None:
    account, _ = await x_says(200, mine("somebody"))
    assert account.sign is Sign.FAULT
    assert account.said == "the keys speak for @somebody, not for @torinonelmondo"
    assert "BANDITORE_X_TORINONELMONDO_ACCESS_TOKEN" in account.do


async def test_keys_that_may_only_read_are_a_fault() -> None:
    account, _ = await x_says(200, mine(), {"x-access-level": "read"})
    assert account.sign is Sign.FAULT
    account, _ = await x_says(200, mine(), {"x-access-level": "read-write"})
    assert account.sign is Sign.OK


@pytest.mark.parametrize(
    ("status", "sign"),
    [(401, Sign.FAULT), (402, Sign.FAULT), (403, Sign.FAULT), (429, Sign.UNKNOWN), (503, Sign.UNKNOWN)],
)  # fmt: skip
async def test_what_x_itself_refuses_is_sure(status: int, sign: Sign) -> None:
    [account] = await x_says(status, {"title": "No", "detail": "No", "status": status})
    assert account.sign is sign
    assert account.do


async def test_windows_are_told_and_an_empty_one_needs_attention() -> None:
    reset = int((NOW + timedelta(hours=5)).timestamp())
    _, windows = await x_says(
        200, mine(), {"x-rate-limit-remaining": "74", "x-rate-limit-limit": "75"}
    )
    assert (windows.sign, windows.said) == (Sign.OK, "74 of 75 left of this question's window")
    _, windows = await x_says(
        200,
        mine(),
        {
            "x-rate-limit-remaining": "74",
            "x-app-limit-24hour-remaining": "0",
            "x-app-limit-24hour-reset": str(reset),
        },
    )
    assert windows.sign is Sign.ATTENTION
    assert "0 left of the app's day" in windows.said
    assert "2026-05-04 13:30 UTC" in windows.do


async def test_a_reset_that_is_no_time_is_not_told() -> None:
    far = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "9" * 30}
    _, windows = await x_says(200, mine(), far)
    assert windows.sign is Sign.ATTENTION
    assert "UTC" not in windows.do


async def test_a_probe_of_x_costs_one_read_and_only_where_x_may_have_made_it() -> None:
    subject: Subject = SUBJECTS[1].values[0]  # type: ignore[assignment]
    for answer, cost in (
        (answering(reply(200, mine())), Decimal("0.001")),
        (silent_after_the_request, Decimal("0.001")),
        (answering(reply(429, {"title": "Too Many Requests"})), Decimal(0)),
    ):
        with serving(answer) as wire:
            assert (await look(subject, f"http://{wire.address}")).cost == cost


# --- both, in the sandbox -----------------------------------------------------------------------


async def test_the_sandbox_is_looked_at_as_the_platforms_are() -> None:
    italian = Chat(-1001000000001, username="torino", title="Torino nel mondo")
    silenced = Chat(-1001000000002, username="muto", standing=Standing.SILENCED)
    stranger = Chat(-1001000000003, username="altrui", standing=Standing.STRANGER)
    place = Sandbox(
        now=lambda: NOW,
        chats=[italian, silenced, stranger],
        accounts=[Account.make_believe("torinonelmondo")],
    )
    channels = [
        CHANNEL,
        replace(CHANNEL, name="muto", address="@muto"),
        replace(CHANNEL, name="altrui", address="@altrui"),
        replace(CHANNEL, name="nowhere", address="@nowhere"),
        X_CHANNEL,
        replace(X_CHANNEL, name="x-en", address="turin"),
        replace(X_CHANNEL, name="by-hand", address="by_hand", is_assisted=True),
    ]
    async with serve(place) as address:
        credentials = Credentials(
            SecretStr(TELEGRAM_TOKEN), address.telegram, address.x, {"torinonelmondo": KEYS}
        )
        publishers = Publishers(credentials, lambda: NOW)
        probed = await publishers.probe(channels)
        await publishers.close()
    found = {(f.subject, f.channel): f.sign for each in probed for f in each.findings}
    assert found == {
        ("credentials", "x-en"): Sign.FAULT,
        ("bot", ""): Sign.OK,
        ("chat", "telegram-it"): Sign.OK,
        ("chat", "muto"): Sign.FAULT,
        ("chat", "altrui"): Sign.FAULT,
        ("chat", "nowhere"): Sign.FAULT,
        ("account", "x-it"): Sign.OK,
        ("windows", "x-it"): Sign.OK,
    }
    assert place.posts == []
