"""A file that somebody sent is fetched over the wire, whole or not at all, and never from this machine's disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.desk.chat.wire import Line
from bot.sandbox import TELEGRAM_TOKEN, Sandbox, serve
from bot.sandbox.people import Document
from tests.desk.town import ADMINS, ANNA


@asynccontextmanager
async def sent(content: bytes) -> AsyncIterator[tuple[Sandbox, Line, Document]]:
    """A file in the chat, and the line that leads there."""
    sandbox = Sandbox(now=lambda: datetime.now(UTC), chats=[ADMINS], users=[ANNA])
    async with serve(sandbox) as address:
        line = Line(SecretStr(TELEGRAM_TOKEN), base_url=address.telegram)
        document = sandbox.send_document(ADMINS.id, ANNA, "a.md", content).message.document
        assert document is not None
        try:
            yield sandbox, line, document
        finally:
            await line.close()


async def test_a_file_arrives_as_it_was_sent() -> None:
    async with sent(bytes(range(256)) * 5000) as (_, line, document):
        assert await line.fetch(document.file_id, 2_000_000) == bytes(range(256)) * 5000


@pytest.mark.parametrize("size", [1000, 20 * 1024 * 1024 + 1], ids=["ours", "Telegram's"])
async def test_one_with_more_bytes_than_were_asked_for_is_not_fetched_to_its_end(size: int) -> None:
    async with sent(bytes(size)) as (_, line, document):
        assert await line.fetch(document.file_id, 999) is None


async def test_a_path_that_is_there_on_this_machine_is_not_read_from_its_disk(
    tmp_path: Path,
) -> None:
    own = tmp_path / "secret.txt"
    own.write_text("secret")
    async with sent(b"a") as (sandbox, line, document):
        sandbox.files._kept[document.file_id] = (replace(document, path=str(own)), b"sent")
        assert await line.fetch(document.file_id, 999) == b"sent"
