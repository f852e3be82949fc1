"""Short ways to reserve and send in a test of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.core.agenda import agenda
from bot.core.model import Delivery, Post
from bot.ledger import Ledger, Pace, Refused, Reserved, Sending, Via
from tests.core.build import at, catalog, days, item

[FIRST, SECOND] = sorted(
    agenda(catalog(item("festa", days("2021-05-20")))).deliveries.values(),
    key=lambda delivery: delivery.rung,
)
OTHER = replace(FIRST, key=FIRST.key._replace(item="altra"))
NO_PACE = Pace(timedelta(0), 1000, at("2021-05-13 00:00"))


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: at("2021-05-13 10:00"))

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **some: float) -> None:
        self.at += timedelta(**some)


def post(delivery: Delivery = FIRST) -> Post:
    return Post(
        key=delivery.key,
        platform=delivery.platform,
        text="Festa",
        request={"method": "sendMessage"},
        length=5,
        limit=4096,
        cost=Decimal("0.015"),
        facts={"title": "Festa"},
    )


def reserve(
    ledger: Ledger, delivery: Delivery = FIRST, pace: Pace = NO_PACE, via: Via = Via.BOT
) -> str:
    reserved = ledger.reserve(delivery, post(delivery), pace=pace, revision="1", via=via)
    assert isinstance(reserved, Reserved), reserved
    return reserved.attempt_id


def send(ledger: Ledger, delivery: Delivery = FIRST, pace: Pace = NO_PACE) -> str:
    attempt_id = reserve(ledger, delivery, pace)
    assert isinstance(ledger.commit(attempt_id, pace=pace), Sending)
    return attempt_id


def refusal(ledger: Ledger, delivery: Delivery = FIRST, pace: Pace = NO_PACE) -> str:
    refused = ledger.reserve(delivery, post(delivery), pace=pace, revision="1")
    assert isinstance(refused, Refused), refused
    return refused.reason
