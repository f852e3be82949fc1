"""`python -m tests.schemas` writes schemas/ anew: what staff's files may hold, for editors."""

from __future__ import annotations

from pathlib import Path

from bot.catalogs import LANGUAGES
from bot.example.editor import schema_of
from bot.load.json_schema import FileKind

ROOT = Path(__file__).parents[1]


def fresh() -> dict[Path, str]:
    """Each file of schemas/ as it should be: English ones there, those of other languages in folders."""
    return {
        ROOT / "schemas" / ("" if language == "en" else language) / f"{kind}.schema.json": (
            schema_of(kind, language)
        )
        for language in LANGUAGES
        for kind in FileKind
    }


if __name__ == "__main__":
    for path, text in fresh().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
