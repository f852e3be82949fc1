import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import (
    MONTH,
    SEVERAL,
    WEEK,
    WHOLE,
    Channel,
    Delivery,
    Entry,
    Item,
    Key,
    Post,
    Precision,
    When,
    Words,
)
from bot.core.text import telegram, x
from bot.render import Unfit, render
from tests.render.build import ROME, TELEGRAM_EN, TELEGRAM_IT, X_IT, dates, day, days, item, rome

PAGE = "https://example.org/maggio"
MORNING = rome(5, 3, 9)


def named(name: str, when: When | None, title: str = "", **more: object) -> Item:
    made = item(when, Words(title or name.title(), link=f"https://example.org/{name}"))
    return replace(made, id=name, page=PAGE, **more)  # type: ignore[arg-type]


def week(channel: Channel, *items: Item, monday: str = "2021-05-03") -> Delivery:
    at = rome(5, 3, 9)
    key = Key(SEVERAL, 1, monday, WEEK, channel.name)
    listed = tuple(each.id for each in items)
    return Delivery(key, channel.platform, None, 0, at, at, at + timedelta(days=2), listed=listed)


def month(channel: Channel, *items: Item, occurrence: str = WHOLE) -> Delivery:
    at = rome(5, 3, 9)
    late = tuple(
        Delivery(
            Key(each.id, 1, occurrence, "start-7d", channel.name),
            channel.platform,
            each.when,
            0,
            at,
            at,
            at + timedelta(days=9),
        )
        for each in items
    )
    key = Key(SEVERAL, 1, items[0].id, MONTH, channel.name)
    listed = tuple(each.id for each in items)
    return replace(late[0], key=key, when=None, listed=listed, settles=late)


def made(delivery: Delivery, channel: Channel, *items: Item, at: datetime = MORNING) -> Post:
    post = render({each.id: each for each in items}, delivery, channel, at=at, zone=ROME)
    assert isinstance(post, Post), post
    return post


FESTA = named("festa", dates("9 maggio", day(5, 9)))
LEZIONE = named("lezione", dates("5 maggio ore 11", day(5, 5, time(11))))
CORSO = named("corso", dates("5, 10 e 12 maggio", day(5, 5), day(5, 10), day(5, 12)))


def test_a_week_is_listed_in_order_of_its_days_each_title_with_its_link() -> None:
    items = (FESTA, LEZIONE, CORSO)
    post = made(week(TELEGRAM_IT, *items), TELEGRAM_IT, *items)
    assert post.text.splitlines() == [
        "Questa settimana",
        "",
        "5 maggio",
        "Corso",
        "",
        "5 maggio ore 11",
        "Lezione",
        "",
        "9 maggio",
        "Festa",
        "",
        "Tutto il programma",
    ]
    html = post.request["params"]["text"]
    assert '<a href="https://example.org/lezione">Lezione</a>' in html
    assert f'<a href="{PAGE}">Tutto il programma</a>' in html
    assert post.settles == {}


def test_before_its_monday_it_speaks_of_next_week() -> None:
    items = (FESTA, LEZIONE)
    friday = made(week(TELEGRAM_IT, *items), TELEGRAM_IT, *items, at=rome(4, 30, 9))
    assert friday.text.startswith("La prossima settimana\n")


def test_a_channel_reads_its_own_language() -> None:
    english = {"en": Words("Party"), **FESTA.words}
    items = (
        replace(FESTA, words=english),
        replace(LEZIONE, words={"en": Words("Class"), **LEZIONE.words}),
    )
    post = made(week(TELEGRAM_EN, *items), TELEGRAM_EN, *items)
    assert post.text.splitlines()[:6] == [
        "This week",
        "",
        "5 May, 11:00",
        "Class",
        "",
        "9 May",
    ]


def test_what_is_over_is_not_listed_and_the_list_is_true_until_the_next_begins() -> None:
    items = (FESTA, LEZIONE)
    before = made(week(X_IT, *items), X_IT, *items, at=rome(5, 5, 10))
    assert "Lezione" in before.text
    assert before.true_until == rome(5, 5, 11)
    after = render(
        {each.id: each for each in items}, week(X_IT, *items), X_IT, at=rome(5, 5, 11), zone=ROME
    )
    assert isinstance(after, Unfit), "one event is no list"
    assert made(week(X_IT, *items), X_IT, *items).true_until == rome(5, 4, 0)


