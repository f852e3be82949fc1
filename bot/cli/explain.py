"""`banditore explain`: the page about one kind of problem, wherever banditore is installed."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.language import Language, language
from bot.cli.options import fail
from bot.core.said import said

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_HEADINGS = {Language.ITALIAN: "Italiano", Language.ENGLISH: "English"}


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    *,
    kind: Annotated[
        str, typer.Argument(help="A kind of problem, or its page; without it all are listed.")
    ] = "",
) -> None:
    """Explain a kind of problem: what it means, an example, its message, and how it is mended."""
    from bot.core.kinds import Kind
    from bot.load.report import did_you_mean, shown

    if not kind:
        for each in Kind:
            typer.echo(f"{each:<20} {_title(page(each))}")
        return
    name = Path(kind).name.removesuffix(".md").strip().lower()
    if name not in list(Kind):
        nearest = did_you_mean(name, Kind) or said("`banditore explain` lists them all")
        message = said("there is no kind of problem {kind}: {hint}", kind=shown(kind), hint=nearest)
        fail(message)
    typer.echo(section(page(Kind(name)), language()))


def page(name: str) -> str:
    """The page of a kind of problem, as Markdown."""
    return _pages().joinpath(f"{name}.md").read_text(encoding="utf-8")


def _pages() -> Traversable:
    """Packaged beside the program; in a checkout they lie with the other documents."""
    packaged = files("bot").joinpath("explained")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs" / "errors"


def section(text: str, wanted: Language) -> str:
    """The part of a page that is in the language `wanted`, below the name of its kind."""
    name, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    heading = f"{_HEADINGS[wanted]}\n"
    [said_so] = [part.removeprefix(heading) for part in parts if part.startswith(heading)]
    return f"{name.strip()}\n\n{said_so.strip()}"


def _title(text: str) -> str:
    """The first sentence of a page, in the language of the command."""
    _, _, body = section(text, language()).partition("\n")
    return body.strip().partition("\n")[0]
