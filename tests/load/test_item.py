"""What staff write for an item, and what comes of it; every refusal with its line and column."""

from __future__ import annotations

import hashlib
from datetime import date, time
from pathlib import Path

import pytest

from bot.core.model import AnnounceOn, Item, Mark, Precision, Problem, Severity, Status, Words
from tests.load.build import loaded, told

ISSUE = "content/2021-05.yaml"


def item_from(folder: Path, text: str) -> Item:
    catalog, problems = loaded(folder, {ISSUE: text})
    assert problems == ()
    [item] = catalog.items.values()
    return item


def problems_of(folder: Path, text: str, name: str = ISSUE) -> tuple[Problem, ...]:
    return loaded(folder, {name: text})[1]


def test_an_item_says_what_staff_wrote(tmp_path: Path) -> None:
    item = item_from(
        tmp_path,
        """
        link: https://example.org/issue
        items:
          - id: biennale-19
            status: ready
            title: "Biennale 19: School of Waters"
            when: dal 15 maggio al 21 ottobre
            where: Repubblica di San Marino
            summary: Più di 70 giovani artisti
            link: https://mediterraneabiennial.org
            contact: info@example.org
            tags: [BJCEM, arte]
            edition: 2
            schedule: standard
            channels: [x-it]
            essential: true
            announce_on: [2021-05-03, 2021-05-10 at 10:00]
        """,
    )
    assert item.id == "biennale-19"
    assert item.status is Status.READY
    assert item.when is not None
    assert (item.when.first.start, item.when.first.end) == (date(2021, 5, 15), date(2021, 10, 21))
    assert item.words == {
        "it": Words(
            title="Biennale 19: School of Waters",
            summary="Più di 70 giovani artisti",
            where="Repubblica di San Marino",
            link="https://mediterraneabiennial.org",
        )
    }
    assert item.mark == Mark("content/2021-05.yaml", 3, 5)
    assert item.revision == hashlib.sha256((tmp_path / ISSUE).read_bytes()).hexdigest()
    assert (item.contact, item.tags, item.edition) == ("info@example.org", ("BJCEM", "arte"), 2)
    assert (item.schedule, item.channels, item.essential) == ("standard", ("x-it",), True)
    assert item.announce_on == (
        AnnounceOn(date(2021, 5, 3), None),
        AnnounceOn(date(2021, 5, 10), time(10, 0)),
    )
    assert (item.expires, item.queued_from) == (None, None)


def test_every_scalar_stays_the_text_that_was_typed(tmp_path: Path) -> None:
    item = item_from(
        tmp_path,
        """
        items:
          - {id: 007, title: no, where: 18:30, summary: 1.10, contact: 2026-02-30, tags: [on, 0x1F, 1_000]}
        """.replace("007,", "007, announce_on: [2021-05-03],"),
    )
    assert item.id == "007"
    assert item.words["it"] == Words(title="no", where="18:30", summary="1.10")
    assert item.contact == "2026-02-30"
    assert item.tags == ("on", "0x1F", "1_000")


def test_null_in_quotation_marks_is_a_word(tmp_path: Path) -> None:
    item = item_from(tmp_path, "items: [{id: a, title: 'null', where: null, when: 5 maggio}]")
    assert item.words["it"] == Words(title="null")


def test_a_key_without_a_value_counts_as_not_written(tmp_path: Path) -> None:
    item = item_from(
        tmp_path,
        """
        items:
          - id: a
            title: A
            status:
            tags: ~
            translations:
            channels: null
            when: 5 maggio
            edition:
            image:
        """,
    )
    assert (item.status, item.tags, item.channels, item.edition) == (Status.DRAFT, (), (), 1)


def test_a_translation_inherits_link_and_place_but_not_the_summary(tmp_path: Path) -> None:
    item = item_from(
        tmp_path,
        """
        items:
          - id: a
            title: Festa
            summary: Una festa
            where: Torino
            link: https://example.org/it
            when: 5 maggio
            translations: {en: {title: Party, when: 5 May}}
        """,
    )
    assert item.language == "it"
    assert item.words["en"] == Words(
        title="Party", where="Torino", link="https://example.org/it", wording="5 May"
    )


