"""Links and contacts of an item: which one followers need, and which lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from bot.core.said import said
from bot.core.text import x
from bot.load.link import why_not
from bot.newsletter.cues import CUES
from bot.newsletter.drafts import Question
from bot.newsletter.lines import Line
from bot.newsletter.marks import has
from bot.newsletter.sentences import sentences

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# As they are written in Italy and Britain: nine digits or so, the first a 0, a + or, for mobiles, a 3.
_PHONE = re.compile(
    r"(?<![\w./-])(?!\d\d?[./-]\d\d?[./-](?:19|20)\d\d(?!\d))"  # 05.11.2025 is a day
    r"((?:\+\d{1,3}[\s.]?)?(?:0\d{1,4}|3\d{2})[\s./-]?\d{2,4}(?:[\s.-]?\d{2,4}){1,3})(?![\w/]|[.,]\d)"
)
_SOCIAL = re.compile(
    r"//(?:[\w-]+\.)*(?:facebook|instagram|twitter|x|youtube|youtu|linkedin|tiktok|flickr|t|wa)\.(?:com|be|me)/",
    re.I,
)
_SERVICE = re.compile(
    r"unsubscribe|disiscri|preferences|view[-_]?in[-_]?browser|mailto:|javascript:|privacy", re.I
)
_ODD = re.compile(r"[\x00-\x20\s<>\"\\^`{|}\u2018-\u201f«»]")
_TRAILING = ".,;:!?)]»”’'\""
# Without `www.` or a scheme only these are taken for an address: `fine.Il` is a slip.
_PLAIN_ENDS = (
    "it",
    "eu",
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "info",
    "uk",
    "fr",
    "de",
    "es",
    "ch",
    "int",
    "city",
    "art",
    "museum",
    "events",
)


class Page(NamedTuple):
    """A link with the words it stands behind, and how likely followers need it."""

    target: str
    words: str
    sentence: str
    score: int


def whole(target: str) -> str:
    """A link as a browser takes it: `www.example.org` gets its scheme, a blank is written %20."""
    bare = _ODD.sub(lambda found: quote(found[0]), target.strip())
    if re.match(r"(?i)https?://", bare):
        return bare
    return f"https://{bare.removeprefix('//')}"


def is_dead(target: str) -> bool:
    bare = target.strip().casefold()
    return (
        not bare
        or bare.startswith(("#", "javascript:", "about:", "file:", "/"))
        or why_not(whole(target)) is not None
    )


def pages_of(lines: Sequence[Line]) -> tuple[list[Page], list[str]]:
    """The links of these lines that lead somewhere, the likeliest first, and the words of those that don't."""
    found: list[Page] = []
    dead: list[str] = []
    for line in lines:
        for target, words, start in _links(line):
            if target.lower().startswith(("mailto:", "tel:")):
                continue
            if is_dead(target):
                dead.append(words)
            elif not _SERVICE.search(target):
                sentence = _sentence_at(line, start)
                found.append(
                    Page(
                        whole(target), words, sentence, _score(whole(target), words, sentence, line)
                    )
                )
    best: dict[str, Page] = {}
    for page in found:
        key = page.target.rstrip("/").casefold()
        if key not in best or page.score > best[key].score:
            best[key] = page
    return sorted(best.values(), key=lambda page: -page.score), dead


def _links(line: Line) -> Iterator[tuple[str, str, int]]:
    text = line.text
    taken: list[tuple[int, int]] = []
    for link in line.piece.links:
        taken.append((link.start, link.end))
        yield link.target, text[link.start : link.end], link.start
    for found in x.links(text):
        if any(start < found.end and found.start < end for start, end in taken):
            continue
        address = text[found.start : found.end].rstrip(_TRAILING)
        before = text[max(0, found.start - 1) : found.start]
        if before == "@" or text[found.end : found.end + 1] == "@":
            continue
        host = re.sub(r"(?i)^https?://", "", address).split("/")[0]
        is_marked = re.match(r"(?i)https?://|www\.", address)
        is_plain = host == host.lower() and host.rpartition(".")[2] in _PLAIN_ENDS
        if is_marked or is_plain:
            yield address, address, found.start


def _sentence_at(line: Line, start: int) -> str:
    for each in sentences(line.text, CUES[line.language]):
        if each.start <= start < each.end:
            return each.text
    return line.text


def _score(target: str, words: str, sentence: str, line: Line) -> int:
    score = 0
    if has(words, "info"):
        score += 3
    if has(sentence, "info"):
        score += 2
    if line.labelled is not None:
        score += 2
    if len(sentence) <= 90:
        score += 1
    if _SOCIAL.search(target):
        score -= 6
    return score


def link_of(lines: Sequence[Line], title: Line | None) -> tuple[str, str, list[Question]]:
    """The item's link, the sentence that has it, and what to ask."""
    pages, dead = pages_of(lines)
    own = pages_of([title])[0] if title is not None else []
    questions: list[Question] = []
    if own:
        pages = [*own, *(page for page in pages if page.target != own[0].target)]
    if pages:
        others = [page for page in pages[1:] if page.score > -4]
        if not own and any(page.score >= pages[0].score - 1 for page in others):
            listed = ", ".join(page.target for page in others[:4])
            questions.append(
                Question("link", said("is this the page, or {others}?", others=listed))
            )
    for words in dict.fromkeys(word.strip() for word in dead):
        asked = said("«{words}» leads nowhere in the document: which page is it?", words=words)
        questions.append(Question("link", asked))
    if not pages:
        return "", "", questions
    return pages[0].target, pages[0].sentence, questions


def own_page(lines: Sequence[Line]) -> str:
    """The page of who makes the issue, as its head or foot names it; "" where none does."""
    own = [line for line in lines if not has(line.text, "strong_foot")]
    pages = [page for page in pages_of(own)[0] if page.score > -4]
    return min(pages, key=lambda page: page.target.count("/")).target if pages else ""


def contact_of(lines: Sequence[Line]) -> tuple[str, str]:
    """Whom to write to or to call, and the sentence that says so."""
    for line in lines:
        for link in line.piece.links:
            if link.target.lower().startswith("mailto:"):
                address = _MAIL.search(link.target)
                if address:
                    return address[0], _sentence_at(line, link.start)
        found = _MAIL.search(line.text)
        if found:
            return found[0].rstrip("."), _sentence_at(line, found.start())
    for line in lines:
        found = _PHONE.search(line.text)
        if found:
            return " ".join(found[1].split()), _sentence_at(line, found.start())
    return "", ""
