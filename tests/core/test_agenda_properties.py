"""What must hold of every agenda and every plan, whatever staff write; see `strategies` for what they do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.agenda import Agenda, agenda
from bot.core.candidates import Memory
from bot.core.history import History
from bot.core.ladder import deliveries_of
from bot.core.model import SEVERAL, WEEK, Catalog, Delivery, Key, Mark, Schedule, Step, Words
from bot.core.plan import Plan, plan
from bot.core.states import RELEASES_KEY, State
from tests.core import strategies
from tests.core.book import LONG_AGO, Book, Played, play

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPACING = timedelta(hours=48)
NO_ROOM = "no room in the 7 days before"


# --- a slow reading of the rules, made without the code that it checks --------------------------


def on_clock(day: date, at: time, calendar: Schedule) -> datetime:
    """Of a doubled time the first instant; a skipped one is read with the offset from before."""
    return datetime.combine(day, at, calendar.zone).astimezone(UTC)


def day_of(moment: datetime, calendar: Schedule) -> date:
    return moment.astimezone(calendar.zone).date()


def is_open(moment: datetime, calendar: Schedule, *, essential: bool) -> bool:
    day = day_of(moment, calendar)
    if day in calendar.holidays or day.weekday() not in calendar.hours.weekdays:
        return False
    for blackout in calendar.blackouts:
        if blackout.start <= day <= blackout.end and not (blackout.except_essential and essential):
            return False
    for silence in calendar.silences:
        if day.weekday() in silence.weekdays or (day.month, day.day) in silence.days:
            begins = on_clock(day, silence.begins, calendar)
            if begins <= moment < on_clock(day, silence.ends, calendar):
                return False
    opens, closes = calendar.hours.opens, calendar.hours.closes
    return on_clock(day, opens, calendar) <= moment <= on_clock(day, closes, calendar)


def stands(delivery: Delivery) -> bool:
    """Has it a place? What is held for want of room has none."""
    return not delivery.held.startswith(NO_ROOM)


def by_channel(made: Agenda) -> Iterator[tuple[Schedule, list[Delivery], list[Delivery]]]:
    """Each channel's calendar, what stands in order of time, and what found no room."""
    for channel, calendar in made.calendars.items():
        of_channel = [each for each in made.deliveries.values() if each.key.channel == channel]
        standing = sorted(filter(stands, of_channel), key=lambda each: each.placed)
        yield calendar, standing, [each for each in of_channel if not stands(each)]


def free_slot(one: Delivery, standing: list[Delivery], calendar: Schedule) -> datetime | None:
    """An instant at which `one` could stand: open, at or before its nominal one and no more than seven
    days before its day, on an earlier day at or before its own hour (unless the channel opens later), a
    gap from all of its channel and 48 hours from its item, the cap kept.

    The free instants are stretches, so it is enough to look where a stretch can end.
    """
    spaced = [
        each.placed
        for each in standing
        if one.is_spaced and each.is_spaced and each.key.item == one.key.item
    ]
    nominal = one.nominal.astimezone(calendar.zone)
    week = [nominal.date() - n * DAY for n in range(8)]
    keeps_hour = nominal.time() >= calendar.hours.opens
    ends = {on_clock(day, nominal.time(), calendar) for day in week} | {one.nominal}
    ends |= {on_clock(day, calendar.hours.closes, calendar) for day in week}
    ends |= {
        on_clock(day, silence.begins, calendar) - MINUTE
        for day in week
        for silence in calendar.silences
    }
    ends |= {each.placed - calendar.gap for each in standing}
    ends |= {moment - SPACING for moment in spaced}
    for moment in sorted(ends, reverse=True):
        day = day_of(moment, calendar)
        if (
            moment <= one.nominal
            and day in week
            and (moment <= on_clock(day, nominal.time(), calendar) or not keeps_hour)
            and is_open(moment, calendar, essential=one.essential)
            and all(abs(each.placed - moment) >= calendar.gap for each in standing)
            and all(abs(other - moment) >= SPACING for other in spaced)
            and sum(day_of(each.placed, calendar) == day for each in standing) < calendar.per_day
        ):
            return moment
    return None


# --- the agenda ---------------------------------------------------------------------------------


