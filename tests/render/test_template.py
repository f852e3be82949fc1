"""Posts by a channel's own template."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.core.model import Act, Channel, Item, Words
from bot.core.template import Choice, Has, Literal, Styled, Template, Value
from bot.render import Unfit
from bot.sandbox.markup import parse
from tests.render.build import TELEGRAM_IT, X_IT, attempt, dates, day, item, post, rome

LINK = "https://www.comune.torino.it/relint/rete?id=7&lang=it"

# <i>{{ lead }}</i>: <b>{{ title }}</b>
#
# Quando: {{ dates }}
# {% if where %}Dove: <u>{{ where }}</u>{% endif %}
#
# {{ summary }}
# <a href="{{ link }}">Il <s>vecchio</s> programma & altro</a>
# {{ contact }}
# {{ tags }}
MARKED = Template(
    (
        Styled("i", (Value("lead"),)),
        Literal(": "),
        Styled("b", (Value("title"),)),
        Literal("\n\nQuando: "),
        Value("dates"),
        Literal("\n"),
        Choice(Has("where"), (Literal("Dove: "), Styled("u", (Value("where"),)))),
        Literal("\n\n"),
        Value("summary"),
        Literal("\n"),
        Styled(
            "a", (Literal("Il "), Styled("s", (Literal("vecchio"),)), Literal(" programma & altro"))
        ),
        Literal("\n"),
        Value("contact"),
        Literal("\n"),
        Value("tags"),
    )
)
BARE = Template(
    (
        Value("title"),
        Literal(" | "),
        Value("dates"),
        Literal("\n"),
        Value("summary"),
        Literal("\n"),
        Value("link"),
        Literal("\n"),
        Value("tags"),
    )
)
TELEGRAM = replace(TELEGRAM_IT, template=MARKED)
X = replace(X_IT, template=BARE)


def festa(
    summary: str = "Si balla.", where: str = "Piazza Castello", title: str = "R&D <festa>"
) -> Item:
    return item(
        dates("7 maggio, ore 11", day(5, 7, time(11))),
        Words(title, summary, where, LINK),
        tags=("UE", "Europa"),
        contact="info@comune.torino.it",
    )


def test_a_template_sets_the_post_of_its_channel() -> None:
    made = post(festa(), TELEGRAM, rome(5, 6))

    assert made.request["params"]["text"] == (
        "<i>Domani alle 11</i>: <b>R&amp;D &lt;festa&gt;</b>\n"
        "\n"
        "Quando: 7 maggio, ore 11\n"
        "Dove: <u>Piazza Castello</u>\n"
        "\n"
        "Si balla.\n"
        '<a href="https://www.comune.torino.it/relint/rete?id=7&amp;lang=it">'
        "Il <s>vecchio</s> programma &amp; altro</a>\n"
        "Per informazioni: info@comune.torino.it\n"
        "#UE #Europa"
    )
    assert made.text == parse(made.request["params"]["text"]).text
    assert made.facts["title"] == "R&D <festa>"


def test_what_an_item_lacks_leaves_no_gap() -> None:
    made = post(festa(where="", summary=""), TELEGRAM, rome(5, 6))

    assert made.text.split("\n")[:5] == [
        "Domani alle 11: R&D <festa>",
        "",
        "Quando: 7 maggio, ore 11",
        "",
        "Il vecchio programma & altro",
    ]


def test_on_x_it_is_plain_text() -> None:
    made = post(festa(), X, rome(5, 6))

    assert made.text == f"R&D <festa> | 7 maggio, ore 11\nSi balla.\n{LINK}\n#UE #Europa"
    assert made.request["body"] == {"text": made.text}


def test_parts_give_way_within_a_template_in_the_same_order() -> None:
    def shown(words: int) -> str:
        return post(festa("Parola. " * words, title="T" * 150), X, rome(5, 6)).text

    assert "#UE #Europa" in shown(1)
    assert shown(1).count("Parola.") == 1
    assert shown(40).count("Parola.") in range(5, 10)
    assert shown(40).endswith(f"{LINK}\n#UE #Europa")
    long = post(festa("Parola.", title="T" * 226), X, rome(5, 6)).text
    assert long == f"{'T' * 226} | 7 maggio, ore 11\n{LINK}\n#UE"


def test_a_title_that_leaves_no_room_is_told_with_the_template() -> None:
    unfit = attempt(festa(title="T" * 240), X, rome(5, 6))

    assert isinstance(unfit, Unfit)
    assert unfit.reason == "title, dates and link alone are too long for x-it"
    assert unfit.hint == "shorten the title, or the words that the template of x-it adds"


@pytest.mark.parametrize("channel", [TELEGRAM, X])
@pytest.mark.parametrize(
    ("act", "first"), [(Act.WITHDRAW, "Annullato"), (Act.AMEND, "Aggiornamento")]
)
def test_what_has_changed_is_said_without_the_template(
    channel: Channel, act: Act, first: str
) -> None:
    plain = replace(channel, template=None)

    made = post(festa(), channel, rome(5, 6), act=act)
    assert made == post(festa(), plain, rome(5, 6), act=act)
    assert made.text.startswith(first)
