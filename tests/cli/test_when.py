"""`banditore when`: how a phrase is understood, for people and for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot.cli.spoken import kind_in_words, span_in_words
from bot.core.model import When
from bot.load.phrase import understood
from tests.office import Office

LONG = """\
timezone: Europe/Rome
announce: [1 day before at 17:30, 3 days before end at 10:00]
hours: {days: mon-fri, from: "08:30", to: "19:30"}
holidays: [IT, 2021-10-18]
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write("schedules/long.yaml", LONG)
    return office


@pytest.fixture
def nowhere(tmp_path: Path) -> Office:
    """A folder in which nothing of ours lies."""
    office = Office(tmp_path)
    for file in (tmp_path / "schedules").iterdir():
        file.unlink()
    (tmp_path / "schedules").rmdir()
    (tmp_path / "content").rmdir()
    return office


def asked(office: Office, *words: str) -> dict[str, Any]:
    answered = office.run("when", *words, "--json")
    assert answered.stderr == ""
    found: dict[str, Any] = json.loads(answered.stdout)
    assert answered.returncode == (0 if found["understood"] else 1)
    assert list(found) == ["understood", "spans", "shown", "problem", "posts"]
    return found


def test_a_phrase_is_explained_where_there_is_no_folder_yet(nowhere: Office) -> None:
    told = nowhere.run("when", "5, 10 e 12 maggio", "--year", "2021")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == dedent(
        """\
        5, 10 e 12 maggio

        Understood as a list of 3, each by itself:
          Wednesday 5 May 2021
          Monday 10 May 2021
          Wednesday 12 May 2021
        Printed as:
          it  5, 10 e 12 maggio
          en  5, 10 and 12 May

        Posts by the ladder standard, and how each begins:
          Wed 28 Apr 2021  10:00  start-7d              Tra una settimana
          Tue  4 May 2021  17:30  2021-05-05 start-1d   Domani e lunedì
          Fri  7 May 2021  17:30  2021-05-10 start-1d   Tra tre giorni
                                  asked for Sunday 9 May 2021 at 17:30: Sunday 9 May is
                                  closed; Saturday 8 May is closed
          Tue 11 May 2021  17:30  2021-05-12 start-1d   Domani
        """
    )


def test_a_program_gets_days_instants_and_posts(nowhere: Office) -> None:
    assert asked(nowhere, "7 maggio ore 11", "--year", "2021") == {
        "understood": True,
        "spans": [{"start": "2021-05-07T11:00:00+02:00", "end": "2021-05-07", "precision": "time"}],
        "shown": {"it": "7 maggio, ore 11", "en": "7 May, 11:00"},
        "problem": None,
        "posts": [
            {
                "step": "start-7d",
                "at": "2021-04-30T10:00:00+02:00",
                "deadline": "2021-05-06T17:30:00+02:00",
                "lead": "Tra una settimana",
            },
            {
                "step": "start-1d",
                "at": "2021-05-06T17:30:00+02:00",
                "deadline": "2021-05-07T10:30:00+02:00",
                "lead": "Domani alle 11",
            },
        ],
    }


@pytest.mark.parametrize(
    ("phrase", "spans"),
    [
        ("5-6 maggio", [("2021-05-05", "2021-05-06", "day")]),
        ("5 e 6 maggio", [("2021-05-05", "2021-05-05", "day"), ("2021-05-06", "2021-05-06", "day")]),
        ("dal 15 maggio", [("2021-05-15", None, "day")]),
        ("fino al 28 novembre", [(None, "2021-11-28", "day")]),
        ("entro il 15 gennaio alle 12", [(None, "2021-01-15T12:00:00+01:00", "time")]),
        (
            "7 maggio ore 9.30-12.30",
            [("2021-05-07T09:30:00+02:00", "2021-05-07T12:30:00+02:00", "time")],
        ),
        ("metà maggio", [("2021-05-11", "2021-05-20", "part")]),
        ("maggio", [("2021-05-01", "2021-05-31", "month")]),
        ("data da definire", []),
    ],
)  # fmt: skip
def test_each_kind_of_span_has_its_form(
    nowhere: Office, phrase: str, spans: list[tuple[str | None, str | None, str]]
) -> None:
    found = asked(nowhere, phrase, "--year", "2021")["spans"]
    assert [(span["start"], span["end"], span["precision"]) for span in found] == spans


@pytest.mark.parametrize(
    ("phrase", "kind", "words"),
    [
        ("7 maggio", "a day", "Friday 7 May 2021"),
        ("dal 5 al 6 maggio", "a range", "Wednesday 5 May 2021 to Thursday 6 May 2021, 2 days"),
        ("dal 15 maggio", "something that begins, with no end", "from Saturday 15 May 2021 on"),
        ("fino al 28 maggio", "something that ends", "until Friday 28 May 2021"),
        ("entro il 28 maggio alle 12", "a deadline", "until Friday 28 May 2021, 12:00"),
        ("entro fine maggio", "a deadline", "until 31 May 2021"),
        (
            "da metà maggio",
            "a date known by a part of a month only",
            "some time from 11 May 2021 on",
        ),
        (
            "maggio",
            "a date known by its month only",
            "some time from 1 May 2021 to 31 May 2021",
        ),
    ],
)
def test_each_kind_of_dates_is_said_in_words(phrase: str, kind: str, words: str) -> None:
    found = understood(phrase, language="it", year=2021)
    assert isinstance(found, When)
    assert (kind_in_words(found), span_in_words(found.first)) == (kind, words)


