"""What an editor marks in staff's files, by the schemas, is what the loader refuses; and each key is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bot.catalogs import LANGUAGES
from bot.core.dates import FORMS
from bot.core.model import Severity
from bot.example import Machine, write_example
from bot.example.editor import schema_of, write_schemas
from bot.load.channels import read_channels
from bot.load.content import read_content
from bot.load.item import Names
from bot.load.json_schema import FileKind
from bot.load.report import Report
from bot.load.schedule import read_schedule
from bot.load.schema import (
    WrittenChannel,
    WrittenChannels,
    WrittenContent,
    WrittenItem,
    WrittenSchedule,
)
from bot.load.shape import Shape, check
from bot.load.tree import build
from tests.load.build import CHANNELS, STANDARD, loaded
from tests.schemas import ROOT, fresh

SCHEMAS = {kind: json.loads(schema_of(kind, "en")) for kind in FileKind}
SHAPES: dict[FileKind, type[Shape]] = {
    FileKind.CONTENT: WrittenContent,
    FileKind.SCHEDULE: WrittenSchedule,
    FileKind.CHANNELS: WrittenChannels,
}


class Editor(yaml.SafeLoader):
    """YAML 1.2, as editors read it: https://yaml.org/spec/1.2.2/#103-core-schema."""


Editor.yaml_implicit_resolvers = {}
for kind, form, first in (
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", "true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"^(?:{form})$"), first)


def marked(kind: FileKind, text: str) -> list[str]:
    """What an editor marks in a file."""
    found = Draft7Validator(SCHEMAS[kind]).iter_errors(yaml.load(text, Editor))
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in found]


def kind_of(file: Path) -> FileKind:
    if file.name == "channels.yaml":
        return FileKind.CHANNELS
    return FileKind.CONTENT if file.parent.name == "content" else FileKind.SCHEDULE


FILES = sorted(
    file
    for folder in ("content", "schedules", "bot/example/en/schedules", "bot/example/it/schedules")
    for file in (ROOT / folder).glob("*.yaml")
)


# --- the files that are committed ---------------------------------------------------------------


def test_the_schemas_are_fresh() -> None:
    """Else: python -m tests.schemas"""
    written = {
        path: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").rglob("*.json")
    }
    assert written == fresh()


