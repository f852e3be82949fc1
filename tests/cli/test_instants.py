"""Instants as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import typer

from bot.cli.instants import read_instant, read_until

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 5, 3, 15, 30, tzinfo=UTC)  # 17:30 in Rome


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2h", "2026-05-03 19:30"),
        ("45 min", "2026-05-03 18:15"),
        ("3d", "2026-05-06 17:30"),
        ("18:00", "2026-05-03 18:00"),
        ("9:00", "2026-05-04 09:00"),
        ("17:30", "2026-05-04 17:30"),
        ("2026-05-05", "2026-05-05 00:00"),
        ("2026-05-05 18:00", "2026-05-05 18:00"),
        ("2026-05-05T18:00Z", "2026-05-05 20:00"),
        # the clocks go back that night: the hour is the first of the two
        ("2026-10-25 02:30", "2026-10-25 02:30"),
    ],
)
def test_an_end_is_read_on_the_clocks_of_its_zone(text: str, local: str) -> None:
    found = read_until(text, "--until", NOW, ROME)
    assert f"{found.astimezone(ROME):%Y-%m-%d %H:%M}" == local
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-05-03 17:29", "2026-05-03", "25:00", "domani", "", "0h x"])
def test_what_is_past_or_no_instant_is_refused_with_what_can_be_written(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as refused:
        read_until(text, "--until", NOW, ROME)
    assert refused.value.exit_code == 2
    assert "--until" in capsys.readouterr().err


def test_an_instant_without_a_zone_is_this_machine_s(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_instant("2026-05-03 18:00", "--at", None) == datetime(2026, 5, 3, 18).astimezone(
        UTC
    )
