"""A newsletter that is sent to the admin chat comes back as drafts: over real sockets, in the process that publishes."""

from __future__ import annotations

import asyncio
import io
import logging
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document

from bot.desk.words import LANGUAGES, Language
from bot.load import load
from bot.sandbox import TELEGRAM_TOKEN, Fault, Kind, User
from bot.sandbox.files import Files
from bot.sandbox.places import Taken
from bot.sandbox.telegram import DOWNLOAD
from tests.desk.test_admin_commands import heard, speaking
from tests.desk.town import ADMINS, ANNA, CHANNELS, MALLORY, X_CHANNEL, Town, town

IT = LANGUAGES["it"]

# In the manner of a real one: a title, its line of dates, its words, its link.
MAY = """# Torino nel mondo – Maggio 2021

## Biennale Mediterranea 19: School of Waters
*dal 15 maggio al 21 ottobre | Repubblica di San Marino*

Più di 70 giovani artisti si trovano a San Marino.
[Il programma](https://mediterraneabiennial.org)

## Eurodesk: un incontro sul servizio volontario
*mercoledì 12 maggio, ore 17.00 | online*

Si parla di scadenze e di progetti. [Iscrizioni](https://example.org/eurodesk)

## Scambio con Lione
*martedì 13 maggio | Cortile del Maglio*

Gli studenti raccontano. [Tutto](https://example.org/lione)
"""

NO_YEAR = "# Notizie\n\n## Concerto\n*12 maggio, ore 21 | Piazza*\n\nSi suona.\n"

EVENING = "2021-04-28 09:00"


def word(text: str) -> bytes:
    """The same as a document of Word."""
    made = Document()
    for line in text.splitlines():
        if line.startswith("#"):
            marks, _, title = line.partition(" ")
            made.add_heading(title, len(marks))
        elif line:
            made.add_paragraph(line.strip("*"))
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def language_of(here: Town) -> Language:
    return LANGUAGES[here.library.current.catalog.admins.language]


async def answered(here: Town, name: str, *, ends: str = "document_read") -> list[Taken]:
    """What the bot says after it began to read a document, once it is done with it; how it ended comes first."""
    end = language_of(here).phrase(ends, name=name)

    def found() -> list[int]:
        return [number for number, each in enumerate(here.told) if each.text.startswith(end)]

    assert await here.sandbox.stir.until(lambda: bool(found()), 60), here.told
    return here.told[found()[0] :]


def file_of(here: Town, told: Taken) -> str:
    """The text of a file that the bot sent."""
    assert told.document is not None
    kept = here.sandbox.files.at(told.document.path)
    assert kept is not None
    return kept[1].decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [("maggio.md", MAY.encode()), ("maggio.docx", word(MAY))],
    ids=["markdown", "word"],
)
async def test_a_newsletter_comes_back_as_drafts_questions_and_posts(
    tmp_path: Path, name: str, content: bytes
) -> None:
    async with town(tmp_path, EVENING, channels=CHANNELS + X_CHANNEL) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, name, content)
        _, sheet, questions, *posts = await answered(here, name)
        assert sheet.document is not None
        assert sheet.document.name == "2021-05.yaml"
        assert sheet.text.startswith(
            f"3 eventi trovati in {name}: 3 nuovi (2 chiari, 1 da guardare), 0 già nei file."
        )
        assert "Scambio con Lione" in questions.text
        assert "13 maggio" in questions.text.split("Scambio con Lione")[1]
        assert [each.text.split(" · ")[1] for each in posts] == ["telegram-it", "x-it"] * 3
        assert all("è una bozza" in each.text.splitlines()[0] for each in posts)
        (tmp_path / "content/2021-05.yaml").write_text(file_of(here, sheet), encoding="utf-8")
        catalog, problems = load(tmp_path / "content", tmp_path / "schedules")
        assert [each for each in problems if each.severity == "error"] == []
        assert {each.status for each in catalog.items.values() if "maggio" in str(each.when)} == {
            "draft"
        }


