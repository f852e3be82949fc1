"""How long the check of a very large file takes, against what PyYAML alone needs to load it.

One file of 10,000 items is loaded by `load`, and by `yaml.load(text, Loader=yaml.CSafeLoader)`, which keeps
no lines and finds no faults; then the whole command `banditore check` runs against a whole `python -c` that
only loads. Each run is a fresh process, the two take turns, and the best of each counts.
"""

from __future__ import annotations

import random
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ITEMS = 10_000
ROUNDS = 5

SCHEDULE = """\
timezone: Europe/Rome
announce: [7 days before at 10:00, 1 day before at 17:30]
each_date: [1 day before at 17:30]
hours: {days: mon-fri, from: "08:30", to: "19:30"}
holidays: IT-TO
"""
CHANNELS = """\
channels:
  telegram-it: {platform: telegram, chat: "@an_example", language: it, schedule: standard}
  telegram-en: {platform: telegram, chat: "@an_example_en", language: en, schedule: standard}
"""

YAML_ALONE = """
import sys, time, yaml
text = open(sys.argv[1], encoding="utf-8").read()
start = time.perf_counter()
yaml.load(text, Loader=yaml.CSafeLoader)
print(time.perf_counter() - start)
"""
LOAD = """
import pathlib, sys, time
from bot.load import load
start = time.perf_counter()
catalog, problems = load(pathlib.Path(sys.argv[1]).parent, pathlib.Path(sys.argv[2]))
print(time.perf_counter() - start)
assert len(catalog.items) == int(sys.argv[3]) and not problems, problems[:3]
"""

_MONTHS = (
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
_WORDS = (
    "città mostra incontro giovani acqua Europa progetto scuola musica pace rete clima cultura bando "
    "sostenibilità cooperazione Torino università cittadini internazionale seminario online"
)


def issue(items: int) -> str:
    """A content file of so many items, of every kind that a newsletter has."""
    chance = random.Random(2021)
    return "year: 2021\nlink: https://example.org/2021-05\nitems:\n" + "".join(
        _item(number, chance) for number in range(items)
    )


def _item(number: int, chance: random.Random) -> str:
    words, months = _WORDS.split(), _MONTHS.split()
    first, month = chance.randint(1, 26), months[chance.randrange(12)]
    when = chance.choice(
        (
            f"{first} {month}",
            f"{first}-{first + 2} {month}",
            f"{first} e {first + 1} {month}",
            f"{first} {month} ore {chance.randint(9, 21)}:30",
            f"dal {first} {month} al 31 dicembre",
            f"entro il {first} {month}",
            f"metà {month}",
            month,
        )
    )
    title = " ".join(chance.choices(words, k=5)).capitalize()
    return (
        f"  - id: {month}-{number}\n"
        "    status: ready\n"
        f'    title: "{title}: {number}"\n'
        f"    when: {when}\n"
        f"    where: {chance.choice(words).capitalize()}, via {chance.choice(words)} {number % 90}\n"
        "    summary: >\n"
        f"      {' '.join(chance.choices(words, k=5))}\n"
        f"      {' '.join(chance.choices(words, k=5))}\n"
        f"    link: https://www.example.org/eventi/2021/{number}?lang=it\n"
        f"    tags: [{chance.choice(words)}, {chance.choice(words)}]\n"
        "    translations:\n"
        f"      en: {{title: Event number {number}}}\n"
    )


def seconds_inside(code: str, *arguments: str) -> float:
    """What a fresh process that runs `code` says it took, without its start and its imports."""
    command = [sys.executable, "-c", code, *arguments]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def seconds_of(command: list[str]) -> float:
    """How long a whole command takes, start and imports included."""
    start = time.perf_counter()
    subprocess.run(command, check=False, capture_output=True)
    return time.perf_counter() - start


def report(name: str, ours: list[float], theirs: list[float]) -> None:
    print(
        f"{name:<16} {min(ours):6.2f} s   CSafeLoader alone {min(theirs):6.2f} s"
        f"   ratio {min(ours) / min(theirs):.2f}   (best of {len(ours)})"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        content, schedules = Path(folder, "content"), Path(folder, "schedules")
        content.mkdir()
        schedules.mkdir()
        (schedules / "standard.yaml").write_text(SCHEDULE, encoding="utf-8")
        (schedules / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
        file = content / "2021-05.yaml"
        text = issue(ITEMS)
        file.write_text(text, encoding="utf-8")
        print(f"{ITEMS} items, {text.count(chr(10))} lines, {len(text.encode()) / 1e6:.1f} MB")

        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(seconds_inside(YAML_ALONE, str(file)))
            ours.append(seconds_inside(LOAD, str(file), str(schedules), str(ITEMS)))
        report("load", ours, theirs)

        banditore = str(Path(sysconfig.get_path("scripts"), "banditore"))
        check = [banditore, "check", "--content", str(content), "--schedules", str(schedules)]
        alone = [sys.executable, "-c", YAML_ALONE, str(file)]
        try:
            answer = subprocess.run(check, check=False, capture_output=True, text=True)
        except OSError as error:
            print(f"banditore check  not measured: {error}")
            return
        if answer.returncode != 0:
            print(
                f"banditore check  not measured, it ended with {answer.returncode}: {answer.stderr[-300:]}"
            )
            return
        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(seconds_of(alone))
            ours.append(seconds_of(check))
        report("banditore check", ours, theirs)


if __name__ == "__main__":
    main()