@given(strategies.catalogs())
def test_what_stands_is_open_in_time_and_at_most_a_week_before_its_instant(
    catalog: Catalog,
) -> None:
    for calendar, standing, _ in by_channel(agenda(catalog)):
        for each in standing:
            assert is_open(each.placed, calendar, essential=each.essential)
            assert each.placed <= each.nominal < each.deadline
            assert day_of(each.nominal, calendar) - day_of(each.placed, calendar) <= 7 * DAY
            hour = each.nominal.astimezone(calendar.zone).time()
            if hour >= calendar.hours.opens:
                assert each.placed.astimezone(calendar.zone).time() <= hour
            assert (each.moves == ()) == (each.placed == each.nominal)


@given(strategies.catalogs())
def test_a_channel_keeps_its_gap_and_its_cap(catalog: Catalog) -> None:
    for calendar, standing, _ in by_channel(agenda(catalog)):
        for earlier, later in pairwise(standing):
            assert later.placed - earlier.placed >= calendar.gap
        days = [day_of(each.placed, calendar) for each in standing]
        assert all(days.count(day) <= calendar.per_day for day in days)


@given(strategies.catalogs())
def test_the_posts_of_an_item_are_48_hours_apart_but_for_eves_and_chosen_days(
    catalog: Catalog,
) -> None:
    for _, standing, _ in by_channel(agenda(catalog)):
        for one, other in combinations(filter(lambda each: each.is_spaced, standing), 2):
            assert one.key.item != other.key.item or abs(one.placed - other.placed) >= SPACING


@settings(max_examples=200)
@given(strategies.catalogs(most=10))
def test_nothing_is_held_for_want_of_room_while_its_week_has_a_free_slot(catalog: Catalog) -> None:
    for calendar, standing, held in by_channel(agenda(catalog)):
        for each in held:
            assert free_slot(each, standing, calendar) is None


@given(strategies.catalogs())
def test_every_delivery_that_a_ladder_or_a_week_asks_for_is_in_the_agenda_once(
    catalog: Catalog,
) -> None:
    made = agenda(catalog)
    asked = [each.key for wanted in made.asked.values() for each in wanted]
    asked += [
        Key(SEVERAL, 1, monday.isoformat(), WEEK, channel)
        for (channel, monday), items in made.weeks.items()
        if len(items) > 1
    ]
    in_days = [
        each.key
        for timetable in made.timetables.values()
        for day in timetable.days.values()
        for each in day.placed
    ]
    assert len(set(asked)) == len(asked)
    assert sorted(asked) == sorted(in_days) == sorted(made.deliveries)


@settings(max_examples=300)
@given(strategies.catalogs_and_one_more())
def test_an_added_item_moves_others_of_its_own_channels_only_and_earlier_only(
    fewer_and_more: tuple[Catalog, Catalog],
) -> None:
    """Unless an item that keeps its 48 hours makes way: what it leaves free is another's."""
    fewer, more = fewer_and_more
    before, after = agenda(fewer), agenda(more)
    touched = {key.channel for key in after.deliveries.keys() - before.deliveries.keys()}
    spaced = Counter(
        (key.item, key.channel) for key, each in after.deliveries.items() if each.is_spaced
    )
    makes_way = {channel for (_, channel), count in spaced.items() if count > 1}
    for key, old in before.deliveries.items():
        new = after.deliveries[key]
        if key.channel not in touched:
            assert replace(new, listed=()) == replace(old, listed=())
        elif stands(new) and stands(old) and key.channel not in makes_way:
            assert new.placed <= old.placed


@given(strategies.editing())
def test_an_agenda_made_from_an_earlier_one_is_the_one_made_anew(edits: list[Catalog]) -> None:
    made: Agenda | None = None
    for catalog in edits:
        made = agenda(catalog, made)
        anew = agenda(catalog)
        assert made == anew
        assert made.deliveries == anew.deliveries


@given(strategies.catalogs(), st.randoms(use_true_random=False))
def test_the_order_of_items_makes_no_difference(catalog: Catalog, chance: Random) -> None:
    shuffled = list(catalog.items.items())
    chance.shuffle(shuffled)
    other = agenda(replace(catalog, items=dict(shuffled)))
    assert other == agenda(catalog)


@given(strategies.catalogs())
def test_keys_do_not_change_when_items_are_reworded_or_their_files_renamed(
    catalog: Catalog,
) -> None:
    other = {
        name: replace(
            each, words={"it": Words("Altro")}, mark=Mark("content/z.yaml", 9, 9), revision="2"
        )
        for name, each in catalog.items.items()
    }
    made, again = agenda(catalog), agenda(replace(catalog, items=other))
    assert {key: each.placed for key, each in again.deliveries.items()} == {
        key: each.placed for key, each in made.deliveries.items()
    }