async def test_the_posts_that_are_shown_are_the_posts_that_go_out(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        _, sheet, _, *posts = await answered(here, "maggio.md")
        ready = file_of(here, sheet).replace("status: draft", "status: ready")
        (tmp_path / "content/2021-05.yaml").write_text(ready, encoding="utf-8")
        shown = {each.text.partition("\n\n")[2] for each in posts}
        await here.play("2021-05-08 12:00")
        assert {each.text for each in here.to_followers} == shown


async def test_what_staff_have_is_not_proposed_again_and_its_file_not_named_again(
    tmp_path: Path,
) -> None:
    items = """
      - {id: bm19, status: ready, title: "Biennale Mediterranea 19: School of Waters",
         when: dal 15 maggio al 21 ottobre, link: "https://mediterraneabiennial.org"}
    """
    async with town(tmp_path, EVENING, items=items) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        _, sheet, *_ = await answered(here, "maggio.md")
        assert sheet.document is not None
        assert sheet.document.name == "2021-05-2.yaml"
        assert "2 nuovi (1 chiari, 1 da guardare), 1 già nei file." in sheet.text
        assert "Biennale" not in file_of(here, sheet)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_year_that_nothing_tells_is_taken_from_the_caption(
    tmp_path: Path, language: str
) -> None:
    async with town(tmp_path, EVENING, channels=speaking(language)) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, "uno.md", NO_YEAR.encode())
        [told] = await answered(here, "uno.md", ends="document_refused")
        assert "2021" in told.text.splitlines()[-1]  # as the caption that is asked for
        here.sandbox.send_document(ADMINS.id, ANNA, "due.md", NO_YEAR.encode(), caption="2021")
        _, sheet, *_ = await answered(here, "due.md")
        assert sheet.document is not None
        assert sheet.document.name == "due.yaml"
        assert "year: 2021" in file_of(here, sheet)


async def test_a_stranger_s_document_is_not_read_and_not_answered(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, MALLORY, "maggio.md", MAY.encode())
        anonymous = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
        here.sandbox.send_document(ADMINS.id, anonymous, "maggio.md", MAY.encode())
        await heard(here)
        assert not [each for each in here.told if "maggio.md" in each.text]
        assert not [each for each in here.sandbox.requests if each.call in ("getFile", DOWNLOAD)]


