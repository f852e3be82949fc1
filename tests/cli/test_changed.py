"""`banditore preview --changed-since`: a merge is an informed approval. Real git, and the very lines of the examples for CI."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from bot.cli.changed_words import LIMIT
from bot.example import HOSTS
from tests.office import ALWAYS, ROOT, Office

CHANNELS = """
channels:
  telegram-it: {platform: telegram, chat: "@torino", language: it, schedule: always}
"""

# Its one announcement is still to come.
DAY = datetime.now(UTC).date() + timedelta(days=60)

FIRST = f"""
year: {DAY.year}
link: https://example.org/
items:
  - {{id: festa, status: ready, title: Festa d’Europa, when: {DAY}}}
"""


@dataclass
class Desk:
    """An office whose folder is in git."""

    office: Office

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"]
        command = ["git", *who, "-C", str(self.office.folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")
        return self.git("rev-parse", "HEAD")

    def changed(self, since: str = "HEAD", *more: str) -> subprocess.CompletedProcess[str]:
        return self.office.run("preview", "--changed-since", since, "--markdown", *more)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    office = Office(tmp_path)
    office.write("schedules/channels.yaml", CHANNELS)
    office.write("content/a.yaml", FIRST)
    made = Desk(office)
    made.git("init", "-q", "-b", "main")
    made.commit()
    return made


def write(desk: Desk, old: str, new: str) -> None:
    assert old in FIRST
    desk.office.write("content/a.yaml", FIRST.replace(old, new))


def fences(text: str) -> list[str]:
    return [token.content for token in MarkdownIt().parse(text) if token.type == "fence"]


def test_where_nothing_changed_it_says_so(desk: Desk) -> None:
    shown = desk.changed()
    assert (shown.returncode, shown.stdout) == (0, "No post changes.\n\n")


def test_a_new_item_is_shown_in_the_very_words_of_its_post(desk: Desk) -> None:
    more = f"  - {{id: fiera, status: ready, title: Fiera, when: {DAY}}}\n"
    desk.office.write("content/a.yaml", FIRST + more)
    shown = desk.changed()
    assert shown.returncode == 0, shown.stderr
    assert "Posts: 1 new." in shown.stdout
    assert "### `Fiera` `fiera`" in shown.stdout
    previewed = desk.office.run("preview", "fiera", "--json").stdout
    [text] = [each["text"] for each in yaml.safe_load(previewed)]
    assert fences(shown.stdout) == [f"{text}\n"]


def test_a_post_with_other_words_is_shown_before_and_after(desk: Desk) -> None:
    write(desk, "Festa d’Europa", "Gran festa")
    shown = desk.changed()
    before, after = fences(shown.stdout)
    assert "Festa d’Europa" in before
    assert "Gran festa" in after
    assert shown.stdout.index("before ·") < shown.stdout.index("after ·")


def test_an_item_that_is_called_off_no_longer_goes_out(desk: Desk) -> None:
    write(desk, "status: ready", "status: cancelled")
    assert "Posts: 1 no longer goes out." in desk.changed().stdout


def test_a_draft_is_no_change_until_it_is_ready(desk: Desk) -> None:
    more = f"  - {{id: fiera, title: Fiera, when: {DAY}}}\n"
    desk.office.write("content/a.yaml", FIRST + more)
    assert desk.changed().stdout.startswith("No post changes.")


def test_a_ladder_that_speaks_at_another_hour_moves_posts(desk: Desk) -> None:
    desk.office.write("schedules/always.yaml", ALWAYS.replace("at 10:00", "at 11:00"))
    shown = desk.changed().stdout
    assert "Posts: 1 at another time." in shown
    assert re.search(r"10:00 · \d+/4096 → .* 11:00", shown)


def test_what_is_over_goes_out_on_neither_side(desk: Desk) -> None:
    past = DAY - timedelta(days=400)
    desk.office.write(
        "content/old.yaml",
        f"year: {past.year}\nlink: none\nitems:\n  - {{id: v, status: ready, title: V, when: {past}}}\n",
    )
    assert desk.changed().stdout.startswith("No post changes.")


def test_it_compares_with_any_commit_and_touches_neither_files_nor_index(desk: Desk) -> None:
    first = desk.git("rev-parse", "HEAD")
    write(desk, "Festa d’Europa", "Gran festa")
    desk.commit()
    desk.office.write("content/b.yaml", "items: []\n")
    desk.git("add", "content/b.yaml")
    before = desk.git("status", "--porcelain=v2", "--branch")
    assert desk.changed().stdout.startswith("No post changes.")
    assert "Posts: 1 changed." in desk.changed(first).stdout
    assert desk.git("status", "--porcelain=v2", "--branch") == before


def test_a_problem_is_told_on_top_and_fails_the_command(desk: Desk) -> None:
    write(desk, f"when: {DAY}", "when: 31 febbraio")
    shown = desk.changed()
    assert shown.returncode == 1
    assert shown.stdout.startswith(
        "**These problems hold what is in their files:**\n\n- `content/a.yaml:"
    )


def test_what_had_a_fault_before_is_said_to_count_as_new(desk: Desk) -> None:
    write(desk, f"when: {DAY}", "when: 31 febbraio")
    desk.commit()
    desk.office.write("content/a.yaml", FIRST)
    shown = desk.changed()
    assert shown.returncode == 0
    assert "counts as new:**\n\n- `content/a.yaml`" in shown.stdout
    assert "Posts: 1 new." in shown.stdout


def test_a_commit_that_is_not_there_is_told_with_what_to_do(desk: Desk) -> None:
    for ref in ("nowhere", "--all", "HEAD:content"):
        shown = desk.changed(f"{ref}")
        assert shown.returncode == 2
        assert f"git knows no commit {ref} here: fetch it first" in shown.stderr


def test_outside_git_it_says_so(tmp_path: Path) -> None:
    shown = Office(tmp_path).run("preview", "--changed-since", "HEAD")
    assert shown.returncode == 2
    assert "content is not in git" in shown.stderr


def test_nothing_in_a_post_breaks_out_of_it_or_calls_anybody(desk: Desk) -> None:
    """A title is what anybody may propose: no mention, no link, no image, no HTML may come of it."""
    evil = "x ``` </code></pre> @staff #12 ![a](https://evil.example/a.png) `@staff` <img src=y>"
    own = "uno\\n```\\n# @staff\\n~~~~\\n<script>"
    new = f'title: "{evil}", text: {{telegram: "{own}"}}'
    write(desk, "title: Festa d’Europa", new)
    shown = desk.changed()
    assert shown.returncode == 0, shown.stderr
    allowed = {"fence", "code_inline", "text", "softbreak", "strong_open", "strong_close"}
    for token in MarkdownIt("commonmark", {"html": True}).parse(shown.stdout):
        for inner in token.children or [token]:
            if inner.type in allowed or inner.type.endswith(("_open", "_close")):
                said = inner.content if inner.type == "text" else ""
                assert "@" not in said, said
                assert "<" not in said, said
                assert inner.type != "link_open"
            else:
                assert inner.type == "inline", inner
    assert any("@staff" in each for each in fences(shown.stdout))


def test_it_is_never_longer_than_a_comment_may_be_and_says_what_is_left_out(desk: Desk) -> None:
    rows = "".join(
        f"  - {{id: n{n}, status: ready, title: N{n}, summary: {'parola ' * 60}, when: {DAY}}}\n"
        for n in range(200)
    )
    desk.office.write("content/b.yaml", f"year: {DAY.year}\nlink: none\nitems:\n{rows}")
    shown = desk.changed().stdout
    assert LIMIT - 2000 < len(shown) <= LIMIT
    left = int(re.search(r"no room here for (\d+) more: `banditore preview", shown)[1])  # type: ignore[index]
    assert left + len(fences(shown)) == 200
    assert "Posts: 200 new." in shown


def test_it_speaks_italian_where_that_is_wanted(desk: Desk) -> None:
    desk.office.environment["BANDITORE_LANG"] = "it"
    write(desk, "Festa d’Europa", "Gran festa")
    assert "Post: 1 cambiato." in desk.changed().stdout


def test_on_a_terminal_it_is_a_list_of_lines_taken_away_and_added(desk: Desk) -> None:
    write(desk, "Festa d’Europa", "Gran festa")
    shown = desk.office.run("preview", "--changed-since", "HEAD")
    assert "  - Festa d’Europa\n" in shown.stdout
    assert "  + Gran festa\n" in shown.stdout


@pytest.mark.parametrize("words", [["--markdown"], ["festa", "--changed-since", "HEAD"]])
def test_what_does_not_go_together_is_refused(desk: Desk, words: list[str]) -> None:
    refused = desk.office.run("preview", *words)
    assert refused.returncode == 2
    assert "--changed-since" in refused.stderr


# --- the examples for hosts of repositories ---------------------------------------------------------


def steps(host: str, path: Path) -> list[str]:
    """The shell lines of an example, in their order."""
    made: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if host == "gitlab":
        return list(made["banditore"]["script"])
    return [step["run"] for step in made["jobs"]["check"]["steps"] if "run" in step]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("is_sound", [True, False])
def test_every_line_of_the_examples_runs_and_puts_the_posts_into_the_request(
    desk: Desk, tmp_path: Path, host: str, *, is_sound: bool
) -> None:
    """All but the host itself is real: pip installs this checkout, its command checks and shows."""
    base = desk.git("rev-parse", "HEAD")
    write(desk, "Festa d’Europa", "Gran festa" if is_sound else "Gran festa, titolo: no")
    if not is_sound:
        write(desk, f"when: {DAY}", "when: 31 febbraio")
    desk.commit()
    path = desk.office.folder / HOSTS[host][1]
    assert desk.office.run("init", "--git", host).returncode == (0 if is_sound else 2)
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    # What talks with the host writes down what it was told instead.
    told = tmp_path / "told"
    for name in ("gh", "curl"):
        tool = bin_folder / name
        tool.write_text(f'#!/bin/sh\nprintf "%s\\n" {name} "$@" > {shlex.quote(str(told))}\n')
        tool.chmod(0o755)
    for name, what in (("banditore", "-m bot"), ("python", "")):
        command = bin_folder / name
        command.write_text(f'#!/bin/sh\nexec {sys.executable} {what} "$@"\n')
        command.chmod(0o755)
    summary = tmp_path / "summary.md"
    environment = desk.office.variables() | {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "BANDITORE": str(ROOT),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # as pip has it: 0 means that it does not isolate
        "PIP_TARGET": str(tmp_path / "installed"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "BASE": base,
        "NUMBER": "7",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(summary),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PROJECT_ID": "1",
        "CI_API_V4_URL": "https://gitlab.example.org/api/v4",
        "BANDITORE_GITLAB_TOKEN": "t",
    }
    lines = steps(host, path)
    # GitLab runs its lines in one shell; each of GitHub's has its own, and those of ours that
    # show and tell run even after one that failed.
    scripts = ["\n".join(lines)] if host == "gitlab" else lines
    codes = [
        subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=desk.office.folder,
            env=environment,
            check=False,
        ).returncode
        for script in scripts
    ]
    assert any(codes) is not is_sound
    told_words = told.read_text().splitlines()
    posts = (tmp_path if host == "github" else desk.office.folder) / "posts.md"
    text = posts.read_text(encoding="utf-8")
    if is_sound:
        assert "Gran festa" in text
    else:
        assert "These problems hold" in text
    if host == "github":
        assert told_words[:4] == ["gh", "pr", "comment", "7"]
        assert told_words[-1] == str(posts)
        assert summary.read_text(encoding="utf-8") == text
    else:
        assert "body@posts.md" in told_words
        assert (
            told_words[-1] == "https://gitlab.example.org/api/v4/projects/1/merge_requests/7/notes"
        )
    assert (tmp_path / "installed" / "bot" / "cli" / "changed.py").exists()


def test_the_hook_for_pre_commit_names_a_command_that_is_there(desk: Desk) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == (
        "banditore-check",
        "python",
        False,
    )
    name, *words = shlex.split(hook["entry"])
    assert name == "banditore"
    assert desk.office.run(*words).returncode == 0
    files = re.compile(hook["files"])
    assert files.search("content/2021-05.yaml")
    assert files.search("schedules/channels.yaml")
    assert not files.search("docs/content/a.yaml")
