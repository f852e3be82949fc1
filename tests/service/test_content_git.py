"""`banditore run` brings its files up to date from git, tells its admins what is in the way, and reads files as they are written."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.sandbox import Account, Chat, Sandbox, serve
from tests.git.repository import Repository, below
from tests.office import ALWAYS, Office
from tests.service.test_run import until

ADMINS = Chat(-1001234567890, title="Admin", kind="supergroup")

CHANNELS = f"""
admin_chat: "{ADMINS.id}"
admins: {{language: it, tomorrow: never}}
channels:
  telegram-it: {{platform: telegram, chat: "@torino", language: it, schedule: always}}
"""


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(
        now=lambda: datetime.now(UTC),
        chats=[Chat(-1001, "torino"), ADMINS],
        accounts=[Account.make_believe("torino")],
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("HOME", str(tmp_path))
    made = Repository(tmp_path)
    empty = "year: 2021\nitems: []\n"
    files: dict[str, str | None] = {
        "content/a.yaml": empty,
        "schedules/always.yaml": ALWAYS,
        "schedules/channels.yaml": CHANNELS,
        ".gitignore": "/banditore.db*\n",
    }
    made.push("the folder", files)
    made.git(made.here, "pull", "-q", "--ff-only")
    return made


@pytest.fixture
async def office(repository: Repository, sandbox: Sandbox) -> AsyncIterator[Office]:
    async with serve(sandbox) as address:
        made = Office.__new__(Office)
        made.folder, made.address = repository.here, address
        made.environment = {
            "BANDITORE_INTERVAL": "0.2",
            "BANDITORE_CONTENT_GIT": "origin/main",
            "BANDITORE_CONTENT_GIT_EVERY": "1",
        }
        code, output = await made.finish("init")
        assert code == 0, output
        yield made


def items(office: Office, *titles: str) -> str:
    """A file of events that are due at once."""
    path = office.write_items("aside/a.yaml", titles)
    text = path.read_text(encoding="utf-8")
    path.unlink()
    return text


def public(sandbox: Sandbox) -> Counter[str]:
    return Counter(post.text.splitlines()[1] for post in sandbox.posts if post.channel == "@torino")


async def told(sandbox: Sandbox, words: str) -> str:
    """What admins read with these words, once they do."""
    async with asyncio.timeout(30):
        while True:
            for each in sandbox.posts:
                if each.channel == ADMINS.address and words in each.text:
                    return each.text
            await asyncio.sleep(0.05)


async def test_what_staff_push_is_announced_without_anybody_on_the_server(
    office: Office, sandbox: Sandbox, repository: Repository
) -> None:
    process = await office.start("run")
    try:
        await until(process, "service.started")
        after = repository.push("an event", {"content/a.yaml": items(office, "Uno")})
        moved = await until(process, "git.pulled")
        assert (moved["to"], moved["files"]) == (after[:12], 1)
        await until(process, "post.published")
    finally:
        process.terminate()
        await process.communicate()
    assert public(sandbox) == {"Uno": 1}


async def test_one_pass_pulls_first(
    office: Office, sandbox: Sandbox, repository: Repository
) -> None:
    repository.push("an event", {"content/a.yaml": items(office, "Uno")})
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    assert public(sandbox) == {"Uno": 1}


async def test_what_is_in_the_way_is_told_to_admins_in_their_language_and_when_it_is_over(
    office: Office, sandbox: Sandbox, repository: Repository
) -> None:
    (repository.here / "content" / "a.yaml").write_text(items(office, "Qui"))
    repository.push("an event", {"content/a.yaml": items(office, "Uno")})
    process = await office.start("run")
    try:
        text = await told(sandbox, "File non aggiornati da git")
        assert "modificati dei file senza commit: content/a.yaml" in text
        assert "stash --include-untracked" in text
        # Nobody is kept from speaking: what the files here say goes out.
        while not public(sandbox)["Qui"]:
            await until(process, "post.published")
        repository.git(repository.here, "checkout", "-q", "--", "content/a.yaml")
        await until(process, "git.goes_on")
        assert "File non aggiornati" in await told(sandbox, "✓ ")
    finally:
        process.terminate()
        await process.communicate()


@dataclass
class Slow:
    """git, which waits in the middle of replacing files: `a.yaml` is new by then, `b.yaml` is not."""

    repository: Repository
    folder: Path

    def __post_init__(self) -> None:
        go, began = shlex.quote(str(self.folder / "go")), shlex.quote(str(self.folder / "began"))
        smudge = f"touch {began}; while [ ! -e {go} ]; do sleep 0.05; done; cat"
        self.repository.git(self.repository.here, "config", "filter.slow.smudge", smudge)
        self.repository.push("slow", {".gitattributes": "content/b.yaml filter=slow\n"})

    async def until_halfway(self) -> None:
        async with asyncio.timeout(30):
            while not (self.folder / "began").exists():
                await asyncio.sleep(0.05)

    def go_on(self) -> None:
        (self.folder / "go").touch()


@pytest.fixture
def slow(repository: Repository, tmp_path: Path) -> Slow:
    return Slow(repository, tmp_path)


async def test_no_tick_waits_for_a_checkout_or_sees_half_of_one(
    office: Office, sandbox: Sandbox, repository: Repository, slow: Slow
) -> None:
    """One file takes an event on which the other, replaced later, calls off."""
    office.environment["BANDITORE_DESK"] = "127.0.0.1:0"
    both: dict[str, str | None] = {
        "content/a.yaml": items(office, "Uno"),
        "content/b.yaml": "items: []\n",
    }
    repository.push("both", both)
    process = await office.start("run")
    try:
        url = (await until(process, "desk.opened"))["url"]
        await slow.until_halfway()
        assert "Uno" in repository.read()
        async with httpx.AsyncClient() as client:
            ticks: set[str] = set()
            async with asyncio.timeout(30):
                while len(ticks) < 4:
                    ticks.add((await client.get(url)).json()["last_tick"])
        assert public(sandbox) == {}
        slow.go_on()
        await until(process, "git.pulled")
        await until(process, "post.published")
    finally:
        slow.go_on()
        process.terminate()
        await process.communicate()
    assert public(sandbox) == {"Uno": 1}


@pytest.mark.parametrize("is_git_killed", [True, False])
async def test_killed_halfway_through_a_checkout_the_next_start_reads_all_of_it_or_none(
    office: Office, sandbox: Sandbox, repository: Repository, slow: Slow, *, is_git_killed: bool
) -> None:
    """Where git outlives the service it is waited for; where it does not, its half is taken back."""
    both: dict[str, str | None] = {
        "content/a.yaml": items(office, "Uno"),
        "content/b.yaml": items(office, "Due"),
    }
    repository.push("both", both)
    process = await office.start("run")
    await slow.until_halfway()
    at_work = [process.pid, *below(process.pid)]
    for pid in at_work if is_git_killed else at_work[:1]:
        os.kill(pid, signal.SIGKILL)
    await process.communicate()
    assert not (repository.here / "content" / "b.yaml").exists()
    if is_git_killed:
        slow.go_on()
    process = await office.start("run")
    try:
        if is_git_killed:
            mended = await until(process, "git.mended")
            assert "content/a.yaml" in mended["named"]
            assert mended["locks"].endswith("index.lock")
            assert (await until(process, "service.started"))["items"] == 0
        slow.go_on()
        if not is_git_killed:
            assert (await until(process, "service.started"))["items"] == 2
        while public(sandbox).total() < 2:
            await until(process, "post.published")
    finally:
        slow.go_on()
        process.terminate()
        await process.communicate()
    assert public(sandbox) == {"Uno": 1, "Due": 1}


async def test_half_a_checkout_that_can_not_be_taken_back_is_not_read(
    office: Office, sandbox: Sandbox, repository: Repository, slow: Slow
) -> None:
    """Somebody's git is at work there: the lock may be its own."""
    repository.push(
        "one", {"content/a.yaml": items(office, "Uno"), "content/b.yaml": "items: []\n"}
    )
    process = await office.start("run")
    await slow.until_halfway()
    for pid in (process.pid, *below(process.pid)):
        os.kill(pid, signal.SIGKILL)
    await process.communicate()
    slow.go_on()
    command = ["git", "-C", str(repository.here), "hash-object", "--stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as at_work:
        while Path(f"/proc/{at_work.pid}/cwd").readlink() != repository.here:
            await asyncio.sleep(0.01)
        code, output = await office.finish("run", "--once")
        at_work.communicate(b"")
    assert code == 2
    assert "has half of the files of a pull that was killed" in output
    assert public(sandbox) == {}
    code, output = await office.finish("run", "--once")
    assert code == 0, output
    assert public(sandbox) == {"Uno": 1}


async def test_half_a_checkout_left_by_a_machine_that_died_is_never_announced(
    office: Office, sandbox: Sandbox, repository: Repository
) -> None:
    """One file of the new ones had arrived: the event that it has, without the other's word that it is cancelled."""
    whole = items(office, "Uno", "Due")
    later = whole.replace("id: due, status: ready", "id: due, status: cancelled")
    before = repository.git(repository.here, "rev-parse", "HEAD")
    after = repository.push(
        "half, and half", {"content/a.yaml": later, "content/b.yaml": "items: []\n"}
    )
    repository.git(repository.here, "fetch", "-q")
    git_dir = repository.here / ".git"
    (git_dir / "banditore-pull.json").write_text(f'{{"before": "{before}", "after": "{after}"}}')
    (git_dir / "index.lock").write_bytes(b"")
    (repository.here / "content" / "a.yaml").write_text(later[: later.index("cancelled") - 40])
    process = await office.start("run")
    try:
        mended = await until(process, "git.mended")
        assert mended["named"] == "content/a.yaml"
        assert (await until(process, "service.started"))["items"] == 0
        await until(process, "git.pulled")
        await until(process, "post.published")
    finally:
        process.terminate()
        await process.communicate()
    assert public(sandbox) == {"Uno": 1}


async def test_a_file_in_a_shared_folder_that_is_written_in_pieces_goes_out_when_it_is_whole(
    office: Office, sandbox: Sandbox
) -> None:
    """Until then it is a broken file: its own deliveries are held, those of other files are not."""
    office.environment["BANDITORE_CONTENT_GIT"] = "off"
    process = await office.start("run")
    path = office.folder / "content" / "piece.yaml"
    try:
        await until(process, "service.started")
        first = items(office, "Uno") + '  - {id: due, status: ready, title: "Due'
        path.write_text(first, encoding="utf-8")
        assert (await until(process, "file.problem"))["where"].startswith("content/piece.yaml:")
        office.write_items("content/other.yaml", ["Altro"])
        while not public(sandbox)["Altro"]:
            await until(process, "post.published")
        assert public(sandbox) == {"Altro": 1}
        date = first[first.index("when: ") + 6 :][:10]
        path.write_text(f'{first}", when: {date}}}\n', encoding="utf-8")
        await until(process, "file.mended")
        while public(sandbox).total() < 3:
            await until(process, "post.published")
    finally:
        process.terminate()
        await process.communicate()
    assert public(sandbox) == {"Altro": 1, "Uno": 1, "Due": 1}