def test_paragraphs_stay_and_other_line_ends_go(tmp_path: Path) -> None:
    catalog, _ = loaded(
        tmp_path,
        {
            ISSUE: """
            items:
              - id: folded
                when: 5 maggio
                title: one
                  title
                summary: >
                  first line
                  same paragraph

                  second
              - id: literal
                when: 5 maggio
                title: A
                summary: |
                  ore 10: apertura
                  ore 11: visita


                  fine
            """
        },
    )
    assert catalog.items["folded"].words["it"].title == "one title"
    assert catalog.items["folded"].words["it"].summary == "first line same paragraph\n\nsecond"
    assert (
        catalog.items["literal"].words["it"].summary == "ore 10: apertura\nore 11: visita\n\nfine"
    )


def test_several_events_in_one_item_say_only_what_differs(tmp_path: Path) -> None:
    item = item_from(
        tmp_path,
        """
        items:
          - id: a
            title: Incontri
            link: https://example.org
            dates:
              - {id: clima, when: 5 maggio ore 18:30, title: Clima}
              - id: acqua
                when: 7 maggio
                translations: {}
        """,
    )
    clima, acqua = item.entries
    assert item.when is None
    assert (item.expires, item.queued_from) == (None, None)
    assert (clima.id, clima.when.first.precision) == ("clima", Precision.TIME)
    assert clima.words == {"it": Words(title="Clima")}
    assert acqua.words == {"it": Words(title="")}


@pytest.mark.parametrize(
    ("name", "top"),
    [("2021-05.yaml", ""), ("2021-05-speciale.yml", ""), ("maggio.yaml", "year: 2021\nmonth: 5\n")],
)
def test_news_without_a_date_lives_30_days_after_its_month(
    tmp_path: Path, name: str, top: str
) -> None:
    catalog, problems = loaded(
        tmp_path,
        {f"content/{name}": f"{top}items: [{{id: a, title: A, status: ready, link: none}}]"},
    )
    assert problems == ()
    assert catalog.items["a"].queued_from == date(2021, 5, 1)
    assert catalog.items["a"].expires == date(2021, 6, 30)
    assert catalog.items["a"].words["it"].link == ""


def test_news_of_an_unknown_month_needs_a_day_to_be_announced_on(tmp_path: Path) -> None:
    text = "items:\n  - {id: a, title: A}\n  - {id: b, title: B, announce_on: [2021-05-03]}\n"
    assert told(problems_of(tmp_path, text, "content/notizie.yaml")) == [
        "2:5 an item without a date needs the month of its file"
    ]


def test_a_year_in_the_date_itself_is_enough(tmp_path: Path) -> None:
    text = """
        items:
          - {id: a, title: A, when: 5 maggio 2021}
          - {id: b, title: B, when: 5 maggio}
          - {id: c, title: C, when: 6 maggio}
          - {id: d, title: D, when: 5 magio}
    """
    first, second = problems_of(tmp_path, text, "content/notizie.yaml")
    assert str(first.mark) == "content/notizie.yaml:3:29"
    assert first.message == "the year of this date is not known"
    assert second.mark.line == 5


def test_the_key_wins_over_the_file_name_and_a_difference_is_told(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path, {ISSUE: "year: 2022\nitems: [{id: a, title: A, when: 5 maggio}]"}
    )
    assert [(p.severity, str(p.mark)) for p in problems] == [
        (Severity.WARNING, "content/2021-05.yaml:1:7")
    ]
    when = catalog.items["a"].when
    assert when is not None
    assert when.first.start == date(2022, 5, 5)


