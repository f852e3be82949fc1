"""The templates of everything that is said to people, as the source has them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import bot

ROOT = Path(bot.__file__).parent

_MAKES = "bot.core.said"
_TEMPLATES = {"said": (0,), "said_of": (1, 2)}  # by function: which of its arguments are templates


class Sentence(NamedTuple):
    """One call: its template, or the two for one and for several."""

    place: str
    templates: tuple[str, ...]
    has_values: bool  # without values a template is shown as it stands, braces and all


def sentences() -> Iterator[Sentence]:
    """Each call of `said` and `said_of`. Raises AssertionError for a template that is no literal."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        made_here = _imported(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in made_here:
                continue
            place = f"{path.relative_to(ROOT.parent)}:{node.lineno}"
            templates = tuple(
                _literal(node, at, place) for at in _TEMPLATES[made_here[node.func.id]]
            )
            yield Sentence(place, templates, bool(node.keywords) or len(templates) > 1)


def _imported(tree: ast.Module) -> dict[str, str]:
    """By the name that a module gives them: the functions that make sentences."""
    return {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _MAKES
        for name in node.names
        if name.name in _TEMPLATES
    }


def _literal(node: ast.Call, at: int, place: str) -> str:
    assert at < len(node.args), f"{place}: a template is missing"
    template = node.args[at]
    is_literal = isinstance(template, ast.Constant) and isinstance(template.value, str)
    assert is_literal, f"{place}: a template must be a literal, or no catalog can have it"
    assert isinstance(template, ast.Constant)
    return str(template.value)
