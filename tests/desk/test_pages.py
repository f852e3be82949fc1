"""The pages for admins say what the code says: every event, every figure, every alert."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from bot.core.model import Unknown
from bot.desk.metrics import Metrics
from bot.desk.standing import read_standing
from bot.engine import Ticked
from bot.ledger import open_store
from tests.core.build import days, item
from tests.desk.test_metrics import X, counted, figures
from tests.engine.stage import Stage, burst

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EVENTS = (DOCS / "events.md").read_text(encoding="utf-8")
MONITORING = (DOCS / "monitoring.md").read_text(encoding="utf-8")
LEVELS = {"debug", "info", "warning", "error", "critical"}


class Call(NamedTuple):
    """A line of source that logs."""

    place: str
    event: str | None  # None: not a name that stands there
    level: str


def calls() -> Iterator[Call]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=method),
                    args=[first, *_],
                ):
                    level = "error" if method == "exception" else method
                    name = first.value if isinstance(first, ast.Constant) else None
                    place = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield Call(place, name if isinstance(name, str) else None, level)


def rows(page: str) -> list[list[str]]:
    """The rows of its tables that begin with a name."""
    found = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in found]


def test_every_line_of_the_log_has_a_name_that_stands_in_the_source() -> None:
    nameless = [call.place for call in calls() if not re.fullmatch(r"\w+\.\w+", call.event or "")]
    assert nameless == []
    assert {call.level for call in calls()} <= LEVELS


def test_the_page_of_events_lists_exactly_these_with_their_levels() -> None:
    told = [(row[0].strip("`"), row[1]) for row in rows(EVENTS)]
    assert len(told) == len(set(told))
    assert set(told) == {(call.event, call.level) for call in calls()}


def test_every_event_says_whether_anything_is_public_and_what_to_do() -> None:
    for row in rows(EVENTS):
        assert len(row) == 6, row
        assert all(row[3:]), row


def test_every_field_on_the_page_is_one_that_the_source_writes() -> None:
    written = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Dict(keys=keys):
                    written |= {key.value for key in keys if isinstance(key, ast.Constant)}
                case ast.Call(func=ast.Name(id="fields_of"), keywords=keywords):
                    written |= {keyword.arg for keyword in keywords}
    told = {field for row in rows(EVENTS) for field in re.findall(r"`(\w+)`", row[2])}
    assert told
    assert told <= written


@pytest.fixture
async def exported(stage: Callable[..., Stage], tmp_path: Path) -> set[str]:
    """The names of all series of a service that has seen everything there is to count."""
    metrics, ticks = Metrics(), list[Ticked]()
    items = [item("a", days("2021-05-20")), item("b", days("2021-05-20"))]
    office = stage(burst(), *items, now="2021-05-19 17:30", channel=X, **counted(metrics, ticks))

    def fail_from_the_second_on() -> None:
        if office.publisher.said:
            office.publisher.outcome = Unknown("no answer")

    office.publisher.before = fail_from_the_second_on
    await office.pass_on()
    await office.engine.close()
    store = open_store(str(tmp_path / "ledger-0.db"))
    metrics.stands(read_standing(store, ticks[-1].agenda, office.now))
    store.close()
    return {name.partition("{")[0] for name in figures(metrics)}


def families(names: set[str]) -> set[str]:
    """Without what Prometheus makes of a histogram, and when each began to be counted."""
    own = {name for name in names if name.startswith("banditore_")}
    own = {name for name in own if not name.endswith("_created")}
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in own}


async def test_the_page_lists_exactly_the_figures_there_are(exported: set[str]) -> None:
    told = {row[0].strip("`") for row in rows(MONITORING) if row[0].startswith("`banditore_")}
    assert told == families(exported)


def alerts() -> list[dict[str, Any]]:
    read = yaml.safe_load((DOCS / "prometheus-alerts.yml").read_text(encoding="utf-8"))
    [group] = read["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


async def test_every_figure_that_an_alert_names_is_exported(exported: set[str]) -> None:
    for rule in alerts():
        named = set(re.findall(r"\bbanditore_\w+", rule["expr"]))
        assert named, rule["alert"]
        assert named <= exported, rule["alert"]


def test_every_alert_says_what_it_asks_and_the_page_lists_it() -> None:
    for rule in alerts():
        assert rule.keys() == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "description"}
        assert rule["expr"].count("(") == rule["expr"].count(")")
    told = [row[0].strip("`") for row in rows(MONITORING) if row[0].startswith("`Banditore")]
    assert told == [rule["alert"] for rule in alerts()]
