"""`banditore preview`: the very words of each post, as they will be sent, and whatever else it may say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.catalogs import in_language
from bot.cli.language import language, spoken
from bot.cli.options import (
    CONTENT,
    DATABASE,
    SCHEDULES,
    ContentOption,
    DatabaseOption,
    JsonOption,
    SchedulesOption,
    fail,
    load_files,
    nearest,
    read_history,
    warn_of,
)
from bot.cli.spoken import delivery_in_words, short_day, short_weekday
from bot.core.said import said

if TYPE_CHECKING:
    from bot.core.model import Catalog
    from bot.desk.shown import Preview, Shown
    from bot.render.variants import Variant
    from bot.sandbox.places import Taken


def register(app: typer.Typer) -> None:
    app.command()(preview)


def preview(
    *,
    item: Annotated[list[str] | None, typer.Argument(help="Ids of items.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every item that is ready.")] = False,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Every item of this file, drafts too: content/2021-05.yaml."),
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", help="For this channel only; may be given again."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write a page that shows them as followers would."
        ),
    ] = None,
    test: Annotated[
        bool,
        typer.Option(
            "--test", help="Send them to the channels marked `test: true`, and to no other."
        ),
    ] = False,
    changed_since: Annotated[
        str,
        typer.Option(
            "--changed-since",
            metavar="REF",
            help="In place of items: every post that differs from what this commit of git says.",
        ),
    ] = "",
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help="With --changed-since: as a comment on a proposed change."),
    ] = False,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    database: DatabaseOption = DATABASE,
    as_json: JsonOption = False,
) -> None:
    """Show each post of items exactly as it will be sent, its count, and what it says if it goes out late.

    Each is shown as of the instant at which the plan sends it. --test sends it to a test channel of the
    same platform and language; that is no announcement, so the ledger is not asked. Exit 1 if a post can't
    be made or was not published there.
    """
    from bot.core.history import History
    from bot.desk.shown import preview_of

    if changed_since:
        if item or every or file or channel or html or test or as_json:
            fail("--changed-since goes with --markdown, and with nothing else")
        from bot.cli.changed import show

        show(changed_since, content, schedules, as_markdown=markdown)
        return
    if markdown:
        fail("--markdown goes with --changed-since")
    if sum((html is not None, test, as_json)) > 1:
        fail("--html, --test and --json each do another thing: choose one")
    catalog, problems = load_files(content, schedules)
    warn_of(problems)
    ids = _chosen(catalog, content, item or [], every=every, file=file)
    for name in channel or ():
        if name not in catalog.channels:
            fail(f"there is no channel {name}{nearest(name, catalog.channels)}")
    known = None if test else read_history(database)
    history, now = known or (History(), datetime.now(UTC))
    found = preview_of(catalog, ids, frozenset(channel or ()), history, now)
    for item_id, remark in found.remarks:
        typer.echo(f"banditore: {item_id} {spoken(remark)}", err=True)
    for unfit in found.unfit:
        hint = f" ({unfit.hint})" if unfit.hint else ""
        typer.echo(f"banditore: {unfit.key}: {unfit.reason}{hint}", err=True)
    if not found.shown and not found.unfit:
        fail(said("there is nothing to show: see `banditore plan`"))
    is_whole = not found.unfit
    if test:
        from bot.cli.trying import send

        is_whole = send(found, content) and is_whole
    elif html is not None:
        _write(html, found, content)
    elif as_json:
        rows = [_as_json(each) for each in found.shown]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for each in found.shown:
            _print(each)
    if not is_whole:
        raise typer.Exit(1)


def _chosen(
    catalog: Catalog, content: Path, ids: Sequence[str], *, every: bool, file: Path | None
) -> list[str]:
    """The ids of what is asked for, in the order of the files."""
    from bot.core.model import Status

    if sum((bool(ids), every, file is not None)) != 1:
        fail("name one item or several, or a --file, or --all")
    if file is not None:
        return _of_file(catalog, content, file)
    if every:
        ready = [each.id for each in catalog.items.values() if each.status is Status.READY]
        if drafts := sum(each.status is Status.DRAFT for each in catalog.items.values()):
            hidden = said(
                "{number} draft(s) are not shown: name them, or their --file", number=drafts
            )
            typer.echo(f"banditore: {spoken(hidden)}", err=True)
        return ready
    for item_id in ids:
        if item_id not in catalog.items:
            fail(f"there is no item {item_id}{nearest(item_id, catalog.items)}")
    return list(dict.fromkeys(ids))


def _of_file(catalog: Catalog, content: Path, file: Path) -> list[str]:
    # A mark names a file from its folder on, as in `content/2021-05.yaml`.
    folder = content.absolute().parent
    wanted = file.resolve()
    if not wanted.is_file():
        fail(f"there is no file {file}")
    if any((folder / name).resolve() == wanted for name in catalog.broken):
        fail(f"{file} has a fault: see `banditore check`", code=1)
    found = [
        item.id for item in catalog.items.values() if (folder / item.mark.file).resolve() == wanted
    ]
    return found or fail(f"{file} has no item, or is not in {content}")


def _write(page: Path, found: Preview, content: Path) -> None:
    from bot.cli.preview_page import page_of

    try:
        page.write_text(page_of(found, content), encoding="utf-8")
    except OSError as error:
        fail(f"{page}: {error.strerror}")
    typer.echo(spoken(said("wrote {file}: {number} post(s)", file=page, number=len(found.shown))))


# --- on a terminal --------------------------------------------------------------------------------

# What stands out in a text; other sorts are called the same in every language.
_SORTS = {"bold": said("bold"), "italic": said("italic")}


def _print(shown: Shown) -> None:
    from bot.cli.pictured import pictured

    post = shown.post
    cost = f", ${post.cost}" if post.cost else ""
    typer.secho(
        f"{shown.channel.name}  {step_of(shown)}  {shown.local:%Y-%m-%d %H:%M}  "
        f"{post.length}/{post.limit}{cost}",
        bold=True,
    )
    typer.echo(f"\n{post.text}\n")
    if post.image:
        typer.secho(f"  {pictured(post)}", dim=True)
    for entity in entities_of(shown):
        address = entity.get("url", "")
        leads_to = f" -> {address}" if address not in ("", entity["text"]) else ""
        counts = said("counts {weight}", weight=entity["weight"]) if "weight" in entity else ""
        weight = f" ({spoken(counts)})" if counts else ""
        sort = spoken(_SORTS.get(entity["type"], entity["type"]))
        typer.secho(f"  {sort}: {entity['text']}{leads_to}{weight}", dim=True)
    for line in _later(shown):
        typer.secho(f"  {line}", dim=True)
    typer.echo()


def step_of(shown: Shown) -> str:
    """Which of its item's posts it is: `start-7d`, `clima start-1d`, or what a round-up it is."""
    key = shown.delivery.key
    if shown.delivery.is_round_up:
        return delivery_in_words(key.item, key.occurrence, key.step)
    return delivery_in_words("", key.occurrence, key.step).strip()


