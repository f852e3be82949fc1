"""X's error table, row by row, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.core.model import Deferred, Outcome, Platform, Published, Rejected, Unknown
from bot.publishers.base import Ready, Timeouts
from bot.publishers.images import Images
from bot.publishers.x import XKeys, XPublisher
from bot.publishers.x_answer import WINDOW
from tests.pictures import png
from tests.publishers.contract import NOW, SHORT, PublisherContract, Subject, hear, make_post, say
from tests.publishers.wire import (
    Answer,
    Exchange,
    answering,
    hanging_up_after_the_request,
    reply,
    resetting_after_the_request,
    serving,
    silent_after_the_request,
)

NO_IMAGES = Images()
SECRETS = ("consumer-key-1", "consumer+secret/2", "99-access-token-3", "access=secret&4")
REQUEST: dict[str, Any] = {
    "method": "POST",
    "path": "/2/tweets",
    "body": {"text": "Ciao «Torino» 🎉"},
}

UPLOADED = (200, {"data": {"id": "77", "media_key": "3_77", "expires_after_secs": 86400}})
DESCRIBED = (200, {"data": {"id": "77", "associated_metadata": {}}})


def open_publisher(
    base: str,
    timeouts: Timeouts,
    proxy: str = "",
    images: Images = NO_IMAGES,
    trust: ssl.SSLContext | None = None,
) -> XPublisher:
    return XPublisher(
        "torinonelmondo",
        XKeys(*map(SecretStr, SECRETS)),
        lambda: NOW,
        base_url=base,
        timeouts=timeouts,
        proxy=proxy,
        images=images,
        trust=trust,
    )


SUBJECT = Subject(
    open=open_publisher,
    post=make_post(Platform.X, REQUEST),
    success=(201, {"data": {"id": "1919", "text": "Ciao"}}),
    published=Published("1919", "https://x.com/torinonelmondo/status/1919"),
    secrets=(*SECRETS, "consumer%2Bsecret%2F2", "access%3Dsecret%264"),
    pictured={**REQUEST, "image": {"alt": "Il mare"}},
    uploads=(UPLOADED, DESCRIBED),
)


class TestX(PublisherContract):
    subject = SUBJECT


async def refused(status: int, body: object, **headers: int) -> Outcome:
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return await hear(SUBJECT, answering(reply(status, body, named)))


def problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"title": title, "detail": detail, "type": "about:blank", "status": status}


async def test_the_request_goes_over_the_wire_exactly_as_it_stands() -> None:
    with serving(answering(reply(*SUBJECT.success))) as wire:
        await say(SUBJECT, f"http://{wire.address}")
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /2/tweets HTTP/1.1"
    assert b"connection: close" in head.lower()
    assert b"authorization: oauth " in head.lower()
    assert json.loads(body) == REQUEST["body"]


SOON, LATER = int((NOW + timedelta(minutes=9)).timestamp()), int(NOW.timestamp()) + 7200


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"x_rate_limit_remaining": 0, "x_rate_limit_reset": SOON}, SOON),
        (
            {
                "x_rate_limit_remaining": 0,
                "x_rate_limit_reset": SOON,
                "x_user_limit_24hour_remaining": 0,
                "x_user_limit_24hour_reset": LATER,
            },
            LATER,
        ),
        (
            {
                "x_rate_limit_remaining": 0,
                "x_rate_limit_reset": SOON,
                "x_app_limit_24hour_remaining": 7,
                "x_app_limit_24hour_reset": LATER,
            },
            SOON,
        ),
        ({"x_app_limit_24hour_remaining": 0, "x_app_limit_24hour_reset": LATER}, LATER),
    ],
)
async def test_a_rate_limit_is_deferred_to_the_last_window_that_is_empty(
    headers: dict[str, int], until: int
) -> None:
    outcome = await refused(429, problem(429, "Too Many Requests", "Too Many Requests"), **headers)
    assert isinstance(outcome, Deferred)
    assert outcome.until is not None
    assert outcome.until.timestamp() == until
    assert outcome.until.tzinfo is not None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_rate_limit_remaining": 0},
        {"x_rate_limit_remaining": 0, "x_rate_limit_reset": int(NOW.timestamp()) - 1},
        {"x_rate_limit_remaining": 0, "x_rate_limit_reset": 10**16},
    ],
)
async def test_a_rate_limit_without_a_usable_reset_is_deferred_by_a_window(
    headers: dict[str, int],
) -> None:
    outcome = await refused(429, b"slow down", **headers)
    assert isinstance(outcome, Deferred)
    assert outcome.until == NOW + WINDOW


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_post_that_x_refuses_is_rejected_in_its_words(status: int) -> None:
    outcome = await refused(status, problem(status, "Invalid Request", "text is too odd"))
    assert outcome == Rejected("X refused the post: text is too odd")


async def test_old_style_errors_are_told_too() -> None:
    outcome = await refused(
        400, {"errors": [{"code": 186, "message": "Tweet needs to be shorter"}]}
    )
    assert outcome == Rejected("X refused the post: Tweet needs to be shorter")


@pytest.mark.parametrize(
    ("status", "advice", "stops"),
    [
        (401, "BANDITORE_X_TORINONELMONDO_ACCESS_TOKEN", True),
        (402, "buy credits", True),
        (404, "check the address", False),
    ],
)
async def test_what_an_admin_can_mend_is_deferred(status: int, advice: str, stops: bool) -> None:
    outcome = await refused(status, problem(status, "No", "no"))
    assert isinstance(outcome, Deferred), outcome
    assert advice in outcome.reason
    assert outcome.stops_channel is stops


@pytest.mark.parametrize("body", [[], "no", b"<html>", b"[" * 100_000], ids=repr)
async def test_a_rate_limit_in_odd_words_is_deferred_all_the_same(body: object) -> None:
    outcome = await refused(429, body, x_rate_limit_remaining=0, x_rate_limit_reset=SOON)
    assert isinstance(outcome, Deferred), outcome
    assert outcome.until is not None
    assert outcome.until.timestamp() == SOON


async def test_a_reset_that_is_no_number_ends_nothing() -> None:
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}
    outcome = await hear(SUBJECT, answering(reply(429, {}, headers)))
    assert isinstance(outcome, Deferred), outcome
    assert outcome.until == NOW + WINDOW


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_even_tried(status: int) -> None:
    outcome = await hear(SUBJECT, answering(reply(status, b"", {"Location": "/2/tweets"})))
    assert outcome == Unknown("no clear answer from X (TooManyRedirects)")


async def test_a_duplicate_is_rejected_and_points_to_the_earlier_one() -> None:
    detail = "You are not allowed to create a Tweet with duplicate content."
    outcome = await refused(403, problem(403, "Forbidden", detail))
    assert isinstance(outcome, Rejected), outcome
    assert "already there" in outcome.reason


@pytest.mark.parametrize(
    "detail",
    [
        "You are not allowed to create a Tweet with more than one cashtag.",
        "You can't reply to this conversation: you were not summoned.",
    ],
)
async def test_a_403_about_the_post_is_rejected(detail: str) -> None:
    outcome = await refused(403, problem(403, "Forbidden", detail))
    assert isinstance(outcome, Rejected), outcome


@pytest.mark.parametrize(
    "detail",
    [
        "Your client app is not configured with the appropriate oauth1 app permissions.",
        "When authenticating requests you must use keys from an App attached to a Project.",
        "This account is temporarily locked.",
        "",
    ],
)
async def test_a_403_about_rights_is_deferred_and_says_what_to_do(detail: str) -> None:
    outcome = await refused(403, problem(403, "Forbidden", detail))
    assert isinstance(outcome, Deferred), outcome
    assert "Read and Write" in outcome.reason
    assert outcome.stops_channel


@pytest.mark.parametrize("status", [405, 409, 418, 425, 499])
async def test_a_status_that_promises_nothing_is_unknown(status: int) -> None:
    assert isinstance(await refused(status, problem(status, "Odd", "odd")), Unknown)


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"message": "partly"}]},
        {"data": {"id": 0}},
        {"data": {"id": ""}},
        {"data": {"text": "Ciao"}},
        {"data": "1919"},
    ],
)
async def test_a_yes_without_a_number_is_unknown(body: object) -> None:
    assert isinstance(await refused(201, body), Unknown)


async def test_a_call_that_waits_in_the_queue_past_its_deadline_is_never_sent() -> None:
    with serving(silent_after_the_request) as wire:
        publisher = open_publisher(f"http://{wire.address}", SHORT)
        ready = await publisher.prepare(SUBJECT.post, "attempt-1")
        assert isinstance(ready, Ready)
        first, second = await asyncio.gather(publisher.publish(ready), publisher.publish(ready))
        await publisher.close()
        assert isinstance(first, Unknown), first
        assert isinstance(second, Deferred), second
        assert len(wire.requests) == 1


# --- images ---------------------------------------------------------------------------------------------


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other; the last for whatever comes then."""
    left = list(answers)

    def answer(exchange: Exchange) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return answer


