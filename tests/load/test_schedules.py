"""What staff write in schedules/: ladders, hours, holidays and channels."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.core.model import (
    Anchor,
    Blackout,
    Budget,
    Campaign,
    Channel,
    Hours,
    Lookup,
    OnLimit,
    Platform,
    Schedule,
    Severity,
    Silence,
    Step,
    TagFamily,
    Weekly,
)
from bot.core.prices import Prices
from tests.load.build import CHANNELS, loaded, told

LADDER = "schedules/long.yaml"
CHANNEL_FILE = "schedules/channels.yaml"

LONG = """timezone: Europe/Rome
announce: [3 days before end at 10:00, 1 day before at 17:30, 2 weeks before at 10.00]
hours: {days: mon-fri, from: "08:30", to: "19:30"}
"""


def long_from(folder: Path, text: str) -> Schedule:
    catalog, problems = loaded(folder, {LADDER: text})
    assert problems == ()
    return catalog.schedules["long"]


def test_a_schedule_says_what_staff_wrote(tmp_path: Path) -> None:
    schedule = long_from(
        tmp_path,
        LONG
        + "each_date: [1 day before at 17:30]\ngap: 1 hour\nper_day: 5\n"
        + "blackouts: [{from: 2026-01-20, to: 2026-03-23, reason: par condicio, except: essential},"
        + " {from: 2026-05-01}]\n",
    )
    assert schedule.zone_name == "Europe/Rome"
    assert schedule.announce == (
        Step(Anchor.START, 14, time(10)),
        Step(Anchor.START, 1, time(17, 30)),
        Step(Anchor.END, 3, time(10)),
    )
    assert schedule.each_date == (Step(Anchor.START, 1, time(17, 30)),)
    assert schedule.hours == Hours(frozenset(range(5)), time(8, 30), time(19, 30))
    assert (schedule.gap, schedule.per_day) == (timedelta(hours=1), 5)
    assert schedule.blackouts == (
        Blackout(date(2026, 1, 20), date(2026, 3, 23), "par condicio", True),
        Blackout(date(2026, 5, 1), date(2026, 5, 1), ""),
    )


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    schedule = long_from(tmp_path, LONG)
    assert (schedule.gap, schedule.per_day) == (timedelta(minutes=30), 3)
    assert (schedule.each_date, schedule.holidays) == ((), frozenset())
    assert (schedule.blackouts, schedule.silences) == ((), ())


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("'mon,wed, fri'", {0, 2, 4}),
        ("[mon, sat-sun]", {0, 5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_weekdays_are_written_in_several_ways(
    tmp_path: Path, days: str, weekdays: set[int]
) -> None:
    assert long_from(tmp_path, LONG.replace("mon-fri", days)).hours.weekdays == weekdays


@pytest.mark.parametrize(
    ("days", "weekdays", "each_year"),
    [
        ("fri", {4}, set()),
        ("mon-fri", {0, 1, 2, 3, 4}, set()),
        ("'mon, wed'", {0, 2}, set()),
        ("daily", {0, 1, 2, 3, 4, 5, 6}, set()),
        ("05-04", set(), {(5, 4)}),
        ("'05-04, 04-25'", set(), {(5, 4), (4, 25)}),
        ('[sat-sun, "02-29", "05-04"]', {5, 6}, {(2, 29), (5, 4)}),
    ],
)
def test_a_silence_comes_again_on_weekdays_or_on_days_of_each_year(
    tmp_path: Path, days: str, weekdays: set[int], each_year: set[tuple[int, int]]
) -> None:
    silence = f'silences: [{{days: {days}, from: "19:30", to: 21.00, reason: a  vigil}}]'
    assert long_from(tmp_path, LONG + silence).silences == (
        Silence(time(19, 30), time(21), "a vigil", frozenset(weekdays), frozenset(each_year)),
    )


@pytest.mark.parametrize(
    ("silence", "expected", "hint"),
    [
        ('from: "19:30", to: "21:00", reason: R', "5:5 a silence needs days", "05-04"),
        ('days: fri, to: "21:00", reason: R', "5:5 a silence needs 'from'", "12:30"),
        ('days: fri, from: "19:30", reason: R', "5:5 a silence needs 'to'", "12:30"),
        ('days: fri, from: "19:30", to: "21:00"', "5:5 a silence needs a reason", "Friday prayer"),
        (
            'days: fri, from: "19:30", to: "21:00", reason: ',
            "5:53 a silence needs a reason",
            "Friday prayer",
        ),
        (
            'days: [fri, venerdi], from: "19:30", to: "21:00", reason: R',
            "5:18 'venerdi' is neither a weekday nor a day of each year",
            "mon-fri",
        ),
        (
            'days: [fri, "02-30"], from: "19:30", to: "21:00", reason: R',
            "5:18 '02-30' is neither a weekday nor a day of each year",
            "05-04",
        ),
        (
            'days: 2021-05-04, from: "19:30", to: "21:00", reason: R',
            "5:12 '2021-05-04' is neither a weekday nor a day of each year",
            "05-04",
        ),
        (
            'days: mon-, from: "19:30", to: "21:00", reason: R',
            "5:12 'mon-' is neither a weekday nor a day of each year",
            "mon-fri",
        ),
        (
            'days: fri, from: "7pm", to: "21:00", reason: R',
            "5:23 '7pm' is not a time of day",
            "08:30",
        ),
        (
            'days: fri, from: "19:30", to: "24:00", reason: R',
            "5:36 '24:00' is not a time of day",
            "08:30",
        ),
        (
            'days: fri, from: "21:00", to: "19:30", reason: R',
            "5:36 the silence ends before it begins",
            "over midnight",
        ),
        (
            'days: fri, from: "21:00", to: "21:00", reason: R',
            "5:36 the silence ends before it begins",
            "over midnight",
        ),
        (
            'days: fri, from: "19:30", to: "21:00", reason: R, except: essential',
            "5:56 unknown key 'except'",
            "known here: days, from, reason, to",
        ),
    ],
)
def test_a_fault_in_a_silence_is_told_at_its_place(
    tmp_path: Path, silence: str, expected: str, hint: str
) -> None:
    catalog, problems = loaded(tmp_path, {LADDER: LONG + f"silences:\n  - {{{silence}}}\n"})
    assert told(problems) == [expected]
    assert hint in problems[0].hint
    assert "long" not in catalog.schedules


@pytest.mark.parametrize(
    ("text", "weekday", "at"), [("mon at 09:00", 0, time(9)), ('"Fri at 9.30"', 4, time(9, 30))]
)
def test_a_round_up_has_a_weekday_and_an_hour(
    tmp_path: Path, text: str, weekday: int, at: time
) -> None:
    assert long_from(tmp_path, LONG + f"round_up: {text}\n").round_up == Weekly(weekday, at)


@pytest.mark.parametrize(
    "text", ["weekly", "mon-fri at 09:00", "mon 09:00", "mon at 25:00", "at 09:00"]
)
def test_a_round_up_that_is_not_understood_is_told(tmp_path: Path, text: str) -> None:
    catalog, problems = loaded(tmp_path, {LADDER: LONG + f"round_up: {text}\n"})
    assert told(problems) == [f"4:11 '{text}' is not understood"]
    assert "round_up: mon at 09:00" in problems[0].hint
    assert "long" not in catalog.schedules


def test_a_round_up_outside_the_hours_is_a_warning(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, {LADDER: LONG + "round_up: sun at 09:00\n"})
    assert told(problems) == ["4:11 'sun at 09:00' is outside the hours of this schedule"]
    assert problems[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("gap", "minutes"), [("0", 0), ("1 minute", 1), ("45 minutes", 45), ("2 hours", 120)]
)
def test_a_gap_is_written_in_minutes_or_hours(tmp_path: Path, gap: str, minutes: int) -> None:
    assert long_from(tmp_path, LONG + f"gap: {gap}\n").gap == timedelta(minutes=minutes)


def test_holidays_are_those_of_the_region_in_the_years_of_the_content(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path,
        {
            LADDER: LONG + "holidays: [IT-TO, 2021-12-07]\n",
            "schedules/country.yaml": LONG + "holidays: IT\n",
            "schedules/none.yaml": LONG + "holidays: none\n",
            "content/2021-05.yaml": "items: [{id: a, title: A, when: 5 maggio}]",
        },
    )
    assert problems == ()
    long = catalog.schedules["long"].holidays
    saint_john = {date(year, 6, 24) for year in (2020, 2021, 2022)}
    assert saint_john | {date(2021, 12, 7), date(2021, 4, 25)} <= long
    assert {day.year for day in long} == {2020, 2021, 2022}
    assert not saint_john & catalog.schedules["country"].holidays
    assert date(2022, 4, 25) in catalog.schedules["country"].holidays
    assert catalog.schedules["none"].holidays == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "expected", "hint"),
    [
        (
            "Europe/Rome",
            "Europe/Roma",
            "1:11 there is no time zone 'Europe/Roma'",
            "'Europe/Rome'?",
        ),
        ("Europe/Rome", "../etc", "1:11 there is no time zone '../etc'", ""),
        ("Europe/Rome", "Europe", "1:11 there is no time zone 'Europe'", ""),
        ("timezone: Europe/Rome", "timezone:", "1:10 a schedule needs a time zone", "Europe/Rome"),
        ("1 day before", "1 dya before", "2:40 '1 dya before at 17:30'", "7 days before at 10:00"),
        ("1 day", "14 days", "2:65 '2 weeks before at 10.00' falls on the day of another", ""),
        ("mon-fri", "lun-ven", "3:15 'lun-ven' is no weekday", "mon-fri"),
        ("08:30", "8h30", "3:30 '8h30' is not a time of day", "08:30"),
        ("08:30", "20:30", "3:43 the hours end before they begin", ""),
        ('from: "08:30", ', "", "3:8 hours need 'from'", ""),
        ("days: mon-fri, ", "", "3:8 hours need days", ""),
        ("hours: {days: mon-fri", "gap: soon #", "3:6 'soon' is not a gap", "30 minutes"),
        ("mon-fri,", "mon,fri,", "3:19 unknown key 'fri'", ""),
    ],
)
def test_a_fault_in_a_schedule_is_told_with_a_hint(
    tmp_path: Path, old: str, new: str, expected: str, hint: str
) -> None:
    assert old in LONG
    catalog, problems = loaded(tmp_path, {LADDER: LONG.replace(old, new)})
    [line] = [line for line in told(problems) if line.startswith(expected)]
    [problem] = [problem for problem in problems if line.endswith(problem.message)]
    assert hint in problem.hint
    assert "long" not in catalog.schedules
    assert catalog.broken == {LADDER}


@pytest.mark.parametrize(
    ("line", "expected", "hint"),
    [
        ("holidays: IT-TX", "4:11 'TX' is no part of IT", ""),
        ("holidays: QQ", "4:11 no holidays are known of 'QQ'", ""),
        ("holidays: Torino", "4:11 'Torino' is neither a region nor a day", "IT-TO"),
        ("holidays: [IT, 2021-02-30]", "4:16 '2021-02-30' is neither a region nor a day", ""),
        ("per_day: 0", "4:10 at least one post a day", "blackout"),
        ("per_day: many", "4:10 a whole number is wanted, not 'many'", ""),
        ("gap: 90", "4:6 '90' is not a gap", "30 minutes"),
        ("blackouts: [{to: 2026-01-20}]", "4:13 a blackout needs 'from'", "2026-01-20"),
        ("blackouts: [{from: 20/1/2026}]", "4:20 '20/1/2026' is not a day", "2026-01-20"),
        (
            "blackouts: [{from: 2026-01-20, to: 2026-01-19}]",
            "4:36 the blackout ends before it begins",
            "",
        ),
        (
            "blackouts: [{from: 2026-01-20, except: news}]",
            "4:40 'news' is not possible here",
            "except: essential",
        ),
        (
            "blackouts: [{from: 1899-01-20, to: 2026-01-20}]",
            "4:20 1899 can't be the year: dates here lie between 1990 and 2100",
            "",
        ),
        (
            "blackouts: [{from: 2026-01-20, to: 2206-01-21}]",
            "4:36 2206 can't be the year: dates here lie between 1990 and 2100",
            "",
        ),
        (
            "holidays: [IT, 0001-01-01]",
            "4:16 0001 can't be the year: dates here lie between 1990 and 2100",
            "",
        ),
        ("blackouts: 2026-01-20", "4:12 a list is wanted, not '2026-01-20'", ""),
        ("anounce: []", "4:1 unknown key 'anounce'", "did you mean 'announce'?"),
    ],
)
def test_a_fault_in_a_line_of_a_schedule_is_told(
    tmp_path: Path, line: str, expected: str, hint: str
) -> None:
    _, problems = loaded(tmp_path, {LADDER: LONG + line})
    assert told(problems) == [expected]
    assert hint in problems[0].hint


def test_two_files_may_not_name_one_schedule(tmp_path: Path) -> None:
    catalog, problems = loaded(tmp_path, {"schedules/long.yaml": LONG, "schedules/long.yml": LONG})
    assert told(problems) == ["1:1 'long' is already the name of schedules/long.yaml"]
    assert "long" not in catalog.schedules


def test_channels_say_what_staff_wrote(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path,
        {
            CHANNEL_FILE: """
            prices: {x: {post: 0.01}}
            channels:
              it: {platform: telegram, chat: "@torino_nel_mondo", language: it, schedule: standard}
              en: {platform: telegram, chat: -1001234567890, language: en, schedule: standard, test: true}
              x: {platform: x, account: "@torino", language: it, schedule: standard, budget: {month: 10.00}}
            """
        },
    )
    assert problems == ()
    assert catalog.halted == ""
    assert catalog.channels == {
        "it": Channel("it", Platform.TELEGRAM, "@torino_nel_mondo", "it", "standard"),
        "en": Channel("en", Platform.TELEGRAM, "-1001234567890", "en", "standard", True),
        "x": Channel(
            "x",
            Platform.X,
            "torino",
            "it",
            "standard",
            lookup=Lookup.TIMELINE,
            budget=Budget(Decimal("10.00"), OnLimit.HOLD),
            prices=Prices(post=Decimal("0.01")),
        ),
    }


@pytest.mark.parametrize(
    ("line", "expected", "hint"),
    [
        ("a: {chat: '@torino', language: it, schedule: standard}", "2:6 'a' needs a platform", ""),
        (
            "a: {platform: telegramm, chat: '@torino', language: it, schedule: standard}",
            "2:17 'telegramm' is not possible here",
            "did you mean 'telegram'? write telegram or x",
        ),
        (
            "a: {platform: telegram, chat: torino, language: it, schedule: standard}",
            "2:33 'torino' is no chat of telegram",
            "@its_name",
        ),
        (
            "a: {platform: telegram, language: it, schedule: standard}",
            "2:6 'a' needs 'chat'",
            "@its_name",
        ),
        (
            "a: {platform: telegram, account: torino, language: it, schedule: standard}",
            "2:27 telegram has no 'account'",
            "write 'chat'",
        ),
        (
            "a: {platform: x, account: torino nel mondo, language: it, schedule: standard}",
            "2:29 'torino nel mondo' is no account of x",
            "15 letters",
        ),
        (
            "a: {platform: x, account: torino, language: xx, schedule: standard}",
            "2:47 'xx' is not a language here",
            "known here: en, it",
        ),
        ("a: {platform: x, account: torino, schedule: standard}", "2:6 'a' needs a language", ""),
        ("a: {platform: x, account: torino, language: it}", "2:6 'a' needs a schedule", ""),
        (
            "a: {platform: x, account: torino, language: it, schedule: standrad}",
            "2:61 there is no schedule 'standrad'",
            "did you mean 'standard'?",
        ),
        (
            "A_b: {platform: x, account: torino, language: it, schedule: standard}",
            "2:3 'A_b' can't be a channel's name",
            "a-z",
        ),
        (
            "a: {platform: x, acount: torino, language: it, schedule: standard}",
            "2:20 unknown key 'acount'",
            "did you mean 'account'?",
        ),
        ("a:", "2:5 'a' needs a platform", "telegram or x"),
    ],
)
def test_a_fault_in_a_channel_is_told_and_nothing_is_announced(
    tmp_path: Path, line: str, expected: str, hint: str
) -> None:
    catalog, problems = loaded(tmp_path, {CHANNEL_FILE: f"channels:\n  {line}\n"})
    assert expected in told(problems)
    assert hint in problems[told(problems).index(expected)].hint
    assert catalog.channels == {}
    assert catalog.halted == "schedules/channels.yaml has a fault"


def test_two_channels_may_not_lead_to_one_place(tmp_path: Path) -> None:
    _, problems = loaded(
        tmp_path,
        {
            CHANNEL_FILE: """
            channels:
              a: {platform: x, account: torino, language: it, schedule: standard}
              b: {platform: x, account: "@Torino", language: it, schedule: standard}
            """
        },
    )
    assert told(problems) == ["3:29 'b' leads to the same place as 'a'"]
    assert problems[0].hint.startswith("see line 2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('platform: telegram, chat: "@Torino"', 'platform: telegram, chat: "@torino"'),
        ("platform: telegram, chat: -1001234567", 'platform: telegram, chat: "-1001234567"'),
        ("platform: x, account: torino", "platform: x, account: torino, test: true"),
        ("platform: x, account: torino", 'platform: x, account: "@TORINO", publish: assisted'),
    ],
)
def test_neither_another_spelling_nor_another_use_makes_it_another_place(
    tmp_path: Path, one: str, other: str
) -> None:
    lines = [
        "channels:",
        f"  a: {{{one}, language: it, schedule: standard}}",
        f"  b: {{{other}, language: it, schedule: standard}}",
    ]
    _, [problem] = loaded(tmp_path, {CHANNEL_FILE: "\n".join(lines)})
    assert problem.mark.line == 3
    assert problem.message == "'b' leads to the same place as 'a'"


def test_without_a_file_of_channels_that_is_the_one_problem(tmp_path: Path) -> None:
    _, problems = loaded(
        tmp_path,
        {
            CHANNEL_FILE: "channels: {a: b: c}",
            "content/2021-05.yaml": "items: [{id: a, title: A, when: 5 maggio, channels: [x-it]}]",
        },
    )
    assert [str(problem.mark) for problem in problems] == ["schedules/channels.yaml:1:11"]


def test_a_broken_schedule_is_told_once_where_it_is_needed(tmp_path: Path) -> None:
    catalog, problems = loaded(
        tmp_path,
        {
            LADDER: LONG + "per_day: 0\n",
            CHANNEL_FILE: CHANNELS.replace("schedule: standard", "schedule: long"),
            "content/2021-05.yaml": """
            items:
              - {id: a, title: A, when: 5 maggio, schedule: long}
              - {id: b, title: B, when: 5 maggio, schedule: long}
            """,
        },
    )
    assert [(str(problem.mark), problem.severity) for problem in problems] == [
        ("content/2021-05.yaml:2:49", Severity.WARNING),
        ("schedules/channels.yaml:2:88", Severity.WARNING),
        ("schedules/long.yaml:4:10", Severity.ERROR),
    ]
    assert list(catalog.items) == ["a", "b"]
    assert list(catalog.channels) == ["telegram-it", "x-it"]
    assert list(catalog.schedules) == ["standard"]


TAGGED = """\
channels:
  x-it:
    platform: x
    account: torino
    language: it
    schedule: standard
    campaign: {}
