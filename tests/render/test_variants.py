from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.core.model import WHOLE, Channel, Delivery, Hours, Item, Key, Schedule, When, Words
from bot.render import Unfit, render
from bot.render.variants import Variant, variants
from tests.render.build import ROME, TELEGRAM_IT, X_IT, dates, day, days, item, rome

# From Monday to Friday, 8:30 to 19:30; May 1 2021 was a Saturday.
WEEKDAYS = Schedule(
    name="standard",
    zone=ROME,
    zone_name="Europe/Rome",
    announce=(),
    each_date=(),
    hours=Hours(frozenset(range(5)), time(8, 30), time(19, 30)),
    holidays=frozenset(),
    gap=timedelta(minutes=30),
    per_day=3,
)
PAGE = Words("Festa d’Europa", link="https://example.org/")
FESTA = dates("7 maggio ore 11", day(5, 7, time(11)))


def said(
    when: When | None, at: datetime, deadline: datetime, channel: Channel = TELEGRAM_IT
) -> tuple[Item, Delivery, tuple[Variant, ...]]:
    made = item(when, PAGE)
    key = Key(made.id, 1, WHOLE, "start-7d", channel.name)
    delivery = Delivery(key, channel.platform, when, 0, at, at, deadline)
    found = variants({made.id: made}, delivery, channel, WEEKDAYS, at)
    assert not isinstance(found, Unfit)
    return made, delivery, found


def leads(found: tuple[Variant, ...]) -> list[tuple[date, str]]:
    return [(each.since.astimezone(ROME).date(), each.post.text.splitlines()[0]) for each in found]


def test_each_lead_that_a_late_post_can_have_comes_in_order_until_its_deadline() -> None:
    _, _, found = said(FESTA, rome(4, 30), rome(5, 6, 17, 30))
    assert leads(found) == [
        (date(2021, 4, 30), "Tra una settimana"),
        (date(2021, 5, 3), "Tra quattro giorni"),  # nothing goes out at a weekend
        (date(2021, 5, 4), "Tra tre giorni"),
        (date(2021, 5, 5), "Dopodomani"),
        (date(2021, 5, 6), "Domani alle 11"),
    ]
    assert found[-1].until == rome(5, 6, 17, 30)


def test_each_variant_is_the_post_that_is_rendered_at_its_ends() -> None:
    for channel in (TELEGRAM_IT, X_IT):
        made, delivery, found = said(FESTA, rome(4, 30), rome(5, 7, 10, 30), channel)
        for each in found:
            for moment in (each.since, each.until - timedelta(seconds=1)):
                post = render({made.id: made}, delivery, channel, at=moment, zone=ROME)
                assert post == each.post


def test_words_that_stay_true_are_one_variant_over_all_its_days() -> None:
    biennale = dates("dal 15 maggio al 21 ottobre", days((5, 15), (10, 21)))
    _, delivery, found = said(biennale, rome(5, 14, 17, 30), rome(10, 18))
    assert leads(found) == [(date(2021, 5, 14), "Da domani"), (date(2021, 5, 17), "In corso")]
    assert found[-1].days(WEEKDAYS) == (date(2021, 5, 17), date(2021, 10, 18))
    assert delivery.deadline == found[-1].until


def test_words_without_a_lead_are_looked_at_again_each_day() -> None:
    """A date that is too far away for a countdown comes near enough while the post waits."""
    _, _, found = said(FESTA, rome(4, 1), rome(4, 8, 19))
    assert leads(found) == [
        (date(2021, 4, 1), "Festa d’Europa"),
        (date(2021, 4, 7), "Tra 30 giorni"),
        (date(2021, 4, 8), "Tra 29 giorni"),
    ]


def test_what_has_no_lead_has_one_wording() -> None:
    _, _, found = said(None, rome(5, 3), rome(6, 1))
    assert leads(found) == [(date(2021, 5, 3), "Festa d’Europa")]
    assert found[0].until == rome(6, 1)


def test_a_post_that_does_not_fit_has_no_variant() -> None:
    made = item(FESTA, replace(PAGE, title="a" * 300))
    key = Key(made.id, 1, WHOLE, "start-7d", X_IT.name)
    at = rome(4, 30)
    delivery = Delivery(key, X_IT.platform, FESTA, 0, at, at, rome(5, 6))
    assert isinstance(variants({made.id: made}, delivery, X_IT, WEEKDAYS, at), Unfit)
