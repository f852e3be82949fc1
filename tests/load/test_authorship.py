"""Whose words an item says, as git knows it; and that nothing of a repository ever stands in a post's way."""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import NOBODY, Authors
from bot.load.library import Edition, Library

SCHEDULES = {
    "channels.yaml": """\
channels:
  telegram-it: {platform: telegram, chat: "@torino", language: it, schedule: standard}
""",
    "standard.yaml": """\
timezone: Europe/Rome
announce: [1 day before at 17:30]
hours: {days: daily, from: "08:30", to: "19:30"}
holidays: none
""",
}

ONE = """\
year: 2030
link: none
items:
  - id: uno
    status: ready
    title: Uno
    when: 3 giugno

  # what comes second
  - id: due
    title: Due
    when: 4 giugno
    status: draft
"""

IN_BRACES = """\
year: 2030
link: none
items:
  - {id: uno, title: Uno, when: 3 giugno,
     status: draft}
"""

ADA = "Ada Rossi <ada@example.org>"
BRUNO = "Bruno <bruno@example.org>"
CARLA = "Carla <carla@example.org>"


class Office:
    """A folder of staff's, in which people commit one after the other, a minute between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.minute = 0
        for name, text in SCHEDULES.items():
            self.write(f"schedules/{name}", text)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str, name: str = "content/a.yaml") -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def commit(self, who: str) -> None:
        name, _, mail = who[:-1].partition(" <")
        self.minute += 1
        when = f"2030-01-01T00:{self.minute:02}:00Z"
        person = {
            **{f"GIT_{role}_NAME": name for role in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{role}_EMAIL": mail for role in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{role}_DATE": when for role in ("AUTHOR", "COMMITTER")},
        }
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "a change"]):
            self.git(*words, **person)

    def git(self, *words: str, **more: str) -> None:
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        environment = {**os.environ, **quiet, **more}
        subprocess.run(["git", *words], cwd=self.folder, env=environment, check=True)

    def read(self) -> Edition:
        folder = self.folder
        found = Library(folder / "content", folder / "schedules", settling=timedelta(0)).current
        assert not found.problems, found.problems
        return found

    async def authors(self, *items: str) -> Authors:
        edition = self.read()
        return await edition.authors([edition.catalog.items[each] for each in items])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


async def test_who_changed_an_item_last_and_who_made_it_ready_are_told_apart(
    office: Office,
) -> None:
    office.write("content/a.yaml", ONE)
    office.commit(ADA)
    office.replace("status: draft", "status: ready")
    office.commit(BRUNO)
    office.replace("title: Due", "title: Due amici")
    office.commit(CARLA)
    assert await office.authors("uno") == Authors(ADA, ADA)
    assert await office.authors("due") == Authors(CARLA, BRUNO)


async def test_an_item_in_braces_has_authors_too(office: Office) -> None:
    office.write("content/a.yaml", IN_BRACES)
    office.commit(ADA)
    office.replace("status: draft", "status: ready")
    office.commit(BRUNO)
    assert await office.authors("uno") == Authors(BRUNO, BRUNO)


async def test_a_comment_before_the_next_item_is_none_of_this_one(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    office.commit(ADA)
    office.replace("# what comes second", "# what comes after it")
    office.commit(BRUNO)
    assert await office.authors("uno") == Authors(ADA, ADA)


async def test_a_round_up_names_each_author_once(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    office.commit(ADA)
    office.replace("title: Due", "title: Due amici")
    office.commit(BRUNO)
    assert await office.authors("uno", "due") == Authors(f"{ADA}; {BRUNO}", ADA)


async def test_what_is_not_committed_is_told_until_it_is(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    office.commit(ADA)
    office.replace("title: Uno", "title: Uno e mezzo")
    edition = office.read()
    uno = [edition.catalog.items["uno"]]
    assert await edition.authors(uno) == Authors("not committed", ADA)
    office.commit(BRUNO)
    assert await edition.authors(uno) == Authors(BRUNO, ADA)


async def test_a_file_that_git_does_not_know_yet_is_not_committed(office: Office) -> None:
    office.commit(ADA)
    office.write("content/a.yaml", ONE)
    assert await office.authors("uno") == Authors("not committed", "not committed")


async def test_outside_of_git_nobody_is_known(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    assert await office.authors("uno") == NOBODY


async def test_a_repository_that_git_refuses_stands_in_nobodys_way(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    (office.folder / ".git").write_text("gitdir: /nowhere", encoding="utf-8")
    assert await office.authors("uno") == NOBODY


async def test_git_is_asked_once_for_each_state_of_a_file(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    office.commit(ADA)
    edition = office.read()
    items = [edition.catalog.items["uno"]]
    assert await edition.authors(items) == Authors(ADA, ADA)
    (office.folder / ".git").rename(office.folder / "gone")
    assert await edition.authors(items) == Authors(ADA, ADA)


async def test_nothing_of_a_repository_is_run(office: Office, tmp_path: Path) -> None:
    office.write("content/a.yaml", ONE)
    office.write(".gitattributes", "*.yaml diff=evil\n")
    office.commit(ADA)
    office.write("evil.sh", f"#!/bin/sh\ntouch {tmp_path}/ran\ncat $1\n")
    (office.folder / "evil.sh").chmod(0o755)
    office.git("config", "diff.evil.textconv", f"{tmp_path}/evil.sh")
    office.git("config", "core.fsmonitor", f"{tmp_path}/evil.sh")
    office.git("config", "core.pager", f"{tmp_path}/evil.sh")
    assert await office.authors("uno") == Authors(ADA, ADA)
    assert not (tmp_path / "ran").exists()


async def test_a_name_is_one_line_of_text(office: Office) -> None:
    office.write("content/a.yaml", ONE)
    office.commit("Ada\x1b[31m Rossi\u202e <ada@example.org>")
    assert (await office.authors("uno")).queued == "Ada[31m Rossi <ada@example.org>"
