"""The words of banditore as frozen types; everything else in `bot` speaks in these.

Glossary
    item        what staff write: an event or a piece of news, with an `id` that never changes
    when        the dates of an item: spans with a precision, and the staff's own wording
    channel     one destination: one Telegram chat or one X account
    schedule    a ladder of steps ("7 days before at 10:00") with hours, gaps and blackouts
    delivery    one announcement of an item to a channel; its key holds no text, clock time or file name
    round-up    a delivery that lists several items: a week's events, or what joined late of a month
    agenda      every delivery of a catalog, placed, in (channel, day) buckets
    plan        what of the agenda is due now, what comes later, what is held and why
    post        the rendered form of a delivery: exactly one irreversible call
    attempt     one try at a delivery, one row of the ledger
    outcome     how an attempt ended: Published, Rejected, Deferred, Absent, Unknown
    verdict     why a delivery will never be sent; written once
    authors     who changed an item last, and who made it ready, as far as git knows
    problem     a fault in staff's files, with file, line, column and hint; never an exception

Days and clock times are wall-clock values in the schedule's time zone. A `datetime` here is always
aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from bot.core.canonical import digest
from bot.core.kinds import Kind
from bot.core.prices import Prices
from bot.core.template import Template

# --- when ---------------------------------------------------------------------------------------


class Precision(StrEnum):
    """How exactly staff said it. Coarser than `DAY`, no exact day may ever be printed."""

    TIME = "time"
    DAY = "day"
    PART = "part"  # of a month: its beginning, middle or end
    MONTH = "month"

    @property
    def is_exact(self) -> bool:
        """Is the day known?"""
        return self in (Precision.TIME, Precision.DAY)


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of days, first and last included; a single day has `start == end`.

    `end` is None for something that begins and has no stated end ("dal 15 maggio"); `start` is None
    for something of which only the end is known ("fino al 28 novembre", "entro il 28").
    """

    start: date | None
    end: date | None
    precision: Precision
    start_time: time | None = None
    end_time: time | None = None

    @property
    def first(self) -> date:
        """The first day that is known: its start, or the end of what only has an end."""
        known = self.start or self.end
        assert known is not None, "a span has a start or an end"
        return known

    @property
    def last(self) -> date:
        """The last day that is known: its end, or the start of what has no stated end."""
        known = self.end or self.start
        assert known is not None, "a span has a start or an end"
        return known


@dataclass(frozen=True, slots=True)
class When:
    """The dates of an item: one span, or several separate ones in order ("5, 10 e 12 maggio").

    No span at all means that staff said there is no date yet ("data da definire").
    """

    spans: tuple[Span, ...]
    wording: str
    language: str
    is_deadline: bool = False  # "entro il 28": the day is a limit, not an event

    @property
    def first(self) -> Span:
        return self.spans[0]

    @property
    def is_exact(self) -> bool:
        return all(span.precision.is_exact for span in self.spans)


# --- what staff write ---------------------------------------------------------------------------


class Platform(StrEnum):
    TELEGRAM = "telegram"
    X = "x"


