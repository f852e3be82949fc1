"""A call without an answer, and what looking for its post brings to light: the real clients against the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from bot.core.model import Channel, Lookup, Outcome, Platform, Published, Unknown
from bot.core.picture import Header
from bot.publishers.base import Looked, Publisher, Ready, Sought, Timeouts
from bot.publishers.registry import Credentials, Publishers
from bot.publishers.x import XKeys
from bot.sandbox import (
    TELEGRAM_TOKEN,
    Account,
    Chat,
    Fault,
    Kind,
    Moment,
    Sandbox,
    Standing,
    serve,
)
from bot.sandbox.images import Media
from bot.sandbox.telegram import answer
from tests.pictures import png
from tests.publishers.contract import NOW, make_post

ACCOUNT = Account.make_believe("torinonelmondo")
NUMBERED = replace(ACCOUNT, access_token=f"{ACCOUNT.id}-AbC")
ADMINS = "-1009000000001"

X = Channel("x-it", Platform.X, "torinonelmondo", "it", "standard", lookup=Lookup.TIMELINE)
FORWARDS = Channel(
    "telegram-it", Platform.TELEGRAM, "@torino", "it", "standard", lookup=Lookup.FORWARDS
)
PAGE = replace(FORWARDS, lookup=Lookup.PAGE)
CHANNELS = pytest.mark.parametrize("channel", [X, FORWARDS, PAGE], ids=["x", "forwards", "page"])

TEXT = "Domani: «Scuola d'acque» & altro 🎉\n\nhttps://example.org/acque?a=1&copy=2"


@dataclass
class Office:
    """A sandbox with the bot, the account and the admin chat, and publishers that speak to it."""

    sandbox: Sandbox
    publishers: Publishers

    async def say(self, channel: Channel, text: str) -> Outcome:
        publisher = self.publishers.of(channel)
        post = make_post(channel.platform, request(channel, text))
        ready = await publisher.prepare(post, "attempt-1")
        assert isinstance(ready, Ready)
        return await publisher.publish(ready)

    async def look(self, channel: Channel, text: str, **more: Any) -> Looked:
        sought = Sought("attempt-1", request(channel, text), text, NOW, channel, **more)
        return await self.publisher(channel).lookup(sought)

    def publisher(self, channel: Channel) -> Publisher:
        return self.publishers.of(channel)

    def ids(self, channel: Channel) -> list[str]:
        return [post.id for post in self.sandbox.of(channel.platform, channel.address)]

    def copies(self) -> list[str]:
        return [post.text for post in self.sandbox.of(Platform.TELEGRAM, ADMINS)]


def request(channel: Channel, text: str) -> dict[str, Any]:
    if channel.platform is Platform.X:
        return {"method": "POST", "path": "/2/tweets", "body": {"text": text}}
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    params = {"chat_id": channel.address, "text": escaped, "parse_mode": "HTML"}
    return {"method": "sendMessage", "params": params}


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with opened() as office:
        yield office


@asynccontextmanager
async def opened(
    account: Account = ACCOUNT,
    *,
    protected: bool = False,
    standing: Standing = Standing.ADMIN,
    total: float = 8,
) -> AsyncIterator[Office]:
    chat = Chat(-1001000000001, username="torino", is_protected=protected)
    admins = Chat(int(ADMINS), title="Redazione", kind="supergroup", standing=standing)
    sandbox = Sandbox(now=lambda: NOW, chats=[chat, admins], accounts=[account])
    keys = (
        account.consumer_key,
        account.consumer_secret,
        account.access_token,
        account.access_token_secret,
    )
    async with serve(sandbox) as address:
        credentials = Credentials(
            telegram_token=SecretStr(TELEGRAM_TOKEN),
            telegram_api=address.telegram,
            telegram_page=address.telegram_page,
            x_api=address.x,
            x={"torinonelmondo": XKeys(*map(SecretStr, keys))},
        )
        publishers = Publishers(credentials, lambda: NOW, Timeouts(connect=2, total=total))
        yield Office(sandbox, publishers)
        await publishers.close()


async def an_earlier_post(office: Office, channel: Channel) -> str:
    """The number of a post that was made, and recorded, before."""
    made = await office.say(channel, "Prima")
    assert isinstance(made, Published)
    return made.external_id


@CHANNELS
async def test_a_post_whose_answer_was_cut_is_found_with_its_link(
    office: Office, channel: Channel
) -> None:
    above = await an_earlier_post(office, channel)
    office.sandbox.fail(Fault(Kind.CUT, Moment.AFTER))
    assert isinstance(await office.say(channel, TEXT), Unknown)
    looked = await office.look(channel, TEXT, above=above, admin_chat=ADMINS)
    *_, post = office.sandbox.of(channel.platform, channel.address)
    assert post.text == TEXT
    assert looked.outcome == Published(post.id, post.url)
    assert office.copies() == []


@CHANNELS
async def test_a_post_that_never_arrived_is_not_found_and_stays_in_doubt(
    office: Office, channel: Channel
) -> None:
    above = await an_earlier_post(office, channel)
    office.sandbox.fail(Fault(Kind.CUT, Moment.BEFORE))
    assert isinstance(await office.say(channel, TEXT), Unknown)
    looked = await office.look(channel, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown), looked
    assert office.ids(channel) == [above]


@CHANNELS
async def test_an_earlier_post_of_the_same_text_does_not_count(
    office: Office, channel: Channel
) -> None:
    made = await office.say(channel, TEXT)
    assert isinstance(made, Published)
    looked = await office.look(channel, TEXT, above=made.external_id, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown), looked


@CHANNELS
async def test_a_post_that_belongs_to_another_attempt_does_not_count(
    office: Office, channel: Channel
) -> None:
    above = await an_earlier_post(office, channel)
    made = await office.say(channel, TEXT)
    assert isinstance(made, Published)
    taken = frozenset({made.external_id})
    looked = await office.look(channel, TEXT, above=above, taken=taken, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown), looked


@CHANNELS
async def test_a_post_that_says_something_else_does_not_count(
    office: Office, channel: Channel
) -> None:
    above = await an_earlier_post(office, channel)
    await office.say(channel, TEXT.replace("a=1", "a=2"))
    looked = await office.look(channel, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown), looked
    assert office.copies() == []


@pytest.mark.parametrize("channel", [FORWARDS, PAGE], ids=["forwards", "page"])
async def test_two_posts_that_say_the_same_are_both_named(office: Office, channel: Channel) -> None:
    above = await an_earlier_post(office, channel)
    for _ in range(2):
        await office.say(channel, TEXT)
    looked = await office.look(channel, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    for number in office.ids(channel)[1:]:
        assert f"https://t.me/torino/{number}" in looked.outcome.reason
    assert office.copies() == []


@pytest.mark.parametrize("channel", [X, PAGE], ids=["x", "page"])
async def test_the_first_post_of_a_channel_is_found_by_its_date(
    office: Office, channel: Channel
) -> None:
    made = await office.say(channel, TEXT)
    looked = await office.look(channel, TEXT)
    assert looked.outcome == made
    sought = Sought("attempt-1", request(channel, TEXT), TEXT, NOW + timedelta(minutes=30), channel)
    later = await office.publisher(channel).lookup(sought)
    assert isinstance(later.outcome, Unknown), later


@CHANNELS
async def test_without_a_way_to_look_a_person_does(office: Office, channel: Channel) -> None:
    made = await office.say(channel, TEXT)
    assert isinstance(made, Published)
    looked = await office.look(replace(channel, lookup=Lookup.NONE), TEXT, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    assert "a person must look" in looked.outcome.reason


TROUBLES = [
    Fault(Kind.CUT, call="*", times=99),
    Fault(Kind.SERVER_ERROR, call="*", times=99),
    Fault(Kind.BAD_GATEWAY, call="*", times=99),
    Fault(Kind.HTML, call="*", times=99),
    Fault(Kind.NOT_OK, call="*", times=99),
    Fault(Kind.TOO_MANY, call="*", times=99),
    Fault(Kind.HALF, call="*", times=99),
]


@CHANNELS
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_trouble_with_a_look_up_leaves_the_doubt(
    office: Office, channel: Channel, trouble: Fault
) -> None:
    above = await an_earlier_post(office, channel)
    await office.say(channel, TEXT)
    office.sandbox.fail(trouble)
    looked = await office.look(channel, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown), looked


@CHANNELS
async def test_a_look_up_without_an_answer_ends_with_its_time(channel: Channel) -> None:
    async with opened(total=1) as office:
        above = await an_earlier_post(office, channel)
        office.sandbox.fail(Fault(Kind.HOLD, call="*", times=99))
        looked = await office.look(channel, TEXT, above=above, admin_chat=ADMINS)
        assert isinstance(looked.outcome, Unknown), looked


# --- X ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Arte & città: comune.torino.it",
        "🎉👩‍👩‍👧 prima del link https://example.org/è e dopo",
        "1 < 2 > 0 &amp; https://Example.org/",
        "due link: https://example.org/a https://example.org/b",
        "https://example.org/solo",
        "Perche\u0301 no?",
        "nessun link",
    ],
)
async def test_what_x_changes_in_a_text_makes_no_difference(office: Office, text: str) -> None:
    above = await an_earlier_post(office, X)
    made = await office.say(X, text)
    assert isinstance(made, Published)
    assert (await office.look(X, text, above=above)).outcome == made


async def test_a_post_with_an_image_is_found_though_x_adds_a_link(office: Office) -> None:
    above = await an_earlier_post(office, X)
    image = office.sandbox.images.keep(png(), Header("image/png", 40, 30))
    office.sandbox.media["77"] = Media(ACCOUNT.handle, image, NOW + timedelta(days=1))
    body = {"text": TEXT, "media": {"media_ids": ["77"]}}
    publisher = office.publisher(X)
    post = make_post(Platform.X, {"method": "POST", "path": "/2/tweets", "body": body})
    made = await publisher.publish(Ready(post, post.request))
    assert isinstance(made, Published), made
    assert (await office.look(X, TEXT, above=above)).outcome == made


async def test_each_post_that_x_lists_is_paid_for(office: Office) -> None:
    prices = replace(X.prices, own_post_read=Decimal("0.5"))
    channel = replace(X, prices=prices)
    above = await an_earlier_post(office, X)
    for text in ("uno", "due", TEXT):
        await office.say(X, text)
    first = await office.look(channel, TEXT, above=above)
    second = await office.look(channel, TEXT, above=above)
    assert first.cost == Decimal("2.0")  # the account itself, and three posts
    assert second.cost == Decimal("1.5")
    assert (await office.look(FORWARDS, TEXT)).cost == 0


async def test_an_access_token_that_says_whose_it_is_saves_a_question() -> None:
    async with opened(NUMBERED) as office:
        above = await an_earlier_post(office, X)
        made = await office.say(X, TEXT)
        assert (await office.look(X, TEXT, above=above)).outcome == made
        calls = [arrival.call for arrival in office.sandbox.requests]
    assert calls == ["POST /2/tweets", "POST /2/tweets", "GET /2/users/:id/tweets"]


async def test_more_posts_than_were_asked_for_leave_a_doubt(office: Office) -> None:
    above = await an_earlier_post(office, X)
    await office.say(X, TEXT)
    for number in range(10):
        await office.say(X, str(number))
    looked = await office.look(X, TEXT, above=above)
    assert isinstance(looked.outcome, Unknown)
    assert "there are more" in looked.outcome.reason


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [(Kind.TOO_MANY, "rate limit"), (Kind.NO_CREDIT, "credits are used up")],
)
async def test_why_x_shows_nothing_is_told(office: Office, trouble: Kind, reason: str) -> None:
    office.sandbox.fail(Fault(trouble, call="GET /2/users/:id/tweets"))
    looked = await office.look(X, TEXT)
    assert isinstance(looked.outcome, Unknown)
    assert reason in looked.outcome.reason


# --- Telegram, forwards -----------------------------------------------------------------------------------


async def test_forwards_make_no_sound_and_end_after_a_few_that_are_missing(office: Office) -> None:
    above = await an_earlier_post(office, FORWARDS)
    await office.say(FORWARDS, TEXT)
    await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    asked = [each for each in office.sandbox.requests if each.call == "forwardMessage"]
    assert [each.parameters["message_id"] for each in asked] == [*"234567"]
    assert {each.parameters["disable_notification"] for each in asked} == {"true"}


async def test_messages_that_were_deleted_or_taken_do_not_end_the_search(office: Office) -> None:
    above = await an_earlier_post(office, FORWARDS)
    taken = set()
    for _ in range(4):
        made = await office.say(FORWARDS, "altro")
        assert isinstance(made, Published)
        taken.add(made.external_id)
    for post in office.sandbox.of(Platform.TELEGRAM, "@torino")[1:4]:
        office.sandbox.replace(replace(post, deleted_at=NOW))
    made = await office.say(FORWARDS, TEXT)
    looked = await office.look(
        FORWARDS, TEXT, above=above, taken=frozenset(taken), admin_chat=ADMINS
    )
    assert looked.outcome == made


async def test_a_search_has_an_end(office: Office) -> None:
    above = await an_earlier_post(office, FORWARDS)
    office.sandbox.limits.telegram_chat.limit = 99
    office.sandbox.limits.telegram_all.limit = 99
    for number in range(21):
        await office.say(FORWARDS, str(number))
    looked = await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    assert "more than 20 messages" in looked.outcome.reason
    assert office.copies() == []


async def test_a_channel_that_protects_its_content_says_so() -> None:
    async with opened(protected=True) as office:
        above = await an_earlier_post(office, FORWARDS)
        await office.say(FORWARDS, TEXT)
        looked = await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    assert "protects its content" in looked.outcome.reason


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"admin_chat": ADMINS}, "without an earlier message"),
        ({"above": "1"}, "without an admin chat"),
        ({"above": "1", "admin_chat": "@redazione"}, "would be public"),
        ({"above": "1", "admin_chat": "@torino"}, "would be public"),
    ],
)
async def test_a_search_that_can_not_begin_asks_nothing(
    office: Office, more: dict[str, Any], reason: str
) -> None:
    looked = await office.look(FORWARDS, TEXT, **more)
    assert isinstance(looked.outcome, Unknown)
    assert reason in looked.outcome.reason
    assert office.sandbox.requests == []


async def test_a_flood_wait_ends_the_search_and_names_what_it_found(office: Office) -> None:
    above = await an_earlier_post(office, FORWARDS)
    made = await office.say(FORWARDS, TEXT)
    assert isinstance(made, Published)
    for _ in range(18):
        office.sandbox.limits.telegram_chat.count((TELEGRAM_TOKEN, int(ADMINS)), NOW)
    office.sandbox.fail(Fault(Kind.TOO_MANY, call="forwardMessage", channel="@nobody"))
    await office.say(FORWARDS, "altro")
    await office.say(FORWARDS, "altro ancora")
    looked = await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    assert "asks to wait" in looked.outcome.reason
    assert made.url in looked.outcome.reason
    assert office.copies() == []


@pytest.mark.parametrize(
    "trouble",
    [
        Fault(Kind.SERVER_ERROR, call="deleteMessage", times=9),
        Fault(Kind.CUT, Moment.AFTER, call="forwardMessage"),
    ],
    ids=["not deleted", "not told"],
)
async def test_a_forward_that_may_be_left_is_told(
    office: Office, trouble: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    above = await an_earlier_post(office, FORWARDS)
    await office.say(FORWARDS, "altro")
    office.sandbox.fail(trouble)
    looked = await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    assert "may be left in the admin chat" in looked.outcome.reason
    assert office.copies() == ["altro"]
    assert "lookup.forwards_left" in caplog.text


async def test_a_bot_that_may_not_write_to_the_admin_chat_is_told_so() -> None:
    async with opened(standing=Standing.SILENCED) as office:
        above = await an_earlier_post(office, FORWARDS)
        looked = await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown)
    assert "ot enough rights" in looked.outcome.reason


async def test_an_earlier_message_of_which_nobody_knew_the_number_is_not_the_one(
    office: Office,
) -> None:
    """A person said that it was out, and not where."""
    above = await an_earlier_post(office, FORWARDS)
    assert isinstance(await office.say(FORWARDS, TEXT), Published)
    later = NOW + timedelta(minutes=30)
    sought = Sought("attempt-1", request(FORWARDS, TEXT), TEXT, later, FORWARDS, above)
    looked = await office.publisher(FORWARDS).lookup(replace(sought, admin_chat=ADMINS))
    assert isinstance(looked.outcome, Unknown), looked


@pytest.mark.parametrize("source", ["@altrove", "@torino"])
async def test_a_message_that_the_channel_itself_forwarded_is_not_ours(
    office: Office, source: str
) -> None:
    office.sandbox.chats.append(Chat(-1001000000009, username="altrove"))
    await an_earlier_post(office, FORWARDS)
    first = await office.say(replace(FORWARDS, address=source), TEXT)
    assert isinstance(first, Published)
    above = office.ids(FORWARDS)[-1]
    given = {"chat_id": "@torino", "from_chat_id": source, "message_id": first.external_id}
    answer(office.sandbox, TELEGRAM_TOKEN, "forwardMessage", given)
    *_, forwarded = office.sandbox.of(Platform.TELEGRAM, "@torino")
    assert forwarded.text == TEXT
    looked = await office.look(FORWARDS, TEXT, above=above, admin_chat=ADMINS)
    assert isinstance(looked.outcome, Unknown), looked
    assert office.copies() == []


# --- Telegram, the page -----------------------------------------------------------------------------------


async def test_a_message_that_others_pushed_off_the_first_page_is_found(office: Office) -> None:
    above = await an_earlier_post(office, PAGE)
    made = await office.say(PAGE, TEXT)
    office.sandbox.limits.telegram_chat.limit = 99
    office.sandbox.limits.telegram_all.limit = 99
    for number in range(25):
        await office.say(PAGE, str(number))
    assert (await office.look(PAGE, TEXT, above=above)).outcome == made
    read = [each.parameters for each in office.sandbox.requests if each.call == "GET /s/:name"]
    assert read == [{}, {"before": "8"}]


async def test_a_channel_without_a_page_leaves_a_doubt(office: Office) -> None:
    looked = await office.look(replace(PAGE, address="-1001000000001"), TEXT, above="1")
    assert isinstance(looked.outcome, Unknown)
    assert "only a public channel" in looked.outcome.reason
    looked = await office.look(replace(PAGE, address="@nessuno"), TEXT, above="1")
    assert isinstance(looked.outcome, Unknown)
    assert "shows no page" in looked.outcome.reason
    looked = await office.look(PAGE, TEXT, above="1")
    assert isinstance(looked.outcome, Unknown)
    assert "shows no messages" in looked.outcome.reason