def test_a_misread_date_is_told_at_the_very_letter(tmp_path: Path) -> None:
    [plain, quoted, folded] = problems_of(
        tmp_path,
        """
        items:
          - {id: a, title: A, when: 5 magio}
          - {id: b, title: B, when: "5 magio"}
          - id: c
            title: C
            when: >
              5 magio
        """,
    )
    assert (plain.mark.line, plain.mark.column) == (2, 31)
    assert (quoted.mark.line, quoted.mark.column) == (3, 32)
    assert (folded.mark.line, folded.mark.column) == (6, 11)
    assert "did you mean '5 maggio'?" in plain.hint


@pytest.mark.parametrize(
    ("when", "column", "year", "nearest"),
    [
        ("0001-01-01", 30, "0001", "2021-01-01"),
        ("9999-12-31", 30, "9999", "2021-12-31"),
        ("1989-12-31", 30, "1989", "2021-12-31"),
        ("7 maggio 2101", 39, "2101", "7 maggio 2021"),
        ("dal 7 maggio 1921", 43, "1921", "dal 7 maggio 2021"),
        ("entro il 7 maggio 2121", 48, "2121", "entro il 7 maggio 2021"),
        ("2021-05-07, 2121-05-08", 42, "2121", "2021-05-07, 2021-05-08"),
    ],
)
def test_a_year_that_nobody_can_mean_is_told_where_it_stands(
    tmp_path: Path, when: str, column: int, year: str, nearest: str
) -> None:
    text = f'items:\n  - {{id: a, title: A, when: "{when}"}}\n'
    [problem] = problems_of(tmp_path, text)
    assert problem.mark == Mark(ISSUE, 2, column)
    assert problem.message == (
        f"'{when}': {year} can't be the year: dates here lie between 1990 and 2100"
    )
    assert problem.hint.startswith(f"did you mean '{nearest}'?")


@pytest.mark.parametrize(
    ("when", "hint"),
    [
        ("30 giuno", "did you mean '30 giugno'? see docs/dates.md"),
        ("7 magio", "did you mean '7 maggio'? see docs/dates.md"),
        ("7 maggio e forse altri due o tre giorni", "did you mean '7 maggio'? see docs/dates.md"),
        ("dal 25 al 31 giugno 2021 alle ore 18", "did you mean '30 giugno'? see docs/dates.md"),
        ("9 maggio e forse altri due o tre giorni", "did you mean '9 maggio'? see docs/dates.md"),
        (
            "fra non molto",
            "understood are such as: 7 maggio, sabato 8 maggio, 5-6 maggio, 5, 10 e 12 maggio, "
            "28 aprile - 3 maggio, dal 15 maggio al 21 ottobre, see docs/dates.md",
        ),
        (
            "28 dicembre 2100 - 6 gennaio",
            "understood are such as: 7 maggio, sabato 8 maggio, 5-6 maggio, 5, 10 e 12 maggio, "
            "28 aprile - 3 maggio, dal 15 maggio al 21 ottobre, see docs/dates.md",
        ),
    ],
)
def test_examples_of_dates_are_listed_only_where_nothing_is_near(
    tmp_path: Path, when: str, hint: str
) -> None:
    [problem] = problems_of(tmp_path, f"items:\n  - {{id: a, title: A, when: {when}}}\n")
    assert problem.hint == hint


@pytest.mark.parametrize(
    ("year", "hint"),
    [("26", "write 'year: 2026'"), ("3", "a year has four digits"), ("20", "write 'year: 2020'")],
)
def test_a_year_of_two_digits_is_completed_in_the_hint(
    tmp_path: Path, year: str, hint: str
) -> None:
    [problem] = problems_of(tmp_path, f"year: {year}\n", "content/notizie.yaml")
    assert (problem.message, problem.hint) == (f"{year} can't be the year", hint)