@given(strategies.catalogs(), st.sampled_from([time(7), time(9, 15), time(11)]))
def test_keys_do_not_change_when_clock_times_are_changed(catalog: Catalog, at: time) -> None:
    """Steps of one hour each, and on other days than the event's own: there an hour decides which rung
    still comes in time."""

    def early(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(replace(each, days_before=each.days_before + 1) for each in steps)

    def timed(steps: tuple[Step, ...], whole: time) -> tuple[Step, ...]:
        return tuple(replace(each, at=whole) for each in steps)

    def keys(each_date: time) -> set[object]:
        retimed = {
            name: replace(
                each,
                announce=timed(early(each.announce), at),
                each_date=timed(early(each.each_date), each_date),
            )
            for name, each in catalog.schedules.items()
        }
        return set(agenda(replace(catalog, schedules=retimed)).deliveries)

    assert keys(at) == keys(time(10, 45))


@given(strategies.catalogs())
def test_a_date_coarser_than_a_day_has_one_post_and_a_ladder_has_its_rungs_in_order(
    catalog: Catalog,
) -> None:
    for item in catalog.items.values():
        for channel in catalog.channels.values():
            ladders: dict[object, list[Delivery]] = defaultdict(list)
            for each in deliveries_of(item, channel, catalog.schedules["first"]):
                ladders[each.family].append(each)
            for ladder in ladders.values():
                rungs = sorted(ladder, key=lambda each: each.rung)
                for lower, higher in pairwise(rungs):
                    assert lower.nominal < lower.deadline <= higher.nominal
                when = rungs[0].when
                if when and not when.is_exact and not item.announce_on:
                    assert len(rungs) == 1


# --- the plan -----------------------------------------------------------------------------------


def instants(made: Agenda) -> list[datetime]:
    """Where something of an agenda changes, and a little beside it."""
    found = {each.placed for each in made.deliveries.values()}
    found |= {each.deadline for each in made.deliveries.values()}
    return sorted(found | {each + timedelta(hours=5, seconds=7) for each in found}) or [LONG_AGO]


@dataclass(frozen=True)
class Moment:
    """What of a catalog was done by some instant, plausibly or not."""

    catalog: Catalog
    now: datetime
    since: datetime
    done: dict[Key, tuple[datetime, State]]
    seen: dict[str, datetime]

    def book(self, made: Agenda) -> Book:
        book = Book(since=self.since, seen=dict(self.seen))
        for key, (at, state) in self.done.items():
            book.write(made.deliveries[key], at, state)
        return book


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    catalog = draw(strategies.catalogs())
    made = agenda(catalog)
    now = draw(st.sampled_from(instants(made)))
    earlier = st.sampled_from([each for each in instants(made) if each <= now])
    tried = sorted(key for key, each in made.deliveries.items() if each.placed <= now)
    chosen = draw(st.lists(st.sampled_from(tried), unique=True)) if tried else []
    states = st.sampled_from([State.PUBLISHED, State.PUBLISHED, *State])
    seen = draw(st.sets(st.sampled_from(sorted(made.items))))
    return Moment(
        catalog,
        now,
        since=draw(earlier),
        done={key: (draw(earlier), draw(states)) for key in chosen},
        seen={item: draw(earlier) for item in seen},
    )


@settings(max_examples=200)
@given(moments())
def test_what_is_due_may_go_out_at_this_very_instant(moment: Moment) -> None:
    made = agenda(moment.catalog)
    history = moment.book(made).history(made)
    planned = plan(made, history, moment.now)
    check(planned, history, made)
    # Whatever is neither done nor being done stands somewhere in the plan, and once.
    told = [
        each.delivery.key for part in (planned.due, planned.later, planned.held) for each in part
    ]
    told += [each.delivery.key for each in planned.judged]
    assert len(set(told)) == len(told)
    for key in made.deliveries.keys() - set(told):
        assert history.past[key].state not in RELEASES_KEY - {State.REJECTED}


def check(planned: Plan, history: History, made: Agenda) -> None:
    """Whatever is due or judged at an instant is rightly so."""
    now = planned.now
    assert not {each.delivery.key for each in planned.due} & {
        each.delivery.key for each in planned.judged
    }
    for channel, calendar in made.calendars.items():
        due = [each for each in planned.due if each.delivery.key.channel == channel]
        spoken = history.channels[channel].spoken
        today = day_of(now, calendar)
        for each in due:
            delivery = each.delivery
            assert delivery.placed <= now < delivery.deadline
            assert not delivery.held
            assert is_open(now, calendar, essential=delivery.essential)
            assert all(abs(now - moment) >= calendar.gap for moment in spoken)
            past = history.past.get(delivery.key)
            assert past is None or past.state in RELEASES_KEY - {State.REJECTED}
        said_today = sum(day_of(moment, calendar) == today for moment in spoken)
        assert not due or said_today + len(due) <= calendar.per_day
        assert len(due) <= 1 or not calendar.gap
    assert all(each.reason for each in planned.judged)
    assert all(each.reason for each in planned.held)
    assert planned.next is None or planned.next > now


@settings(max_examples=200)
@given(moments(), st.data())
def test_a_memory_changes_neither_what_is_due_nor_what_is_judged_nor_when_to_look_again(
    moment: Moment, data: st.DataObject
) -> None:
    made = agenda(moment.catalog)
    book, memory = moment.book(made), Memory()
    later = data.draw(st.lists(st.sampled_from(instants(made)), max_size=3))
    looks = [moment.now, *sorted(each for each in later if each >= moment.now)]
    # A tick some seconds after another, and one at which nothing was due for hours.
    for now in sorted({each + more for each in looks for more in (timedelta(), MINUTE, 7 * HOUR)}):
        history = book.history(made)
        quick, slow = plan(made, history, now, memory=memory), plan(made, history, now)
        assert quick.due == slow.due
        assert quick.judged == slow.judged
        assert quick.next == slow.next
        near = [each for each in slow.held if each.delivery.placed <= now]
        assert [each for each in quick.held if each.delivery.placed <= now] == near
        for each in quick.judged:
            if each.delivery.key not in book.verdicts:
                book.judge(each)
        for due in quick.due:
            book.write(due.delivery, now)


@dataclass(frozen=True)
class Story:
    """An office that queues its items at some instant, maybe late, and the times when nobody ticks."""

    catalog: Catalog
    begins: datetime
    down: list[tuple[datetime, datetime]]

    def play(self, book: Book, ends_as: Callable[[], State] = lambda: State.PUBLISHED) -> Played:
        made = agenda(self.catalog)
        over = [each.deadline for each in made.deliveries.values()] + [end for _, end in self.down]
        return play(
            [(self.begins, made)],
            max(over, default=self.begins) + DAY,
            book=book,
            down=self.down,
            ends_as=lambda _delivery, _at: ends_as(),
            look=check,
        )


@st.composite
def stories(draw: st.DrawFn) -> Story:
    catalog = draw(strategies.catalogs(most=6))
    possible = st.sampled_from(instants(agenda(catalog)))
    lengths = st.sampled_from([timedelta(hours=3), DAY, 4 * DAY])
    down = [(start, start + draw(lengths)) for start in draw(st.lists(possible, max_size=3))]
    return Story(catalog, draw(possible) - 10 * DAY, sorted(down))


@settings(max_examples=150)
@given(stories())
def test_in_the_end_everything_was_published_once_in_its_time_or_judged(story: Story) -> None:
    made = agenda(story.catalog)
    played = story.play(Book(since=story.begins))
    keys = [each.key for each, _ in played.published]
    keys += [each.delivery.key for each, _ in played.judged]
    assert sorted(keys) == sorted(made.deliveries)
    for channel, calendar in made.calendars.items():
        spoken = [(each, at) for each, at in played.published if each.key.channel == channel]
        days = [day_of(at, calendar) for _, at in spoken]
        assert all(days.count(day) <= calendar.per_day for day in days)
        assert all(later - earlier >= calendar.gap for (_, earlier), (_, later) in pairwise(spoken))
        for (one, at), (other, then) in combinations(spoken, 2):
            if one.key.item == other.key.item and one.is_spaced and other.is_spaced:
                assert abs(then - at) >= SPACING


@settings(max_examples=100)
@given(stories(), st.randoms(use_true_random=False))
def test_whatever_the_platforms_answer_no_key_is_public_twice(story: Story, chance: Random) -> None:
    states = [State.PUBLISHED, State.PUBLISHED, State.UNKNOWN, State.REJECTED]
    book = Book(since=story.begins)
    played = story.play(book, lambda: chance.choice(states))
    keys = [each.key for each, _ in played.published]
    assert len(set(keys)) == len(keys)
    assert book.past.keys() | book.verdicts.keys() == agenda(story.catalog).deliveries.keys()
