"""What `plan` tells of money, and what `check` tells of posts that a used-up budget would leave."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.core.model import Delivery, Key, Platform, Post, Published
from bot.ledger import Ledger, Pace, Reserved, open_store
from tests.core.build import ROME
from tests.office import Office

CHANNELS = """
channels:
  telegram-it: {platform: telegram, chat: "@torino", language: it, schedule: always}
  x-it:
    platform: x
    account: torino
    language: it
    schedule: always
    budget: {month: 0.30, on_limit: hold}
"""
ITEMS = """
year: 2027
link: https://example.org/
items:
  - {id: festa, status: ready, title: Festa, when: 7 maggio}
  - {id: gita, status: ready, title: Gita, when: 8 maggio}
  - {id: ballo, status: ready, title: Ballo, when: 8 giugno, link: none}
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.write("schedules/channels.yaml", CHANNELS)
    made.write("content/2027-05.yaml", ITEMS)
    return made


def test_the_plan_ends_with_what_each_month_costs(office: Office) -> None:
    planned = office.run("plan", "--from", "2027-04-01")
    assert planned.stdout.splitlines()[-3:] == [
        "forecast: x-it 2027-04: 2 posts, $0.40 of $0.30",
        "warning: x-it 2027-04: $0.10 more than its budget: what it has no room for is held",
        "forecast: x-it 2027-05: 1 post, $0.015 of $0.30",
    ]


def test_the_warning_says_what_the_channel_does_then(office: Office) -> None:
    office.write("schedules/channels.yaml", CHANNELS.replace("hold", "without-link"))
    told = office.run("plan", "--from", "2027-04-01", "--forecast").stdout.splitlines()
    assert told[1].endswith("what it has no room for goes out without its link")


def test_the_forecast_is_of_the_months_and_the_channel_that_were_asked_for(office: Office) -> None:
    later = office.run("plan", "--from", "2027-05-10", "--forecast").stdout
    assert later == "forecast: x-it 2027-05: 1 post, $0.015 of $0.30\n"
    first = office.run("plan", "--from", "2027-04-01", "--to", "2027-04-02", "--forecast").stdout
    assert first.splitlines()[0] == "forecast: x-it 2027-04: 2 posts, $0.40 of $0.30"
    assert "2027-05" not in first
    assert office.run("plan", "--channel", "telegram-it", "--forecast").stdout == ""


def test_programs_get_the_forecast_as_an_object_and_the_plan_as_a_list(office: Office) -> None:
    at = ("plan", "--from", "2027-04-01", "--json")
    assert isinstance(json.loads(office.run(*at).stdout), list)
    told = json.loads(office.run(*at, "--forecast").stdout)
    assert told["forecast"][0] == {
        "channel": "x-it",
        "month": "2027-04",
        "posts": 2,
        "cost": "0.400",
        "spent": "0",
        "budget": "0.30",
        "on_limit": "hold",
        "excess": "0.100",
    }


def test_what_the_ledger_says_was_spent_stands_beside_what_is_to_come(office: Office) -> None:
    """Of this month; what was spent in another is no part of it."""
    assert office.run("init").returncode == 0
    now = datetime.now(UTC)
    office.write_items("content/ora.yaml", ["Ora"])  # due at once
    key = Key("altra", 1, "-", "start", "x-it")
    spent_at(office, key, now - timedelta(days=40))
    spent_at(office, key._replace(edition=2), now)
    told = json.loads(office.run("plan", "--forecast", "--json").stdout)["forecast"]
    [month] = [each for each in told if each["month"] == f"{now.astimezone(ROME):%Y-%m}"]
    assert month["spent"] == "0.2000"
    lines = office.run("plan", "--forecast").stdout
    assert "and $0.20 spent of $0.30" in lines


def spent_at(office: Office, key: Key, at: datetime) -> None:
    """Put a post of $0.20 into the ledger."""
    delivery = Delivery(key, Platform.X, None, 0, at, at, at + timedelta(days=1))
    post = Post(key, Platform.X, "Altra", {}, 5, 280, Decimal("0.200"))
    pace = Pace(timedelta(0), 1000, at)
    store = open_store(office.database)
    ledger = Ledger(store, node="test", clock=lambda: at)
    reserved = ledger.reserve(delivery, post, pace=pace, revision="")
    assert isinstance(reserved, Reserved), reserved
    ledger.commit(reserved.attempt_id, pace=pace)
    ledger.record(reserved.attempt_id, Published(str(at.timestamp())))
    store.close()


def test_check_warns_of_what_would_be_held_though_links_may_be_left_out(office: Office) -> None:
    office.write("schedules/channels.yaml", CHANNELS.replace("hold", "without-link"))
    office.write("content/2027-05.yaml", ITEMS.replace("title: Gita", "title: Torino.Il futuro"))
    checked = office.run("check")
    assert checked.returncode == 0
    lines = checked.stdout.splitlines()
    [at] = [number for number, line in enumerate(lines) if "budget" in line]
    assert (lines[at], lines[at + 3]) == (
        "content/2027-05.yaml:6:5: warning: gita: held once the budget is used up: without its link "
        "the post still has one on x-it: Torino.Il",
        "    keep it out of title, dates and template; a full stop needs a blank after it"
        " · docs/errors/accidental-link.md",
    )
    office.write("schedules/channels.yaml", CHANNELS)
    assert "budget" not in office.run("check").stdout