def test_the_years_of_entries_and_of_translations_are_looked_at_too(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        """
        items:
          - id: a
            title: A
            when: 2100-12-31
            translations: {en: {title: B, when: 31 December 2102}}
            dates: [{id: one, when: 1990-01-01}, {id: two, when: 1021-05-05}]
        """,
    )
    assert [(p.mark.line, p.mark.column) for p in problems] == [(5, 53), (6, 58)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("wehn: 5 maggio", "5:5 unknown key 'wehn'"),
        ("status: redy", "5:13 'redy' is not possible here"),
        ("tags: BJCEM", "5:11 a list is wanted, not 'BJCEM'"),
        ("summary: [a]", "5:14 a text is wanted"),
        ("tags: [a, {b: c}]", "5:15 a text is wanted"),
        ("edition: two", "5:14 a whole number is wanted, not 'two'"),
        ("edition: 0", "5:14 editions are counted from 1"),
        ("essential: perhaps", "5:16 true or false is wanted, not 'perhaps'"),
        ("translations: [en]", "5:19 keys with values are wanted"),
        ("translations: {en: Party}", "5:24 keys with values are wanted, not 'Party'"),
        ("translations: {en: {titel: A, title: B}}", "5:25 unknown key 'titel'"),
        ("translations: {en: {summary: A}}", "5:24 a translation needs a title"),
        ("translations: {it: {title: A}}", "5:20 the text above is already in 'it'"),
        ("translations: {xx: {title: A}}", "5:20 'xx' is not a language here"),
        ("language: xx", "5:15 'xx' is not a language here"),
        ("channels: [x-tt]", "5:16 there is no channel 'x-tt'"),
        ("schedule: standrad", "5:15 there is no schedule 'standrad'"),
        ("announce_on: [2021-02-30]", "5:19 '2021-02-30' is not a day"),
        ("announce_on: [2021-05-03 at 25:00]", "5:19 '2021-05-03 at 25:00' is not a day"),
        (
            "announce_on: [1021-05-03]",
            "5:19 1021 can't be the year: dates here lie between 1990 and 2100",
        ),
        ("announce_on: [2021-05-03, 2021-05-03]", "5:31 2021-05-03 stands twice here"),
        ("dates: [{when: 5 maggio}]", "5:13 each of the dates needs an id"),
        ("dates: [{id: a}]", "5:13 each of the dates needs a day"),
        ("dates: [{id: a, when: data da definire}]", "5:27 each of the dates needs a day"),
        ("dates: [{id: 2021-05-03, when: 5 maggio}]", "5:18 an id can't be a day"),
        ("dates: [{id: '-', when: 5 maggio}]", "5:18 '-' can't be an id"),
        (
            "dates: [{id: a, when: 5 maggio}, {id: a, when: 6 maggio}]",
            "5:43 'a' stands twice among these dates",
        ),
        (
            "dates: [{id: a, when: 5 maggio, link: none}]",
            "5:43 'link: none' is not possible here",
        ),
    ],
)
def test_a_fault_in_an_item_is_told_in_plain_words(
    tmp_path: Path, line: str, expected: str
) -> None:
    text = f"items:\n  - id: festa\n    title: Festa\n    when: 5 maggio\n    {line}\n"
    catalog, problems = loaded(tmp_path, {ISSUE: text})
    assert told(problems) == [expected]
    assert catalog.items == {}
    assert catalog.broken == {ISSUE}


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("wehn: 5 maggio", "did you mean 'when'?"),
        ("date: 5 maggio", "did you mean 'when'?"),
        ("date: [5 maggio]", "did you mean 'dates'?"),
        ("Quando: 5 maggio", "did you mean 'when'?"),
        ("dove: Torino", "did you mean 'where'?"),
        ("testo: A", "did you mean 'summary'?"),
        ("titolo: A", "did you mean 'title'?"),
        ("lingua: it", "did you mean 'language'?"),
        ("url: none", "did you mean 'link'?"),
        ("translations: {en: {title: A, luogo: Torino}}", "did you mean 'where'?"),
        (
            "translations: {en: {title: A, qqq: en}}",
            "known here: alt, link, summary, text, title, when, where",
        ),
        (
            "zzz: A",
            "known here: announce_on, channels, contact, dates, edition, essential, id, image, "
            "language, link, schedule, status, summary, tags, text, title, translations, when, where",
        ),
        ("status: redy", "did you mean 'ready'? write draft, ready or cancelled"),
        ("channels: [x-tt]", "did you mean 'x-it'?"),
        ("schedule: standrad", "did you mean 'standard'?"),
        ("translations: {en: {titel: A, title: B}}", "did you mean 'title'?"),
    ],
)
def test_the_nearest_word_is_offered(tmp_path: Path, line: str, hint: str) -> None:
    text = f"items:\n  - id: festa\n    title: Festa\n    when: 5 maggio\n    {line}\n"
    [problem] = problems_of(tmp_path, text)
    assert problem.hint == hint


