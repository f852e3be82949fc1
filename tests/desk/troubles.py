"""Troubles that befall a town: how each begins, how a person mends it, and what admins have to be told of it.

What they take away is given back by the one that took it; nothing here looks at what is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from bot.core.model import Platform
from bot.desk.matter import Public
from bot.sandbox import TELEGRAM_TOKEN, Fault, Kind, Moment, Standing
from tests.core.build import at
from tests.desk.days import Week
from tests.desk.town import FOLLOWERS

# How long after it began a trouble is told at the latest, by what sees it.
TICK = timedelta(minutes=1)  # the tick that comes next, or the post that fails
TICKS = timedelta(minutes=2)  # two ticks in a row that fail
PROBE = timedelta(minutes=16)  # the platforms are asked each quarter of an hour
SILENCE = timedelta(minutes=6)  # no ping for a minute and five of grace


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble. `at` and `until` are local times: when it begins, and when a person mends it."""

    name: str
    at: str
    until: str
    plant: Callable[[Week], None]
    mend: Callable[[Week], Awaitable[None] | None]
    within: timedelta
    settled_within: timedelta
    title: str
    words: tuple[str, ...]  # that have to be among what is told: what happened, and what to do
    public: Public = Public.NO
    way: str = "chat"
    strikes: str = ""  # when it can first be seen, where that is not at once

    @property
    def begins(self) -> datetime:
        return at(self.strikes or self.at)


def _take_token(here: Week) -> None:
    here.town.sandbox.telegram_tokens = frozenset()


def _give_token(here: Week) -> None:
    here.town.sandbox.telegram_tokens = frozenset({TELEGRAM_TOKEN})


def _take_rights(here: Week) -> None:
    here.town.sandbox.change_standing(FOLLOWERS.address, Standing.SILENCED)


def _give_rights(here: Week) -> None:
    here.town.sandbox.change_standing(FOLLOWERS.address, Standing.ADMIN)


def _take_credits(here: Week) -> None:
    here.town.sandbox.fail(Fault(kind=Kind.NO_CREDIT, platform=Platform.X))


async def _resume(here: Week) -> None:
    await here.town.press("Canale fermo", "Riprendi")


def _cut(here: Week) -> None:
    cut = Fault(kind=Kind.CUT, moment=Moment.AFTER, channel=FOLLOWERS.address)
    here.town.sandbox.fail(cut)


async def _it_is_out(here: Week) -> None:
    await here.town.press("Forse è già uscito", "È uscito")


def _set_clock_wrong(here: Week) -> None:
    here.offset[0] = timedelta(minutes=10)


def _set_clock_right(here: Week) -> None:
    here.offset[0] = timedelta(0)


