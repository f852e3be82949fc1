"""`banditore import`: a newsletter document becomes drafts in content/, and questions."""

from __future__ import annotations

import json
import os
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.cli.language import language, spoken
from bot.cli.options import (
    CONTENT,
    SCHEDULES,
    ContentOption,
    JsonOption,
    SchedulesOption,
    fail,
)
from bot.core.said import said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bot.core.said import Said
    from bot.newsletter import Draft, Imported
    from bot.newsletter.joining import Ground
    from bot.newsletter.proposal import Proposal
    from bot.newsletter.renewal import Compared

# A document that is larger is refused before it is read; a reader has bounds of its own.
_MODELINE = "# yaml-language-server: $schema=../schemas/content.schema.json"

MAX_BYTES = 64_000_000


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            help="The newsletter: DOCX, PDF with text, HTML, Markdown, a saved mail or plain text."
        ),
    ],
    year: Annotated[
        int | None,
        typer.Option(
            "--year", min=1990, max=2100, help="Of its dates, where the document doesn't say it."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A file of content/: made, or what is new is put at its end. Without it drafts are printed.",
        ),
    ] = None,
    content: ContentOption = CONTENT,
    schedules: SchedulesOption = SCHEDULES,
    as_json: JsonOption = False,
) -> None:
    """Make drafts of a newsletter's events. Nothing goes out before a person says `status: ready`.

    What stands in content/ already is not proposed again, and never changed. What is unsure is asked: in a
    comment that begins with `# ?`, and in the list at the end. Exit 1 if no event was found.
    """
    from bot.newsletter import Unreadable, import_document
    from bot.newsletter.joining import ground_of
    from bot.newsletter.proposal import known_in, propose

    try:
        imported = import_document(_read(file), file.name, year=year)
    except Unreadable as error:
        fail(f"{file}: {spoken(error.message)} ({spoken(error.hint)})")
    known = known_in(content, schedules, *([output] if output is not None else []))
    proposal = propose(imported, known)
    remarks = str(language())
    if output is not None and output.resolve().is_relative_to(schedules.resolve()):
        _left(output, said("items are no part of schedules/: name a file of content/"))
    old = _old(output)
    if output is not None and old is not None:
        ground = ground_of(_decoded(output, old), output.name)
        proposal = _joining(proposal, ground, output)
        text = proposal.entries(remarks, ground)
    else:
        text = proposal.file(file.name, remarks)
    if output is not None:
        _write(output, old, text if proposal.new or old is None else "")
    if as_json:
        typer.echo(json.dumps(_as_json(proposal, text), ensure_ascii=False, indent=2))
    else:
        if output is None:
            typer.echo(text, nl=False)
        _report(proposal, output)
    if not imported.drafts:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    try:
        if file.is_dir():
            fail(spoken(said("{file} is a folder: name the document itself", file=str(file))))
        if file.stat().st_size > MAX_BYTES:
            most = MAX_BYTES // 1_000_000
            fail(spoken(said("{file} is larger than {most} MB", file=str(file), most=most)))
        return file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")


# --- writing ------------------------------------------------------------------------------------


def _old(output: Path | None) -> bytes | None:
    if output is None or not os.path.lexists(output):
        return None
    if output.is_symlink() or not output.is_file():
        _left(output, said("it is no file, but a folder or a link: name the file itself"))
    try:
        return output.read_bytes()
    except OSError as error:
        fail(f"{output}: {error.strerror}")


def _decoded(output: Path, old: bytes) -> str:
    try:
        return old.decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(spoken(said("{file} is not UTF-8: save it as UTF-8 first", file=str(output))))


def _joining(proposal: Proposal, ground: Ground, output: Path) -> Proposal:
    """The proposal as it can stand in that file."""
    found = proposal.joining(ground)
    if isinstance(found, str):
        _left(output, found)
    return found


def _left(output: Path, reason: Said) -> NoReturn:
    words = said("{file} was left as it is: {reason}", file=str(output), reason=spoken(reason))
    fail(spoken(words))


def _write(output: Path, old: bytes | None, text: str) -> None:
    """Make the file, or put what is new at the end of its list; nothing that stands there is changed."""
    from bot.cli.adding.saving import ChangedMeanwhileError, save
    from bot.newsletter.writing import Refused, insert

    if not text:
        return
    if output.suffix not in (".yaml", ".yml"):
        fail(
            spoken(
                said(
                    "{file} is no file of content/: its name must end with .yaml", file=str(output)
                )
            )
        )
    # as the files of `init` begin: an editor then completes and explains the keys
    has_schema = (output.absolute().parent.parent / "schemas" / "content.schema.json").is_file()
    made = f"{_MODELINE}\n{text}" if has_schema else text
    if old is not None:
        mark = "\ufeff" if old.startswith(b"\xef\xbb\xbf") else ""
        inserted = insert(_decoded(output, old), text)
        if isinstance(inserted, Refused):
            _left(output, inserted.reason)
        made = mark + inserted
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        save(output, made.encode(), instead_of=old)
    except ChangedMeanwhileError:
        fail(
            spoken(
                said("{file} was left as it is: it changed meanwhile, try again", file=str(output))
            )
        )
    except OSError as error:
        fail(f"{output}: {error.strerror}")