@pytest.mark.parametrize(
    "item_id", ["Festa", "festa_2021", "-festa", "festa-", "festa--2021", "è", "a" * 101]
)
def test_an_id_that_could_not_stay_for_ever_is_refused(tmp_path: Path, item_id: str) -> None:
    [problem] = problems_of(
        tmp_path, f"items:\n  - id: {item_id}\n    title: A\n    when: 5 maggio\n"
    )
    assert (problem.mark.line, problem.mark.column) == (2, 9)
    assert problem.message.endswith("can't be an id")


def test_an_item_without_id_or_title_is_told_where_it_begins(tmp_path: Path) -> None:
    text = "items:\n  - when: 5 maggio\n  - id: a\n    title: ''\n    when: 6 maggio\n"
    assert told(problems_of(tmp_path, text)) == [
        "2:5 an item needs a title",
        "2:5 an item needs an id",
        "4:12 an item needs a title",
    ]


def test_only_what_is_ready_needs_a_link(tmp_path: Path) -> None:
    text = """
        items:
          - {id: a, title: A, when: 5 maggio, status: ready}
          - {id: b, title: B, when: 5 maggio, status: draft}
          - {id: c, title: C, when: 5 maggio, status: cancelled}
          - {id: d, title: D, when: 5 maggio, status: ready, link: none}
    """
    assert told(problems_of(tmp_path, text)) == ["2:5 an item that is ready needs a link"]


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("'#'", "'#' leads nowhere"),
        ("www.example.org", "'www.example.org' is not a whole link"),
        ("example.org/a", "'example.org/a' is not a link to a page"),
        ("ftp://example.org", "'ftp://example.org' is not a link to a page"),
        ("javascript:alert(1)", "'javascript:alert(1)' is not a link to a page"),
        ("https://", "'https://' is not a link to a page"),
        ("https://example.org/a b", "'https://example.org/a b' has a space or"),
        ("https://me:secret@example.org", "the link has a name or a password in it"),
        ("https://example.org:99999/", "'https://example.org:99999/' is not a link"),
        ("https://[::1", "'https://[::1' is not a link"),
        ("http://localhost/a", "'localhost' can't be reached by followers"),
        ("http://intranet/a", "'intranet' can't be reached by followers"),
        ("http://nas.local", "'nas.local' can't be reached by followers"),
        ("http://127.0.0.1:8000", "'127.0.0.1' can't be reached by followers"),
        ("http://127.1", "'127.1' can't be reached by followers"),
        ("http://2130706433", "'2130706433' can't be reached by followers"),
        ("http://192.168.1.5/x", "'192.168.1.5' can't be reached by followers"),
        ("'http://[fe80::1]/'", "'fe80::1' can't be reached by followers"),
    ],
)
def test_a_link_that_followers_could_not_open_is_refused(
    tmp_path: Path, link: str, message: str
) -> None:
    text = f"items:\n  - id: a\n    title: A\n    when: 5 maggio\n    status: ready\n    link: {link}\n"
    [problem] = problems_of(tmp_path, text)
    assert (problem.mark.line, problem.mark.column) == (6, 11)
    assert problem.message.startswith(message)
    assert "secret" not in str(problem)


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        "http://www.comune.torino.it/relint/inglese/archivio/2021/index~p3.shtml",
        "https://example.org/a?b=c&d=%20#e",
        "https://città.example.it/è",
        "https://example.museum:8443/",
        "https://8.8.8.8/",
    ],
)
def test_a_link_to_a_public_page_is_taken_as_it_is(tmp_path: Path, link: str) -> None:
    text = f"items:\n  - id: a\n    title: A\n    when: 5 maggio\n    status: ready\n    link: {link}\n"
    assert item_from(tmp_path, text).words["it"].link == link


