"""A place in a row of tokens, which the rules of the grammar move, and how a rule gives up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.dates.tokens import Token
from bot.core.dates.words import Role, Table
from bot.core.said import Said, said


class Stop(Exception):  # noqa: N818  (it ends a reading, nobody outside ever meets it)
    """The phrase stops making sense at an offset.

    `is_final` says that its words were understood and are wrong (an impossible day, a weekday that does
    not match): then no other language may be asked. `nearest` holds what may have been meant, `instead`
    what would make sense in the place of the token at `offset`.
    """

    def __init__(
        self, message: Said, offset: int, *nearest: str, instead: str = "", is_final: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.nearest = nearest
        self.instead = instead
        self.is_final = is_final


class Cursor:
    """The next token is at `at`; a rule that fails sets `at` back to where it began."""

    __slots__ = ("at", "table", "tokens")

    def __init__(self, tokens: Sequence[Token], table: Table, end: int) -> None:
        # an end that plays no role stops every rule
        self.tokens = (*tokens, Token("", {}, end, end))
        self.table = table
        self.at = 0

    def take(self, role: Role) -> int | None:
        value = self.tokens[self.at].roles.get(role)
        if value is not None:
            self.at += 1
        return value

    def peek(self, role: Role) -> int | None:
        return self.tokens[self.at].roles.get(role)

    def sees(self, roles: frozenset[Role], ahead: int = 0) -> bool:
        return not self.tokens[self.at + ahead].roles.keys().isdisjoint(roles)

    def expect(self, role: Role, what: Said) -> None:
        if self.take(role) is None:
            raise Stop(said("{what} should stand here", what=what), self.offset(self.at))

    def is_done(self) -> bool:
        return self.at == len(self.tokens) - 1

    def offset(self, at: int) -> int:
        return self.tokens[at].start
