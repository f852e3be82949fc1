"""Images from staff's folder to the followers: the very bytes that were checked, or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.model import Platform
from bot.sandbox import Account, Chat, Fault, Kind, Sandbox, serve
from tests.office import Office
from tests.pictures import jpeg, png

DAY = timedelta(days=1)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino")],
        accounts=[Account.make_believe("torino")],
    )


@pytest.fixture
async def office(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        made = Office(tmp_path, address, {"BANDITORE_INTERVAL": "0.2"})
        code, output = await made.finish("init")
        assert code == 0, output
        (made.folder / "content/images").mkdir()
        made.write(
            "content/a.yaml",
            f"""
            link: https://example.org/
            items:
              - id: estonia
                status: ready
                title: Estonia
                when: {datetime.now(UTC).date() + 10 * DAY}
                image: {{file: images/tartu.jpg, alt: La piazza di Tartu}}
            """,
        )
        yield made


def put(office: Office, content: bytes) -> None:
    """Put the image in its place at once, as a program that saves does."""
    draft = office.folder / "content/images/draft"
    draft.write_bytes(content)
    draft.replace(office.folder / "content/images/tartu.jpg")


def shown(sandbox: Sandbox) -> dict[Platform, tuple[str, bytes]]:
    """What followers see on each platform: the text for those who don't, and the bytes."""
    found = {}
    for post in sandbox.posts:
        [picture] = post.pictures
        kept = sandbox.images.of(picture.sha256)
        assert kept is not None
        assert post.platform not in found
        found[post.platform] = picture.alt, kept[1]
    return found


async def test_an_image_reaches_both_platforms_and_its_text_the_one_that_has_a_place_for_it(
    office: Office, sandbox: Sandbox
) -> None:
    put(office, jpeg())
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    assert shown(sandbox) == {
        Platform.TELEGRAM: ("", jpeg()),
        Platform.X: ("La piazza di Tartu", jpeg()),
    }
    assert {row["state"] for row in await office.log()} == {"published"}


async def test_an_image_that_changes_while_it_goes_up_stops_its_post(
    office: Office, sandbox: Sandbox
) -> None:
    put(office, jpeg())
    sandbox.fail(Fault(Kind.HOLD, call="POST /2/media/upload"))
    service = await office.start("run", "--once")
    await sandbox.gate.until_held()
    put(office, png())
    sandbox.release()
    output, _ = await service.communicate()
    assert b"attempt.freed" in output
    assert b"has just changed" in output
    assert Platform.X not in shown(sandbox)

    code, later = await office.finish("run", "--once")
    assert code == 0, later
    assert shown(sandbox)[Platform.X] == ("La piazza di Tartu", png())


async def test_a_file_whose_image_is_missing_sends_nothing(
    office: Office, sandbox: Sandbox
) -> None:
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    assert sandbox.posts == []
    assert "there is no such file" in output


async def test_an_upload_that_x_has_no_answer_to_is_tried_again(
    office: Office, sandbox: Sandbox
) -> None:
    put(office, jpeg())
    sandbox.fail(Fault(Kind.CUT, call="POST /2/media/upload"))
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    assert Platform.X not in shown(sandbox)
    states = {row["channel"]: row["state"] for row in await office.log()}
    assert states == {"telegram-it": "published", "x-it": "deferred"}


async def test_the_preview_names_the_image_and_says_what_can_be_seen_in_it(office: Office) -> None:
    put(office, jpeg())
    code, output = await office.finish("preview", "estonia")
    assert code == 0, output
    assert output.count("image: images/tartu.jpg, 40 x 30: La piazza di Tartu") == 2
    assert "/1024" in output


async def test_a_rehearsal_shows_the_images_of_the_folder(office: Office) -> None:
    put(office, jpeg())
    code, output = await office.finish("rehearse")
    assert code == 0, output
    assert output.count("[image: images/tartu.jpg, 40 x 30: La piazza di Tartu]") == 2
    assert "DEFERRED" not in output
