"""What a matter reads like, in a chat or in a mail: what happened, whether anything is public, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

from bot.catalogs import in_language
from bot.core.text.telegram import LIMIT
from bot.desk.matter import ACTIONS, BOT, Action, Kind, Matter
from bot.desk.words import Language
from bot.git import Stuck, Why
from bot.render.markup import Anchor, Block, Bold, Plain, Verbatim, html, plain

# Room for a heading and a note on what was left out.
_ROOM = LIMIT - 200

# A last block longer than this leaves too little for what stands before it.
_LAST = _ROOM // 2


@dataclass(frozen=True, slots=True)
class Message:
    """A message to admins, without an address."""

    title: str  # by itself: the subject of a mail
    blocks: tuple[Block, ...]
    actions: tuple[tuple[Action, str], ...] = ()  # what may be pressed, and its words
    image: tuple[str, str] | None = None  # a file in the content folder, and its SHA-256
    as_it_goes: str = ""  # a post's own HTML, shown as it stands; "" = the blocks are shown

    @property
    def html(self) -> str:
        """For Telegram's parse mode HTML; never longer than Telegram takes."""
        if self.as_it_goes:
            return self.as_it_goes
        return html(_fitting(self.blocks))

    @property
    def text(self) -> str:
        """Without the title, and without markup."""
        return plain(self.blocks[1:])


def of_matter(
    matter: Matter,
    language: Language,
    zone: tzinfo,
    *,
    has_buttons: bool = True,
    asks: tuple[Action, ...] = (),
) -> Message:
    """A matter as it is told. Without buttons it names commands; with `asks` it asks whether these are meant."""
    words = language.kinds[matter.kind]
    facts = {**matter.facts, **_derived(matter, language)}
    title = language.fill(words.title, facts, zone)
    do = words.do if has_buttons or not words.order else words.order
    blocks: list[Block] = [
        (Bold(title),),
        (Plain(language.fill(words.what, facts, zone)), Plain(language.public[matter.public])),
        *_posts(matter),
        (Bold(language.phrase("do")), Plain(language.fill(do, facts, zone))),
    ]
    actions = ACTIONS.get(matter.kind, ()) if has_buttons else ()
    if asks:
        actions = asks
        blocks[-1] = (Bold(language.fill(language.phrases["really"], facts, zone)),)
    return Message(title, tuple(blocks), tuple((each, language.actions[each]) for each in actions))


def of_settled(matter: Matter, by: str, language: Language, zone: tzinfo) -> Message:
    """The same when it is over: nothing is to be pressed any more."""
    words = language.kinds[matter.kind]
    facts = {**matter.facts, **_derived(matter, language)}
    title = language.fill(words.title, facts, zone)
    what = Plain(language.fill(words.what, facts, zone))
    end = by or language.phrase("settled")
    return Message(f"{end} · {title}", ((Plain(end),), (Bold(title),), (what,)))


def of_many(matters: list[Matter], language: Language, zone: tzinfo) -> Message:
    """Many of one kind at once: a chat is no list."""
    words = language.kinds[matters[0].kind]
    titles = [
        language.fill(words.title, {**each.facts, **_derived(each, language)}, zone)
        for each in matters
    ]
    title = f"{titles[0]} (+{len(titles) - 1})"
    lines = tuple(Plain(each) for each in titles)
    do = (Bold(language.phrase("do")), Plain(language.phrase("see_status")))
    public = (Plain(language.public[matters[0].public]),)
    return Message(title, ((Bold(title),), lines, public, do))


def _derived(matter: Matter, language: Language) -> Mapping[str, Any]:
    """What of the facts is said in another way."""
    facts = matter.facts
    if matter.kind is Kind.PAUSED:
        scope = " · ".join(filter(None, (facts["channel"], facts["item"])))
        return {"scope": scope or language.phrase("everything")}
    if matter.kind is Kind.ACCESS:
        return _access(matter, language)
    if matter.kind is Kind.FILE:
        return {"meanwhile": language.phrase("halts" if facts.get("halts") else "holds")}
    if matter.kind is Kind.GIT:
        stuck = Stuck(Why(facts["why"]), facts["folder"], facts["detail"])
        return {
            "reason": in_language(stuck.reason, language.locale[:2]),
            "remedy": in_language(stuck.do, language.locale[:2]),
        }
    if matter.kind is Kind.CLOCK:
        offset = timedelta(seconds=facts["offset"])
        way = "ahead" if offset > timedelta(0) else "behind"
        return {"length": language.length(abs(offset)), "way": language.phrase(way)}
    return {}


def _access(matter: Matter, language: Language) -> Mapping[str, Any]:
    """Whose credentials or rights they are, and what comes of it."""
    facts, do = matter.facts, matter.facts["do"]
    which = "chat" if facts["channel"] else "bot" if matter.about == BOT else "admins"
    return {
        "channel": facts["channel"] or language.phrase(which),
        "consequence": language.phrase(f"access_{which}", channel=facts["channel"]),
        "remedy": language.phrase(f"remedy_{which}", do=do),
    }


def _posts(matter: Matter) -> list[Block]:
    """What is to be copied: the text of a task, or each live post with its right text."""
    if matter.kind is Kind.TASK:
        return [(Verbatim(matter.facts["text"]),)]
    found: list[Block] = []
    for post in matter.facts.get("posts", []) if matter.kind is Kind.CHANGED else []:
        named = (
            Anchor(f"{post['channel']}: {post['url']}", post["url"])
            if post["url"]
            else Plain(post["channel"])
        )
        found.append((named, Verbatim(post["text"])) if post["text"] else (named,))
    return found


def _fitting(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """As many of the blocks as there is room for; the last, which says what to do, is among them."""
    if len(plain(blocks)) <= _ROOM:
        return blocks
    last = plain(blocks[-1:])
    if len(last) > _LAST:
        blocks = (*blocks[:-1], (Plain(f"{last[: _LAST - 1]}…"),))
    left = _ROOM - len(plain(blocks[-1:]))
    kept: list[Block] = []
    for block in blocks[:-1]:
        length = len(plain((block,))) + 2
        if length <= left:
            kept.append(block)
            left -= length
        elif left > 100:
            kept.append((Plain(plain((block,))[: left - 1] + "…"),))
            left = 0
    return (*kept, blocks[-1])
