"""A newsletter -> what is told of it in the admin chat: its drafts as YAML, what is asked, the posts they would be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bot.catalogs import in_language
from bot.core.history import History
from bot.core.model import Catalog, Severity
from bot.core.said import said
from bot.desk.daily import html_of
from bot.desk.drafts import DraftPost, Drafts, Received, Refused, Unclear
from bot.desk.shown import Shown, preview_of
from bot.load import load
from bot.newsletter import UndatedError, Unreadable, import_document
from bot.newsletter.proposal import Proposal, by_reason, known_in, propose
from bot.newsletter.renewal import Compared, State

# Each is a message of its own, and a group takes twenty a minute,
# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
POSTS = 10

_EXAMPLES = 4  # of what was left out for one reason
_SHOWN = 50  # characters of each


class _Previewed(NamedTuple):
    first: list[Shown]  # of each item on each channel
    unmade: list[str]


def drafts_of(received: Received, content: Path, schedules: Path) -> Drafts | Refused:
    """What becomes of it, beside what staff's files in `content` and `schedules` say already."""
    try:
        imported = import_document(received.content, received.name, year=received.year)
    except UndatedError as error:
        return Refused(
            error.message, said("send it again with its year as the caption, as in 2021")
        )
    except Unreadable as error:
        return Refused(error.message, error.hint)
    if not imported.drafts:
        return Refused(
            said("no event was found in it"),
            said("an event is found by its date: see that the document has its dates as text"),
        )
    proposal, language = propose(imported, known_in(content, schedules)), received.language
    file = _free_name(proposal.file_name(received.name), content)
    yaml = proposal.file(received.name, language) if proposal.new else ""
    previewed = _previewed(yaml, file, proposal.known.catalog, schedules, received.now)
    return Drafts(
        file=file,
        yaml=yaml,
        found=len(proposal.found),
        new=len(proposal.new),
        sure=proposal.sure,
        known=proposal.count(State.KNOWN),
        changed=tuple(_changed(proposal, language)),
        questions=tuple(in_language(text, language) for _, text in imported.questions),
        unclear=tuple(_unclear(proposal, language)),
        left_out=tuple(_left_out(proposal, language)),
        ignored=len(imported.ignored),
        posts=tuple(map(_post, previewed.first[:POSTS])),
        more_posts=max(len(previewed.first) - POSTS, 0),
        unmade=tuple(previewed.unmade),
    )


def _unclear(proposal: Proposal, language: str) -> Iterator[Unclear]:
    for draft in proposal.new:
        if not draft.is_sure:
            asked = (
                f"{field}: {in_language(text, language)}" if field else in_language(text, language)
                for field, text in draft.questions
            )
            yield Unclear(draft.title, draft.when, tuple(asked))


def _changed(proposal: Proposal, language: str) -> Iterator[str]:
    for each in proposal.found:
        if each.state is State.CHANGED:
            yield " · ".join(_differences(each, language))


def _differences(each: Compared, language: str) -> Iterator[str]:
    yield each.draft.title
    if each.known is not None:
        yield str(each.known.mark)
    if not each.differences:
        yield in_language(said("the document says otherwise now"), language)
    for field, old, new in each.differences:
        yield f"{field}: {old or '–'} → {new}"


def _left_out(proposal: Proposal, language: str) -> Iterator[str]:
    for reason, texts in by_reason(proposal.imported.ignored).items():
        shown = " · ".join(text[:_SHOWN] for text in texts[:_EXAMPLES])
        more = f" (+{len(texts) - _EXAMPLES})" if len(texts) > _EXAMPLES else ""
        yield f"{in_language(reason, language)}: {shown}{more}"


# --- posts ----------------------------------------------------------------------------------------


def _free_name(name: str, content: Path) -> str:
    """A name that no file in `content` has: what staff wrote must not be overwritten by what is proposed."""
    stem, free, number = Path(name).stem, name, 2
    while (content / free).exists():
        free, number = f"{stem}-{number}.yaml", number + 1
    return free


def _previewed(yaml: str, file: str, known: Catalog, schedules: Path, now: datetime) -> _Previewed:
    """The posts of the drafts in `yaml`, placed beside those of staff's files, as if all were ready."""
    if not yaml:
        return _Previewed([], [])
    with TemporaryDirectory() as folder:
        Path(folder, file).write_text(yaml, encoding="utf-8")
        drafts, problems = load(Path(folder), schedules)
    together = replace(known, items={**known.items, **drafts.items})
    found = preview_of(together, list(drafts.items), (), History(), now)
    first: dict[tuple[str, str], Shown] = {}
    for each in found.shown:
        if not each.delivery.is_round_up:
            first.setdefault((each.delivery.key.item, each.channel.name), each)
    faults = [
        f"{each.mark.line}: {each.message}"
        for each in problems
        if each.severity is Severity.ERROR and Path(each.mark.file).name == file
    ]
    unfit = {f"{each.key.item}: {each.reason}" for each in found.unfit}
    return _Previewed(list(first.values()), [*faults, *sorted(unfit)])


def _post(shown: Shown) -> DraftPost:
    post, zone = shown.post, shown.calendar.zone_name
    return DraftPost(shown.at, zone, shown.channel.name, post.text, html_of(post))
