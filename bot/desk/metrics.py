"""What Prometheus reads: figures of what the engine says, in a registry of their own. Names no item."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot import __version__
from bot.core.model import Published, Unknown
from bot.core.states import State, state_of
from bot.desk.standing import Standing
from bot.engine import Ended, Ticked

OUTCOMES = (State.PUBLISHED, State.REJECTED, State.DEFERRED, State.ABSENT, State.UNKNOWN)

# In seconds: at its second, within a minute, within the hour, within the day.
_LATENESS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600)


class Metrics:
    """Names follow https://prometheus.io/docs/practices/naming: a prefix, base units, `_total` for what only grows."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._known: set[str] = set()  # channels of which every series has begun

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(f"banditore_{name}", what, labels, registry=registry)

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"banditore_{name}", what, labels, registry=registry)

        self._last_tick = gauge("last_tick_timestamp_seconds", "When a tick last worked.")
        self._tick_failures = counter("tick_failures_total", "Ticks that did not work.")
        self._last_success = gauge(
            "last_success_timestamp_seconds", "When a post last became public.", "channel"
        )
        self._posts = counter(
            "posts_total", "Attempts, by how their call ended.", "channel", "outcome"
        )
        self._lateness = Histogram(
            "banditore_post_lateness_seconds",
            "How long after the instant that the agenda gave it a post became public.",
            buckets=_LATENESS,
            registry=registry,
        )
        self._queue = gauge("queue_ahead", "Deliveries of the next eight days.", "state")
        self._overdue = gauge("overdue", "Deliveries that should have gone out and did not.")
        self._unknown = gauge("unknown", "Posts that may be public and that nobody has settled.")
        self._stopped = gauge(
            "channel_stopped", "1 where a channel says nothing until it is resumed.", "channel"
        )
        self._paused = gauge("paused", "Pauses that people ordered and that stand.")
        self._silent = gauge("silent", "1 if this process may not speak.")
        self._spend = counter(
            "spend_dollars_total", "What posts cost that are, or may be, public.", "channel"
        )
        self._month_spend = gauge(
            "month_spend_dollars", "What this month's posts and look-ups cost.", "channel"
        )
        self._month_budget = gauge(
            "month_budget_dollars", "What a month may cost, where there is a budget.", "channel"
        )
        gauge("build_info", "Which version runs.", "version").labels(__version__).set(1)
        ProcessCollector(registry=registry)

    def exposed(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)

    def ticked(self, tick: Ticked, at: datetime, overdue: int) -> None:
        """A tick worked, at `at` by the clock of this machine."""
        for name in tick.agenda.channels.keys() - self._known:
            self._begin(name)
        plan, channels = tick.plan, tick.history.channels
        self._last_tick.set(at.timestamp())
        self._silent.set(bool(tick.fault))
        self._overdue.set(overdue)
        self._queue.labels("later").set(len(plan.later))
        self._queue.labels("due").set(len(plan.due))
        self._queue.labels("held").set(len(plan.held))
        self._paused.set(len(tick.history.pauses))
        self._stopped.clear()  # a channel that no file names any more is no alarm
        for name in tick.agenda.channels:
            past = channels.get(name)
            self._stopped.labels(name).set(past is not None and bool(past.stopped))

    def failed(self) -> None:
        """A tick did not work."""
        self._tick_failures.inc()

    def ended(self, ended: Ended) -> None:
        """An attempt came to its end."""
        name = ended.channel.name
        state = state_of(ended.outcome) if ended.outcome else State.HANDED
        self._posts.labels(name, str(state)).inc()
        if isinstance(ended.outcome, Published | Unknown):
            self._spend.labels(name).inc(float(ended.post.cost))
        if isinstance(ended.outcome, Published):
            late = (ended.at - ended.delivery.placed).total_seconds()
            self._lateness.observe(max(late, 0.0))
            self._last_success.labels(name).set(ended.at.timestamp())

    def stands(self, standing: Standing) -> None:
        """How the book stands."""
        self._unknown.set(standing.unknown)
        for name, at in standing.last_success.items():
            self._last_success.labels(name).set(at.timestamp())
        for gauge, by_channel in (
            (self._month_spend, standing.spent),
            (self._month_budget, standing.budgets),
        ):
            gauge.clear()
            for name, dollars in by_channel.items():
                gauge.labels(name).set(float(dollars))

    def _begin(self, channel: str) -> None:
        """Every series of a channel at 0: an increase from nothing at all can't be seen."""
        self._known.add(channel)
        self._spend.labels(channel)
        for outcome in OUTCOMES:
            self._posts.labels(channel, str(outcome))