class Status(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    CANCELLED = "cancelled"


class Mark(NamedTuple):
    """A place in one of staff's files; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Words:
    """What followers read of an item, in one language. A missing part is an empty string."""

    title: str
    summary: str = ""
    where: str = ""
    link: str = ""  # "" only where staff wrote `link: none`
    wording: str = ""  # of the dates, where a translation gives its own
    # The words of a whole post, for a platform on which ours will not do; its lines are kept
    text: Mapping[Platform, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Image:
    """The picture of an item: the very bytes that were checked, wherever they may be by now."""

    file: str  # its path in the content folder, with "/" between its parts
    sha256: str  # of its bytes, in hexadecimal
    media_type: str  # image/jpeg or image/png
    width: int  # in pixels
    height: int
    alt: Mapping[
        str, str
    ]  # what can be seen in it, by language; the item's own language is the first
    in_caption: bool = (
        False  # its text says what the post does not: where alt has no field, it is told
    )

    def alt_in(self, language: str) -> str:
        """What can be seen in it, in `language`, else in the item's own."""
        return self.alt.get(language) or next(iter(self.alt.values()))


@dataclass(frozen=True, slots=True)
class Entry:
    """One of several events of an item (`dates:`)."""

    id: str
    when: When
    words: Mapping[str, Words]  # by language; only what differs from the item is not empty


@dataclass(frozen=True, slots=True)
class AnnounceOn:
    """A day on which staff asked for an announcement, whatever the ladder says."""

    day: date
    at: time | None


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    status: Status
    when: When | None  # None: news without a date, or an item whose `dates:` say it all
    words: Mapping[str, Words]  # by language; the item's own language is the first
    mark: Mark
    revision: str  # digest of the file it was read from, and of its image
    expires: date | None = None  # last day on which undated news may go out
    queued_from: date | None = None  # the first day of its file's month
    entries: tuple[Entry, ...] = ()
    tags: tuple[str, ...] = ()
    contact: str = ""
    edition: int = 1
    schedule: str = ""  # "" = the channel's
    channels: tuple[str, ...] = ()  # () = every channel that has its language
    essential: bool = False  # may go out in an election silence
    announce_on: tuple[AnnounceOn, ...] = ()
    page: str = ""  # the page of its issue, which lists it with the others; "" = it has none
    image: Image | None = None

    @property
    def language(self) -> str:
        return next(iter(self.words))

    @property
    def reserved_until(self) -> date | None:
        """The first day that staff chose for it; None where its ladder decides."""
        return min((on.day for on in self.announce_on), default=None)


# --- where and when it is said ------------------------------------------------------------------


class Anchor(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of a ladder: so many days before the start or the end, at a wall-clock time."""

    anchor: Anchor
    days_before: int
    at: time

    @property
    def name(self) -> str:
        """`start-7d`, `start`, `end-3d`: the step's part of a key, without clock time."""
        return f"{self.anchor}-{self.days_before}d" if self.days_before else str(self.anchor)


@dataclass(frozen=True, slots=True)
class Blackout:
    """Days, both included, on which nothing goes out."""

    start: date
    end: date
    reason: str
    except_essential: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of hours that comes again, each week or each year, in which nothing goes out."""

    begins: time
    ends: time  # open again from here on
    reason: str
    weekdays: frozenset[int] = frozenset()  # Monday is 0
    days: frozenset[tuple[int, int]] = frozenset()  # month and day of each year

    def falls_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays or (day.month, day.day) in self.days


@dataclass(frozen=True, slots=True)
class Hours:
    """When a schedule may speak: weekdays (Monday is 0) and a window that includes both its ends."""

    weekdays: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Weekly:
    """When a channel lists the events of a week: before it, or on its Monday. Monday is 0."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Schedule:
    name: str
    zone: tzinfo
    zone_name: str
    announce: tuple[Step, ...]
    each_date: tuple[Step, ...]
    hours: Hours
    holidays: frozenset[date]
    gap: timedelta  # at least so much between two posts of a channel
    per_day: int  # at most so many posts of a channel on a day
    blackouts: tuple[Blackout, ...] = ()
    silences: tuple[Silence, ...] = ()
    round_up: Weekly | None = None


class TagFamily(StrEnum):
    """Whose names the campaign tags have: `utm_source` or `mtm_source`."""

    UTM = "utm"
    MTM = "mtm"


@dataclass(frozen=True, slots=True)
class Campaign:
    """The campaign tags that a channel adds to links to the office's own hosts."""

    family: TagFamily
    hosts: frozenset[str]  # their subdomains are meant too
    source: str
    medium: str
    name: str = ""  # "" = the id of the item


class Preview(StrEnum):
    """Where Telegram shows the preview of a post's link."""

    BELOW = "below"
    ABOVE = "above"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which a Telegram channel posts without a sound; they may run past midnight."""

    begins: time
    ends: time  # with a sound again from here on

    def has(self, at: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


class Lookup(StrEnum):
    """How it can be found out whether a post of which no answer came is public."""

    NONE = "none"  # a person looks
    TIMELINE = "timeline"  # the account's own posts; X
    FORWARDS = (
        "forwards"  # the next messages forwarded to the admin chat, and deleted there; Telegram
    )
    PAGE = "page"  # the public preview page of a public channel; Telegram


class OnLimit(StrEnum):
    """What becomes of a post for which the month's budget is too small."""

    HOLD = "hold"
    WITHOUT_LINK = "without-link"  # it goes out without its link, if that is cheap enough


@dataclass(frozen=True, slots=True)
class Budget:
    """What a channel's posts may cost together in a calendar month of its time zone."""

    month: Decimal  # US dollars
    on_limit: OnLimit = OnLimit.HOLD


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    platform: Platform
    address: str  # "@torino_nel_mondo", "-1001234567890", or an X account without "@"
    language: str
    schedule: str
    is_test: bool = False
    campaign: Campaign | None = None
    template: Template | None = None  # None = posts are set as on every other channel
    preview: Preview = Preview.BELOW  # of Telegram, as is the next
    quiet: Quiet | None = None  # on the clocks of its schedule
    lookup: Lookup = Lookup.NONE
    is_assisted: bool = False  # a person sends its posts: we hand over the finished text
    budget: Budget | None = None  # None = no limit
    prices: Prices = Prices()  # noqa: RUF009 - frozen

    def is_quiet(self, local: datetime) -> bool:
        """Does it post without a sound at `local`, on the clocks of its schedule?"""
        return self.quiet is not None and self.quiet.has(local.time())


@dataclass(frozen=True, slots=True)
class Admins:
    """Those who look after the crier, as far as the admin chat goes."""

    members: Mapping[int, str] = field(default_factory=dict)  # who may order: Telegram's id -> name
    language: str = "it"  # in which they are spoken to
    tomorrow: time | None = time(15)  # when they are shown the next working day; None = never


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything staff wrote, valid files only; the function `load` makes it."""

    items: Mapping[str, Item]
    channels: Mapping[str, Channel]
    schedules: Mapping[str, Schedule]
    broken: frozenset[str] = frozenset()  # files with a fault; their deliveries are held
    halted: str = ""  # why nothing at all may go out, such as a fault in channels.yaml
    admin_chat: str = ""  # the Telegram chat of those who look after the crier; "" = none
    admins: Admins = field(default_factory=Admins)


# --- faults in staff's files --------------------------------------------------------------------


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"  # nothing to mend: what staff may not have in mind


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something in a file that must be mended, or (a warning) looked at, or (a note) known."""

    mark: Mark
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    kind: Kind = field(kw_only=True)

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}" + (f" ({self.hint})" if self.hint else "")


# --- deliveries ---------------------------------------------------------------------------------


class Act(StrEnum):
    ANNOUNCE = "announce"
    AMEND = "amend"
    WITHDRAW = "withdraw"


WHOLE = "-"  # the occurrence that is the item as a whole
QUEUED = "queued"  # the step "as soon as staff queue it"
EVE = "start-1d"
ASKED = "on:"  # begins the step of a day that staff chose, `on:2021-05-03`
SEVERAL = "*"  # stands for the item in the key of a round-up; no id can be this
WEEK = "week"  # the step of a week's round-up; its occurrence is the Monday
MONTH = "month"  # of what joined late together; its occurrence is the item that leads it


class Key(NamedTuple):
    """What makes a delivery the same delivery: stable under rewording, retiming and renaming of files."""

    item: str
    edition: int
    occurrence: str  # WHOLE, the id of an entry of `dates:`, or the ISO day of one listed date
    step: str
    channel: str
    act: Act = Act.ANNOUNCE

    def __str__(self) -> str:
        return "/".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Key:
        """The key that `str` wrote. Raises ValueError for anything else."""
        item, edition, occurrence, step, channel, act = text.split("/")
        return cls(item, int(edition), occurrence, step, channel, Act(act))


class Family(NamedTuple):
    """The deliveries of one ladder: what a key says without its step and act."""

    item: str
    edition: int
    occurrence: str
    channel: str


@dataclass(frozen=True, slots=True)
class Move:
    """Why a delivery does not stand where its ladder asks."""

    reason: str  # closed day, hours, holiday, blackout, silence, gap, full day, spacing
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass(frozen=True, slots=True)
class Delivery:
    """One announcement of an item to a channel, placed in the agenda."""

    key: Key
    platform: Platform
    when: When | None  # the dates that this delivery speaks of
    rung: int  # its place in its ladder, counted from 0: the higher supersedes the lower
    nominal: datetime  # what the ladder asks
    placed: datetime  # where the agenda put it; equal to `nominal` where nothing was in the way
    deadline: datetime  # at this instant it is too late
    essential: bool = False
    held: str = ""  # why it may not go; "" = nothing is in the way
    moves: tuple[Move, ...] = ()
    listed: tuple[str, ...] = ()  # of a round-up: its items, the most urgent first
    settles: tuple[Delivery, ...] = ()  # of a round-up: what need not be said again once it is out

    @property
    def is_spaced(self) -> bool:
        """Does it keep its distance from the other posts of its item? Eves do not, nor days that
        staff chose, nor a round-up."""
        return self.key.step != EVE and not self.key.step.startswith(ASKED) and not self.is_round_up

    @property
    def is_round_up(self) -> bool:
        return self.key.item == SEVERAL

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of what it speaks of."""
        return self.listed or (self.key.item,)

    @property
    def family(self) -> Family:
        """What shares a ladder with it: of these deliveries a later one supersedes an earlier."""
        return Family(self.key.item, self.key.edition, self.key.occurrence, self.key.channel)


class Verdict(StrEnum):
    """Why a delivery will never be sent; written once."""

    MISSED = "missed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    BEFORE_START = "before-start"


# --- posts and what becomes of them -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Post:
    """A delivery as it will be sent: one irreversible call, counted as its platform counts."""

    key: Key
    platform: Platform
    text: str  # as followers read it, without markup
    request: Mapping[str, Any]  # the canonical request, without credentials
    length: int  # in the platform's own units
    limit: int
    cost: Decimal  # in US dollars
    facts: Mapping[str, str] = field(default_factory=dict)  # as announced: when, where, title, link
    true_until: datetime | None = (
        None  # past it the lead would lie; None = as long as the delivery lives
    )
    # Of a round-up: each delivery that it settles, and what followers are told of it
    settles: Mapping[Key, Mapping[str, str]] = field(default_factory=dict)
    image: Image | None = None  # its bytes are read when it is sent; `request` names their digest

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical request."""
        return digest(self.request)


@dataclass(frozen=True, slots=True)
class Authors:
    """Whose words a post says: `Ada Rossi <ada@example.org>`; "" = nobody knows."""

    queued: str  # who changed the item last
    approved: str  # who made it ready


NOBODY = Authors("", "")


@dataclass(frozen=True, slots=True)
class Published:
    """It is public."""

    external_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Surely not public, and never will be: the platform refused this very post."""

    reason: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Surely not public; may be tried again at `until`, or when the plan sees fit."""

    reason: str
    until: datetime | None = None
    stops_channel: bool = False  # no post can succeed until a person has mended it: keys, credits


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked, and it is surely not public."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be public; nothing is sent again until a look-up or a person settles it."""

    reason: str


Outcome = Published | Rejected | Deferred | Absent | Unknown
