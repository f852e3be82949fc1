"""`banditore init`: a whole folder from nothing, in either language, and never a file of anybody's overwritten."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from datetime import date
from pathlib import Path

import pytest

from bot.cli.settings import Settings
from bot.example import HOSTS, LANGUAGES, Machine, write_example
from bot.load import load
from tests.office import Office

MACHINE = Machine(("/srv/venv/bin/banditore",), "banditore")

MADE = {
    "en": {
        "content/example.yaml",
        "schedules/call.yaml",
        "schedules/channels.yaml",
        "schedules/long.yaml",
        "schedules/notice.yaml",
        "schedules/standard.yaml",
        "schemas/channels.schema.json",
        "schemas/content.schema.json",
        "schemas/schedule.schema.json",
        "README.md",
        "banditore.env",
        "banditore.service",
        ".gitignore",
    }
}
MADE["it"] = MADE["en"] - {"content/example.yaml"} | {"content/esempio.yaml"}

FIRST = {"en": "summer-market", "it": "mercato-estate"}


def empty(folder: Path, **environment: str) -> Office:
    """An office in which nothing was made yet."""
    office = Office.__new__(Office)
    office.folder, office.address, office.environment = folder, None, environment
    return office


def there(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("banditore.db")
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_folder_gets_everything_and_each_file_is_listed(
    tmp_path: Path, language: str
) -> None:
    office = empty(tmp_path)
    made = office.run("init", "--lang", language)
    assert made.returncode == 0, made.stderr
    assert there(tmp_path) == MADE[language]
    assert [name for name in MADE[language] if name not in made.stdout] == []
    assert office.run("check").returncode == 0
    assert office.run("preview", FIRST[language]).returncode == 0


def test_no_file_has_a_brace_left_to_fill(tmp_path: Path) -> None:
    for language in LANGUAGES:
        home = tmp_path / language
        for path in write_example(
            home / "content", home / "schedules", language, date(2026, 1, 1), MACHINE
        ):
            assert "{{" not in path.read_text(encoding="utf-8"), path


def test_both_languages_say_the_same_but_for_their_words(tmp_path: Path) -> None:
    found = []
    for language in LANGUAGES:
        home = tmp_path / language
        paths = write_example(
            home / "content", home / "schedules", language, date(2026, 1, 1), MACHINE
        )
        plain = {path.name: _without_comments(path.read_text(encoding="utf-8")) for path in paths}
        found.append(
            {
                name: plain[name]
                for name in ("standard.yaml", "notice.yaml", "call.yaml", "long.yaml")
            }
            | {"unit": _without_words(plain["banditore.service"], language)}
        )
    assert found[0] == found[1]


def _without_comments(text: str) -> str:
    return "\n".join(
        line.split("  #")[0].rstrip() for line in text.splitlines() if not line.startswith("#")
    ).strip()


def _without_words(unit: str, language: str) -> str:
    return re.sub(r"Description=.*", "", unit).replace(f"/{language}", "")


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2026, 4, 30), 2026), (date(2026, 5, 1), 2027), (date(2031, 12, 31), 2032)],
)
def test_the_example_lies_ahead_on_whatever_day_it_is_made(
    tmp_path: Path, today: date, year: int
) -> None:
    content, schedules = tmp_path / "content", tmp_path / "schedules"
    list(write_example(content, schedules, "it", today, MACHINE))
    catalog, problems = load(content, schedules)
    assert [each for each in problems if each.severity == "error"] == []
    when = catalog.items["mercato-estate"].when
    assert when is not None
    assert when.spans[0].start == date(year, 6, 12)


def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours\n")
    (tmp_path / "banditore.env").symlink_to(tmp_path / "elsewhere")
    office = empty(tmp_path)
    made = office.run("init")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "README.md").read_text() == "ours\n"
    assert not (tmp_path / "elsewhere").exists()
    assert "README.md" not in made.stdout
    assert "made banditore.service" in made.stdout


def test_a_folder_with_content_gets_no_example_beside_it(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    office = empty(tmp_path)
    assert office.run("init").returncode == 0
    assert list((tmp_path / "content").iterdir()) == []
    assert (tmp_path / "banditore.service").exists()


def test_a_second_time_nothing_is_made_and_the_ledger_is_left_alone(tmp_path: Path) -> None:
    office = empty(tmp_path)
    office.run("init")
    before = {name: (tmp_path / name).read_bytes() for name in there(tmp_path)}
    again = office.run("init")
    assert again.returncode == 2
    assert "was left as it is" in again.stderr
    assert again.stdout == ""
    assert {name: (tmp_path / name).read_bytes() for name in there(tmp_path)} == before


def test_secrets_have_a_place_that_only_their_owner_can_read_and_git_never_sees(
    tmp_path: Path,
) -> None:
    office = empty(tmp_path)
    office.run("init")
    assert stat.S_IMODE((tmp_path / "banditore.env").stat().st_mode) == 0o600
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    asked = ["git", "-C", str(tmp_path), "check-ignore", "banditore.env", "banditore.db"]
    ignored = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert ignored.stdout.split() == ["banditore.env", "banditore.db"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_environment_file_names_every_setting(tmp_path: Path, language: str) -> None:
    """And sets none: what it shows is what holds without it."""
    office = empty(tmp_path)
    office.run("init", "--lang", language)
    text = (tmp_path / "banditore.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^#(BANDITORE_\w+)=", text, re.MULTILINE))
    of_accounts = {name for name in named if re.search(r"_ACCESS_(TOKEN|SECRET)$", name)}
    assert len(of_accounts) == 2
    wanted = {f"BANDITORE_{name.upper()}" for name in Settings.model_fields}
    others = {f"BANDITORE_{name}" for name in ("CONTENT", "SCHEDULES", "DATABASE", "LANG")}
    assert named - of_accounts == wanted | others
    assert not re.search(r"^BANDITORE", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("environment", "is_italian"),
    [
        ({}, False),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LC_MESSAGES": "it", "LC_ALL": "", "LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, False),
        ({"BANDITORE_LANG": "it"}, True),
        ({"BANDITORE_LANG": "en", "LC_ALL": "it_IT.UTF-8"}, False),
    ],
)
def test_the_language_is_that_of_the_setting_or_else_of_the_locale(
    tmp_path: Path, environment: dict[str, str], *, is_italian: bool
) -> None:
    made = empty(tmp_path, **environment).run("init")
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "content" / "esempio.yaml").exists() is is_italian
    assert ("creato il registro" in made.stdout) is is_italian


def test_a_language_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    refused = empty(tmp_path).run("init", "--lang", "de")
    assert refused.returncode == 2
    assert "'de' is not one of 'en', 'it'" in refused.stderr
    assert there(tmp_path) == set()


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not on this machine"
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_systemd_takes_the_unit_wherever_the_folder_lies(tmp_path: Path, language: str) -> None:
    folder = tmp_path / "l'ufficio 100% $HOME"
    folder.mkdir()
    office = empty(folder)
    made = office.run("init", "--lang", language)
    assert made.returncode == 0, made.stderr
    unit = folder / "banditore.service"
    # In a folder of its own: the manager looks for others beside it.
    verified = subprocess.run(
        ["systemd-analyze", "verify", shutil.copy(unit, tmp_path / "banditore.service")],
        capture_output=True,
        text=True,
        env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"},
        check=False,
    )
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    assert f"WorkingDirectory={str(folder).replace('%', '%%')}\n" in unit.read_text()


@pytest.mark.parametrize("host", HOSTS)
def test_the_file_for_a_host_of_repositories_is_made_where_that_looks_for_it(
    tmp_path: Path, host: str
) -> None:
    made = empty(tmp_path).run("init", "--git", host)
    assert made.returncode == 0, made.stderr
    assert f"made {HOSTS[host][1]}" in made.stdout
    assert (tmp_path / HOSTS[host][1]).exists()


def test_a_host_that_nobody_knows_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    refused = empty(tmp_path).run("init", "--git", "sourceforge")
    assert refused.returncode == 2
    assert "github, gitlab" in refused.stderr
    assert there(tmp_path) == set()
