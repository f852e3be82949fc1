"""`banditore schema`: what may stand in staff's files, for editors that complete and explain keys."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import fail, nearest


def register(app: typer.Typer) -> None:
    app.command()(schema)


def schema(
    *,
    kind: Annotated[str, typer.Argument(help="content, schedule or channels.")] = "content",
    language: Annotated[
        str, typer.Option("--lang", help="In which keys are explained: en or it.")
    ] = "en",
) -> None:
    """Print the JSON Schema of a kind of file, by which an editor completes its keys and explains them."""
    from bot.catalogs import LANGUAGES
    from bot.example.editor import schema_of
    from bot.load.json_schema import FileKind

    if kind not in set(FileKind):
        fail(
            f"there is no kind of file {kind!r}{nearest(kind, FileKind) or ': content, schedule or channels'}"
        )
    if language not in LANGUAGES:
        fail(f"--lang takes {' or '.join(LANGUAGES)}, not {language!r}")
    typer.echo(schema_of(FileKind(kind), language), nl=False)
