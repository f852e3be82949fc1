"""The post on X that a used-up budget leaves: without its link, and right by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.agenda import agenda
from bot.core.calendar import instant
from bot.core.model import (
    MONTH,
    SEVERAL,
    WEEK,
    Act,
    Budget,
    Campaign,
    Catalog,
    Channel,
    Delivery,
    Item,
    OnLimit,
    Platform,
    Post,
    Schedule,
    TagFamily,
    Weekly,
    Words,
)
from bot.core.prices import X_POST, X_POST_WITH_LINK, Prices
from bot.core.template import Choice, Has, Literal, Template, Value
from bot.core.text.x import LIMIT, links, weighted_length
from bot.load import load
from bot.render import Unfit, render
from bot.render.clean import one_line
from bot.render.misfit import doubtful, misfits
from bot.render.x import has_link
from tests.core.build import schedule
from tests.render.build import ROME, TELEGRAM_IT, X_EN, X_IT, dates, day, delivery, item, rome

ROOT = Path(__file__).parents[2]
LINK = "https://www.comune.torino.it/relint/rete"
EVE = rome(5, 6)


def festa(
    *, title: str = "Festa", summary: str = "", where: str = "", contact: str = "", text: str = ""
) -> Item:
    own = {Platform.X: text} if text else {}
    words = Words(title, summary, where, LINK, text=own)
    return item(
        dates("7 maggio, ore 11", day(5, 7, time(11))), words, tags=("UE",), contact=contact
    )


def attempt(
    what: Item, channel: Channel = X_IT, act: Act = Act.ANNOUNCE, *, without_link: bool = True
) -> Post | Unfit:
    asked = delivery(what, channel, EVE, act=act)
    return render({what.id: what}, asked, channel, at=EVE, zone=ROME, without_link=without_link)


def post(what: Item, channel: Channel = X_IT, act: Act = Act.ANNOUNCE) -> Post:
    made = attempt(what, channel, act)
    assert isinstance(made, Post), made
    return made


def why_not(what: Item, channel: Channel = X_IT) -> str:
    made = attempt(what, channel)
    assert isinstance(made, Unfit), made
    return made.reason


# --- what it says ---------------------------------------------------------------------------------


def test_it_says_all_but_the_link_at_the_price_of_a_post_without_one() -> None:
    made = post(festa(summary="Si balla.", where="piazza Castello", contact="a@b.it"))

    assert made.text == (
        "Domani alle 11\nFesta\n\n7 maggio, ore 11\nPiazza Castello\n\nSi balla.\n\n"
        "Per informazioni: a@b.it\n\n#UE"
    )
    assert made.request["body"] == {"text": made.text}
    assert made.cost == X_POST


def test_the_ledger_does_not_hear_of_a_link_that_nobody_was_told() -> None:
    tagging = Campaign(TagFamily.MTM, frozenset({"comune.torino.it"}), "x-it", "social")
    for channel in (X_IT, replace(X_IT, campaign=tagging)):
        assert post(festa(), channel).facts["link"] == ""


def test_the_summary_takes_the_room_of_the_link() -> None:
    # beside the rest there is room for 211 with the link, for 235 without it
    what = festa(summary="Si balla in piazza, " * 11 + "venite")
    with_link = attempt(what, without_link=False)
    assert isinstance(with_link, Post)
    assert "Si balla" not in with_link.text
    assert what.words["it"].summary in post(what).text


@pytest.mark.parametrize("act", [Act.AMEND, Act.WITHDRAW])
def test_a_correction_and_a_withdrawal_have_it_too(act: Act) -> None:
    assert post(festa(), act=act).cost == X_POST


def test_on_telegram_a_link_costs_nothing_and_stays() -> None:
    what = festa(title="Torino.Il futuro")
    assert isinstance(attempt(what, TELEGRAM_IT), Post)
    assert attempt(what, TELEGRAM_IT) == attempt(what, TELEGRAM_IT, without_link=False)


def test_prices_are_those_of_the_channel() -> None:
    channel = replace(X_IT, prices=Prices(post=Decimal("0.02"), post_with_link=Decimal("0.3")))
    with_link = attempt(festa(), channel, without_link=False)
    assert isinstance(with_link, Post)
    assert (with_link.cost, post(festa(), channel).cost) == (Decimal("0.3"), Decimal("0.02"))


# --- what X would take for a link -----------------------------------------------------------------


def test_a_contact_that_is_a_link_goes_with_the_words_before_it() -> None:
    made = post(festa(summary="Si balla.", contact="www.comune.torino.it"))

    assert "informazioni" not in made.text
    assert "Si balla." in made.text
    assert made.cost == X_POST


def test_a_summary_ends_before_a_sentence_with_a_link() -> None:
    made = post(festa(summary="Si balla. Programma su comune.torino.it e in piazza."))

    assert "\n\nSi balla.\n\n" in made.text
    assert "Programma" not in made.text


def test_a_place_that_is_a_link_is_left_out() -> None:
    made = post(festa(where="meet.example.org/festa"))
    assert made.text == "Domani alle 11\nFesta\n\n7 maggio, ore 11"


def test_a_title_that_is_a_link_leaves_nothing_to_save() -> None:
    made = attempt(festa(title="Torino.Il futuro"))
    assert isinstance(made, Unfit)
    assert made.reason == "without its link the post still has one on x-it: Torino.Il"
    assert "full stop" in made.hint


def test_a_text_of_ones_own_is_never_robbed_of_its_link() -> None:
    assert why_not(festa(text=f"Venite! {LINK} 7 maggio")) == (
        f"without its link the item's own text still has one on x-it: {LINK}"
    )
    assert "ecc.it" in why_not(festa(text="Musica, balli ecc.it"))


def test_a_text_of_ones_own_without_a_link_stays_as_it_is() -> None:
    made = post(festa(text="Venite tutti!"))
    assert made.text == "Domani alle 11\nVenite tutti!\n\n7 maggio, ore 11"
    assert made.cost == X_POST


def test_what_begins_as_a_link_counts_as_one_whatever_x_makes_of_it() -> None:
    unheard_of = "https://festa.nonesiste/programma"
    assert not links(unheard_of)
    what = item(dates("7 maggio", day(5, 7)), Words("Festa", link=unheard_of))
    with_link = attempt(what, without_link=False)
    assert isinstance(with_link, Post)
    assert (with_link.cost, post(what).cost) == (X_POST_WITH_LINK, X_POST)
    assert "://" in why_not(festa(text=f"Venite! {unheard_of}"))


# --- templates ------------------------------------------------------------------------------------


def templated(*body: Choice | Literal | Value) -> Channel:
    head = (Value("title"), Literal("\n"), Value("dates"), Literal("\n"))
    return replace(X_IT, template=Template((*head, *body)))


def test_a_template_is_told_that_there_is_no_link() -> None:
    choice = Choice(Has("link"), (Literal("Qui: "), Value("link")), (Literal("Chiedete a noi"),))
    assert post(festa(), templated(choice)).text == "Festa\n7 maggio, ore 11\nChiedete a noi"


def test_words_that_introduce_a_link_go_with_it() -> None:
    channel = templated(Literal("Info: "), Value("link"), Literal("\n"), Value("tags"))
    assert post(festa(), channel).text == "Festa\n7 maggio, ore 11\n#UE"


def test_a_link_in_the_templates_own_words_stays_and_is_told() -> None:
    assert "comune.torino.it" in why_not(festa(), templated(Literal("Da comune.torino.it")))


# --- round-ups ------------------------------------------------------------------------------------


def may() -> Catalog:
    """The issue of May, on channels that send posts without their link."""
    catalog, problems = load(ROOT / "content", ROOT / "schedules")
    assert not problems
    budget = Budget(Decimal(10), OnLimit.WITHOUT_LINK)
    return replace(
        catalog,
        channels={
            name: replace(each, budget=budget) if each.platform is Platform.X else each
            for name, each in catalog.channels.items()
        },
    )


def deliveries(catalog: Catalog, *, weekly: bool = False) -> list[tuple[Delivery, Channel]]:
    if weekly:
        monday = Weekly(0, time(9))
        schedules = {n: replace(s, round_up=monday) for n, s in catalog.schedules.items()}
        catalog = replace(catalog, schedules=schedules)
    made = agenda(catalog)
    return [
        (each, channel)
        for each in made.deliveries.values()
        if (channel := catalog.channels[each.key.channel]).platform is Platform.X
        and each.is_round_up == weekly
    ]


@pytest.mark.parametrize("weekly", [False, True])
def test_of_all_of_may_each_has_one_that_is_right_by_itself(weekly: bool) -> None:
    catalog = may()
    found = deliveries(catalog, weekly=weekly)
    assert len(found) > (5 if weekly else 40)
    for asked, channel in found:
        made = render(catalog.items, asked, channel, at=asked.placed, zone=ROME, without_link=True)
        assert isinstance(made, Post), made
        assert made.length <= 280
        assert not links(made.text)
        assert "://" not in made.text
        assert made.cost in (X_POST, X_POST + Decimal("0.005"))
        assert not made.text.endswith(("\n", ":"))
        if not weekly:
            assert made.facts["when"] in made.text
            assert made.facts["title"] in made.text


def test_of_all_of_may_the_usual_post_costs_more() -> None:
    catalog = may()
    for asked, channel in deliveries(catalog):
        made = render(catalog.items, asked, channel, at=asked.placed, zone=ROME)
        assert isinstance(made, Post)
        assert made.cost >= X_POST_WITH_LINK


def test_a_round_up_names_more_without_the_page() -> None:
    catalog = may()
    counts = []
    for asked, channel in deliveries(catalog, weekly=True):
        made = [
            render(catalog.items, asked, channel, at=asked.placed, zone=ROME, without_link=less)
            for less in (False, True)
        ]
        assert all(isinstance(each, Post) for each in made)
        counts.append(tuple(each.text.count(" – ") for each in made if isinstance(each, Post)))
    assert all(one <= other for one, other in counts)


def rounded_up(*titles: str, step: str, channel: Channel = X_IT) -> Post | Unfit:
    """A round-up of events with these titles, without its links."""
    monday = instant(date(2021, 5, 3), time(9), ROME)
    items = [replace(festa(title=title), id=f"a{n}") for n, title in enumerate(titles)]
    late = tuple(delivery(each, channel, monday) for each in items)
    occurrence = "2021-05-03" if step == WEEK else items[0].id
    asked = replace(
        late[0],
        key=late[0].key._replace(item=SEVERAL, occurrence=occurrence, step=step),
        when=None,
        listed=tuple(each.id for each in items),
        settles=late if step == MONTH else (),
    )
    by_id = {each.id: each for each in items}
    return render(by_id, asked, channel, at=monday, zone=ROME, without_link=True)


def test_a_round_up_with_a_title_that_is_a_link_is_told() -> None:
    titles = ("Torino.Il futuro", "Uno", "Due", "Tre")
    made = rounded_up(*titles, step=WEEK)
    assert isinstance(made, Unfit)
    assert "Torino.Il" in made.reason
    assert isinstance(rounded_up(*titles, step=WEEK, channel=TELEGRAM_IT), Post)


def test_what_a_months_round_up_settles_was_told_without_a_link() -> None:
    made = rounded_up("Uno", "Due", "Tre", "Quattro", step=MONTH)
    assert isinstance(made, Post)
    assert made.cost == X_POST
    assert [facts["link"] for facts in made.settles.values()] == [""] * 4


# --- words that nobody thought of ------------------------------------------------------------------

DOTTED = st.text(alphabet="aeit.:/ @#\u2026\n\N{SOFT HYPHEN}", max_size=40)
WORDS = st.lists(DOTTED | st.sampled_from(["comune.torino.it", "https://", "ecc.", "Torino"])).map(
    " ".join
)


@settings(max_examples=200)
@given(WORDS, WORDS, WORDS, WORDS, st.booleans())
def test_whatever_is_written_it_is_cheap_or_there_is_none(
    title: str, summary: str, where: str, contact: str, is_set_by_template: bool
) -> None:
    what = festa(title=title, summary=summary, where=where, contact=contact)
    body = [Value(part) for part in ("summary", "where", "contact", "link")]
    channel = templated(*body) if is_set_by_template else X_IT
    made = attempt(what, channel)

    if isinstance(made, Unfit):
        shortest = f"{one_line(title)}\n\n7 maggio, ore 11"
        assert (
            not one_line(title)
            or has_link(one_line(title))
            or weighted_length(shortest) > LIMIT - 2
        )
        return
    assert made.length == weighted_length(made.text) <= LIMIT
    assert made.cost == X_POST
    assert not links(made.text)
    assert one_line(title) in made.text


# --- what check looks at --------------------------------------------------------------------------


def catalog_of(what: Item, on_limit: OnLimit) -> Catalog:
    ladder: Schedule = schedule("1 day before at 10:00")
    channel = replace(X_IT, budget=Budget(Decimal(10), on_limit))
    return Catalog({what.id: what}, {channel.name: channel}, {"standard": ladder})


def test_only_channels_that_send_it_are_checked_for_it() -> None:
    what = festa(title="Torino.Il futuro")
    held, sent = (agenda(catalog_of(what, each)) for each in OnLimit)

    assert misfits(held, without_link=True) == {}
    assert [key.item for key in misfits(sent, without_link=True)] == ["prova"]
    assert misfits(sent) == {}  # with its link it can go


def test_of_two_channels_the_one_that_sends_it_is_told() -> None:
    files = catalog_of(festa(title="Torino.Il futuro"), OnLimit.WITHOUT_LINK)
    both = {**files.channels, "x-due": replace(X_IT, name="x-due", address="due")}
    found = misfits(agenda(replace(files, channels=both)), without_link=True)
    assert [key.channel for key in found] == ["x-it"]


@pytest.mark.parametrize(
    "what",
    [
        festa(title="Torino.Il futuro"),
        festa(title="Torino.\N{SOFT HYPHEN}Il futuro"),
        festa(text="Venite!"),
        replace(festa(), when=dates("7 maggio, ore 11.it", day(5, 7))),
    ],
)
def test_what_might_have_a_link_is_rendered(what: Item) -> None:
    assert list(doubtful(catalog_of(what, OnLimit.WITHOUT_LINK), without_link=True)) == [what]


def test_what_has_none_need_not_be_rendered() -> None:
    what = festa(summary="Su comune.torino.it", where="zoom.us", contact="b.it")
    assert list(doubtful(catalog_of(what, OnLimit.WITHOUT_LINK), without_link=True)) == []
    post(what)


def test_in_english_as_well() -> None:
    what = item(dates("7 maggio", day(5, 7)), Words("Festa", link=LINK), Words("Party", link=LINK))
    assert post(what, X_EN).text == "Tomorrow\nParty\n\n7 May"