def test_a_bare_www_is_completed_in_the_hint(tmp_path: Path) -> None:
    [problem] = problems_of(
        tmp_path, "link: www.example.org\nitems: [{id: a, title: A, when: 5 maggio}]"
    )
    assert str(problem.mark) == "content/2021-05.yaml:1:7"
    assert problem.hint == "write https://www.example.org"


def test_a_translation_with_other_dates_is_a_warning(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path,
        {
            ISSUE: """
            items:
              - id: a
                title: A
                when: 5 maggio
                translations: {en: {title: A, when: 6 May}}
            """
        },
    )
    assert list(catalog.items) == ["a"]
    assert {p.severity for p in problems} == {Severity.WARNING}
    assert told(problems) == ["5:41 these are not the same dates as in the original"]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ('Mostra di quadri"', True),
        ("“Mostra", True),
        ("Mostra»", True),
        ('La "Mostra"', False),
        ("“Mostra”", False),
        ("„Mostra“ di quadri", False),
        ("""'Mostra di quadri"'""", False),
        ("un po'", False),
        ('uno schermo da 24" in piazza', False),
    ],
)
@pytest.mark.parametrize("key", ["where", "summary"])
def test_a_quotation_mark_without_its_partner_is_a_warning(
    tmp_path: Path, key: str, text: str, is_told: bool
) -> None:
    item = f"items:\n  - id: a\n    title: A\n    when: 5 maggio\n    {key}: {text}\n"
    problems = problems_of(tmp_path, item)
    assert [(p.severity, p.mark.line, p.mark.column) for p in problems] == (
        [(Severity.WARNING, 5, 7 + len(key))] if is_told else []
    )


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("contact: #a", 14),
        ("contact: #", 14),
        ("summary: Concerto  #1 in piazza", 24),
        ("tags: # comment", None),
        ("summary: Concerto # in piazza", None),
        ("summary: 'Concerto #1'", None),
        ("summary: Concerto#1", None),
        ("summary: |\n      Concerto #1", None),
        ("#where: Torino", None),
    ],
)
def test_text_that_is_lost_as_a_comment_is_a_warning(
    tmp_path: Path, line: str, column: int | None
) -> None:
    item = f"items:\n  - id: a\n    title: A\n    when: 5 maggio\n    {line}\n"
    problems = problems_of(tmp_path, item)
    assert told(problems) == (
        [f"5:{column} '#' begins a comment: it and what follows are not read"] if column else []
    )
    assert {p.severity for p in problems} <= {Severity.WARNING}


def test_all_problems_of_a_file_are_told_at_once_and_each_only_once(tmp_path: Path) -> None:
    text = """
        yaer: 2021
        items:
          - id: Festa
            status: redy
            title: [Festa]
            when: 41 maggio
            link: '#'
            tgas: [a]
          - id: b
            title: &anchor B
            title: B again
            when: *anchor
            summary: !!str text
            dates: [{id: x, when: 5 maggio, wher: Torino}, x]
          - a text
    """
    assert [line.partition(" ")[0] for line in told(problems_of(tmp_path, text))] == [
        "1:1",
        "3:9",
        "4:13",
        "5:12",
        "6:11",
        "7:11",
        "8:5",
        "10:12",
        "11:5",
        "12:11",
        "13:14",
        "14:37",
        "14:52",
        "15:5",
    ]