async def test_a_newsletter_that_a_member_passes_on_is_read(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        sent = here.sandbox.send_document(ADMINS.id, MALLORY, "maggio.md", MAY.encode()).message
        origin = {"type": "hidden_user", "sender_user_name": "Bruno", "date": 1620200000}
        number = str(here.sandbox.next_message_id(ADMINS.address))
        passed_on = here.sandbox.publish(replace(sent, id=number, author=ANNA, origin=origin))
        here.sandbox.updates.add(here.clock.at, ADMINS, passed_on)
        _, sheet, *_ = await answered(here, "maggio.md")
        assert "id: biennale" in file_of(here, sheet)


def bomb() -> bytes:
    """A document of Word that would unpack to a gigabyte."""
    packed = io.BytesIO(word(MAY))
    with zipfile.ZipFile(packed) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            if name != "word/document.xml":
                file.writestr(name, content)
        with file.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(64):
                part.write(b" " * 16_000_000)
    return made.getvalue()


def says(here: Town, words: str) -> bool:
    return any(each.text == words for each in here.told)


async def test_a_bomb_is_refused_and_a_post_goes_out_meanwhile(tmp_path: Path) -> None:
    items = "  - {id: festa, status: ready, title: Festa della musica, when: 5 maggio}\n"
    async with town(tmp_path, EVENING, items=items) as here:
        await here.at("2021-04-28 09:59")
        here.sandbox.send_document(ADMINS.id, ANNA, "bomba.docx", bomb())
        reading = IT.phrase("document_reading", name="bomba.docx")
        assert await here.sandbox.stir.until(lambda: says(here, reading), 20)
        await here.at("2021-04-28 10:00")
        assert here.out == ["Tra una settimana"]
        assert says(here, reading)
        await answered(here, "bomba.docx", ends="document_refused")


async def test_a_pause_is_heard_while_a_document_is_read(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        reading = IT.phrase("document_reading", name="maggio.md")
        assert await here.sandbox.stir.until(lambda: says(here, reading), 20)
        await here.say("/pause guasto")
        assert len(here.ledger.orders.pauses()) == 1
        assert not [each for each in here.told if each.document]
        told = await answered(here, "maggio.md")
        assert len([each for each in told if each.text.startswith("⏸")]) == 1
        assert len([each for each in told if each.document]) == 1


async def test_a_huge_file_is_not_fetched(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, "anno.pdf", b"%PDF" + bytes(20_000_000))
        [told] = await answered(here, "anno.pdf", ends="document_refused")
        assert "20 MB" in told.text
        assert not [each for each in here.sandbox.requests if each.call in ("getFile", DOWNLOAD)]


async def test_several_are_read_in_turn_and_too_many_are_asked_to_come_again(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        for number in range(5):
            content = NO_YEAR.encode()  # a short answer: a group takes twenty messages a minute
            here.sandbox.send_document(ADMINS.id, ANNA, f"{number}.md", content, caption="2021")
        for number in range(4):
            await answered(here, f"{number}.md")
        sheets = [each for each in here.told if each.document]
        assert [each.text.split(":")[0].split()[-1] for each in sheets] == [
            f"{number}.md" for number in range(4)
        ]
        assert here.message("rimandate 4.md").text.startswith("Ci sono già 3 documenti")


async def test_a_file_that_telegram_does_not_hand_over_is_asked_for_again(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        here.sandbox.files = Files()  # as it is after a while: nothing is kept any more
        [told] = await answered(here, "maggio.md", ends="document_refused")
        assert told.text.endswith(IT.phrase("document_lost"))


@pytest.mark.parametrize("call", ["getFile", DOWNLOAD, "sendDocument"])
async def test_what_fails_on_the_way_is_tried_again(tmp_path: Path, call: str) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.fail(Fault(kind=Kind.SERVER_ERROR, call=call))
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        told = await answered(here, "maggio.md")
        assert len([each for each in told if each.document]) == 1


async def test_one_that_is_handed_over_twice_is_answered_once(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        sent = here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        before = len(await answered(here, "maggio.md"))
        await until_open_no_more(here)
        here.sandbox.replay(sent.id)
        await heard(here)
        assert len(await answered(here, "maggio.md")) == before + 1  # with the answer to `heard`


async def until_open_no_more(here: Town) -> None:
    """Until Telegram has nothing more that was not confirmed."""
    async with asyncio.timeout(20):
        while here.sandbox.updates.waiting(TELEGRAM_TOKEN, here.clock.at):
            await asyncio.sleep(0.05)


async def test_an_old_document_is_not_read(tmp_path: Path) -> None:
    async with town(tmp_path, EVENING) as here:
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        await here.at("2021-04-28 09:11")  # only now it listens
        await heard(here)
        assert says(here, IT.phrase("document_late", name="maggio.md"))
        assert not [each for each in here.told if each.document]


HOSTILE = (
    "<b>x</b>&.md",
    "a\nitems:\n  - {id: x}.md",
    "\u202eabc.md",
    "x" * 500 + ".md",
    "../../x.md",
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_name_is_shown_as_it_is_or_not_at_all(tmp_path: Path, name: str) -> None:
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.send_document(ADMINS.id, ANNA, name, NO_YEAR.encode(), caption="2021")
        assert await here.sandbox.stir.until(
            lambda: any(each.text.startswith("✓") for each in here.told), 60
        ), here.told
        [sheet] = [each for each in here.told if each.document]
        assert sheet.document is not None
        assert "/" not in sheet.document.name
        assert len(sheet.document.name) < 70
        assert file_of(here, sheet).count("  - id:") == 1
        for each in here.told:
            assert "\u202e" not in each.text
            assert len(each.text) < 4096


async def test_the_token_is_in_no_line_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with town(tmp_path, EVENING) as here:
        await here.at(EVENING)
        here.sandbox.fail(Fault(kind=Kind.CUT, call=DOWNLOAD))
        here.sandbox.fail(Fault(kind=Kind.SERVER_ERROR, call=DOWNLOAD))
        here.sandbox.send_document(ADMINS.id, ANNA, "maggio.md", MAY.encode())
        await answered(here, "maggio.md")
        said = "\n".join(each.text for each in here.told)
    assert any(each.call == DOWNLOAD for each in here.sandbox.requests)
    for form in (TELEGRAM_TOKEN, quote(TELEGRAM_TOKEN, safe="")):
        assert form not in caplog.text
        assert form not in said
    events = [each.message for each in caplog.records if each.name == "banditore"]
    assert "document.read" in events