# --- telling ------------------------------------------------------------------------------------


def _report(proposal: Proposal, output: Path | None) -> None:
    """What was found, what a person has to look at, and what was left out and why; on stderr."""
    for line in _lines(proposal, output):
        typer.echo(line, err=True)


def _lines(proposal: Proposal, output: Path | None) -> Iterator[str]:
    from bot.newsletter.renewal import State

    yield ""
    yield _bold(
        spoken(
            said(
                "found {all}: {new} new ({sure} sure, {unsure} to look at), {known} known, {changed} changed",
                all=len(proposal.found),
                new=len(proposal.new),
                sure=proposal.sure,
                unsure=len(proposal.new) - proposal.sure,
                known=proposal.count(State.KNOWN),
                changed=proposal.count(State.CHANGED),
            )
        )
    )
    for draft in proposal.new:
        yield from _one(draft)
    for each in proposal.found:
        if each.state is State.CHANGED:
            yield from _changed(each)
    for _, question in proposal.imported.questions:
        yield f"  ? {spoken(question)}"
    yield from _left_out(proposal.imported)
    if output is not None:
        written = (
            said("written: {file}", file=str(output))
            if proposal.new
            else said("nothing new: {file} is as it was", file=str(output))
        )
        yield _bold(spoken(written))
    if proposal.new:
        yield spoken(
            said(
                "next: answer what stands behind `# ?`, then `banditore check` and `banditore preview`"
            )
        )


def _one(draft: Draft) -> Iterator[str]:
    when = draft.when or spoken(said("no date"))
    yield f"  {'✓' if draft.is_sure else '?'} {draft.title} · {when}"
    for field, question in draft.questions:
        label = f"{field}: " if field else ""
        yield f"      ? {label}{spoken(question)}"


def _changed(each: Compared) -> Iterator[str]:
    where = str(each.known.mark) if each.known is not None else ""
    yield (
        f"  ≠ {each.draft.title} · "
        + spoken(said("the document says otherwise now"))
        + (f" · {where}" if where else "")
    )
    for field, old, new in each.differences:
        yield f"      {field}: {old or '–'} → {new}"


def _left_out(imported: Imported) -> Iterator[str]:
    """What became nothing, the same reasons together."""
    from bot.newsletter.proposal import by_reason

    if imported.ignored:
        yield _bold(spoken(said("left out:")))
    for reason, texts in by_reason(imported.ignored).items():
        shown = " · ".join(shorten(text, 50, placeholder="…") for text in texts[:4])
        more = f" (+{len(texts) - 4})" if len(texts) > 4 else ""
        yield f"  {spoken(reason)}: {shown}{more}"


def _bold(text: str) -> str:
    return typer.style(text, bold=True)


# --- for programs -------------------------------------------------------------------------------


def _as_json(proposal: Proposal, text: str) -> dict[str, Any]:
    imported, found = proposal.imported, proposal.found

    def questions(asked: Collection[tuple[str, Said]]) -> list[dict[str, str]]:
        return [{"field": field, "question": spoken(question)} for field, question in asked]

    return {
        "year": imported.year,
        "month": imported.month or None,
        "language": imported.language,
        "link": imported.link,
        "questions": questions(imported.questions),
        "items": [
            {
                "id": each.draft.id,
                "state": str(each.state),
                "title": each.draft.title,
                "when": each.draft.when,
                "where": each.draft.where,
                "summary": each.draft.summary,
                "link": each.draft.link,
                "contact": each.draft.contact,
                "language": each.draft.language,
                "schedule": each.draft.schedule,
                "dates": [
                    {"id": e.id, "when": e.when, "title": e.title} for e in each.draft.entries
                ],
                "line": each.draft.place.line or None,
                "page": each.draft.place.page or None,
                "sources": dict(each.draft.sources),
                "questions": questions(each.draft.questions),
                "differences": [difference._asdict() for difference in each.differences],
            }
            for each in found
        ],
        "ignored": [
            {
                "text": each.text,
                "why": spoken(each.why),
                "line": each.place.line or None,
                "page": each.place.page or None,
            }
            for each in imported.ignored
        ],
        "yaml": text,
    }
