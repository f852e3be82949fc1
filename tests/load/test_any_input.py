"""For input that nobody thought of: nothing raises, and what is good comes out as it went in."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Severity, Status, Words
from tests.load.build import loaded

_KEYS = st.sampled_from(
    [
        "year",
        "month",
        "link",
        "language",
        "items",
        "id",
        "status",
        "title",
        "when",
        "dates",
        "translations",
        "en",
        "tags",
        "edition",
        "image",
        "file",
        "alt",
        "in_caption",
        "channels",
        "schedule",
        "announce_on",
        "essential",
        "text",
        "timezone",
        "hours",
        "days",
        "from",
        "holidays",
        "blackouts",
    ]
)
_SCALARS = st.sampled_from(
    [
        "",
        "~",
        "2021",
        "13",
        "-1",
        "5 maggio",
        "a",
        "ready",
        "none",
        "../a.jpg",
        "{file: ., alt: true}",
        "'#'",
        "*a",
        "&a b",
        "!!int 1",
        "[",
        "\t",
    ]
) | st.text(max_size=8)


def _block(depth: int) -> st.SearchStrategy[str]:
    """Lines that look like staff's, with keys in the wrong places."""
    if depth == 0:
        return _SCALARS
    return st.lists(st.tuples(st.booleans(), _KEYS, _block(depth - 1)), max_size=4).map(
        lambda pairs: "\n".join(
            ("- " if dashed else "")
            + key
            + ":"
            + ("\n" + value if "\n" in value else " " + value).replace("\n", "\n  ")
            for dashed, key, value in pairs
        )
    )


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    | _block(3).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=300)
def test_no_content_file_and_no_schedule_raises(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalog, problems = loaded(
            Path(folder),
            {
                "content/2021-05.yaml": raw,
                "content/good.yaml": "items: [{id: good-one, title: A, when: 5 maggio 2021}]",
                "schedules/other.yaml": raw,
            },
        )
        _, as_channels = loaded(Path(folder), {"schedules/channels.yaml": raw})
    files_at_fault = {p.mark.file for p in problems if p.severity is Severity.ERROR}
    assert files_at_fault == catalog.broken
    assert "good-one" in catalog.items
    assert "schedules/channels.yaml" in {p.mark.file for p in as_channels}
    assert list(problems) == sorted(problems)
    for problem in problems:
        assert problem.mark.line >= 1
        assert problem.mark.column >= 1
        assert str(problem).isprintable()


_OPTIONS = st.dictionaries(
    st.sampled_from(["budget", "publish", "lookup", "chat", "account", "platform", "template"]),
    st.sampled_from(["", "x", "page", "assisted", "10", "[a]", "{month: 10,00}", "{month: [1]}"])
    | _SCALARS,
    max_size=3,
)
_ABOVE = st.dictionaries(
    st.sampled_from(["prices", "admin_chat"]),
    st.sampled_from(["", "10", "[x]", "{x: 1}", "{x: {post: a}}", "{x: {post: {}}}", "'@torino'"])
    | _SCALARS,
    max_size=2,
)


@given(_ABOVE, _OPTIONS)
@settings(max_examples=200)
def test_no_option_of_a_channel_raises(above: dict[str, str], options: dict[str, str]) -> None:
    usual = {"platform": "x", "account": "torino", "language": "it", "schedule": "standard"}
    lines = [f"{key}: {value}" for key, value in above.items()]
    lines += ["channels:", "  a:"]
    lines += [f"    {key}: {value}" for key, value in (usual | options).items()]
    with tempfile.TemporaryDirectory() as folder:
        text = "\n".join(lines).encode("utf-8", "replace")
        catalog, problems = loaded(Path(folder), {"schedules/channels.yaml": text})
    is_broken = any(problem.severity is Severity.ERROR for problem in problems)
    assert bool(catalog.channels) != is_broken
    assert bool(catalog.halted) == is_broken


# Text of one line as YAML carries it unharmed; what it would fold is tested where it is folded.
_LINE = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"), exclude_characters="\ufeff\ufffe\uffff"
    ),
    max_size=30,
).map(str.strip)
_ID = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": _ID,
                "title": _LINE.filter(lambda title: any(map(str.isalnum, title))),
                "summary": _LINE,
                "where": _LINE,
                "status": st.sampled_from(["draft", "ready", "cancelled"]),
                "link": st.just("https://example.org/")
                | _ID.map(lambda path: f"https://example.org/{path}"),
                "when": st.dates(date(2021, 1, 1), date(2021, 12, 31)).map(date.isoformat),
                "tags": st.lists(_LINE.filter(bool), max_size=3),
                "edition": st.integers(1, 99).map(str),
            }
        ),
        max_size=5,
        unique_by=lambda item: item["id"],
    )
)
@settings(max_examples=100)
def test_what_comes_out_is_what_went_in(written: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalog, problems = loaded(
            Path(folder),
            {"content/2021-05.yaml": json.dumps({"items": written}, ensure_ascii=False)},
        )
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    assert list(catalog.items) == [item["id"] for item in written]
    for item in written:
        read = catalog.items[item["id"]]
        assert read.status is Status(item["status"])
        assert read.words == {
            "it": Words(item["title"], item["summary"], item["where"], item["link"])
        }
        assert read.when is not None
        assert read.when.first.start == date.fromisoformat(item["when"])
        assert read.tags == tuple(item["tags"])
        assert read.edition == int(item["edition"])
