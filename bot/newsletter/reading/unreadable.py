"""What is said of a file that is not read. No other exception leaves this room."""

from __future__ import annotations

from bot.core.said import Said


class Unreadable(Exception):  # noqa: N818 - it is read as `except Unreadable`
    """The file is not read: `message` says what is wrong with it, `hint` how to get one that is."""

    def __init__(self, message: Said, hint: Said) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}"
