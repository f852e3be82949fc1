"""`banditore preview` as staff run it: on a terminal, as a page, and on the test channels of the sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.preview_page import page_of
from bot.cli.trying import pause_among
from bot.core.history import History
from bot.core.model import Channel, Platform
from bot.desk.shown import preview_of
from bot.load import load
from bot.sandbox import Account, Chat, Sandbox, serve
from tests.office import ALWAYS, CHANNELS, Office
from tests.pictures import png

FESTA = """
year: 2027
link: https://example.org/
items:
  - id: festa
    status: ready
    title: Festa <d’Europa> & amici
    when: 7 maggio ore 11
    where: Piazza Castello
    tags: [Europa]
    translations: {en: {title: Europe Day}}
  - id: fiera
    title: Fiera del libro
    when: 20 maggio
"""

WITH_TESTS = (
    CHANNELS
    + """\
  telegram-en: {platform: telegram, chat: "@turin", language: en, schedule: always}
  prova-telegram: {platform: telegram, chat: "@prova", language: it, schedule: always, test: true}
  prova-x: {platform: x, account: provax, language: it, schedule: always, test: true}
"""
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.write("content/maggio.yaml", FESTA)
    return made


# --- what it shows --------------------------------------------------------------------------------


def test_a_post_is_shown_with_what_stands_out_and_with_every_lead_it_can_have(
    office: Office,
) -> None:
    shown = office.run("preview", "festa", "--channel", "telegram-it").stdout
    assert "telegram-it  start-20d  2027-04-17 10:00  " in shown
    assert "\n\nTra 20 giorni\nFesta <d’Europa> & amici\n" in shown
    assert "  italic: Tra 20 giorni\n  bold: Festa <d’Europa> & amici\n" in shown
    assert "  link: Maggiori informazioni -> https://example.org/\n" in shown
    leads = dict(re.findall(r"^    (\w{3} \d+ \w{3}) {2,}(.+)$", shown, re.MULTILINE))
    assert leads["Sun 18 Apr"] == "Tra 19 giorni"
    assert leads["Fri 23 Apr"] == "Tra due settimane"
    assert leads["Thu 6 May"] == "Domani alle 11"
    assert leads["Fri 7 May"] == "Oggi alle 11"
    assert len(leads) == 20
    assert "too late from Fri 2027-05-07 10:30 on" in shown


def test_a_day_on_which_nothing_goes_out_has_no_lead(office: Office) -> None:
    office.write("schedules/always.yaml", ALWAYS.replace("days: daily", "days: mon-fri"))
    [row] = json.loads(office.run("preview", "festa", "--channel", "x-it", "--json").stdout)
    days = [datetime.fromisoformat(each["from"]) for each in row["leads"]]
    assert len(days) == 15
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


def test_a_later_lead_is_what_would_be_sent_then_and_its_stretches_leave_no_gap(
    office: Office,
) -> None:
    [row] = json.loads(office.run("preview", "festa", "--channel", "telegram-it", "--json").stdout)
    ends = [row["true_until"], *(each["until"] for each in row["leads"])]
    assert ends[:-1] == [each["from"] for each in row["leads"]]
    assert ends[-1] == row["deadline"]
    assert all(each["text"].startswith(each["lead"]) for each in row["leads"])
    digests = [row["digest"], *(each["digest"] for each in row["leads"])]
    assert len(set(digests)) == len(digests)


def test_on_x_each_link_and_tag_is_shown_with_what_it_counts(office: Office) -> None:
    [row] = json.loads(office.run("preview", "festa", "--channel", "x-it", "--json").stdout)
    assert [(each["type"], each["text"], each["weight"]) for each in row["entities"]] == [
        ("hashtag", "#Europa", 7),
        ("link", "https://example.org/", 23),
    ]
    assert "link: https://example.org/ (counts 23)" in office.run("preview", "festa").stdout


def test_items_are_chosen_by_name_by_file_or_all_that_are_ready(office: Office) -> None:
    def items(*words: str) -> set[str]:
        found = office.run("preview", "--json", *words)
        assert found.returncode == 0, found.stderr
        return {row["item"] for row in json.loads(found.stdout)}

    office.write("content/giugno.yaml", FESTA.replace("id: f", "id: altra-f"))
    assert items("festa", "altra-fiera") == {"festa", "altra-fiera"}
    assert items("--file", "content/maggio.yaml") == {"festa", "fiera"}
    assert items("--all") == {"festa", "altra-festa"}
    assert "2 draft(s) are not shown" in office.run("preview", "--all").stderr
    for wrong in ([], ["festa", "--all"], ["--file", "content/nessuno.yaml"]):
        assert office.run("preview", *wrong).returncode == 2


# --- who does not read it -------------------------------------------------------------------------


def test_a_channel_that_does_not_carry_an_item_is_told_with_its_reason(office: Office) -> None:
    office.write("schedules/channels.yaml", WITH_TESTS)
    fiera = office.run("preview", "fiera", "festa").stderr
    assert "fiera is not on telegram-en: it has no text in English\n" in fiera
    assert "festa is not on" not in fiera
    assert "prova" not in fiera
    office.write(
        "content/maggio.yaml", FESTA.replace("- id: festa", "- id: festa\n    channels: [x-it]")
    )
    named = office.run("preview", "festa").stderr
    assert "festa is not on telegram-it, telegram-en: its `channels:` are others" in named


def test_check_notes_in_a_line_which_items_a_language_lacks_and_fails_for_none(
    office: Office,
) -> None:
    office.write("schedules/channels.yaml", WITH_TESTS)
    checked = office.run("check", "--strict")
    assert checked.returncode == 0
    note, line, caret, hint, all_is_well, _bill = checked.stdout.splitlines()
    assert (
        note == "content/maggio.yaml:12:5: note: fiera has no text in English: not on telegram-en"
    )
    assert (line, caret) == ("    - id: fiera", "      ^")
    assert hint == (
        "    add `translations: {en: {title: ...}}`, or name its `channels:`"
        " · docs/errors/not-carried.md"
    )
    assert "no problem found" in all_is_well
    [row] = json.loads(office.run("check", "--json").stdout)["problems"]
    assert (row["severity"], row["line"]) == ("note", 12)
    # Who names the channels means to leave out the others.
    meant = FESTA.replace("- id: fiera", "- id: fiera\n    channels: [telegram-it]")
    office.write("content/maggio.yaml", meant)
    assert "note" not in office.run("check").stdout


# --- the page -------------------------------------------------------------------------------------


def test_the_page_shows_each_post_and_needs_nothing_but_itself(office: Office) -> None:
    picture = png(120, 60)
    office.write("content/maggio.yaml", FESTA.replace(
        "    tags:", "    image: {file: estonia.png, alt: La piazza al tramonto}\n    tags:"
    ))  # fmt: skip
    (office.folder / "content/estonia.png").write_bytes(picture)
    made = office.run("preview", "festa", "--html", "anteprima.html")
    assert made.returncode == 0, made.stderr
    assert made.stdout == "wrote anteprima.html: 2 post(s)\n"
    page = (office.folder / "anteprima.html").read_text(encoding="utf-8")
    assert "Festa &lt;d’Europa&gt; &amp; amici</b>" in page
    assert "<i>Tra 20 giorni</i>" in page
    assert "Sat 17 Apr 2027" in page
    assert "Domani alle 11" in page
    # One image for both posts; X tells what can be seen in it, Telegram has no field for that.
    assert page.count("data:image/png;base64,") == 1
    assert page.count("<use href=") == 2
    assert page.count("<b>ALT</b> La piazza al tramonto") == 1
    # Only links that a reader may follow lead anywhere.
    assert "<script" not in page
    assert not re.search(r"<(?:link|img|iframe|form)\b|@import|url\(", page)
    addresses = set(re.findall(r'(?:href|src)="([^"#]+)"', page))
    assert {each for each in addresses if not each.startswith("data:")} == {"https://example.org/"}


def test_the_page_speaks_italian_to_those_who_do(office: Office) -> None:
    office.run("preview", "festa", "--html", "anteprima.html", "--lang", "it")
    page = (office.folder / "anteprima.html").read_text(encoding="utf-8")
    assert '<html lang="it">' in page
    assert "<h1>Anteprima " in page
    assert "sab 17 apr 2027, 10:00" in page
    assert not re.search(r"Preview|Length|as of|goes out late|\b(?:Sat|Apr)\b", page)


def test_round_ups_have_a_part_of_the_page_of_their_own(office: Office) -> None:
    office.write("schedules/always.yaml", ALWAYS + "round_up: mon at 09:00\n")
    office.write("content/altro.yaml", FESTA.replace("id: f", "id: altra-f"))
    made = office.run("preview", "festa", "--html", "anteprima.html", "--channel", "telegram-it")
    assert made.stdout == "wrote anteprima.html: 2 post(s)\n", made.stderr
    page = (office.folder / "anteprima.html").read_text(encoding="utf-8")
    items, round_ups = page.split('id="round-ups"')
    assert "<h3>start-20d</h3>" in items
    assert "<h3>round-up of the week from 2027-05-03</h3>" in round_ups
    assert "<b>Questa settimana</b>" in round_ups


def test_an_image_that_is_not_the_one_that_was_checked_is_named_and_not_shown(
    office: Office,
) -> None:
    content = office.folder / "content"
    office.write("content/maggio.yaml", FESTA.replace(
        "    tags:", "    image: {file: estonia.png, alt: La piazza}\n    tags:"
    ))  # fmt: skip
    (content / "estonia.png").write_bytes(png())
    catalog, _ = load(content, office.folder / "schedules")
    found = preview_of(catalog, ["festa"], [], History(), datetime.now(UTC))
    (content / "estonia.png").write_bytes(png(colour=(0, 0, 0)))
    page = page_of(found, content)
    assert page.count("Image: estonia.png") == 2
    assert "data:image" not in page


def test_a_page_that_can_not_be_written_is_told(office: Office) -> None:
    refused = office.run("preview", "festa", "--html", "manca/anteprima.html")
    assert refused.returncode == 2
    assert refused.stderr == "banditore: manca/anteprima.html: No such file or directory\n"


# --- the test channels ----------------------------------------------------------------------------


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino"), Chat(-1002, "prova"), Chat(-1003, "turin", language="en")],
        accounts=[Account.make_believe("torino"), Account.make_believe("provax")],
    )


@pytest.fixture
async def served(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        keys = Account.make_believe("provax")
        made = Office(
            tmp_path,
            address,
            {
                "BANDITORE_X_PROVAX_ACCESS_TOKEN": keys.access_token,
                "BANDITORE_X_PROVAX_ACCESS_SECRET": keys.access_token_secret,
            },
        )
        made.write("schedules/channels.yaml", WITH_TESTS)
        made.write("content/maggio.yaml", FESTA)
        yield made


async def test_a_test_post_goes_to_the_test_channels_alone_with_the_words_that_were_shown(
    served: Office, sandbox: Sandbox
) -> None:
    _, output = await served.finish("preview", "festa", "--channel", "telegram-it", "--json")
    [shown] = json.loads(output)
    code, output = await served.finish(
        "preview", "festa", "--test", "--channel", "telegram-it", "--channel", "x-it"
    )
    assert code == 0, output
    telegram, x = sandbox.posts
    assert {each.channel for each in sandbox.posts} == {"@prova", "provax"}
    assert {each.channel for each in sandbox.requests} == {"@prova", "provax"}
    assert telegram.request == {**shown["request"]["params"], "chat_id": "@prova"}
    assert x.text.startswith("Tra ")
    assert f"prova-telegram  {shown['key']}  published  {telegram.url}" in output
    assert f"published  {x.url}" in output
    # A test post is no announcement.
    assert not (served.folder / "banditore.db").exists()


def test_more_posts_than_telegram_takes_in_a_minute_go_slower() -> None:
    prova = Channel("prova", Platform.TELEGRAM, "@prova", "it", "always", is_test=True)
    other = replace(prova, name="altra")
    assert pause_among([prova] * 20 + [other] * 20) == 1.0
    assert pause_among([prova] * 21) >= 60 / 20


async def test_what_has_no_test_channel_is_told_and_fails_and_the_rest_is_sent(
    served: Office, sandbox: Sandbox
) -> None:
    code, output = await served.finish(
        "preview", "festa", "--test", "--channel", "telegram-en", "--channel", "x-it"
    )
    assert code == 1
    assert "there is no test channel for Telegram in English" in output
    assert [each.channel for each in sandbox.posts] == ["provax"]


async def test_without_any_test_channel_nothing_is_sent(served: Office, sandbox: Sandbox) -> None:
    served.write("schedules/channels.yaml", CHANNELS)
    code, output = await served.finish("preview", "festa", "--test")
    assert code == 2
    assert "nothing was sent: there is no test channel" in output
    assert not sandbox.requests


async def test_without_credentials_of_a_test_channel_nothing_goes_there(
    served: Office, sandbox: Sandbox
) -> None:
    served.environment["BANDITORE_X_PROVAX_ACCESS_TOKEN"] = ""
    code, output = await served.finish("preview", "festa", "--test", "--channel", "x-it")
    assert code == 1
    assert "nothing is sent to prova-x" in output
    assert "BANDITORE_X_PROVAX_ACCESS_TOKEN" in output
    assert not sandbox.requests


async def test_a_test_post_that_is_refused_is_told_and_fails(
    served: Office, sandbox: Sandbox
) -> None:
    sandbox.chats = [chat for chat in sandbox.chats if chat.username != "prova"]
    code, output = await served.finish("preview", "festa", "--test", "--channel", "telegram-it")
    assert code == 1
    assert "not published: Telegram refused: Chat not found" in output
    assert not [each for each in sandbox.posts if each.platform is Platform.TELEGRAM]