@pytest.mark.parametrize("kind", FileKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_schema_is_one(kind: FileKind, language: str) -> None:
    Draft7Validator.check_schema(json.loads(schema_of(kind, language)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_of_ours_is_marked(file: Path) -> None:
    assert marked(kind_of(file), file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_first_line_of_each_file_leads_to_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../schemas/{kind_of(file)}.schema.json"


def test_a_folder_of_staff_has_the_schemas_that_its_files_name(tmp_path: Path) -> None:
    machine = Machine(("/srv/venv/bin/banditore",), "banditore")
    made = write_example(
        tmp_path / "content", tmp_path / "schedules", "it", date(2026, 1, 1), machine
    )
    files = [path for path in made if path.suffix == ".yaml" and path.parent != tmp_path]
    schemas = write_schemas(tmp_path, "it")
    for file in files:
        _, path = file.read_text(encoding="utf-8").splitlines()[0].split("$schema=")
        assert (file.parent / path).resolve() in [schema.resolve() for schema in schemas]
    assert write_schemas(tmp_path, "it") == schemas


# --- what is explained --------------------------------------------------------------------------


def keys(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, inner in schema.get("properties", {}).items():
            if isinstance(inner, dict) and "description" in inner:
                yield f"{path}.{name}", inner
        for name, inner in schema.items():
            yield from keys(inner, path if name in ("properties", "items") else f"{path}.{name}")
    elif isinstance(schema, list):
        for inner in schema:
            yield from keys(inner, path)


@pytest.mark.parametrize("kind", FileKind)
def test_every_key_is_explained_in_one_sentence_in_each_language(kind: FileKind) -> None:
    english = dict(keys(SCHEMAS[kind]))
    italian = dict(keys(json.loads(schema_of(kind, "it"))))
    assert english.keys() == italian.keys()
    for name, key in english.items():
        assert key["description"].endswith("."), name
        assert len(key["description"]) <= 110, name
        assert key["description"] != italian[name]["description"], name


def test_dates_come_with_every_form_that_is_understood() -> None:
    for language in LANGUAGES:
        schema = json.loads(schema_of(FileKind.CONTENT, language))
        when = schema["properties"]["items"]["items"]["properties"]["when"]
        assert when["examples"] == list(FORMS[language])


# --- the loader and an editor agree -------------------------------------------------------------

GOOD = {
    FileKind.CONTENT: """
        year: 2021
        month: "5"
        link: https://example.org/maggio
        items:
          - id: 2021
            status: ready
            title: 2021
            when: 2021-05-07
            where:
            essential: yes
            edition: 2
            tags: [1, due, ~]
            channels: []
            announce_on: [2021-05-03, 2021-05-04 at 12.00]
            translations: {en: {title: Yes, link: none, text: {x: One}}}
            dates: [{id: uno, when: 5 maggio, translations: {en: {where: Here}}}]
        """,
    FileKind.SCHEDULE: """
        timezone: Europe/Rome
        announce: [7 days before at 10:00]
        hours: {days: [mon, "tue"], from: 8.30, to: 19:30}
        holidays: [IT, 2021-05-03]
        gap: 0
        per_day: 3
        blackouts: [{from: 2021-05-03, reason: 5, except: essential}]
        silences: [{days: 05-04, from: "12:30", to: "14:00", reason: prayer}]
        each_date:
        """,
    FileKind.CHANNELS: """
        admin_chat: -1001234567
        admins: {members: {123456789: Anna}, tomorrow: never}
        prices: {x: {post: 0.2}}
        channels:
          a: {platform: telegram, chat: -1001234568, language: it, schedule: standard, test: on}
          b: {platform: x, account: 12, language: en, schedule: standard, budget: {month: 10}}
          c: {platform: telegram, chat: "@torino", language: it, schedule: standard, silent: {from: 20.00, to: "8.00"}}
        """,
}
ITEM = "items: [{{id: a, title: A, {} }}]"
CHANNEL = "channels: {{a: {{platform: telegram, chat: '@torino', language: it, schedule: standard, {} }} }}"
BAD = [
    (FileKind.CONTENT, "items: [{title: A}]"),
    (FileKind.CONTENT, "items: [{id: a}]"),
    (FileKind.CONTENT, "items: [{id: a, title: }]"),
    (FileKind.CONTENT, "items: [{id: A b, title: A}]"),
    (FileKind.CONTENT, "items: domani"),
    (FileKind.CONTENT, "items: [domani]"),
    (FileKind.CONTENT, "year: 21"),
    (FileKind.CONTENT, "year: MMXXI"),
    (FileKind.CONTENT, "month: 13"),
    (FileKind.CONTENT, "language: tedesco"),
    (FileKind.CONTENT, "link: www.example.org"),
    (FileKind.CONTENT, "anno: 2021"),
    (FileKind.CONTENT, ITEM.format("status: pronto")),
    (FileKind.CONTENT, ITEM.format("status: ready")),
    (FileKind.CONTENT, ITEM.format("quando: 7 maggio")),
    (FileKind.CONTENT, ITEM.format("tags: arte")),
    (FileKind.CONTENT, ITEM.format("where: [a]")),
    (FileKind.CONTENT, ITEM.format("essential: forse")),
    (FileKind.CONTENT, ITEM.format("edition: 0")),
    (FileKind.CONTENT, ITEM.format("announce_on: [domani]")),
    (FileKind.CONTENT, ITEM.format("link: '#'")),
    (FileKind.CONTENT, ITEM.format("image: {file: a.jpg}")),
    (FileKind.CONTENT, ITEM.format("translations: {de: {title: A}}")),
    (FileKind.CONTENT, ITEM.format("translations: {en: {summary: A}}")),
    (FileKind.CONTENT, ITEM.format("dates: [{when: 5 maggio}]")),
    (FileKind.CONTENT, ITEM.format("dates: [{id: a}]")),
    (FileKind.SCHEDULE, "announce: []"),
    (FileKind.SCHEDULE, f"{dedent(STANDARD)}gap:"),
    (FileKind.SCHEDULE, f"{dedent(STANDARD)}gap: mezz'ora"),
    (FileKind.SCHEDULE, f"{dedent(STANDARD)}per_day: 0"),
    (FileKind.SCHEDULE, f"{dedent(STANDARD)}blackouts: [{{to: 2021-05-03}}]"),
    (FileKind.SCHEDULE, f"{dedent(STANDARD)}blackouts: [{{from: maggio}}]"),
    (FileKind.SCHEDULE, f"{dedent(STANDARD)}silences: [{{days: fri, from: '12:30', to: '14:00'}}]"),
    (FileKind.SCHEDULE, dedent(STANDARD).replace("08:30", "8 e 30")),
    (FileKind.CHANNELS, "channels: {}"),
    (FileKind.CHANNELS, "channels: {a: }"),
    (FileKind.CHANNELS, "channels: {a: {platform: facebook, language: it, schedule: standard}}"),
    (FileKind.CHANNELS, "channels: {a: {platform: x, language: it, schedule: standard}}"),
    (FileKind.CHANNELS, CHANNEL.format("account: torino")),
    (FileKind.CHANNELS, CHANNEL.format("budget: {month: 10}")),
    (FileKind.CHANNELS, CHANNEL.format("lookup: sempre")),
    (FileKind.CHANNELS, CHANNEL.format("silent: {from: '20:00'}")),
    (FileKind.CHANNELS, CHANNEL.format("campaign: {family: utm}")),
    (FileKind.CHANNELS, CHANNEL.replace("@torino", "torino").format("test: true")),
    (FileKind.CHANNELS, f"{dedent(CHANNELS)}admins: {{}}"),
    (FileKind.CHANNELS, f"{dedent(CHANNELS)}prices: {{x: {{post: 0,20}}}}"),
]  # fmt: skip
NAMES = {
    FileKind.CONTENT: "content/news.yaml",
    FileKind.SCHEDULE: "schedules/standard.yaml",
    FileKind.CHANNELS: "schedules/channels.yaml",
}


def refused(folder: Path, kind: FileKind, text: str) -> list[str]:
    """What the loader refuses in a file."""
    _, problems = loaded(folder, {NAMES[kind]: text})
    errors = [each for each in problems if each.severity is Severity.ERROR]
    return [str(each) for each in errors if each.mark.file == NAMES[kind]]


@pytest.mark.parametrize("kind", GOOD)
def test_what_the_loader_takes_is_not_marked(tmp_path: Path, kind: FileKind) -> None:
    assert refused(tmp_path, kind, GOOD[kind]) == []
    assert marked(kind, GOOD[kind]) == []


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_what_can_be_seen_to_be_wrong_is_marked_and_refused(
    tmp_path: Path, kind: FileKind, text: str
) -> None:
    assert marked(kind, text) != []
    assert refused(tmp_path, kind, text) != []


VALUES = st.recursive(
    st.sampled_from(
        [
            "~",
            "a",
            "5",
            "0",
            "2021",
            "-1",
            "1.5",
            "true",
            "yes",
            "no",
            "'5'",
            "''",
            "2021-05-03",
            "ready",
            "it",
            "telegram",
            "x",
            "none",
            "hold",
            "8.30",
            "08:30",
            "https://a.it",
            "[]",
            "{}",
            "{en:}",
            "{x:}",
            "mon",
            "IT",
            "@torino",
            "essential",
        ]
    ),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
    max_leaves=3,
)
NOBODY = Names(None, frozenset({"standard"}), frozenset())
FRAMES: dict[
    FileKind, tuple[str, type[Shape]]
] = {  # a good file of each kind but for one key, and the shape that has this key
    FileKind.CONTENT: ("year: 2021\nmonth: 5\nitems: [{{id: a, title: A, {}: {}}}]", WrittenItem),
    FileKind.SCHEDULE: (
        "timezone: Europe/Rome\nannounce: [on the day at 08:30]\n{}: {}\n"
        "hours: {{days: daily, from: '08:30', to: '19:30'}}",
        WrittenSchedule,
    ),
    FileKind.CHANNELS: (
        "admin_chat: '@admins'\nchannels: {{a: {{platform: telegram, chat: '@torino', language: it, "
        "schedule: standard, {}: {}}}}}",
        WrittenChannel,
    ),
}


def is_taken(kind: FileKind, text: str) -> bool:
    """Does the loader find no error in a file, and nothing written twice?"""
    report = Report("news.yaml")
    top = build(text, report)
    if top is None:
        return False
    match kind:
        case FileKind.CONTENT:
            read_content(top, "news.yaml", "", NOBODY, report, Path())
        case FileKind.SCHEDULE:
            read_schedule(top, "news", report)
        case FileKind.CHANNELS:
            read_channels(top, text, NOBODY.schedules, frozenset(), report)
    return not report.is_broken


@pytest.mark.parametrize("kind", FileKind)
def test_no_editor_marks_what_the_loader_takes(kind: FileKind) -> None:
    frame, shape = FRAMES[kind]
    taken = 0

    @settings(max_examples=1000)
    @given(st.sampled_from(names_of(shape)), VALUES)
    def holds(name: str, value: str) -> None:
        nonlocal taken
        if is_taken(kind, text := frame.format(name, value)):
            taken += 1
            assert marked(kind, text) == [], text

    holds()
    assert taken > 50


@pytest.mark.parametrize("kind", FileKind)
def test_an_editor_marks_what_has_another_shape(kind: FileKind) -> None:
    frame, shape = FRAMES[kind]
    refused = 0

    @settings(max_examples=1000)
    @given(st.sampled_from(names_of(shape)), VALUES)
    def holds(name: str, value: str) -> None:
        nonlocal refused
        report = Report("")
        top = build(text := frame.format(name, value), report)
        if top is None or report.problems:
            return
        check(SHAPES[kind], top, report)
        if len(report.problems) > 0:
            refused += 1
            assert marked(kind, text) != [], text

    holds()
    assert refused > 50


def names_of(shape: type[Shape]) -> list[str]:
    return [field.alias or name for name, field in shape.model_fields.items()]
