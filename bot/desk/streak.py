"""How often in a row something failed: once may be a lock that was held too long, twice is worth a person's sleep."""

from __future__ import annotations

from dataclasses import dataclass

FAILURES = 2


@dataclass(slots=True)
class Streak:
    """Failures in a row, and why the last one was."""

    count: int = 0
    reason: str = ""

    def fails(self, reason: str) -> None:
        self.count += 1
        self.reason = reason

    def works(self) -> None:
        self.count, self.reason = 0, ""

    @property
    def is_trouble(self) -> bool:
        return self.count >= FAILURES
