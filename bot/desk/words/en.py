"""What the desk says in English."""

from __future__ import annotations

from bot.desk.matter import Action, Kind, Public
from bot.desk.words.language import Language, Told

ENGLISH = Language(
    locale="en_GB",
    clock="EEE d MMMM HH:mm",
    kinds={
        Kind.UNKNOWN: Told(
            title="May be out already: {name}",
            what="The post “{begins}…” left for {channel}, and nobody knows whether it arrived: {reason}.",
            do="Look at {address}. If the post is there, press “It is out”; if you are certain that it is not, “Send again”.",
            order="Look at {address}, then `banditore resolve {attempt} published` if it is there, `… absent` if it is not.",
        ),
        Kind.TASK: Told(
            title="To be posted by hand: {name}",
            what="A person posts on {channel}: the text is ready, and due before {deadline}.",
            do="Copy the text, post it, then press “It is out”.",
            order="`banditore tasks` shows the text; then `banditore tasks done {attempt}`.",
        ),
        Kind.STOPPED: Told(
            title="Channel stopped: {channel}",
            what="{channel} says nothing more: {reason}.",
            do="Mend the cause, then press “Resume”.",
            order="Mend the cause, then `banditore resume --channel {channel}`.",
        ),
        Kind.SILENT: Told(
            title="Channel without credentials: {channel}",
            what="{channel} can't post: {reason}",
            do="Give the service its credentials, and restart it.",
        ),
        Kind.ACCESS: Told(
            title="Credentials or rights to be looked at: {channel}",
            what="{reason}. The next post would stop {channel}.",
            do="{do}",
        ),
        Kind.REJECTED: Told(
            title="Refused: {name}",
            what="The platform does not take this post on {channel}: {reason}.",
            do="Mend the item; `edition: 2` announces it anew.",
        ),
        Kind.MISSED: Told(
            title="Did not go out in time: {name}",
            what="An announcement of {item} will not go out any more on {channels}: {reason}.",
            do="If it still matters, announce it by hand and write that down with `banditore adopt`.",
        ),
        Kind.HELD: Told(
            title="Waits for a person: {name}",
            what="{item} can't go out on {channels}: {reason}.",
            do="Mend it before {deadline}; after that it will not go out.",
        ),
        Kind.OVERDUE: Told(
            title="Overdue",
            what="These should be out by now: {posts}{more_}.",
            do="Look at the network and the log: `banditore status` tells what is in their way.",
        ),
        Kind.FILE: Told(
            title="A fault in {file}",
            what="Line {line}: {problem}{hint_}{more_}{who_}.",
            do="Mend the file: until then its announcements don't go out, those of other files do.",
        ),
        Kind.CHANGED: Told(
            title="Announced, and changed since: {name}",
            what="Posts that are out are no longer true: {changes}.",
            do="Correct or delete the posts below, then press “Done”.",
            order="Correct or delete the posts listed below.",
        ),
        Kind.BUDGET: Told(
            title="Budget nearly used up: {channel}",
            what="In {month} {channel} has spent ${spent} of ${budget}.",
            do="Raise `budget` in channels.yaml, or let the rest of the month wait.",
        ),
        Kind.EMPTY: Told(
            title="Nothing in the queue",
            what="Nothing goes out in the next {days} days{drafts_}.",
            do="If that is not meant, write the month's items, or declare them `status: ready`.",
        ),
        Kind.PAUSED: Told(
            title="A pause still stands",
            what="Since {since} {scope} is paused by {by}: {reason}{until_}.",
            do="If it was forgotten, press “Resume”.",
            order="If it was forgotten: `banditore resume`.",
        ),
        Kind.NODE: Told(
            title="A node does not answer: {node}",
            what="{node} does not post{reason_}, last seen {since}.",
            do="Restart it, or put it in order: the other nodes post meanwhile.",
        ),
        Kind.LEDGER: Told(
            title="The ledger does not answer",
            what="The service can't work: {reason}.",
            do="Mend it (disk, database): nothing goes out meanwhile, and it goes on by itself afterwards.",
        ),
        Kind.CLOCK: Told(
            title="Wrong clock",
            what="{reason}.",
            do="Set this machine's clock (NTP): announcements go out at the time that it shows.",
        ),
    },
    public={
        Public.NO: "Nothing of this is public.",
        Public.YES: "It is public.",
        Public.MAYBE: "It may be public.",
    },
    actions={
        Action.OUT: "It is out",
        Action.AGAIN: "Send again",
        Action.SURELY: "Yes, it is not there: send again",
        Action.BACK: "No, wait",
        Action.SKIP: "Will not be posted",
        Action.RESUME: "Resume",
        Action.DONE: "Done",
        Action.STOP: "Stop",
        Action.GO: "Let it go out",
    },
    optional={
        "hint": " ({hint})",
        "more": ", and {more} more",
        "who": " · last changed by {who}",
        "drafts": "; there are {drafts} drafts",
        "reason": ": {reason}",
        "until": " (until {until})",
    },
    changes={
        "dates": "date",
        "where": "place",
        "link": "link",
        "cancelled": "the event is cancelled",
        "gone": "no file names it any more",
    },
    phrases={
        "round_up": "round-up",
        "everything": "everything",
        "day": "EEEE d MMMM",
        "tomorrow": "Next working day, {day}: {posts} posts, as they will go out",
        "nothing_tomorrow": "Nothing goes out up to and including {day}",
        "monday": "The week",
        "last": "Last",
        "last_week": "{out}; missed {missed}; cost ${spent}",
        "next": "Next",
        "month": "This month",
        "waits": "Waits",
        "nothing": "nothing",
        "unknown": "may be out",
        "tasks": "to be posted by hand",
        "held": "held",
        "pauses": "pauses",
        "stopped": "✓ {who}: stopped",
        "let_go": "✓ {who}: goes out",
        "too_late": "It is out already, or its time has passed.",
        "see_status": "/status tells how things stand; the log has the details.",
        "settled": "✓ Settled",
        "settled_by": "✓ {who}: {what}",
        "stranger": "You are not on the list of those who may order here: nothing was changed.",
        "stale": "/{command} came too late: it was not carried out.",
        "no_such": "There is nothing left to do here.",
        "not_possible": "That can't be done: {reason}",
        "do": "What to do:",
        "really": "Look at {address}: is the post really not there? If it is, it would go out twice.",
    },
)