def test_what_has_no_date_is_news(nowhere: Office) -> None:
    told = nowhere.run("when", "data da definire", "--year", "2021")
    assert told.returncode == 0
    assert "Understood as no date yet:" in told.stdout
    assert "Posts: without a date it is news." in told.stdout
    assert asked(nowhere, "autunno")["shown"] == {"it": "", "en": ""}


def test_a_misread_phrase_is_pointed_into(nowhere: Office) -> None:
    told = nowhere.run("when", "dal 7 magio al 9 maggio", "--year", "2021")
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.splitlines()[:4] == [
        "dal 7 magio al 9 maggio",
        "      ^",
        "Not understood: `magio` is not understood",
        "Did you mean:   dal 7 maggio al 9 maggio",
    ]
    assert "Understood are such as: 7 maggio; sabato 8 maggio;" in told.stdout


def test_a_program_gets_the_problem_with_its_column(nowhere: Office) -> None:
    answer = asked(nowhere, "dal 7 magio al 9 maggio", "--year", "2021")
    forms = answer["problem"].pop("forms")
    assert answer == {
        "understood": False,
        "spans": [],
        "shown": None,
        "problem": {
            "message": "`magio` is not understood",
            "column": 7,
            "nearest": "dal 7 maggio al 9 maggio",
        },
        "posts": [],
    }
    assert "5, 10 e 12 maggio" in forms


@pytest.mark.parametrize(
    "phrase", ["0001-01-01", "9999-12-31", "7 maggio 2101", "dal 7 maggio 1989"]
)
def test_a_year_that_nobody_can_mean_is_a_problem_too(nowhere: Office, phrase: str) -> None:
    answer = asked(nowhere, phrase)
    assert "can't be the year: dates here lie between 1990 and 2100" in answer["problem"]["message"]


@pytest.mark.parametrize(
    "phrase", ["", " ", "\n", "\x1b[2J", "💥" * 90, "x" * 500, "\u202e7 maggio", "7\udcff"]
)
def test_whatever_is_asked_is_answered_on_a_terminal(nowhere: Office, phrase: str) -> None:
    told = nowhere.run("when", phrase)
    assert (told.returncode, told.stderr) == (1, "")
    assert all(len(line) <= 80 for line in told.stdout.splitlines())
    assert all(line.isprintable() for line in told.stdout.splitlines())
    assert not asked(nowhere, phrase)["understood"]


def test_the_caret_stands_under_wide_letters_and_after_accents(nowhere: Office) -> None:
    told = nowhere.run("when", "venerdi\u0300 東 7")
    assert told.stdout.splitlines()[1] == " " * 8 + "^"
    told = nowhere.run("when", "東 7")
    assert told.stdout.splitlines()[1] == "^"


def test_the_ladder_is_the_one_that_staff_name(office: Office) -> None:
    answer = asked(office, "dal 15 maggio al 21 ottobre", "--year", "2021", "--schedule", "long")
    # 18 October is a holiday in this office, 17 and 16 a weekend
    assert [(post["step"], post["at"], post["lead"]) for post in answer["posts"]] == [
        ("start-1d", "2021-05-14T17:30:00+02:00", "Da domani"),
        ("end-3d", "2021-10-15T10:00:00+02:00", "In corso"),
    ]
    told = office.run("when", "7 maggio", "--year", "2027", "--schedule", "lnog")
    assert (told.returncode, told.stdout) == (2, "")
    assert "there is no schedule 'lnog' in schedules/: did you mean 'long'?" in told.stderr


def test_holidays_on_both_sides_of_the_new_year_are_kept(nowhere: Office) -> None:
    posts = asked(nowhere, "2 gennaio", "--year", "2020")["posts"]
    assert [post["at"] for post in posts] == [
        "2019-12-24T10:00:00+01:00",
        "2019-12-31T17:30:00+01:00",
    ]


def test_the_language_is_that_of_the_phrase_and_of_the_leads(nowhere: Office) -> None:
    answer = asked(nowhere, "by 28 May", "--language", "en", "--year", "2021", "--schedule", "call")
    assert [post["lead"] for post in answer["posts"]] == ["Two weeks left", "Three days left"]
    told = nowhere.run("when", "by 28 May", "--year", "2021")
    assert "Understood as a deadline, in the language en:" in told.stdout


def test_without_a_year_it_is_this_one(nowhere: Office) -> None:
    before = datetime.now(UTC).astimezone().year
    [span] = asked(nowhere, "7 maggio")["spans"]
    assert span["start"][:4] in {str(before), str(datetime.now(UTC).astimezone().year)}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--language", "fr"], "--language takes it or en, not 'fr'"),
        (["--year", "1"], "--year"),
        (["--schedules", "altrove"], "there is no folder altrove"),
        (["--schedule", "channels"], "there is no schedule 'channels' in schedules/"),
        (
            ["--schedule", "broken"],
            "schedules/broken.yaml:1:11: there is no time zone 'Europe/Roma'",
        ),
    ],
)
def test_what_can_not_be_done_is_told(office: Office, words: list[str], complaint: str) -> None:
    office.write("schedules/broken.yaml", LONG.replace("Rome", "Roma"))
    told = office.run("when", "7 maggio", *words)
    assert (told.returncode, told.stdout) == (2, "")
    assert complaint in told.stderr
