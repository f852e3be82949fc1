"""Drafts as staff meet them: a file of content/, each value below the words that it was taken from.

Every item is a draft, and stays one until a person says `status: ready`. What is asked stands above the key that
it is about, behind `# ?`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bot.catalogs import in_language
from bot.core.said import Said, said
from bot.newsletter.drafts import Draft, Imported
from bot.newsletter.renewal import mark_of
from bot.newsletter.writing import Value, written

# Enough of a sentence to find it in the document.
_LONGEST_QUOTE: Final = 240

_NO_NAMES: Final[Collection[str]] = ()


def sheet(
    imported: Imported,
    drafts: Sequence[Draft],
    name: str,
    language: str,
    schedules: Collection[str] = _NO_NAMES,
) -> str:
    """A whole file with `drafts`, of the document called `name`; remarks are in `language`.

    `schedules` are the ladders that the folder has: another is not written.
    """
    head = [
        said(
            "Drafts from {name}. Nothing of it goes out before it says `status: ready`.",
            name=f"«{_on_one_line(name)}»",
        ),
        said("Look at what stands behind `# ?`; below each remark is the value taken from it."),
        said("`banditore check` finds mistakes, `banditore preview` shows the posts."),
    ]
    lines = [f"# {in_language(line, language)}" for line in head]
    lines.append("")
    lines.extend(
        f"# ? {in_language(text, language)}" for field, text in imported.questions if not field
    )
    lines.extend(
        f"# ? {in_language(text, language)}"
        for field, text in imported.questions
        if field == "year"
    )
    lines.append(f"year: {imported.year}")
    if imported.month:
        lines.append(f"month: {imported.month}")
    elif any(not draft.when and not draft.entries for draft in drafts):
        asked = said("of which month is the issue? Items without a date need it, as in `month: 5`")
        lines.append(f"# ? {in_language(asked, language)}")
    lines.append(f"language: {imported.language}")
    if imported.link:
        asked = said(
            "the page of the issue, for items without a link of their own: is it this one?"
        )
        lines.append(f"# ? {in_language(asked, language)}")
        lines.append(f"link: {imported.link}")
    lines.append("")
    lines.append("items:" if drafts else "items: []")
    return "\n".join(lines) + "\n" + entries(drafts, imported.language, language, schedules)


def _on_one_line(name: str) -> str:
    """The name of a file, which may hold any character: a line end would write keys of its own."""
    return " ".join("".join(each if each.isprintable() else " " for each in name).split())


def entries(
    drafts: Sequence[Draft],
    own_language: str,
    language: str,
    schedules: Collection[str] = _NO_NAMES,
) -> str:
    """The entries of `items:` for `drafts`, an empty line between them."""
    return "\n".join(_entry(draft, own_language, language, schedules) for draft in drafts)


def _entry(draft: Draft, own_language: str, language: str, schedules: Collection[str]) -> str:
    item: dict[str, Value] = {"id": draft.id, "status": "draft", "title": draft.title}
    if draft.language != own_language:
        item["language"] = draft.language
    for key in ("when", "where", "summary", "link", "contact"):
        value = getattr(draft, key)
        if value:
            item[key] = value
    if draft.schedule in schedules:
        item["schedule"] = draft.schedule
    if draft.entries:
        item["dates"] = [
            {"id": each.id, "when": each.when, "title": each.title} for each in draft.entries
        ]
    if draft.translations:
        item["translations"] = {
            other: _translation(each, draft) for other, each in draft.translations.items()
        }
    return written(item, _comments(draft, item, language))


def _translation(other: Draft, draft: Draft) -> Mapping[str, Value]:
    words: dict[str, Value] = {"title": other.title}
    for key in ("where", "summary", "link"):
        value = getattr(other, key)
        if value and value != getattr(draft, key):
            words[key] = value
    return words


def _comments(draft: Draft, item: Mapping[str, Value], language: str) -> dict[str, list[str]]:
    """By key: the words it was taken from, and what is asked; "" is what has no key to stand above."""
    comments: dict[str, list[str]] = {
        "": [f"{in_language(_place(draft), language)}, {mark_of(draft)}"]
    }
    for key, source in draft.sources.items():
        if key in item and _is_told(source, str(item[key])):
            comments.setdefault(key, []).append(f"«{_shortened(source)}»")
    for number, each in enumerate(draft.entries):
        comments[f"dates.{number}.id"] = [f"«{_shortened(each.source)}»"]
    for key, question in draft.questions:
        text = in_language(question, language)
        has_key = key in item
        comments.setdefault(key if has_key else "", []).append(
            f"? {text}" if has_key or not key else f"? {key}: {text}"
        )
    return comments


def _is_told(source: str, value: str) -> bool:
    """A quotation that is the value itself says nothing more."""
    return " ".join(source.split()).strip(" .") != " ".join(value.split()).strip(" .")


def _shortened(source: str) -> str:
    text = " ".join(source.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1].rstrip()}…"


def _place(draft: Draft) -> Said:
    if draft.place.page:
        return said("page {page} of the document", page=draft.place.page)
    if draft.place.line:
        return said("line {line} of the document", line=draft.place.line)
    return said("from the document")