async def prepared(folder: Path, *answers: Answer) -> tuple[object, list[bytes]]:
    """What `prepare` says of a post with an image, and the requests that arrived."""
    (folder / "images").mkdir()
    (folder / "images/mare.png").write_bytes(png())
    with serving(in_turn(*answers)) as wire:
        publisher = open_publisher(f"http://{wire.address}", SHORT, images=Images(folder))
        outcome = await publisher.prepare(SUBJECT.post_with(png()), "attempt-1")
        await publisher.close()
        assert wire.connections == len(wire.requests)
    return outcome, wire.requests


async def test_an_image_is_uploaded_and_described_before_its_post_names_it(tmp_path: Path) -> None:
    yes = [answering(reply(*each)) for each in (UPLOADED, DESCRIBED)]
    ready, requests = await prepared(tmp_path, *yes)
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in requests]
    paths = [request.splitlines()[0] for request in requests]
    assert paths == [b"POST /2/media/upload HTTP/1.1", b"POST /2/media/metadata HTTP/1.1"]
    assert bodies[0] == {
        "media": base64.b64encode(png()).decode(),
        "media_category": "tweet_image",
        "media_type": "image/png",
    }
    assert bodies[1] == {"id": "77", "metadata": {"alt_text": {"text": "Il mare"}}}
    assert isinstance(ready, Ready)
    assert ready.request["body"] == {**REQUEST["body"], "media": {"media_ids": ["77"]}}


