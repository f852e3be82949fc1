"""The process that reads newsletters: what it is asked and answers, and that it ends with whoever asked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.drafting.apart import Drafting, DraftingError
from bot.cli.drafting.wire import answer_of, answered, asked, question_of
from bot.core.said import said
from bot.desk.drafts import DraftPost, Drafts, Received, Refused, Unclear
from tests.office import ALWAYS, CHANNELS

NOW = datetime(2021, 4, 28, 7, tzinfo=UTC)


def received(content: bytes = b"a\nb\x00\n", name: str = "maggio\n.md") -> Received:
    return Received(content, name, None, "it", NOW)


def test_a_question_arrives_as_it_was_asked() -> None:
    assert question_of(asked(received())) == received()


def test_an_answer_arrives_as_it_was_given() -> None:
    drafts = Drafts(
        file="2021-05.yaml",
        yaml="items: []\n",
        found=4,
        new=2,
        sure=1,
        known=1,
        changed=("Festa · when: 12 maggio → 13 maggio",),
        questions=("è questo l'anno?",),
        unclear=(Unclear("Festa", "", ("when: quando?", "link: quale?")),),
        left_out=("testata: Maggio",),
        ignored=1,
        posts=(DraftPost(NOW, "Europe/Rome", "telegram-it", "Domani", "<i>Domani</i>"),),
        more_posts=3,
        unmade=("festa: troppo lungo",),
    )
    assert answer_of(answered(drafts)) == drafts


def test_a_refusal_arrives_in_words_that_can_be_translated() -> None:
    refused = Refused(said("the file has more than {count} MB", count=20), said("say it"))
    arrived = answer_of(answered(refused))
    assert arrived == refused
    assert isinstance(arrived, Refused)
    assert arrived.message.template == "the file has more than {count} MB"
    assert arrived.message.values == {"count": 20}


def children() -> set[int]:
    """The processes that this one has started and that live."""
    return {
        int(number)
        for task in Path("/proc/self/task").iterdir()
        for number in (task / "children").read_text().split()
    }


async def test_reading_that_is_cancelled_or_takes_too_long_leaves_no_process(
    tmp_path: Path,
) -> None:
    before = children()
    reading = asyncio.create_task(Drafting(tmp_path, tmp_path)(received()))
    while not children() - before:
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() <= before
    told = await Drafting(tmp_path, tmp_path, wall=0.05)(received())
    assert isinstance(told, Refused)
    assert "too much time" in told.message
    assert children() <= before


async def test_what_that_process_says_at_its_end_is_in_the_error(tmp_path: Path) -> None:
    """An hour without a zone is one that nobody of ours asks with."""
    content = b"# Concerto\n*12 maggio 2021, ore 21*\n\nSi suona.\n"
    naive = NOW.replace(tzinfo=None)
    (tmp_path / "channels.yaml").write_text(CHANNELS)
    (tmp_path / "always.yaml").write_text(ALWAYS)
    with pytest.raises(DraftingError, match="TypeError"):
        await Drafting(tmp_path, tmp_path)(Received(content, "a.md", 2021, "it", naive))


async def test_it_knows_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANDITORE_TELEGRAM_TOKEN", "123:abc")
    before = children()
    reading = asyncio.create_task(Drafting(tmp_path, tmp_path)(received()))
    while not (new := children() - before):
        await asyncio.sleep(0)
    environment = Path(f"/proc/{new.pop()}/environ")
    found = b""
    while b"PYTHONPATH" not in found and not reading.done():
        found = environment.read_bytes()  # until it has become another program it has ours
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert b"PYTHONPATH" in found
    assert b"123:abc" not in found
