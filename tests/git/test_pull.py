"""A pull brings the folder up to date, or says what is in its way and leaves everything as it is. Real git throughout."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from bot.catalogs import in_language
from bot.git import Follows, Pull, Stuck, Why, read_follows
from bot.git.asking import Git, shown
from bot.git.checkout import Checkout, Moved, Same
from bot.git.interrupted import Mended, alone, begin
from bot.git.place import Tree, find_tree
from tests.git.repository import Repository, below

ON = Follows()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("HOME", str(tmp_path))  # no settings of this user's own
    return Repository(tmp_path)


def pulled(repository: Repository, follows: Follows = ON) -> Same | Moved | Stuck:
    return Checkout(repository.here / "content", follows).pull()


def stuck(repository: Repository, follows: Follows = ON) -> Stuck:
    found = pulled(repository, follows)
    assert isinstance(found, Stuck), found
    return found


def tree_of(repository: Repository) -> Tree:
    tree = find_tree(Git(repository.here))
    assert isinstance(tree, Tree)
    return tree


# --- what works -----------------------------------------------------------------------------------


def test_what_was_pushed_arrives_and_then_there_is_nothing_new(repository: Repository) -> None:
    before = repository.git(repository.here, "rev-parse", "HEAD")
    after = repository.push("two", {"content/a.yaml": "two\n", "schedules/b.yaml": "new\n"})
    assert pulled(repository) == Moved(before, after, 2)
    assert (repository.read(), repository.read("schedules/b.yaml")) == ("two\n", "new\n")
    assert repository.git(repository.here, "status", "--porcelain") == ""
    assert pulled(repository) == Same()


def test_a_remote_and_a_branch_can_be_named(repository: Repository) -> None:
    repository.push("two", {"content/a.yaml": "two\n"})
    repository.git(repository.here, "branch", "--unset-upstream")
    assert stuck(repository).why is Why.BRANCH
    assert isinstance(pulled(repository, Follows("origin", "main")), Moved)


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("", None),
        ("off", None),
        ("No", None),
        ("on", ON),
        (" 1 ", ON),
        ("origin/main", Follows("origin", "main")),
        ("origin/issues/2021-05", Follows("origin", "issues/2021-05")),
    ],
)
def test_the_setting_is_on_off_or_a_branch(text: str, follows: Follows | None) -> None:
    assert read_follows(text) == follows


@pytest.mark.parametrize(
    "text", ["main", "--upload-pack=x/y", "origin/a b", "origin/a:b", "origin/*"]
)
def test_anything_else_is_no_setting(text: str) -> None:
    with pytest.raises(ValueError, match="origin/main"):
        read_follows(text)


def test_nothing_that_a_repository_brings_is_run(repository: Repository, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    for name in ("post-merge", "reference-transaction", "post-checkout", "pre-auto-gc"):
        hook = repository.here / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(ran))}\n")
        hook.chmod(0o755)
    repository.push("two", {"content/a.yaml": "two\n"})
    assert isinstance(pulled(repository), Moved)
    assert not ran.exists()


def test_a_remote_that_would_run_a_program_is_refused(
    repository: Repository, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    repository.git(repository.here, "config", "protocol.ext.allow", "always")
    repository.git(repository.here, "remote", "set-url", "origin", f"ext::touch {ran}")
    assert stuck(repository).why is Why.AWAY
    assert not ran.exists()


# --- what is in the way ---------------------------------------------------------------------------


def test_a_commit_made_here_and_one_made_there_are_told(repository: Repository) -> None:
    repository.commit(repository.here, "mine", {"content/mine.yaml": "mine\n"})
    assert stuck(repository).why is Why.AHEAD
    repository.push("two", {"content/a.yaml": "two\n"})
    found = stuck(repository)
    assert (found.why, found.detail) == (Why.DIVERGED, "origin/main")
    assert repository.read() == "one\n"


def test_what_it_says_to_do_about_commits_made_here_works(repository: Repository) -> None:
    repository.commit(repository.here, "mine", {"content/mine.yaml": "mine\n"})
    repository.push("two", {"content/a.yaml": "two\n"})
    back = str(stuck(repository).do).split("`")[3]
    subprocess.run(shlex.split(back), check=True, capture_output=True)
    assert pulled(repository) == Same()
    assert repository.read() == "two\n"


def test_history_that_was_rewritten_there_is_told_and_not_followed(repository: Repository) -> None:
    repository.push("two", {"content/a.yaml": "two\n"})
    pulled(repository)
    repository.git(repository.desk, "reset", "-q", "--hard", "HEAD~1")
    repository.push("other", {"content/a.yaml": "other\n"}, "--force")
    assert stuck(repository).why is Why.DIVERGED
    assert repository.read() == "two\n"


def test_a_file_changed_here_is_named_and_stays(repository: Repository) -> None:
    (repository.here / "content" / "a.yaml").write_text("mine\n")
    (repository.here / "content" / "nuovo file è.yaml").write_text("mine\n")
    repository.push("two", {"content/a.yaml": "two\n"})
    found = stuck(repository)
    assert (found.why, found.detail) == (Why.IN_THE_WAY, "content/a.yaml")
    assert repository.read() == "mine\n"
    (repository.here / "content" / "a.yaml").write_text("one\n")
    repository.push("three", {"content/nuovo file è.yaml": "three\n"})
    found = stuck(repository)
    assert (found.why, found.detail) == (Why.IN_THE_WAY, "content/nuovo file è.yaml")
    assert repository.read("content/nuovo file è.yaml") == "mine\n"


def test_a_file_changed_here_that_nobody_else_changes_is_in_nobodys_way(
    repository: Repository,
) -> None:
    (repository.here / "content" / "a.yaml").write_text("mine\n")
    repository.push("two", {"content/b.yaml": "two\n"})
    assert isinstance(pulled(repository), Moved)
    assert repository.read() == "mine\n"


def test_another_branch_and_none_are_told(repository: Repository) -> None:
    repository.git(repository.here, "switch", "-q", "-c", "mine")
    assert (stuck(repository).why, stuck(repository).detail) == (Why.BRANCH, "mine")
    assert stuck(repository, Follows("origin", "main")).why is Why.BRANCH
    repository.git(repository.here, "switch", "-q", "--detach", "main")
    assert stuck(repository).why is Why.BRANCH


def test_a_branch_that_is_gone_there_is_told(repository: Repository) -> None:
    repository.git(repository.far, "branch", "-m", "main", "trunk")
    assert (stuck(repository).why, stuck(repository).detail) == (Why.GONE, "origin/main")


def test_a_folder_that_is_not_in_git_is_told(tmp_path: Path) -> None:
    found = Checkout(tmp_path, ON).pull()
    assert found == Stuck(Why.NO_CHECKOUT, str(tmp_path))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_says_how_to_trust_it(repository: Repository) -> None:
    for path in (repository.here, *repository.here.rglob("*")):
        os.chown(path, 12345, 12345)
    found = stuck(repository)
    assert found.why is Why.FOREIGN
    assert f"git config --global --add safe.directory {repository.here}" in found.do


def test_no_credentials_of_an_address_are_ever_said(repository: Repository) -> None:
    address = "https://anna:s3cret@127.0.0.1:9/far.git?private_token=s3cret"
    repository.git(repository.here, "remote", "set-url", "origin", address)
    found = stuck(repository)
    assert found.why is Why.AWAY
    assert "127.0.0.1:9" in found.detail
    assert "s3cret" not in str(found)


def test_an_address_keeps_its_host_and_path_alone() -> None:
    said = "fatal: 'ssh://git:pw@git.example.org:22/a/b.git' and https://x@h/p?token=t\nfailed"
    assert shown(said) == "fatal: 'ssh://git.example.org:22/a/b.git' and https://h/p failed"


def test_nobody_is_asked_for_a_password(repository: Repository) -> None:
    repository.git(repository.here, "remote", "set-url", "origin", "ssh://127.0.0.1:9/far.git")
    repository.git(repository.here, "config", "core.sshCommand", "/bin/echo >&2 asked with")
    assert "BatchMode=yes" in stuck(repository).detail


@pytest.mark.parametrize("why", Why)
def test_every_reason_has_words_in_both_languages(why: Why) -> None:
    found = Stuck(why, "/srv/banditore", "THE DETAIL")
    for sentence in (found.reason, found.do):
        assert in_language(sentence, "it") != str(sentence)
        assert "{" not in in_language(sentence, "it")


# --- who was killed over it -----------------------------------------------------------------------


def interrupt(repository: Repository, after: str) -> Tree:
    """As a pull leaves it that is killed while git replaces the files: noted, locked, with the old index."""
    tree = tree_of(repository)
    repository.git(repository.here, "fetch", "-q")
    begin(tree, repository.git(repository.here, "rev-parse", "HEAD"), after)
    (tree.own / "index.lock").write_bytes(b"half an index")
    return tree


def test_half_of_the_new_files_is_taken_back_before_they_are_read_and_pulled_again(
    repository: Repository,
) -> None:
    repository.push("two", {"content/b.yaml": "old b\n", "content/c.yaml": "old c\n"})
    pulled(repository)
    new = {
        "content/a.yaml": "new a\n",
        "content/b.yaml": "new b\n",
        "content/c.yaml": None,
        "content/d.yaml": "d\n",
    }
    after = repository.push("three", new)
    interrupt(repository, after)
    content = repository.here / "content"
    (content / "a.yaml").write_text("new")  # cut off
    (content / "b.yaml").write_text("new b\n")
    (content / "c.yaml").unlink()
    (content / "d.yaml").write_text("d\n")
    told: list[Mended] = []
    checkout = Checkout(content, ON, told.append)
    checkout.mend()
    found = {path.name: path.read_text() for path in content.iterdir()}
    assert found == {"a.yaml": "one\n", "b.yaml": "old b\n", "c.yaml": "old c\n"}
    assert repository.git(repository.here, "status", "--porcelain") == ""
    assert [path.partition(".git/")[2] for path in told[0].locks] == ["index.lock"]
    assert sorted(told[0].files) == [f"content/{name}.yaml" for name in "abcd"]
    assert checkout.pull() == Moved(
        repository.git(repository.here, "rev-parse", "HEAD~1"), after, 4
    )
    assert repository.read("content/b.yaml") == "new b\n"


def test_of_half_a_pull_a_file_that_somebody_changed_stays(repository: Repository) -> None:
    after = repository.push("two", {"content/a.yaml": "two\n", "content/b.yaml": "b\n"})
    interrupt(repository, after)
    (repository.here / "content" / "a.yaml").write_text("mine\n")
    (repository.here / "content" / "b.yaml").write_text("b\n")
    Checkout(repository.here, ON).mend()
    assert repository.read() == "mine\n"
    assert not (repository.here / "content" / "b.yaml").exists()
    assert stuck(repository).why is Why.IN_THE_WAY


def test_a_pull_that_was_killed_when_all_was_done_loses_nothing(repository: Repository) -> None:
    before = repository.git(repository.here, "rev-parse", "HEAD")
    after = repository.push("two", {"content/a.yaml": "two\n"})
    pulled(repository)
    begin(tree_of(repository), before, after)
    Checkout(repository.here, ON).mend()
    assert repository.read() == "two\n"
    assert pulled(repository) == Same()


def test_a_lock_older_than_the_pull_is_somebodys_and_stays(repository: Repository) -> None:
    repository.push("two", {"content/a.yaml": "two\n"})
    lock = repository.here / ".git" / "index.lock"
    lock.write_bytes(b"")
    found = stuck(repository)
    assert (found.why, found.detail) == (Why.LOCKED, str(lock))
    assert lock.exists()
    assert repository.read() == "one\n"


def test_while_a_git_is_at_work_there_no_lock_is_deleted(repository: Repository) -> None:
    after = repository.push("two", {"content/a.yaml": "two\n"})
    tree = interrupt(repository, after)
    # It waits for its stdin, as a git waits for an editor.
    command = ["git", "-C", str(repository.here), "hash-object", "--stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        cwd = Path(f"/proc/{process.pid}/cwd")
        while cwd.readlink() != repository.here:
            pass
        assert stuck(repository).why is Why.LOCKED
        assert (tree.own / "index.lock").exists()
        process.communicate(b"")
    assert isinstance(pulled(repository), Moved)


def test_two_of_us_in_one_folder_do_not_pull_at_once(repository: Repository) -> None:
    repository.push("two", {"content/a.yaml": "two\n"})
    with alone(tree_of(repository)) as descriptor:
        assert descriptor is not None
        assert stuck(repository).why is Why.LOCKED
    assert isinstance(pulled(repository), Moved)


def test_killed_at_any_moment_the_next_one_brings_all_files_or_none(
    repository: Repository, tmp_path: Path
) -> None:
    """The real process, killed with its git, at 25 moments from the first fetch to the last file."""
    script = (
        "import sys; from pathlib import Path; from bot.git.checkout import Checkout; "
        "from bot.git import Follows; print('began', flush=True); Checkout(Path(sys.argv[1]), Follows()).pull()"
    )
    content = repository.here / "content"
    was_cut = 0
    for number in range(25):
        text = f"{number}\n" * 20_000
        after = repository.push(
            str(number), {f"content/{name}.yaml": f"{name}{text}" for name in "abcdefgh"}
        )
        with subprocess.Popen(
            [sys.executable, "-c", script, str(content)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            # How long it takes to get so far differs with the machine: the moments are spread over it.
            time.sleep(0.004 * number)
            children = below(process.pid)
            for pid in (process.pid, *children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        Checkout(content, ON).mend()
        texts = {path.name: path.read_text() for path in content.iterdir()}
        issues = {each[1:] for name, each in texts.items()}
        head = repository.git(repository.here, "rev-parse", "HEAD")
        was_cut += head != after
        assert len(issues) == 1 or texts == {"a.yaml": "one\n"}, "half of a checkout"
        assert repository.git(repository.here, "status", "--porcelain") == ""
        found = pulled(repository)
        assert found == Same() or isinstance(found, Moved), found
        assert repository.git(repository.here, "rev-parse", "HEAD") == after
    assert was_cut > 0, "no kill came in time to cut anything off"


def test_a_git_that_outlived_its_service_is_waited_for_before_the_files_are_read(
    repository: Repository,
) -> None:
    tree = tree_of(repository)
    with alone(tree):
        begin(tree, "", "what it goes to")
        mending = threading.Thread(target=Checkout(repository.here, ON).mend)
        mending.start()
        mending.join(0.3)
        assert mending.is_alive()
    mending.join()
    assert not tree.note.exists()


def hanging(repository: Repository, tmp_path: Path) -> Path:
    """git that waits in the middle of replacing files, until the file of that path is there."""
    go = tmp_path / "go"
    smudge = f"while [ ! -e {shlex.quote(str(go))} ]; do sleep 0.05; done; cat"
    repository.git(repository.here, "config", "filter.slow.smudge", smudge)
    repository.push("slow", {".gitattributes": "content/b.yaml filter=slow\n"})
    repository.push("two", {"content/a.yaml": "two\n", "content/b.yaml": "b\n"})
    return go


def test_files_that_take_too_long_to_replace_are_taken_back_before_anybody_reads_them(
    repository: Repository, tmp_path: Path
) -> None:
    go = hanging(repository, tmp_path)
    told: list[Mended] = []
    # The new b.yaml is what git hangs on, and hangs on again when it is asked what to take back.
    checkout = Checkout(repository.here, ON, told.append, asking=0.5, replacing=0.5)
    found = checkout.pull()
    assert isinstance(found, Stuck)
    assert "no answer in 0.5 seconds" in found.detail
    assert not checkout.at_rest.acquire(blocking=False), "half of the files could be read"
    go.touch()
    assert isinstance(checkout.pull(), Moved)
    assert [set(each.files) >= {"content/a.yaml"} for each in told] == [True]
    assert checkout.at_rest.acquire(blocking=False)
    assert (repository.read(), repository.read("content/b.yaml")) == ("two\n", "b\n")


# --- who is told ----------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records]


def test_a_remote_that_is_away_is_told_after_an_hour_once_and_when_it_is_back(
    repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "banditore")
    clock = Clock()
    pull = Pull(repository.here, ON, clock=clock)
    away = repository.far.rename(repository.far.with_name("away.git"))
    told: list[Stuck | None] = []
    for clock.now in (0, 60, 3540, 3600, 3660):
        pull.once()
        told.append(pull.stuck)
    assert [each.why if each else None for each in told] == [None, None, None, Why.AWAY, Why.AWAY]
    away.rename(repository.far)
    pull.once()
    assert pull.stuck is None
    assert events(caplog) == ["git.stuck", "git.goes_on"]


def test_what_is_in_the_way_is_told_at_once_and_again_when_it_is_something_else(
    repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "banditore")
    pull = Pull(repository.here, ON)
    (repository.here / "content" / "a.yaml").write_text("mine\n")
    repository.push("two", {"content/a.yaml": "two\n"})
    pull.once()
    pull.once()
    assert events(caplog) == ["git.stuck"]
    repository.git(repository.here, "stash")
    pull.once()
    assert events(caplog) == ["git.stuck", "git.pulled", "git.goes_on"]


def test_files_are_replaced_only_while_nobody_reads_them(repository: Repository) -> None:
    repository.push("two", {"content/a.yaml": "two\n"})
    pull = Pull(repository.here, ON, every=timedelta(hours=1))
    note = tree_of(repository).note
    with pull.at_rest:
        pull.start()
        # It waits for us once it has fetched.
        fetched = repository.git(repository.desk, "rev-parse", "HEAD")
        while repository.git(repository.here, "rev-parse", "origin/main") != fetched:
            pass
        assert repository.read() == "one\n"
    while note.exists() or repository.read() != "two\n":
        pass
    pull.close()


def test_a_fetch_that_hangs_is_ended_with_the_service(
    repository: Repository, tmp_path: Path
) -> None:
    began = tmp_path / "began"
    hangs = tmp_path / "hangs"
    hangs.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(began))}\nexec sleep 1000\n")
    hangs.chmod(0o755)
    repository.git(repository.here, "config", "core.sshCommand", str(hangs))
    repository.git(repository.here, "remote", "set-url", "origin", "ssh://127.0.0.1/far.git")
    pull = Pull(repository.here, ON)
    pull.start()
    while not began.exists():
        pass
    pull.close()
    assert not [t for t in threading.enumerate() if t.name == "pull"]


def test_the_note_is_readable_for_whoever_looks(repository: Repository) -> None:
    tree = tree_of(repository)
    begin(tree, "a", "b")
    assert json.loads(tree.note.read_text()) == {"before": "a", "after": "b"}