"""


def test_a_channel_says_which_campaign_tags_it_adds(tmp_path: Path) -> None:
    whole = "{family: mtm, hosts: [Comune.Torino.it, città.example.org], source: X, medium: rete, name: top news}"
    catalog, problems = loaded(tmp_path, {CHANNEL_FILE: TAGGED.format(whole)})
    assert problems == ()
    assert catalog.channels["x-it"].campaign == Campaign(
        TagFamily.MTM, frozenset({"comune.torino.it", "città.example.org"}), "X", "rete", "top news"
    )


def test_campaign_tags_need_a_family_and_hosts_alone(tmp_path: Path) -> None:
    short = "{family: utm, hosts: [example.org]}"
    catalog, problems = loaded(tmp_path, {CHANNEL_FILE: TAGGED.format(short)})
    assert problems == ()
    assert catalog.channels["x-it"].campaign == Campaign(
        TagFamily.UTM, frozenset({"example.org"}), "x-it", "social"
    )


@pytest.mark.parametrize(
    ("campaign", "expected", "hint"),
    [
        ("{hosts: [a.it]}", "7:15 campaign tags need a family", "utm or mtm"),
        ("{family: pk, hosts: [a.it]}", "7:24 'pk' is not possible here", "utm or mtm"),
        ("{family: utm}", "7:15 campaign tags need hosts", "comune.torino.it"),
        ("{family: utm, hosts: a.it}", "7:36 a list is wanted", "[one, two]"),
        ("{family: utm, hosts: [https://a.it]}", "7:37 'https://a.it' is not a host", "no path"),
        ("{family: utm, hosts: ['*.a.it']}", "7:37 '*.a.it' is not a host", "subdomains"),
        ("{family: utm, hosts: [it]}", "7:37 'it' is not a host", ""),
        ("{family: utm, hosts: [10.0.0.1]}", "7:37 '10.0.0.1' is not a host", ""),
        ("{family: utm, hosts: [a.it, A.it]}", "7:43 'A.it' stands twice here", "line 7"),
        (
            "{family: utm, hosts: [a.it], source: 'a&b'}",
            "7:52 'a&b' can't be a campaign's source",
            "letters",
        ),
        (
            "{family: utm, hosts: [a.it], name: me@a.it}",
            "7:50 'me@a.it' can't be a campaign's name",
            "letters",
        ),
        ("{family: utm, hosts: [a.it], medium: a.}", "7:52 'a.' can't be a campaign's medium", ""),
        ("{family: utm, host: [a.it]}", "7:29 unknown key 'host'", "did you mean 'hosts'?"),
    ],
)
def test_campaign_tags_that_can_not_be_are_told(
    tmp_path: Path, campaign: str, expected: str, hint: str
) -> None:
    catalog, problems = loaded(tmp_path, {CHANNEL_FILE: TAGGED.format(campaign)})
    [found] = [each for each in problems if f"{each.mark.line}:{each.mark.column}" in expected]
    assert f"{found.mark.line}:{found.mark.column} {found.message}".startswith(expected)
    assert hint in found.hint
    assert catalog.halted
