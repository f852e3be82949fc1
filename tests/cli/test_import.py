"""`banditore import`: drafts in a file, only what is new, and nothing of staff's changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.office import Office

NEWSLETTER = """\
# Il foglio

Maggio 2021

## Fiumi d'Europa

7 maggio

Si parla di come le città d'Europa proteggono i loro fiumi. Info: [sito](https://fiumi.example.org).

## Mare di vetro

dal 15 maggio al 21 ottobre

Dodici maestri soffiano il vetro sulla stessa onda, ed è la prima volta. In [italiano](#).

---

Redazione: via del Ponte 3, 10100 Torino
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    (tmp_path / "foglio.md").write_text(NEWSLETTER, encoding="utf-8")
    return office


def test_a_newsletter_becomes_a_file_of_drafts_that_check_accepts(office: Office) -> None:
    made = office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    assert (made.returncode, made.stdout) == (0, "")
    assert "found 2: 2 new (1 sure, 1 to look at), 0 known, 0 changed" in made.stderr
    assert "? link: «italiano» leads nowhere in the document: which page is it?" in made.stderr
    assert "foot of the issue: Redazione: via del Ponte 3, 10100 Torino" in made.stderr
    text = (office.folder / "content/2021-05.yaml").read_text(encoding="utf-8")
    assert text.count("status: draft") == 2
    assert "status: ready" not in text.replace("`status: ready`", "")
    assert "year: 2021\nmonth: 5\nlanguage: it\n" in text
    assert "    when: dal 15 maggio al 21 ottobre\n" in text
    checked = office.run("check")
    assert checked.returncode == 0, checked.stdout
    assert "2 items (0 ready)" in checked.stdout


def test_without_a_file_to_write_the_drafts_are_printed_and_nothing_is_made(office: Office) -> None:
    made = office.run("import", "foglio.md")
    assert made.returncode == 0
    assert "  - id: fiumi-europa\n    status: draft\n" in made.stdout
    assert list((office.folder / "content").iterdir()) == []


def test_importing_twice_proposes_nothing_and_touches_nothing(office: Office) -> None:
    office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    path = office.folder / "content/2021-05.yaml"
    edited = path.read_text(encoding="utf-8").replace("Fiumi d'Europa", "I fiumi delle città")
    path.write_text(edited + "  # una nota della redazione\n", encoding="utf-8")
    before = path.read_bytes()
    again = office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    assert "found 2: 0 new (0 sure, 0 to look at), 2 known, 0 changed" in again.stderr
    assert path.read_bytes() == before


def test_what_is_new_goes_to_the_end_and_the_rest_stays_byte_for_byte(office: Office) -> None:
    office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    path = office.folder / "content/2021-05.yaml"
    before = path.read_text(encoding="utf-8")
    more = NEWSLETTER.replace(
        "---\n", "## Cena dei popoli\n\n20 maggio\n\nOgnuno porta un piatto del suo Paese.\n\n---\n"
    )
    (office.folder / "foglio.md").write_text(more, encoding="utf-8")
    again = office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    assert "found 3: 1 new" in again.stderr
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert "title: Cena dei popoli" in after[len(before) :]


def test_a_date_that_changed_in_the_document_is_told_and_not_written(office: Office) -> None:
    office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    before = (office.folder / "content/2021-05.yaml").read_bytes()
    (office.folder / "foglio.md").write_text(
        NEWSLETTER.replace("7 maggio", "8 maggio"), encoding="utf-8"
    )
    again = office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    assert "0 new (0 sure, 0 to look at), 1 known, 1 changed" in again.stderr
    assert "when: 7 maggio → 8 maggio" in again.stderr
    assert (office.folder / "content/2021-05.yaml").read_bytes() == before


def test_items_that_staff_rewrote_are_known_by_their_dates_and_words(office: Office) -> None:
    office.write(
        "content/mio.yaml",
        """\
        year: 2021
        items:
          - id: acque
            title: Le città e l'acqua
            when: 7 maggio
            summary: Come si proteggono i fiumi.
          - {id: vetro, title: Vetro, when: 15 maggio - 21 ottobre, summary: I maestri dell'onda.}
        """,
    )
    made = office.run("import", "foglio.md")
    assert "found 2: 0 new (0 sure, 0 to look at), 2 known, 0 changed" in made.stderr


def test_programs_get_all_of_it_as_json(office: Office) -> None:
    told = json.loads(office.run("import", "foglio.md", "--json").stdout)
    assert [(each["title"], each["state"]) for each in told["items"]] == [
        ("Fiumi d'Europa", "new"),
        ("Mare di vetro", "new"),
    ]
    assert told["items"][1]["schedule"] == "long"
    assert told["items"][1]["questions"][0]["field"] == "link"
    assert {each["why"] for each in told["ignored"]} >= {"foot of the issue", "head of the issue"}


def test_questions_are_asked_in_italian(office: Office) -> None:
    made = office.run("import", "foglio.md", "--lang", "it")
    assert "trovate 2: 2 nuove (1 sicure, 1 da guardare)" in made.stderr
    assert "# ? link: «italiano» nel documento non porta da nessuna parte" in made.stdout


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vuoto.txt", b"", "the file is empty"),
        ("senza.md", b"## Festa\n\n7 maggio\n\nSi balla.\n", "say it with --year"),
        ("falso.docx", b"PK\x03\x04 e poi niente", "falso.docx: "),
        ("manca.md", None, "No such file"),
    ],
)
def test_what_is_no_newsletter_is_refused_with_what_to_do(
    office: Office, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (office.folder / name).write_bytes(content)
    refused = office.run("import", name, "-o", "content/x.yaml")
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list((office.folder / "content").iterdir()) == []


def test_a_file_that_can_t_be_added_to_is_left_as_it_is(office: Office) -> None:
    path = office.write("content/2021-05.yaml", "{year: 2021, items: []}\n")
    before = path.read_bytes()
    refused = office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    assert refused.returncode == 2
    assert "was left as it is" in refused.stderr
    assert path.read_bytes() == before


def test_drafts_do_not_join_a_file_in_whose_year_they_would_be_other_days(office: Office) -> None:
    path = office.write("content/2019-05.yaml", "year: 2019\nitems: []\n")
    made = office.run("import", "foglio.md", "-o", "content/2019-05.yaml")
    assert made.returncode == 2
    assert "it is a file of 2019, where «7 maggio» is another day" in made.stderr
    assert path.read_text(encoding="utf-8") == "year: 2019\nitems: []\n"


def test_drafts_that_join_a_file_of_another_language_and_page_say_their_own(office: Office) -> None:
    head = "year: 2021\nlanguage: en\nlink: https://www.example.org/2020-12\nitems: []\n"
    path = office.write("content/all.yaml", head)
    made = office.run("import", "foglio.md", "-o", "content/all.yaml")
    assert made.returncode == 0, made.stderr
    assert "this file's own link, https://www.example.org/2020-12, would stand" in made.stderr
    assert path.read_text(encoding="utf-8").count("    language: it\n") == 2
    assert office.run("check").returncode == 0


def test_a_schedule_is_no_place_for_drafts(office: Office) -> None:
    path = office.folder / "schedules/always.yaml"
    before = path.read_bytes()
    made = office.run("import", "foglio.md", "-o", "schedules/always.yaml")
    assert made.returncode == 2
    assert "items are no part of schedules/" in made.stderr
    assert path.read_bytes() == before


def test_a_link_is_not_followed_to_the_file_that_it_leads_to(office: Office) -> None:
    outside = office.folder / "outside.yaml"
    outside.write_text("items: []\n", encoding="utf-8")
    (office.folder / "content/2021-05.yaml").symlink_to(outside)
    (office.folder / "content/2021-06.yaml").symlink_to(office.folder / "nowhere.yaml")
    for name in ("content/2021-05.yaml", "content/2021-06.yaml"):
        made = office.run("import", "foglio.md", "-o", name)
        assert made.returncode == 2
        assert "a folder or a link" in made.stderr
    assert outside.read_text(encoding="utf-8") == "items: []\n"
    assert not (office.folder / "nowhere.yaml").exists()


def test_the_name_of_a_document_writes_no_key_of_its_own(office: Office) -> None:
    name = "foglio\nyear: 1999\n\x1b[31m.md"
    (office.folder / "foglio.md").rename(office.folder / name)
    made = office.run("import", name)
    assert made.stdout.startswith("# Drafts from «foglio year: 1999 [31m.md». Nothing of it")
    assert "\nyear: 2021\n" in made.stdout


def test_a_new_file_leads_editors_to_the_schema_where_there_is_one(office: Office) -> None:
    office.write("schemas/content.schema.json", "{}\n")
    office.run("import", "foglio.md", "-o", "content/2021-05.yaml")
    first = (office.folder / "content/2021-05.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schemas/content.schema.json"
