"""`banditore schema`: what may stand in staff's files, for editors that complete and explain keys."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.options import fail


def register(app: typer.Typer) -> None:
    app.command()(schema)


def schema(
    *,
    kind: Annotated[str, typer.Argument(help="content, schedule or channels.")] = "content",
) -> None:
    """Print the JSON Schema of a kind of file, by which an editor completes its keys and explains them."""
    from bot.cli.language import language
    from bot.core.said import said
    from bot.example.editor import schema_of
    from bot.load.json_schema import FileKind

    if kind not in set(FileKind):
        kinds = ", ".join(FileKind)
        fail(
            said(
                "there is no kind of file {kind}: it is one of {kinds}",
                kind=repr(kind),
                kinds=kinds,
            )
        )
    typer.echo(schema_of(FileKind(kind), language()), nl=False)