def _later(shown: Shown) -> Iterator[str]:
    """What it would say on which days, if it went out late, and until when it can."""
    from bot.cli.wording import difference

    deadline = shown.delivery.deadline.astimezone(shown.calendar.zone)
    if shown.later:
        rows = [
            (days_of(shown, each, language()), spoken(difference(shown.post, each.post)))
            for each in shown.later
        ]
        width = max(len(days) for days, _ in rows)
        yield spoken(said("if it goes out late:"))
        yield from (f"  {days:<{width}}  {text}" for days, text in rows)
    end = f"{short_weekday(deadline, language())} {deadline:%Y-%m-%d %H:%M}"
    yield spoken(said("too late from {moment} on", moment=end))


def days_of(shown: Shown, variant: Variant, wanted: str) -> str:
    """`Mon 3 May`, `Sat 15 May – Mon 18 Oct`: the days on which a wording would be used; in the language `wanted`."""
    first, last = variant.days(shown.calendar, essential=shown.delivery.essential)
    begins = variant.since.astimezone(shown.calendar.zone)
    since = said("from {clock}", clock=f"{begins:%H:%M}")
    at = f" {in_language(since, wanted)}" if first == shown.local.date() else ""
    one = f"{short_day(first, wanted)}{at}"
    return one if first == last else f"{one} – {short_day(last, wanted)}"


# --- for programs ---------------------------------------------------------------------------------


def _as_json(shown: Shown) -> dict[str, Any]:
    from bot.cli.wording import difference

    post, key, zone = shown.post, shown.delivery.key, shown.calendar.zone
    return {
        "key": str(key),
        "item": key.item,
        "items": list(shown.delivery.items),
        "occurrence": key.occurrence,
        "step": key.step,
        "channel": key.channel,
        "platform": post.platform,
        "due": shown.local.isoformat(),
        "deadline": shown.delivery.deadline.astimezone(zone).isoformat(),
        "true_until": post.true_until.astimezone(zone).isoformat() if post.true_until else "",
        "text": post.text,
        "length": post.length,
        "limit": post.limit,
        "cost": str(post.cost),
        "image": post.image.file if post.image else "",
        "entities": entities_of(shown),
        "leads": [
            {
                "from": each.since.astimezone(zone).isoformat(),
                "until": each.until.astimezone(zone).isoformat(),
                "lead": difference(post, each.post),
                "text": each.post.text,
                "length": each.post.length,
                "digest": each.post.digest,
            }
            for each in shown.later
        ],
        "digest": post.digest,
        "request": post.request,
    }


def entities_of(shown: Shown) -> list[dict[str, Any]]:
    """What stands out in a text, as its platform reads it; offsets and lengths in UTF-16 units.

    On X each has its `weight`, which is what it counts.
    """
    from bot.core.model import Platform
    from bot.core.text.x import weighted_length
    from bot.sandbox.seen import seen

    taken: Taken = seen(shown.post, shown.channel, shown.at)
    raw = taken.text.encode("utf-16-le", "surrogatepass")
    found = []
    for entity in taken.entities:
        text = raw[2 * entity.offset : 2 * entity.end].decode("utf-16-le", "replace")
        row: dict[str, Any] = {
            "type": "link" if entity.kind in ("text_link", "url") else entity.kind,
            "offset": entity.offset,
            "length": entity.length,
            "text": text,
        }
        if row["type"] == "link":
            row["url"] = entity.detail or text
        if shown.channel.platform is Platform.X:
            row["weight"] = weighted_length(text)
        found.append(row)
    return found
