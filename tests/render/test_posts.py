"""Whole posts, as followers get them: read them as an editor would."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from bot.core.model import Act, Channel, Entry, Platform, Precision, Span, When, Words
from bot.render import Unfit, accidental_links, render, speaks
from bot.render.dates import shown
from tests.render.build import (
    ROME,
    TELEGRAM_EN,
    TELEGRAM_IT,
    X_EN,
    X_IT,
    attempt,
    dates,
    day,
    days,
    delivery,
    item,
    post,
    rome,
)

NETWORK = item(
    dates("7 maggio, ore 11", day(5, 7, time(11))),
    Words(
        title="L’Unione europea in Piemonte: una rete al servizio dei cittadini",
        summary="Nella Festa dell’Europa si presentano gli uffici piemontesi della Commissione "
        "europea. Si inaugurano i centri Europe Direct di Torino, Cuneo e Vercelli.",
        where="online, in diretta Facebook",
        link="https://www.europedirect-torino.eu/rete",
    ),
    Words(
        title="The European Union in Piedmont: a network for its citizens",
        summary="On Europe Day the European Commission’s offices in Piedmont present themselves "
        "together.",
        where="Online, live on Facebook",
        link="https://www.europedirect-torino.eu/rete",
        wording="7 May, 11:00",
    ),
    tags=("Europe Direct", "UE"),
)

ALPINE = item(
    dates("5, 10 e 12 maggio", day(5, 5), day(5, 10), day(5, 12)),
    Words(
        title="Connect Alpine Space 2021",
        summary="Tre incontri sul prossimo programma Interreg Spazio alpino: clima, economia "
        "circolare, innovazione sociale. Ciascuno si segue da solo.",
        where="Online",
        link="https://www.alpine-space.eu/connect2021",
    ),
    tags=("Interreg",),
)

BIENNALE = item(
    dates("dal 15 maggio al 21 ottobre", days((5, 15), (10, 21))),
    Words(
        title="Biennale Mediterranea 19: School of Waters",
        summary="Più di 70 giovani artisti del Mediterraneo partono dall’acqua, patrimonio comune.",
        where="Repubblica di San Marino",
        link="https://mediterraneabiennial.org",
    ),
    Words(
        title="Mediterranea 19 Biennale: School of Waters",
        summary="More than 70 young Mediterranean artists start from water, a common heritage.",
        where="Republic of San Marino",
        link="https://mediterraneabiennial.org",
        wording="15 May to 21 October",
    ),
    tags=("BJCEM", "arte contemporanea"),
)

VOLGOGRAD = item(
    dates("da metà maggio", Span(date(2021, 5, 11), None, Precision.PART)),
    Words(
        title="Mostra virtuale su Volgograd",
        summary="31 fotografie di Sergey Zheltov raccontano la città russa.",
        link="https://www.comune.torino.it/relint/viaggi",
    ),
)

VOLUNTEERS = item(
    dates("entro il 28 maggio", days(None, (5, 28)), deadline=True),
    Words(
        title="Volontariato europeo in Polonia: aperte le candidature",
        summary="Si parte a settembre, con il Corpo europeo di solidarietà.",
        link="https://www.comune.torino.it/volontariato",
    ),
    tags=("European Solidarity Corps",),
)

REPORT = item(
    None,
    Words(
        title="Il rapporto 2020 sulle attività internazionali",
        summary="Reti, progetti europei e cooperazione in un anno segnato dalla pandemia.",
        link="https://www.comune.torino.it/relint/rapporto",
    ),
)


def test_the_day_before_on_telegram_in_italian() -> None:
    made = post(NETWORK, TELEGRAM_IT, rome(5, 6, 17, 30))

    assert made.text == (
        "Domani alle 11\n"
        "L’Unione europea in Piemonte: una rete al servizio dei cittadini\n"
        "\n"
        "7 maggio, ore 11\n"
        "Online, in diretta Facebook\n"
        "\n"
        "Nella Festa dell’Europa si presentano gli uffici piemontesi della Commissione europea. "
        "Si inaugurano i centri Europe Direct di Torino, Cuneo e Vercelli.\n"
        "\n"
        "Maggiori informazioni\n"
        "\n"
        "#EuropeDirect #UE"
    )
    assert made.request == {
        "method": "sendMessage",
        "params": {
            "chat_id": "@torino_nel_mondo",
            "text": "<i>Domani alle 11</i>\n"
            "<b>L’Unione europea in Piemonte: una rete al servizio dei cittadini</b>\n"
            "\n"
            "7 maggio, ore 11\n"
            "Online, in diretta Facebook\n"
            "\n"
            "Nella Festa dell’Europa si presentano gli uffici piemontesi della Commissione "
            "europea. Si inaugurano i centri Europe Direct di Torino, Cuneo e Vercelli.\n"
            "\n"
            '<a href="https://www.europedirect-torino.eu/rete">Maggiori informazioni</a>\n'
            "\n"
            "#EuropeDirect #UE",
            "parse_mode": "HTML",
            "link_preview_options": {"url": "https://www.europedirect-torino.eu/rete"},
        },
    }
    assert (made.length, made.limit, made.cost) == (len(made.text), 4096, Decimal(0))
    assert made.true_until == datetime(2021, 5, 6, 22, 0, tzinfo=UTC)
    assert made.facts == {
        "title": "L’Unione europea in Piemonte: una rete al servizio dei cittadini",
        "when": "7 maggio, ore 11",
        "where": "Online, in diretta Facebook",
        "link": "https://www.europedirect-torino.eu/rete",
    }


def test_the_same_day_on_x_in_italian() -> None:
    made = post(NETWORK, X_IT, rome(5, 7, 8, 30))

    assert made.text == (
        "Oggi alle 11\n"
        "L’Unione europea in Piemonte: una rete al servizio dei cittadini\n"
        "\n"
        "7 maggio, ore 11\n"
        "Online, in diretta Facebook\n"
        "\n"
        "Nella Festa dell’Europa si presentano gli uffici piemontesi della Commissione europea.\n"
        "\n"
        "#EuropeDirect #UE\n"
        "https://www.europedirect-torino.eu/rete"
    )
    assert made.request == {"method": "POST", "path": "/2/tweets", "body": {"text": made.text}}
    assert made.length == 254
    assert made.cost == Decimal("0.200")
    assert made.true_until == datetime(2021, 5, 7, 9, 0, tzinfo=UTC)


def test_the_day_before_in_english_on_both_platforms() -> None:
    assert post(NETWORK, X_EN, rome(5, 6, 17, 30)).text == (
        "Tomorrow at 11:00\n"
        "The European Union in Piedmont: a network for its citizens\n"
        "\n"
        "7 May, 11:00\n"
        "Online, live on Facebook\n"
        "\n"
        "On Europe Day the European Commission’s offices in Piedmont present themselves together.\n"
        "\n"
        "#EuropeDirect #UE\n"
        "https://www.europedirect-torino.eu/rete"
    )
    assert post(NETWORK, TELEGRAM_EN, rome(5, 6, 17, 30)).text.endswith(
        "present themselves together.\n\nMore information\n\n#EuropeDirect #UE"
    )


def test_a_list_of_dates_a_week_before_its_first() -> None:
    assert post(ALPINE, X_IT, rome(4, 28)).text == (
        "Tra una settimana\n"
        "Connect Alpine Space 2021\n"
        "\n"
        "5, 10 e 12 maggio\n"
        "Online\n"
        "\n"
        "Tre incontri sul prossimo programma Interreg Spazio alpino: clima, economia circolare, "
        "innovazione sociale. Ciascuno si segue da solo.\n"
        "\n"
        "#Interreg\n"
        "https://www.alpine-space.eu/connect2021"
    )


def test_of_a_list_only_the_dates_ahead_are_said() -> None:
    made = post(ALPINE, X_IT, rome(5, 9, 17, 30), occurrence="2021-05-10")
    left = When((day(5, 10), day(5, 12)), "", "it")

    assert made.text.startswith("Domani e mercoledì\nConnect Alpine Space 2021\n\n")
    assert made.facts["when"].casefold() == shown(left, "it", today=date(2021, 5, 9)).casefold()


def test_an_occurrence_is_led_with_its_own_day_even_when_one_before_it_is_ahead() -> None:
    made = post(ALPINE, X_IT, rome(5, 4), occurrence="2021-05-12")

    assert made.text.startswith("Tra otto giorni\n")


def test_an_exhibition_before_and_near_its_end() -> None:
    assert post(BIENNALE, X_IT, rome(5, 14)).text == (
        "Da domani\n"
        "Biennale Mediterranea 19: School of Waters\n"
        "\n"
        "Dal 15 maggio al 21 ottobre\n"
        "Repubblica di San Marino\n"
        "\n"
        "Più di 70 giovani artisti del Mediterraneo partono dall’acqua, patrimonio comune.\n"
        "\n"
        "#BJCEM #ArteContemporanea\n"
        "https://mediterraneabiennial.org"
    )
    assert post(BIENNALE, X_EN, rome(10, 18)).text == (
        "Last days\n"
        "Mediterranea 19 Biennale: School of Waters\n"
        "\n"
        "15 May to 21 October\n"
        "Republic of San Marino\n"
        "\n"
        "More than 70 young Mediterranean artists start from water, a common heritage.\n"
        "\n"
        "#BJCEM #ArteContemporanea\n"
        "https://mediterraneabiennial.org"
    )


def test_a_date_coarser_than_a_day_stands_in_its_own_words() -> None:
    made = post(VOLGOGRAD, X_IT, rome(5, 10))

    assert made.text == (
        "Mostra virtuale su Volgograd\n"
        "\n"
        "Da metà maggio\n"
        "\n"
        "31 fotografie di Sergey Zheltov raccontano la città russa.\n"
        "\n"
        "https://www.comune.torino.it/relint/viaggi"
    )
    assert made.true_until is None


def test_a_deadline() -> None:
    assert post(VOLUNTEERS, X_IT, rome(5, 25)).text == (
        "Mancano tre giorni\n"
        "Volontariato europeo in Polonia: aperte le candidature\n"
        "\n"
        "Entro il 28 maggio\n"
        "\n"
        "Si parte a settembre, con il Corpo europeo di solidarietà.\n"
        "\n"
        "#EuropeanSolidarityCorps\n"
        "https://www.comune.torino.it/volontariato"
    )


def test_news_has_neither_lead_nor_date() -> None:
    assert post(REPORT, TELEGRAM_IT, rome(5, 3)).text == (
        "Il rapporto 2020 sulle attività internazionali\n"
        "\n"
        "Reti, progetti europei e cooperazione in un anno segnato dalla pandemia.\n"
        "\n"
        "Maggiori informazioni"
    )


def test_a_date_written_for_machines_is_put_into_words() -> None:
    when = dates("2021-05-25", day(5, 25))
    made = post(item(when, Words("Country presentation sull’Estonia")), X_IT, rome(5, 24))

    assert "2021-05-25" not in made.text
    assert made.facts["when"].casefold() == shown(when, "it", today=date(2021, 5, 24)).casefold()


def test_staff_s_wording_is_not_shown_in_another_language() -> None:
    what = item(dates("25 maggio", day(5, 25)), Words("Estonia"), Words("Estonia today"))

    assert "maggio" not in post(what, X_EN, rome(5, 24)).text
    assert "25 May" in post(what, X_EN, rome(5, 24)).text


def test_an_entry_s_words_come_before_its_item_s() -> None:
    climate = Entry(
        "clima",
        dates("5 maggio", day(5, 5)),
        {"it": Words(title="Connect Alpine Space: il clima", link="https://alpine-space.eu/clima")},
    )
    what = item(
        None,
        Words("Connect Alpine Space 2021", "Tre incontri.", "Online", "https://alpine-space.eu"),
        entries=(climate,),
    )

    assert post(what, X_IT, rome(5, 4), occurrence="clima").text == (
        "Domani\n"
        "Connect Alpine Space: il clima\n"
        "\n"
        "5 maggio\n"
        "Online\n"
        "\n"
        "Tre incontri.\n"
        "\n"
        "https://alpine-space.eu/clima"
    )


def test_a_translation_without_place_or_link_takes_those_of_the_item() -> None:
    what = item(
        dates("9 maggio", day(5, 9)),
        Words("Commemorazione", "", "Cimitero Monumentale", "https://www.comune.torino.it/a"),
        Words("Commemoration", wording="9 May"),
    )

    assert post(what, X_EN, rome(5, 8)).text == (
        "Tomorrow\nCommemoration\n\n9 May\nCimitero Monumentale\n\nhttps://www.comune.torino.it/a"
    )


def test_an_amendment_and_a_withdrawal_say_so_first() -> None:
    amended = post(VOLUNTEERS, X_IT, rome(5, 20), act=Act.AMEND)
    withdrawn = post(VOLUNTEERS, X_IT, rome(5, 20), act=Act.WITHDRAW)

    assert amended.text.startswith("Aggiornamento\nVolontariato europeo")
    assert withdrawn.text == (
        "Annullato\n"
        "Volontariato europeo in Polonia: aperte le candidature\n"
        "\n"
        "Entro il 28 maggio\n"
        "\n"
        "#EuropeanSolidarityCorps\n"
        "https://www.comune.torino.it/volontariato"
    )
    assert amended.true_until is withdrawn.true_until is None


def test_without_a_link_there_is_no_preview_and_x_is_cheap() -> None:
    what = item(dates("9 maggio", day(5, 9)), Words("Commemorazione al Cimitero Monumentale"))
    telegram, x = post(what, TELEGRAM_IT, rome(5, 8)), post(what, X_IT, rome(5, 8))

    assert telegram.request["params"]["link_preview_options"] == {"is_disabled": True}
    assert "<a " not in telegram.request["params"]["text"]
    assert x.cost == Decimal("0.015")


def test_a_link_by_accident_is_counted_charged_and_told() -> None:
    what = item(None, Words("Domani l’evento.Info in sede"))
    made = post(what, X_IT, rome(5, 3))

    assert made.length == len("Domani l’") + 23 + len(" in sede")
    assert made.cost == Decimal("0.200")
    assert accidental_links(made.text, "") == ("evento.Info",)
    assert accidental_links("Vedi\nhttps://a.it/b", "https://a.it/b") == ()
    assert accidental_links("https://a.it/b.", "https://a.it/b.") == ("https://a.it/b",)


def test_the_digest_is_that_of_the_canonical_request() -> None:
    made = post(REPORT, X_IT, rome(5, 3))
    canonical = json.dumps(
        made.request, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()

    assert made.digest == hashlib.sha256(canonical).hexdigest()
    assert made.digest != post(REPORT, TELEGRAM_IT, rome(5, 3)).digest


def test_the_same_moment_gives_the_same_post() -> None:
    assert post(NETWORK, X_IT, rome(5, 6)) == post(NETWORK, X_IT, rome(5, 6))


def test_parts_give_way_in_order_on_x() -> None:
    def made(title: int, **parts: Any) -> str:
        what = item(
            dates("9 maggio", day(5, 9)),
            Words("T" * title, link="https://a.it", **parts),
            tags=("Uno", "Due"),
        )
        return post(what, X_IT, rome(5, 8)).text

    everything = made(50, summary="Prima frase. Seconda frase.", where="Torino")
    assert everything.count("\n") == 9
    assert "Prima frase.\n" in made(194, summary="Prima frase. Seconda frase.", where="Torino")
    assert "Prima" not in made(208, summary="Prima frase. Seconda frase.", where="Torino")
    assert "#Uno #Due" in made(208, summary="Prima frase. Seconda frase.", where="Torino")
    assert "#Uno\n" in made(222, where="Torino")
    assert "#" not in made(227, where="Torino")
    assert "Torino" in made(227, where="Torino")
    assert "Torino" not in made(232, where="Torino")
    assert made(232, where="Torino").startswith("Domani\n")
    assert made(245, where="Torino") == "T" * 245 + "\n\n9 maggio\n\nhttps://a.it"


def test_a_post_without_room_for_title_dates_and_link_is_unfit() -> None:
    what = item(dates("9 maggio", day(5, 9)), Words("T" * 246, link="https://a.it"))
    made = attempt(what, X_IT, rome(5, 8))

    assert isinstance(made, Unfit)
    assert "x-it" in made.reason
    assert made.hint == "shorten the title"


def test_a_lead_that_had_no_room_does_not_limit_how_long_the_post_is_true() -> None:
    what = item(dates("9 maggio", day(5, 9)), Words("T" * 245, link="https://a.it"))

    assert post(what, X_IT, rome(5, 8)).true_until is None


def test_a_channel_whose_language_is_missing_is_not_spoken_to() -> None:
    french = Channel("x-fr", Platform.X, "turin", "fr", "standard")

    assert speaks(REPORT, X_IT)
    assert not speaks(REPORT, X_EN)
    assert not speaks(item(None, Words(" \u200b")), X_IT)
    for channel in (X_EN, french):
        what = delivery(REPORT, channel, rome(5, 3))
        assert isinstance(
            render({REPORT.id: REPORT}, what, channel, at=rome(5, 3), zone=ROME), Unfit
        )


def test_on_telegram_a_long_summary_ends_at_a_word_and_a_long_title_costs_the_lead() -> None:
    link = "https://a.it"
    wordy = item(dates("9 maggio", day(5, 9)), Words("Titolo", "parola " * 700, link=link))
    titled = item(dates("9 maggio", day(5, 9)), Words("T" * 4_060, "Fine.", "Torino", link))

    summary = post(wordy, TELEGRAM_IT, rome(5, 8))
    assert 4_080 < summary.length <= 4_096
    assert "parola parola…\n\nMaggiori informazioni" in summary.text
    short = post(titled, TELEGRAM_IT, rome(5, 8))
    assert short.text == "T" * 4_060 + "\n\n9 maggio\n\nMaggiori informazioni"
    assert short.true_until is None


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("5-6 maggio", "5–6 maggio"),
        ("28 maggio ore 9-13", "28 maggio ore 9–13"),
        ("ven-dom 7-9 maggio", "Ven-dom 7–9 maggio"),
    ],
)
def test_a_range_that_staff_typed_with_a_hyphen_gets_its_dash(typed: str, set_as: str) -> None:
    event = item(
        dates(typed, days((5, 5), (5, 6))), Words("Seminario", link="https://example.org/")
    )
    assert set_as in post(event, TELEGRAM_IT, rome(4, 29)).text.splitlines()
