"""The figures that Prometheus reads, after the real engine and ledger did something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.core.model import Budget, Deferred, Platform, Unknown
from bot.desk.metrics import Metrics
from bot.desk.standing import read_standing
from bot.engine import Ticked
from bot.ledger import open_store
from tests.core.build import TELEGRAM, at, days, item
from tests.engine.stage import Stage, burst

X = replace(
    TELEGRAM, name="x-it", platform=Platform.X, address="torino", budget=Budget(Decimal("2.5"))
)


def figures(metrics: Metrics) -> dict[str, float]:
    """Each series as Prometheus reads it: `name{label=value}`, in the order of its labels."""
    found = {}
    for family in text_string_to_metric_families(metrics.exposed().decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def counted(metrics: Metrics, ticks: list[Ticked]) -> dict[str, object]:
    """For a stage: what the engine tells, told to `metrics`."""

    def ticked(tick: Ticked) -> None:
        ticks.append(tick)
        metrics.ticked(tick, tick.plan.now, 0)

    return {"on_tick": ticked, "on_end": metrics.ended}


async def test_a_post_is_counted_with_its_lateness_cost_and_time(
    stage: Callable[..., Stage],
) -> None:
    metrics = Metrics()
    office = stage(
        burst(),
        item("a", days("2021-05-20")),
        now="2021-05-19 17:30",
        channel=X,
        **counted(metrics, []),
    )
    office.publisher.before = lambda: setattr(office, "now", at("2021-05-19 17:30:04"))
    await office.pass_on()
    await office.engine.close()
    found = figures(metrics)
    [post] = office.publisher.posts
    assert found["banditore_posts_total{channel=x-it,outcome=published}"] == 1
    assert found["banditore_posts_total{channel=x-it,outcome=unknown}"] == 0
    assert found["banditore_post_lateness_seconds_sum"] == 4
    assert found["banditore_post_lateness_seconds_bucket{le=2.0}"] == 0
    assert found["banditore_post_lateness_seconds_bucket{le=5.0}"] == 1
    assert found["banditore_spend_dollars_total{channel=x-it}"] == float(post.cost) > 0
    then = at("2021-05-19 17:30:04").timestamp()
    assert found["banditore_last_success_timestamp_seconds{channel=x-it}"] == then
    assert found["banditore_last_tick_timestamp_seconds"] == then - 4
    assert found[f"banditore_build_info{{version={__version__}}}"] == 1
    assert not any("item" in name or "=a," in name for name in found)


async def test_the_queue_is_counted_and_a_refusal_is_no_success(
    stage: Callable[..., Stage],
) -> None:
    metrics, ticks = Metrics(), list[Ticked]()
    items = [item("a", days("2021-05-20")), item("b", days("2021-05-21"))]
    office = stage(burst(), *items, now="2021-05-19 17:30", **counted(metrics, ticks))
    office.publisher.outcome = Deferred("the token is refused", stops_channel=True)
    await office.pass_on()
    found = figures(metrics)
    assert found["banditore_queue_ahead{state=due}"] == 1
    assert found["banditore_queue_ahead{state=later}"] == 1
    assert found["banditore_channel_stopped{channel=telegram-it}"] == 0
    assert found["banditore_posts_total{channel=telegram-it,outcome=deferred}"] == 1
    assert "banditore_last_success_timestamp_seconds{channel=telegram-it}" not in found
    assert found["banditore_post_lateness_seconds_count"] == 0
    office.ledger.orders.pause(reason="a day of mourning", by="Anna")
    await office.pass_on()
    await office.engine.close()
    found = figures(metrics)
    assert found["banditore_channel_stopped{channel=telegram-it}"] == 1
    assert found["banditore_queue_ahead{state=held}"] == 2
    assert found["banditore_paused"] == 1


async def test_doubts_and_money_are_the_ledgers(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    """A process that has just begun knows what the ones before it left."""
    ticks: list[Ticked] = []
    items = [item("a", days("2021-05-20")), item("b", days("2021-05-21"))]
    office = stage(burst(), *items, now="2021-05-19 17:30", channel=X, on_tick=ticks.append)
    await office.pass_on()
    office.now = at("2021-05-20 17:30")
    office.publisher.outcome = Unknown("no answer")
    await office.pass_on()
    await office.engine.close()
    metrics = Metrics()
    store = open_store(str(tmp_path / "ledger-0.db"))
    metrics.stands(read_standing(store, ticks[-1].agenda, office.now))
    store.close()
    found = figures(metrics)
    spent = float(sum(post.cost for post in office.publisher.posts))
    assert found["banditore_unknown"] == 1
    assert found["banditore_month_spend_dollars{channel=x-it}"] == spent
    assert found["banditore_month_budget_dollars{channel=x-it}"] == 2.5
    said_at = at("2021-05-19 17:30").timestamp()
    assert found["banditore_last_success_timestamp_seconds{channel=x-it}"] == said_at


async def test_a_channel_that_no_file_names_any_more_is_no_alarm(
    stage: Callable[..., Stage],
) -> None:
    metrics, ticks = Metrics(), list[Ticked]()
    office = stage(
        burst(), item("a", days("2021-05-20")), now="2021-05-19 17:30", **counted(metrics, ticks)
    )
    await office.pass_on()
    await office.engine.close()
    assert "banditore_channel_stopped{channel=telegram-it}" in figures(metrics)
    nothing = replace(ticks[0].agenda.catalog, channels={})
    metrics.ticked(
        replace(ticks[0], agenda=replace(ticks[0].agenda, catalog=nothing)), office.now, 0
    )
    assert "banditore_channel_stopped{channel=telegram-it}" not in figures(metrics)


def test_each_service_has_figures_of_its_own() -> None:
    one, other = Metrics(), Metrics()
    one.failed()
    assert figures(one)["banditore_tick_failures_total"] == 1
    assert figures(other)["banditore_tick_failures_total"] == 0
