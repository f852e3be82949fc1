"""`banditore check --links`: what is told of links, and at which line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from bot.cli.links import asked
from bot.core.kinds import Kind
from bot.core.model import Mark, Problem, Severity
from bot.links import Limits
from bot.load.places import places_of_links
from tests.links.site import Page, served
from tests.load.build import loaded
from tests.office import Office

ISSUE = "content/2021-05.yaml"
ITEMS = """
    year: 2021
    link: https://torino.example.org/numero
    items:
      - {id: senza, status: ready, title: A, when: 1 maggio}
      - {id: altra, status: ready, title: A, when: 1 maggio}
      - id: sua
        status: ready
        title: A
        when: 2 maggio
        link: "https://torino.example.org/sua"
        translations:
          en: {title: B, link: https://torino.example.org/en}
      - id: due
        status: ready
        title: A
        link: https://torino.example.org/sua
        dates:
          - id: primo
            title: A
            when: 3 maggio
            link: https://torino.example.org/primo
            translations: {en: {title: B, link: https://torino.example.org/first}}
      - {id: nessuno, status: ready, title: A, when: 4 maggio, link: none}
      - {id: bozza, title: A, when: 4 maggio, link: https://torino.example.org/bozza}
      - {id: via, status: cancelled, title: A, when: 4 maggio, link: https://torino.example.org/via}
"""


def test_each_link_of_what_is_ready_is_found_where_it_stands(tmp_path: Path) -> None:
    catalog, _ = loaded(tmp_path, {ISSUE: ITEMS})
    base = "https://torino.example.org/"
    assert places_of_links(tmp_path / "content", catalog.items) == {
        f"{base}numero": (Mark(ISSUE, 2, 7),),
        f"{base}sua": (Mark(ISSUE, 10, 11), Mark(ISSUE, 16, 11)),
        f"{base}en": (Mark(ISSUE, 12, 28),),
        f"{base}primo": (Mark(ISSUE, 21, 15),),
        f"{base}first": (Mark(ISSUE, 22, 45),),
    }


def test_links_of_a_file_with_a_fault_are_not_asked(tmp_path: Path) -> None:
    catalog, _ = loaded(tmp_path, {ISSUE: ITEMS + "      - {id: guasta}\n"})
    assert places_of_links(tmp_path / "content", catalog.items) == {}


def test_links_of_a_file_that_has_changed_since_are_not_asked(tmp_path: Path) -> None:
    catalog, _ = loaded(tmp_path, {ISSUE: ITEMS})
    loaded(tmp_path, {ISSUE: "# una riga in più" + ITEMS})
    assert places_of_links(tmp_path / "content", catalog.items) == {}


def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def test_what_became_of_a_link_is_told_at_every_line_where_it_stands(tmp_path: Path) -> None:
    pages = {
        "/bene": Page(200),
        "/mossa": Page(301, "/bene"),
        "/chiusa": Page(403),
        "/via": Page(404),
    }
    with served(pages, waits=frozenset({"/lenta"})) as site:
        names = ("bene", "mossa", "chiusa", "via", "lenta", "via")
        items = "".join(
            f"  - id: i{n}\n    status: ready\n    title: A\n    when: {n} maggio\n"
            f"    link: {site.url(f'/{name}', host='torino.example.org')}\n"
            for n, name in enumerate(names, start=1)
        )
        catalog, faults = loaded(tmp_path, {ISSUE: f"items:\n{items}"})
        assert faults == ()
        places = places_of_links(tmp_path / "content", catalog.items)
        problems = asked(places, limits=Limits(each=0.5), allow=site.allowed, resolve=here)
        base = site.url("/", host="torino.example.org")
    broken = f"'{base}via' is broken: it answers 404"
    mend = "open it in a browser, and copy the page's address anew"
    warning = Severity.WARNING
    assert sorted(problems) == [
        Problem(
            Mark(ISSUE, 11, 11),
            f"'{base}mossa' has moved for good",
            f"write {base}bene",
            warning,
            kind=Kind.BROKEN_LINK,
        ),
        Problem(
            Mark(ISSUE, 16, 11),
            f"'{base}chiusa' could not be checked: it answers 403, which may be meant for robots alone",
            "open it in a browser to be sure",
            warning,
            kind=Kind.BROKEN_LINK,
        ),
        Problem(Mark(ISSUE, 21, 11), broken, mend, kind=Kind.BROKEN_LINK),
        Problem(
            Mark(ISSUE, 26, 11),
            f"'{base}lenta' gave no answer within 0.5 seconds",
            "followers would wait, too; try again later",
            warning,
            kind=Kind.BROKEN_LINK,
        ),
        Problem(Mark(ISSUE, 31, 11), broken, mend, kind=Kind.BROKEN_LINK),
    ]


def test_what_a_site_says_can_not_move_the_cursor_of_a_terminal(tmp_path: Path) -> None:
    with served({"/": Page(301, "/\x1b[2J\u202eb"), "/%1B[2J%E2%80%AEb": Page(200)}) as site:
        places = {site.url(): (Mark(ISSUE, 1, 1),)}
        [problem] = asked(places, allow=site.allowed)
    assert f"{problem.message} {problem.hint}".isprintable()


INSIDE = dedent("""
    year: 2027
    items:
      - {id: festa, status: ready, title: Festa, when: 7 maggio, link: "http://[64:ff9b::7f00:1]/"}
""")
"""The IPv4 address of this machine, in the form in which a network without IPv4 would ask for it."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write("content/2027-05.yaml", INSIDE)
    return office


def test_the_command_asks_where_that_is_asked_for(office: Office) -> None:
    assert office.run("check").stdout.startswith("1 item (1 ready)")
    checked = office.run("check", "--links")
    assert checked.returncode == 0
    assert checked.stderr == "asking 1 link\n"
    first, _line, _caret, hint, last, _cost_on_x = checked.stdout.splitlines()
    assert first.startswith("content/2027-05.yaml:4:68: warning: 'http://[64:ff9b::7f00:1]/' could")
    assert first.endswith("is not a public address")
    assert hint == "    open it in a browser to be sure · docs/errors/broken-link.md"
    assert last.startswith("1 item (1 ready)")


def test_what_is_told_of_links_holds_no_file(office: Office) -> None:
    checked = office.run("check", "--links", "--strict")
    assert checked.returncode == 1
    assert checked.stderr == "asking 1 link\n0 problems, 1 warning in 1 file\n"


def test_the_command_tells_programs_all_problems(office: Office) -> None:
    checked = office.run("check", "--links", "--json")
    assert checked.returncode == 0
    [told] = json.loads(checked.stdout)["problems"]
    assert list(told) == [
        "file", "line", "column", "severity", "kind", "message", "hint", "page",
    ]  # fmt: skip
    assert (told["file"], told["line"], told["column"]) == ("content/2027-05.yaml", 4, 68)
    assert (told["kind"], told["page"]) == ("broken-link", "docs/errors/broken-link.md")
    assert (told["severity"], told["hint"]) == ("warning", "open it in a browser to be sure")
    assert json.loads(office.run("check", "--json").stdout)["problems"] == []
