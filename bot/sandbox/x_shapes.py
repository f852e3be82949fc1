"""How a request to X comes in, and the two shapes in which X refuses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import Answer, Refused

_INVALID = "https://api.twitter.com/2/problems/invalid-request"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to X as it came in."""

    call: str  # "DELETE /2/tweets/:id"
    method: str
    path: str
    authorization: str
    query: tuple[tuple[str, str], ...]
    body: Any  # the JSON of the body, the fields of a form, or None where it is neither
    id: str = ""  # the one in the path


def problem(status: int, title: str, detail: str) -> Answer:
    body = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Answer(status, body, reason=detail)


def invalid(parameter: str, values: list[str], message: str) -> Refused:
    named: Mapping[str, list[str]] = {parameter: values} if parameter else {}
    body = {
        "errors": [{"parameters": named, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": _INVALID,
    }
    return Refused(Answer(400, body, reason=message))
