"""A question to the process that reads newsletters, and its answer, as JSON: nothing that can run."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.core.said import Said, retold
from bot.desk.drafts import DraftPost, Drafts, Received, Refused, Unclear


def asked(received: Received) -> bytes:
    """A line that says what of it there is to say, and its bytes."""
    told = {
        "name": received.name,
        "year": received.year,
        "language": received.language,
        "now": received.now.isoformat(),
    }
    return json.dumps(told).encode("ascii") + b"\n" + received.content


def question_of(content: bytes) -> Received:
    """What `asked` wrote."""
    line, _, document = content.partition(b"\n")
    told = json.loads(line)
    return Received(
        document,
        told["name"],
        told["year"],
        told["language"],
        datetime.fromisoformat(told["now"]),
    )


def answered(result: Drafts | Refused) -> bytes:
    """`result` as JSON."""
    if isinstance(result, Refused):
        value: dict[str, Any] = {"message": _packed(result.message), "hint": _packed(result.hint)}
    else:
        value = asdict(result)
    return json.dumps(value, default=datetime.isoformat).encode("ascii")


def answer_of(content: bytes) -> Drafts | Refused:
    """What `answered` wrote."""
    value = json.loads(content)
    if "message" in value:
        return Refused(retold(*value["message"]), retold(*value["hint"]))
    unclear = [
        Unclear(each["title"], each["when"], tuple(each["questions"])) for each in value["unclear"]
    ]
    posts = [
        DraftPost(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in value["posts"]
    ]
    lists = {name: tuple(value[name]) for name in ("changed", "questions", "left_out", "unmade")}
    return Drafts(**{**value, **lists, "unclear": tuple(unclear), "posts": tuple(posts)})


def _packed(text: Said) -> list[Any]:
    return [text.template, dict(text.values)]
