"""The ledger's tables, for SQLite and PostgreSQL alike. The uniqueness that matters is in the schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    TextClause,
    TypeDecorator,
    text,
)
from sqlalchemy.engine import Dialect

from bot.core.states import OPEN, RELEASES_KEY


class Instant(TypeDecorator[datetime]):
    """An instant as ISO text in UTC, always of the same width: it sorts as it reads, on every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else as_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromisoformat(value)


def as_text(moment: datetime) -> str:
    """`moment` as the ledger writes it: `2021-05-03T08:00:00.000000Z`."""
    # Not `strftime`: every row has ten of them, and it takes three times as long.
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


def _listed(states: Iterable[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def is_any_of(states: Iterable[str]) -> TextClause:
    """Is an attempt in one of these states? Said in words of the database's own: of a bound parameter it
    can't know that an index of some states alone will do."""
    return text(f"state IN ({_listed(states)})")


metadata = MetaData()

channel = Table(
    "channel",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    Column("since", Instant, nullable=False),  # what was due before is not announced
    Column(
        "seq", Integer, nullable=False
    ),  # raised by every change: a reader asks only what is new
    Column("not_before", Instant),  # the platform asked us to wait
    Column("left_at", Instant),  # since when no file names it; it begins anew when it comes back
    Column("asked_address", String(128)),  # what files name instead of `address`: a person confirms
    # Posts in a row that failed, or may have
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("stopped_at", Instant),  # since when nothing goes out until a person says so
    Column("stopped_for", Text, nullable=False, server_default=""),
    # The end of its chain in the audit trail: how many entries, and the hash of the last
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("seal", String(64), nullable=False, server_default=""),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("seq", Integer, nullable=False),  # the channel's, when this row last changed
    Column("key", String(400), nullable=False),
    Column("item", String(128), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("occurrence", String(128), nullable=False),
    Column("step", String(32), nullable=False),
    Column("channel", String(64), ForeignKey("channel.name"), nullable=False),
    Column("act", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("node", String(128), nullable=False),  # which process made it
    Column("due", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("committed_at", Instant),  # on disk before the call
    Column("ended_at", Instant),
    Column("not_before", Instant),  # of a deferred one
    Column("external_id", String(64)),
    Column("url", Text),
    Column("reason", Text, nullable=False),
    Column("cost", Numeric(10, 4, asdecimal=True), nullable=False),  # US dollars
    Column("text", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("request", Text, nullable=False),  # JSON, without credentials
    Column("facts", Text, nullable=False),  # JSON: when, where, title, link as announced
    Column("revision", String(64), nullable=False),  # of the file it was read from
    # The round-up that said it: its call is this row's, which has neither a cost nor a pace of its own
    Column("within", String(36), ForeignKey("attempt.id")),
    Column("via", String(16), nullable=False, server_default="bot"),  # see rows.Via
    # The channel's highest id known when the call was made: a look-up looks above it
    Column("above", String(64), nullable=False, server_default=""),
    Column("looks", Integer, nullable=False, server_default="0"),  # how often it was looked for
    Column("look_at", Instant),  # when it is looked for next; NULL = a person looks
    Column("told_at", Instant),  # when admins were told that they have to look, or to send it
    Column("look_cost", Numeric(10, 4, asdecimal=True), nullable=False, server_default="0"),
    Index("attempt_by_channel", "channel", "seq"),
    Index("attempt_by_item", "item"),
    Index("attempt_by_key", "key"),
    Index("attempt_by_time", "channel", "committed_at"),
    Index("attempt_by_reservation", "reserved_at"),
    Index("attempt_by_deadline", "deadline"),
)

# Only what a round-up said: were the others in it, SQLite would take "in no round-up" for a rare thing.
_in_round_up = attempt.c.within.is_not(None)
Index(
    "attempt_within",
    attempt.c.within,
    sqlite_where=_in_round_up,
    postgresql_where=_in_round_up,
)

# The few that are not over are found at once among a million that are.
# SQLite takes the index only where a question says these very words.
IS_OPEN = is_any_of(OPEN)
Index(
    "attempt_open",
    attempt.c.channel,
    attempt.c.state,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)

# Never two attempts of a delivery that may both be public. A state not named here occupies the key.
_released = _listed(RELEASES_KEY)
Index(
    "at_most_once",
    attempt.c.key,
    unique=True,
    sqlite_where=text(f"state NOT IN ({_released})"),
    postgresql_where=text(f"state NOT IN ({_released})"),
)

# Why a delivery will never be sent; written once.
verdict = Table(
    "verdict",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("channel", String(64), ForeignKey("channel.name"), nullable=False),
    Column("item", String(128), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("due", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant),  # when admins were told
    Index("verdict_by_channel", "channel", "seq"),
    Index("verdict_by_item", "item"),
    Index("verdict_by_time", "at"),
)

_untold = text("told_at IS NULL")
Index("verdict_untold", verdict.c.at, sqlite_where=_untold, postgresql_where=_untold)


# What was learnt of an attempt after it had been settled: never refused, never lost.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("attempt", String(36), ForeignKey("attempt.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("detail", Text, nullable=False),
)

# When each item was first read: what staff add today was not due yesterday.
seen = Table(
    "seen",
    metadata,
    Column("item", String(128), primary_key=True),
    Column("at", Instant, nullable=False),
)

# Silence that a person asked for; kept when it is over.
pause = Table(
    "pause",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(64), nullable=False),  # "" = every one
    Column("item", String(128), nullable=False),  # "" = every one
    Column("key", String(400), nullable=False, server_default=""),  # one delivery's; "" = every one
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("reason", Text, nullable=False),
    Column("by", String(128), nullable=False),
    Column("told_at", Instant, nullable=False),  # when admins were last reminded of it
    Column("ended_at", Instant),
    Column("ended_by", String(128)),
)

# Who speaks, or would: each process says so at every tick.
node = Table(
    "node",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("revision", String(64), nullable=False),  # of all files
    Column("fault", Text, nullable=False),  # why it does not speak; "" = it does
)

# The newest revision of staff's files that any node has read; one row, so that it can be locked.
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(64), nullable=False),  # "" = none yet
    Column("modified", Instant, nullable=False),
)

# What admins are told: each matter once, until it is settled.
alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(512), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),  # JSON: what its words need
    Column("raised_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("told_as", Text, nullable=False),  # JSON: the detail that the message shows
    Column("chat", String(128), nullable=False),  # where; "" = not in a chat
    Column("message", String(32), nullable=False),  # the message there, so that it can be changed
    Column("settled_at", Instant),
    Column("settled_by", Text, nullable=False),  # what became of it, or who did it; "" = it passed
    Column("closed_at", Instant),  # when the message said that it is settled
    Index("alert_by_subject", "subject"),
)

_unsettled = text("settled_at IS NULL")
Index(
    "told_once",
    alert.c.subject,
    unique=True,
    sqlite_where=_unsettled,
    postgresql_where=_unsettled,
)

# SQLite takes the index only where a question says these very words.
IS_UNCLOSED = text("closed_at IS NULL")
Index("alert_unclosed", alert.c.id, sqlite_where=IS_UNCLOSED, postgresql_where=IS_UNCLOSED)

# What people pressed in the admin chat: a press that is handed over twice does nothing twice.
press = Table(
    "press",
    metadata,
    Column("id", String(128), primary_key=True),  # as Telegram names it
    Column("at", Instant, nullable=False),
    Column("alert", Integer, nullable=False),
    Column("action", String(32), nullable=False),
    Column("by", String(128), nullable=False),
)

# What one node alone does, as long as it says so.
role = Table(
    "role",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("node", String(128), nullable=False),
    Column("until", Instant, nullable=False),
)

# What happened, who ordered it: each entry is sealed with the hash of the one before it (see entries.py).
# Triggers refuse to change or delete one, and keep the end of its chain.
audit = Table(
    "audit",
    metadata,
    Column("chain", String(64), primary_key=True),  # a channel's name; "" = of no one channel
    Column("number", Integer, primary_key=True, autoincrement=False),  # without a gap, from 1
    Column("at", Instant, nullable=False),
    Column("event", String(32), nullable=False),
    Column("by", String(128), nullable=False),  # "" = banditore
    Column("about", String(440), nullable=False),  # the row that it tells of
    Column("detail", Text, nullable=False),  # JSON in canonical form
    Column("hash", String(64), nullable=False),
)

# The end of the chain of what concerns no one channel; one row, so that it can be locked.
common = Table(
    "common",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entries", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
)
