"""Texts of staff's own, which stand for ours on a platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from bot.core.model import (
    Act,
    Campaign,
    Catalog,
    Entry,
    Item,
    Platform,
    TagFamily,
    Words,
)
from bot.core.template import Literal, Template, Value
from bot.render import Unfit
from bot.render.misfit import doubtful
from tests.render.build import TELEGRAM_EN, TELEGRAM_IT, X_IT, attempt, dates, day, item, post, rome

LINK = "https://www.comune.torino.it/relint/rete"


def festa(x: str = "", telegram: str = "", link: str = LINK) -> Item:
    texts = {Platform.X: x, Platform.TELEGRAM: telegram}
    words = Words(
        "Festa", "Si balla.", "Piazza Castello", link, text={p: t for p, t in texts.items() if t}
    )
    english = Words("Party", "We dance.", "Piazza Castello", link)
    return item(
        dates("7 maggio, ore 11", day(5, 7, time(11))),
        words,
        english,
        tags=("UE",),
        contact="a@b.it",
    )


def test_it_stands_between_lead_and_link() -> None:
    made = post(festa(x="Tutti in piazza, 7 maggio, ore 11.\n\nVenite!"), X_IT, rome(5, 6))

    assert made.text == f"Domani alle 11\nTutti in piazza, 7 maggio, ore 11.\n\nVenite!\n\n{LINK}"
    assert made.facts == {
        "title": "Festa",
        "when": "7 maggio, ore 11",
        "where": "Piazza Castello",
        "link": LINK,
    }
    assert made.true_until == rome(5, 7, 0)


def test_on_telegram_its_lines_are_kept_and_escaped() -> None:
    made = post(festa(telegram="<b>Tutti</b>\nin piazza\n\n\nR&D"), TELEGRAM_IT, rome(5, 6))

    assert made.request["params"]["text"] == (
        "<i>Domani alle 11</i>\n&lt;b&gt;Tutti&lt;/b&gt;\nin piazza\n\nR&amp;D\n\n7 maggio, ore 11\n\n"
        f'<a href="{LINK}">Maggiori informazioni</a>'
    )


def test_dates_that_it_does_not_name_are_added() -> None:
    def last(text: str) -> str:
        return post(festa(x=text), X_IT, rome(5, 6)).text.split("\n")[-3]

    assert last("Tutti in piazza!") == "7 maggio, ore 11"
    assert last("Tutti in piazza il 7 MAGGIO, ore 11!") == "Tutti in piazza il 7 MAGGIO, ore 11!"
    assert last("Tutti in piazza il 27 maggio, ore 11!") == "7 maggio, ore 11"
    assert last("Tutti in piazza il 7 maggio, ore 110!") == "7 maggio, ore 11"


def test_a_link_that_it_has_is_not_added() -> None:
    text = f"Tutti in piazza! {LINK} (7 maggio, ore 11)"

    assert post(festa(x=text), X_IT, rome(5, 6)).text == f"Domani alle 11\n{text}"
    assert post(festa(telegram=text), TELEGRAM_IT, rome(5, 6)).text == f"Domani alle 11\n{text}"


def test_a_longer_link_is_another() -> None:
    text = f"Tutti in piazza! {LINK}/altro (7 maggio, ore 11)"

    assert post(festa(x=text), X_IT, rome(5, 6)).text.endswith(f"\n\n{LINK}")


def test_its_link_has_the_campaign_tags_of_the_channel() -> None:
    campaign = Campaign(TagFamily.UTM, frozenset({"comune.torino.it"}), "x", "social")
    made = post(festa(x=f"In piazza! {LINK}"), replace(X_IT, campaign=campaign), rome(5, 6))

    assert f"In piazza! {LINK}?utm_source=x&utm_medium=social&utm_campaign=prova\n" in made.text
    assert made.text.count("https://") == 1
    assert made.facts["link"] == LINK


def test_an_item_without_a_link_is_given_none() -> None:
    made = post(festa(x="Il 7 maggio, ore 11 in piazza", link=""), X_IT, rome(5, 6))

    assert made.text == "Domani alle 11\nIl 7 maggio, ore 11 in piazza"


def test_other_platforms_and_languages_have_our_words() -> None:
    what = festa(telegram="In piazza!")

    assert post(what, X_IT, rome(5, 6)).text.startswith("Domani alle 11\nFesta\n")
    assert post(what, TELEGRAM_EN, rome(5, 6)).text.startswith("Tomorrow at 11:00\nParty\n")


def test_it_goes_before_a_template() -> None:
    channel = replace(X_IT, template=Template((Value("title"), Literal(" "), Value("link"))))

    assert post(festa(x="In piazza!"), channel, rome(5, 6)) == post(
        festa(x="In piazza!"), X_IT, rome(5, 6)
    )


def test_one_of_several_events_has_words_of_its_own() -> None:
    entry = Entry("gara", dates("8 maggio", day(5, 8)), {"it": Words("La gara")})
    what = replace(festa(x="In piazza!"), entries=(entry,))

    assert "La gara" in post(what, X_IT, rome(5, 6), "gara").text
    assert "In piazza!" in post(what, X_IT, rome(5, 6)).text


def test_what_is_off_is_not_advertised() -> None:
    made = post(festa(x="Venite!"), X_IT, rome(5, 6), act=Act.WITHDRAW)

    assert made.text.startswith("Annullato\nFesta\n")
    assert "Venite" not in made.text


def test_only_the_lead_gives_way_to_it() -> None:
    room = 280 - len("\n\n7 maggio, ore 11\n\n") - 23
    made = post(festa(x="x" * room), X_IT, rome(5, 6))

    assert (made.length, made.true_until) == (280, None)
    assert made.text == f"{'x' * room}\n\n7 maggio, ore 11\n\n{LINK}"


def test_one_that_is_too_long_is_told_with_its_count() -> None:
    what = festa(x="x" * 260)
    unfit = attempt(what, X_IT, rome(5, 6))

    assert isinstance(unfit, Unfit)
    assert unfit.reason == "its own text is 303 long with dates and link, x-it takes 280"
    assert unfit.hint == "shorten it, under `text: {x: ...}`"
    assert list(doubtful(Catalog({"prova": what}, {"x-it": X_IT}, {}))) == [what]
