"""What a press on a button does: an order in the ledger, by name, once. Knows no platform.

A press is judged by what is so when it arrives: on an old message, or pressed twice, it finds nothing left
to do. What it answers is shown to who pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.model import Key
from bot.core.states import MAY_BE_PUBLIC, State
from bot.desk.daily import POST, REMEMBERED
from bot.desk.matter import ACTIONS, Action, Kind
from bot.desk.words import Language
from bot.ledger import Alert, Ledger, OrderError, Raised, Silence

# What stands before the number of the alert: other buttons of other bots are none of ours.
_MARK = "a"

# Which actions a message may show in which of its two forms.
ASKED_AGAIN = (Action.SURELY, Action.BACK)


class After(StrEnum):
    """What the message shows after a press."""

    AS_IT_IS = "as it is"  # nothing else than before
    AS_IT_WAS = "as it was"
    ASKS = "asks"  # once more
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What became of a press."""

    words: str  # for who pressed
    after: After
    alert: Alert | None = None
    is_refused: bool = False  # nothing was done, and who pressed should read why


@dataclass(frozen=True, slots=True)
class Meant:
    """What a button says back."""

    action: Action
    alert: int
    mark: str  # see Alert.mark


def data_of(action: Action, alert: Alert) -> str:
    """What a button says back; far below the 64 bytes that it may."""
    return f"{_MARK}:{action}:{alert.id}:{alert.mark}"


def read_data(data: str) -> Meant | None:
    """The other way round; None for what is not ours."""
    ours, _, rest = data.partition(":")
    action, _, rest = rest.partition(":")
    number, _, mark = rest.partition(":")
    if ours != _MARK or action not in set(Action) or not number.isascii():
        return None
    if not number.isdecimal() or len(number) > _LONGEST:
        return None
    return Meant(Action(action), int(number), mark)


_LONGEST = 15  # digits; the ledger counts with fewer than 2 ** 63


def press(ledger: Ledger, meant: Meant, by: str, language: Language, *, number: str) -> Pressed:
    """Do what a member pressed; `number` is the press's own. Blocks; raises LedgerError."""
    alert = ledger.alerts.find(meant.alert)
    if alert is None or alert.mark != meant.mark:
        return _refused(language.phrase("no_such"), None)
    if ledger.alerts.was_pressed(number):
        return Pressed(language.phrase("already"), After.AS_IT_IS, alert)
    pressed = _press(ledger, meant.action, alert, by, language)
    # After it was done: where a process dies between, the same press comes again and finds it done.
    ledger.alerts.pressed(number, alert.id, meant.action, by)
    return pressed


def _press(ledger: Ledger, action: Action, alert: Alert, by: str, language: Language) -> Pressed:
    if alert.settled_at is not None or alert.closed_at is not None:
        if alert.kind == POST:
            return _refused(language.phrases["too_late"], alert)
        return Pressed(alert.settled_by or language.phrase("settled"), After.SETTLED, alert)
    if alert.kind == POST:
        return _stop_or_go(ledger, action, alert, by, language)
    may = ACTIONS.get(Kind(alert.kind), ()) if alert.kind in set(Kind) else ()
    if alert.kind == Kind.UNKNOWN:
        may = (*may, *ASKED_AGAIN)
    order = _ORDERS.get(action)
    if action not in may or order is None:
        return _refused(language.phrase("no_such"), alert)
    if action is Action.AGAIN:
        return Pressed("", After.ASKS, alert)
    if action is Action.BACK:
        return Pressed("", After.AS_IT_WAS, alert)
    try:
        order(ledger, alert, by)
    except OrderError as error:
        return _refused(language.phrase("not_possible", reason=error), alert)
    words = language.phrase("settled_by", who=by, what=language.actions[action])
    if action is Action.DONE:
        ledger.alerts.seen_to(alert.id, words)
    else:
        ledger.alerts.keep((), {alert.id: words})
    return Pressed(words, After.SETTLED, ledger.alerts.find(alert.id))


def _stop_or_go(
    ledger: Ledger, action: Action, alert: Alert, by: str, language: Language
) -> Pressed:
    """A post that is shown before it goes out is stopped, or let go again until its deadline. One that is
    just going out stays stopped in case it does not arrive, and who pressed is told so."""
    key = str(alert.detail["key"])
    until = datetime.fromisoformat(str(alert.detail["deadline"]))
    if until <= ledger.now() or _gone(ledger, key) - {State.SENDING}:
        return _refused(language.phrases["too_late"], alert)
    stopped = [each for each in ledger.orders.pauses() if each.key == key]
    match action:
        case Action.STOP if not stopped:
            reason = "stopped in the admin chat"
            ledger.orders.pause(key=key, until=until + REMEMBERED, reason=reason, by=by)
        case Action.GO if stopped:
            ledger.orders.resume(key=key, by=by)
        case Action.STOP | Action.GO:
            pass  # it is so already
        case _:
            return _refused(language.phrase("no_such"), alert)
    # Looked at again: what was committed before the pause goes out, and nothing is committed after it.
    gone = _gone(ledger, key) if action is Action.STOP else set()
    if gone - {State.SENDING}:
        ledger.orders.resume(key=key, by=by)
        return _refused(language.phrases["too_late"], alert)
    stopped_by = next((each.by for each in ledger.orders.pauses() if each.key == key), "")
    detail = {**alert.detail, "stopped_by": stopped_by}
    ledger.alerts.keep([Raised(alert.subject, alert.kind, detail)], {})
    ledger.alerts.told(alert.id, detail, chat=alert.chat, message=alert.message)
    shown = ledger.alerts.find(alert.id)
    if gone:
        return _refused(language.phrases["just_going"], shown)
    words = language.phrase("stopped" if stopped_by else "let_go", who=stopped_by or by)
    return Pressed(words, After.AS_IT_WAS, shown)


def _gone(ledger: Ledger, key: str) -> set[State]:
    """The states of those attempts of a post that may be in front of followers."""
    of = Key.read(key)
    found = ledger.attempts(item=of.item, channel=of.channel, states=MAY_BE_PUBLIC)
    return {each.state for each in found if each.key == key}


def _refused(words: str, alert: Alert | None) -> Pressed:
    return Pressed(words, After.AS_IT_WAS, alert, is_refused=True)


def _out(ledger: Ledger, alert: Alert, by: str) -> None:
    ledger.orders.resolve(str(alert.detail["attempt"]), is_public=True, by=by)


def _send_again(ledger: Ledger, alert: Alert, by: str) -> None:
    ledger.orders.resolve(str(alert.detail["attempt"]), is_public=False, by=by)


def _skip(ledger: Ledger, alert: Alert, by: str) -> None:
    ledger.orders.skip(str(alert.detail["attempt"]), reason="pressed in the admin chat", by=by)


def _resume(ledger: Ledger, alert: Alert, by: str) -> None:
    """What the message tells of, and no other silence of the same channel."""
    channel, item = str(alert.detail["channel"]), str(alert.detail.get("item", ""))
    silence = Silence.PAUSES if alert.kind == Kind.PAUSED else Silence.STOPS
    ledger.orders.resume(channel=channel, item=item, silence=silence, by=by)


def _nothing(_ledger: Ledger, _alert: Alert, _by: str) -> None:
    return


_ORDERS: dict[Action, Callable[[Ledger, Alert, str], None]] = {
    Action.OUT: _out,
    Action.AGAIN: _nothing,
    Action.SURELY: _send_again,
    Action.BACK: _nothing,
    Action.SKIP: _skip,
    Action.RESUME: _resume,
    Action.DONE: _nothing,
}
