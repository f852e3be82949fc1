"""The example in docs/schedules.md is one that loads, and its table has every key there is."""

import re
from pathlib import Path

from bot.core.model import Weekly
from bot.load.schema import WrittenSchedule
from tests.load.build import loaded

PAGE = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")


def test_the_example_of_a_schedule_loads_without_a_problem(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    catalog, problems = loaded(tmp_path, {"schedules/other.yaml": example})
    assert problems == ()
    found = catalog.schedules["other"]
    assert found.round_up is not None
    assert isinstance(found.round_up, Weekly)
    assert len(found.silences) == 2
    assert found.blackouts[0].except_essential


def test_the_table_names_every_key() -> None:
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))))
    assert told == WrittenSchedule.model_fields.keys() - {"timezone"}