NEITHER_YES_NOR_NO = [
    resetting_after_the_request,
    hanging_up_after_the_request,
    silent_after_the_request,
    answering(b"HTTP/1.1 20"),
    answering(reply(200, b"<html>Accedi alla rete</html>")),
    answering(reply(200, [])),
    answering(reply(200, {"data": None})),
    answering(reply(200, b"[" * 100_000)),
    answering(reply(302, b"", {"Location": "/elsewhere"})),
    answering(reply(401, {})),
    answering(reply(402, {})),
    answering(reply(403, {})),
    answering(reply(404, {})),
    answering(reply(408, b"")),
    answering(reply(500, [])),
    answering(reply(503, b"")),
]


@pytest.mark.parametrize("before", [[], [answering(reply(*UPLOADED))]], ids=["upload", "text"])
@pytest.mark.parametrize("answer", NEITHER_YES_NOR_NO)
async def test_no_trouble_before_the_post_leaves_a_doubt(
    tmp_path: Path, before: list[Answer], answer: Answer
) -> None:
    outcome, requests = await prepared(tmp_path, *before, answer)
    assert isinstance(outcome, Deferred), outcome
    assert len(requests) == len(before) + 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": 77},
        {"id": ""},
        {"id": "77", "processing_info": {"state": "in_progress"}},
        {"id": "77", "processing_info": []},
    ],
)
async def test_an_image_that_x_has_not_got_yet_is_deferred(
    tmp_path: Path, data: dict[str, Any]
) -> None:
    outcome, requests = await prepared(tmp_path, answering(reply(200, {"data": data})))
    assert isinstance(outcome, Deferred), outcome
    assert len(requests) == 1


async def test_a_rate_limit_of_uploads_is_deferred_to_its_end(tmp_path: Path) -> None:
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(SOON)}
    outcome, _ = await prepared(tmp_path, answering(reply(429, {}, headers)))
    assert isinstance(outcome, Deferred)
    assert outcome.until is not None
    assert outcome.until.timestamp() == SOON


@pytest.mark.parametrize("before", [[], [answering(reply(*UPLOADED))]], ids=["upload", "text"])
async def test_an_image_or_a_description_that_x_refuses_is_rejected_in_its_words(
    tmp_path: Path, before: list[Answer]
) -> None:
    refusal = answering(reply(400, problem(400, "Invalid Request", "media type unrecognized.")))
    outcome, _ = await prepared(tmp_path, *before, refusal)
    assert outcome == Rejected("X refused the image: media type unrecognized.")


async def test_a_post_whose_image_x_has_forgotten_is_deferred() -> None:
    outcome = await refused(400, {"errors": [{"message": "Your media IDs are invalid."}]})
    assert isinstance(outcome, Deferred), outcome