def test_of_an_item_with_entries_the_week_lists_the_entries() -> None:
    clima = Entry("clima", dates("5 maggio", day(5, 5)), {"it": Words("Resilienza climatica")})
    sociale = Entry("sociale", dates("12 maggio", day(5, 12)), {"it": Words("Innovazione sociale")})
    several = replace(CORSO, entries=(clima, sociale))
    items = (several, FESTA)
    text = made(week(TELEGRAM_IT, *items), TELEGRAM_IT, *items).text
    assert "Resilienza climatica" in text
    assert "Innovazione sociale" not in text
    assert "Corso" not in text


def test_on_x_the_page_of_the_issue_stands_for_all_links() -> None:
    items = (FESTA, LEZIONE)
    post = made(week(X_IT, *items), X_IT, *items)
    assert post.text.splitlines() == [
        "Questa settimana",
        "",
        "5 maggio ore 11 – Lezione",
        "9 maggio – Festa",
        "",
        PAGE,
    ]
    assert str(post.cost) == "0.200"


def test_without_a_common_page_each_line_keeps_its_own_link() -> None:
    items = (replace(FESTA, page="https://example.org/altro"), LEZIONE)
    post = made(week(X_IT, *items), X_IT, *items)
    assert post.text.splitlines()[2:] == [
        "5 maggio ore 11 – Lezione https://example.org/lezione",
        "9 maggio – Festa https://example.org/festa",
    ]


def test_a_week_too_full_for_x_says_how_many_more_there_are() -> None:
    items = tuple(
        named(f"e-{n}", dates("5 maggio", day(5, 5)), f"Un titolo di una certa lunghezza, {n}")
        for n in range(9)
    )
    post = made(week(X_IT, *items), X_IT, *items)
    assert post.text.splitlines()[-3:] == ["e altri cinque appuntamenti", "", PAGE]
    assert post.length <= post.limit


def test_a_month_settles_what_it_names_and_no_more() -> None:
    items = tuple(
        named(
            f"e-{n}",
            dates(f"{n + 5} maggio", day(5, n + 5)),
            f"Un titolo di una certa lunghezza, {n}",
        )
        for n in range(9)
    )
    late = month(X_IT, *items)
    post = made(late, X_IT, *items)
    named_items = [n for n in range(9) if f"lunghezza, {n}" in post.text]
    assert named_items == [0, 1, 2, 3, 4]
    assert [key.item for key in post.settles] == ["e-0", "e-1", "e-2", "e-3", "e-4"]
    assert post.settles[late.settles[0].key]["title"] == "Un titolo di una certa lunghezza, 0"
    assert "altri" not in post.text


def test_news_and_what_is_known_by_its_month_come_last() -> None:
    news = named("notizia", None)
    some_day = replace(days((5, 1), (5, 31)), precision=Precision.MONTH)
    maggio = named("mese", dates("maggio", some_day))
    items = (news, maggio, FESTA, LEZIONE)
    text = made(month(TELEGRAM_IT, *items), TELEGRAM_IT, *items).text
    assert text.splitlines()[-6:] == ["Maggio", "Mese", "", "Notizia", "", "Tutto il programma"]
    assert text.startswith("Il mese in breve\n")


def test_a_late_entry_is_said_by_its_own_name() -> None:
    clima = Entry("clima", dates("7 maggio", day(5, 7)), {"it": Words("Resilienza climatica")})
    several = replace(CORSO, entries=(clima,))
    items = (several, FESTA)
    late = month(TELEGRAM_IT, several, occurrence="clima")
    late = replace(
        late, listed=("corso", "festa"), settles=(*late.settles, *month(TELEGRAM_IT, FESTA).settles)
    )
    post = made(late, TELEGRAM_IT, *items)
    assert "Resilienza climatica" in post.text
    assert len(post.settles) == 2