def _fill_disk(here: Week) -> None:
    """The ledger's file may not grow, whichever connection asks."""

    def no_room(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # as many as it has

    engine = here.town.store.engine
    event.listen(engine, "checkout", no_room)
    here.kept["full"] = no_room


def _make_room(here: Week) -> None:
    engine = here.town.store.engine
    event.remove(engine, "checkout", here.kept.pop("full"))
    event.listen(engine, "checkout", _room)


def _room(connection: Any, *_: object) -> None:
    connection.execute("PRAGMA max_page_count = 1000000")


def _breaking(name: str) -> Callable[[Week], None]:
    def break_it(here: Week) -> None:
        path = here.town.folder / name
        here.kept[name] = path.read_text(encoding="utf-8")
        here.town.write(name, here.kept[name] + "  - {id: [\n")

    return break_it


def _mending(name: str) -> Callable[[Week], None]:
    def mend(here: Week) -> None:
        here.town.write(name, here.kept[name])

    return mend


def _move_ledger(here: Week) -> None:
    path = here.town.folder / "banditore.db"
    path.rename(path.with_suffix(".away"))


def _bring_ledger_back(here: Week) -> None:
    path = here.town.folder / "banditore.db"
    path.with_suffix(".away").rename(path)


def _empty_queue(here: Week) -> None:
    for path in sorted((here.town.folder / "content").iterdir()):
        name = f"content/{path.name}"
        here.kept[name] = path.read_text(encoding="utf-8")
        here.town.write(name, here.kept[name].replace("status: ready", "status: draft"))


def _fill_queue(here: Week) -> None:
    for name, text in here.kept.items():
        here.town.write(name, text)


TROUBLES = (
    Trouble(
        name="dead token",
        at="2021-05-05 11:10",
        until="2021-05-05 14:10",
        plant=_take_token,
        mend=_give_token,
        within=PROBE,
        settled_within=PROBE,
        title="Credenziali o permessi da controllare: il bot di Telegram",
        words=("non riconosce più il token del bot", "@BotFather"),
        way="webhook",
    ),
    Trouble(
        name="rights taken away",
        at="2021-05-05 11:10",
        until="2021-05-05 14:10",
        plant=_take_rights,
        mend=_give_rights,
        within=PROBE,
        settled_within=PROBE,
        title="Credenziali o permessi da controllare: telegram-it",
        words=("Il bot non può scrivere su telegram-it", "il diritto di pubblicare"),
    ),
    Trouble(
        name="402",
        at="2021-05-05 09:59",
        until="2021-05-05 12:00",
        plant=_take_credits,
        mend=_resume,
        within=TICK,
        settled_within=TICK,
        title="Canale fermo: x-it",
        words=("x-it non pubblica più nulla", "Rimediate alla causa, poi premete «Riprendi»"),
        strikes="2021-05-05 10:00",
    ),
    Trouble(
        name="cut answers",
        at="2021-05-05 09:59",
        until="2021-05-05 12:00",
        plant=_cut,
        mend=_it_is_out,
        within=TICK,
        settled_within=TICK,
        title="Forse è già uscito: Concerto al tempio",
        words=("non si sa se è arrivato", "Guardate @torino", "«È uscito»"),
        public=Public.MAYBE,
        strikes="2021-05-05 10:00",
    ),
    Trouble(
        name="clock 10 minutes off",
        at="2021-05-05 11:10",
        until="2021-05-05 14:10",
        plant=_set_clock_wrong,
        mend=_set_clock_right,
        within=PROBE,
        settled_within=PROBE,
        title="Orologio sbagliato",
        words=("avanti di 10 minuti", "NTP"),
    ),
    Trouble(
        name="full disk",
        at="2021-05-05 09:58",
        until="2021-05-05 10:30",
        plant=_fill_disk,
        mend=_make_room,
        within=TICKS,
        settled_within=TICKS,
        title="Il registro non risponde",
        words=("disk is full", "finché dura non esce nulla"),
        public=Public.IN_FLIGHT,
        strikes="2021-05-05 10:00",
    ),
    Trouble(
        name="broken YAML",
        at="2021-05-05 09:00",
        until="2021-05-05 09:50",
        plant=_breaking("content/2021-05.yaml"),
        mend=_mending("content/2021-05.yaml"),
        within=TICK,
        settled_within=TICK,
        title="Errore in content/2021-05.yaml",
        words=("Riga 15", "Correggete il file entro", "gli altri sì"),
    ),
    Trouble(
        name="broken channels.yaml",
        at="2021-05-05 09:00",
        until="2021-05-05 09:50",
        plant=_breaking("schedules/channels.yaml"),
        mend=_mending("schedules/channels.yaml"),
        within=TICK,
        settled_within=TICK,
        title="Errore in schedules/channels.yaml",
        words=("Riga 7", "Correggete il file entro", "non esce nulla"),
    ),
    Trouble(
        name="database away",
        at="2021-05-05 11:00",
        until="2021-05-05 12:00",
        plant=_move_ledger,
        mend=_bring_ledger_back,
        within=TICKS,
        settled_within=TICKS,
        title="Il registro non risponde",
        words=("The ledger's file was moved", "finché dura non esce nulla"),
        public=Public.IN_FLIGHT,
    ),
    Trouble(
        name="empty queue",
        at="2021-05-05 18:00",
        until="2021-05-06 09:00",
        plant=_empty_queue,
        mend=_fill_queue,
        within=TICK,
        settled_within=TICK,
        title="Niente in coda",
        words=("Nei prossimi 14 giorni non esce nulla", "le bozze sono 18", "status: ready"),
    ),
)
