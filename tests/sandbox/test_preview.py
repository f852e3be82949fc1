"""What `preview` shows is what the platforms get, byte for byte, and marked where a reader would see it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.calendar import instant
from bot.core.model import Platform, Severity
from bot.load import load
from bot.sandbox.places import Taken
from bot.sandbox.rehearsal import rehearsing
from bot.sandbox.sandbox import Sandbox
from tests.office import ALWAYS, Office

ROOT = Path(__file__).parents[2]
ROME = ZoneInfo("Europe/Rome")


def midnight(day: date) -> datetime:
    return instant(day, datetime.min.time(), ROME)


async def published(folder: Path, first: date, last: date) -> tuple[dict[str, Taken], Sandbox]:
    """Play the files of `folder` from day to day; every post that followers got, by its key."""
    catalog, problems = load(folder / "content", folder / "schedules")
    assert not [problem for problem in problems if problem.severity is Severity.ERROR]
    async with rehearsing(catalog, midnight(first)) as stage:
        report = await stage.rehearsal.run(
            midnight(last + timedelta(days=1)), queued=midnight(first)
        )
        found = {}
        for attempt in report.attempts:
            channel = catalog.channels[attempt.channel]
            assert attempt.external_id is not None
            taken = stage.sandbox.post(channel.platform, channel.address, attempt.external_id)
            assert taken is not None
            found[attempt.key] = taken
        return found, stage.sandbox


def request_of(taken: Taken) -> dict[str, Any]:
    """The post as it came in over the wire, in the form of a post's canonical request."""
    if taken.platform is Platform.X:
        return {"method": "POST", "path": "/2/tweets", "body": dict(taken.request)}
    return {"method": "sendMessage", "params": dict(taken.request)}


async def test_every_request_of_may_2021_arrives_as_it_was_shown() -> None:
    command = [sys.executable, "-m", "bot", "preview", "--file", "content/2021-05.yaml", "--json"]
    command += ["--database", "no-such.db"]
    played = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stderr
    shown = {row["key"]: row for row in json.loads(played.stdout)}

    found, sandbox = await published(ROOT, date(2021, 4, 20), date(2021, 10, 20))
    assert len(sandbox.posts) == len(found) == len(shown) > 90
    assert shown.keys() == found.keys()
    for key, taken in found.items():
        assert request_of(taken) == shown[key]["request"]
        assert taken.text == shown[key]["text"]
        assert taken.at.astimezone(ROME).isoformat() == shown[key]["due"]
        seen = [
            (each["type"], each["offset"], each["length"], each.get("url"))
            for each in shown[key]["entities"]
        ]
        assert seen == [
            ("link", each.offset, each.length, each.detail)
            if each.kind in ("text_link", "url")
            else (each.kind, each.offset, each.length, None)
            for each in taken.entities
        ]


async def test_bold_italic_and_links_stand_where_they_should_beside_emoji_and_accents(
    tmp_path: Path,
) -> None:
    """Offsets count UTF-16 units: an emoji is two, and an accent of its own becomes part of its letter."""
    office = Office(tmp_path)
    office.write("schedules/always.yaml", ALWAYS.replace("20 days", "7 days"))
    office.write(
        "content/a.yaml",
        """
        year: 2027
        items:
          - id: festa
            status: ready
            title: "🎉 Perche\u0301 <b>no</b>? L’è «R&D» 👩‍👩‍👧"
            summary: "Città & <i>caffè</i> 🇮🇹, ecco."
            when: 7 maggio ore 11
            where: Piazza Castello 🏰
            link: https://example.org/festa?a=1&b=2
            tags: [Città Aperta, perché no]
        """,
    )
    found, _ = await published(tmp_path, date(2027, 4, 20), date(2027, 5, 8))
    [telegram] = [each for each in found.values() if each.platform is Platform.TELEGRAM]
    title = "🎉 Perché <b>no</b>? L’è «R&D» 👩‍👩‍👧"
    assert [
        (each.kind, cut(telegram.text, each.offset, each.length)) for each in telegram.entities
    ][:2] == [("italic", "Tra una settimana"), ("bold", title)]
    marked = {
        (each.kind, cut(telegram.text, each.offset, each.length), each.detail)
        for each in telegram.entities
    }
    assert (
        "text_link", "Maggiori informazioni", "https://example.org/festa?a=1&b=2"
    ) in marked  # fmt: skip
    assert ("hashtag", "#CittàAperta", "") in marked
    assert ("hashtag", "#PerchéNo", "") in marked
    # Italic and bold are neighbours with a line's end between them, which neither has.
    italic, bold = telegram.entities[:2]
    assert bold.offset == italic.end + 1
    assert "<b>no</b>" in telegram.text
    assert "<i>caffè</i>" in telegram.text


def cut(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")
