"""What a platform says to a request, before any trouble on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, a body and headers; `took` says that followers now see something else."""

    status: int
    body: Any  # JSON, the text of a page, or the bytes of a file
    headers: Mapping[str, str] = field(default_factory=dict)
    took: bool = False
    media_type: str = "application/json"
    reason: str = ""  # of a refusal, for the record of requests


class Refused(Exception):  # noqa: N818
    """The platform refuses; carries what it answers."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.reason)
        self.answer = answer
