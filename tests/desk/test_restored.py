"""A ledger that was put back to a copy gives the numbers of what it lost to others: old buttons are not theirs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core.history import Pause
from bot.core.model import Admins
from bot.desk.chat.ordered import data_of_pause
from bot.desk.chat.pausing import Pausing
from bot.desk.chat.press import data_of, press, read_data
from bot.desk.matter import Action, Kind
from bot.desk.mouth import Place
from bot.desk.words import LANGUAGES
from bot.ledger import Alert, Ledger, Raised, Store, create
from bot.sandbox.rehearsal import VirtualClock
from tests.core.build import ROME, at

NOON = at("2021-05-03 12:00")


def ledger_at(path: Path, clock: VirtualClock) -> tuple[Store, Ledger]:
    store = create(str(path))
    return store, Ledger(store, node="town:1", clock=clock)


def raised(ledger: Ledger, channel: str) -> Alert:
    ledger.orders.pause(channel=channel, reason="prova", by="Bruno")
    detail = {"id": 1, "channel": channel, "item": "", "reason": "prova", "by": "Bruno"}
    ledger.alerts.keep([Raised(f"paused/{channel}", Kind.PAUSED, detail)], {})
    [alert] = ledger.alerts.live()
    return alert


def test_a_button_of_a_lost_alert_is_not_one_of_the_alert_that_has_its_number_now(
    tmp_path: Path,
) -> None:
    clock = VirtualClock(NOON)
    lost_store, lost_ledger = ledger_at(tmp_path / "lost.db", clock)
    clock.at += timedelta(minutes=5)
    store, ledger = ledger_at(tmp_path / "now.db", clock)
    lost, standing = raised(lost_ledger, "x-it"), raised(ledger, "telegram-it")
    assert lost.id == standing.id
    for alert, words, left in ((lost, "no_such", 1), (standing, "settled_by", 0)):
        meant = read_data(data_of(Action.RESUME, alert))
        assert meant is not None
        language = LANGUAGES["it"]
        pressed = press(ledger, meant, "Anna", language, number=alert.subject)
        resumes = language.actions[Action.RESUME]
        assert pressed.words == language.phrases[words].format(who="Anna", what=resumes)
        assert len(ledger.orders.pauses()) == left
    for each in (lost_store, store):
        each.close()


def test_the_button_of_a_lost_pause_does_not_end_another(tmp_path: Path) -> None:
    clock = VirtualClock(NOON)
    store, ledger = ledger_at(tmp_path / "now.db", clock)
    standing = ledger.orders.pause(channel="telegram-it", reason="prova", by="Bruno")
    lost = Pause(standing.id, "x-it", "", NOON - timedelta(minutes=5), None, "prova", "Bruno")
    place = Place("-1001", Admins(), ROME)
    ordered = Pausing(ledger, store)
    assert ordered.end(data_of_pause(lost), "Anna", place)[0].is_refused
    assert ledger.orders.pauses() == (standing,)
    assert not ordered.end(data_of_pause(standing), "Anna", place)[0].is_refused
    assert ledger.orders.pauses() == ()
    store.close()