TITLES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(
    lambda text: any(each.isalnum() for each in text)
)


@given(
    titles=st.lists(TITLES, min_size=2, max_size=12), platform=st.sampled_from((TELEGRAM_IT, X_IT))
)
def test_whatever_the_titles_a_round_up_fits_and_names_whole_lines(
    titles: list[str], platform: Channel
) -> None:
    first = date(2021, 5, 4)
    items = tuple(
        named(f"e-{n}", dates("", day(5, (first + timedelta(days=n)).day)), title)
        for n, title in enumerate(titles)
    )
    late = month(platform, *items)
    post = render({each.id: each for each in items}, late, platform, at=rome(5, 3, 9), zone=ROME)
    if isinstance(post, Unfit):
        assert platform is X_IT
        return
    assert post.length <= post.limit
    counted = x.weighted_length(post.text) if platform is X_IT else telegram.length(post.text)
    assert counted == post.length
    for facts in post.settles.values():
        assert facts["title"] in post.text
        assert facts["when"] in post.text


@pytest.mark.parametrize("channel", [TELEGRAM_IT, X_IT])
def test_one_line_is_no_round_up(channel: Channel) -> None:
    late = month(channel, FESTA)
    assert isinstance(render({FESTA.id: FESTA}, late, channel, at=rome(5, 3, 9), zone=ROME), Unfit)


def test_beside_the_dash_of_a_range_stands_no_other_dash() -> None:
    english = replace(X_IT, language="en", name="x-en")
    long = item(
        dates("dal 7 maggio al 21 ottobre", days((5, 7), (10, 21))),
        Words("Biennale"),
        Words("Biennial"),
    )
    short = item(dates("5-6 maggio", days((5, 5), (5, 6))), Words("Seminario"), Words("Workshop"))
    items = [replace(each, id=each.words["en"].title, page=PAGE) for each in (long, short)]
    post = render({e.id: e for e in items}, week(english, *items), english, at=MORNING, zone=ROME)
    assert isinstance(post, Post)
    assert "7 May – 21 October, Biennial" in post.text.splitlines()
    assert "5–6 May – Workshop" in post.text.splitlines()


def test_late_as_a_whole_and_for_an_entry_each_is_named() -> None:
    clima = Entry("clima", dates("7 maggio", day(5, 7)), {"it": Words("Resilienza climatica")})
    several = replace(CORSO, entries=(clima,))
    whole, one = month(TELEGRAM_IT, several), month(TELEGRAM_IT, several, occurrence="clima")
    late = replace(whole, settles=(*whole.settles, *one.settles))
    post = made(late, TELEGRAM_IT, several)
    assert "Corso" in post.text
    assert "Resilienza climatica" in post.text
    assert [facts["title"] for facts in post.settles.values()] == ["Corso", "Resilienza climatica"]


def test_a_week_moved_far_ahead_is_named_by_its_day() -> None:
    items = (FESTA, LEZIONE)
    earlier = made(week(TELEGRAM_IT, *items), TELEGRAM_IT, *items, at=rome(4, 23, 9))
    assert earlier.text.startswith("La settimana del 3 maggio\n")
    sunday = made(week(TELEGRAM_IT, *items), TELEGRAM_IT, *items, at=rome(5, 2, 9))
    assert sunday.text.startswith("La prossima settimana\n")


def test_an_item_without_a_title_in_the_language_is_left_out() -> None:
    hidden = replace(named("vuoto", dates("8 maggio", day(5, 8))), words={"it": Words("\u200b")})
    items = (FESTA, hidden, LEZIONE)
    post = made(month(TELEGRAM_IT, *items), TELEGRAM_IT, *items)
    assert {key.item for key in post.settles} == {"festa", "lezione"}


def test_what_a_week_tells_is_kept() -> None:
    post = made(week(TELEGRAM_IT, FESTA, LEZIONE), TELEGRAM_IT, FESTA, LEZIONE)
    assert json.loads(post.facts["listed"])[1] == [
        "festa",
        1,
        "-",
        "Festa",
        "2021-05-09/2021-05-09",
        "9 maggio",
    ]
