"""A channel's template in schedules/channels.yaml: what is understood, and what is told where."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.model import Platform, Problem, Severity
from bot.core.template import PARTS, Template, runs
from bot.load.nodes import Mapped
from bot.load.report import Report
from bot.load.template import MAX_LENGTH, read_template
from bot.load.tree import build
from tests.load.build import loaded

FILE = "schedules/channels.yaml"
HEAD = """channels:
  a-channel:
    language: it
    schedule: standard
"""
PLACES = {"telegram": 'chat: "@torino_nel_mondo"', "x": "account: torinonelmondo"}
GOOD = """\
{% if lead %}<i>{{ lead }}</i>{% endif %}
<b>{{ title }}</b>

{{ dates }}
{{ where }}
<a href="{{ link }}">Il programma</a>
"""


def written(template: str, platform: str = "telegram") -> str:
    """A file of channels; the template begins in its line 8, column 7."""
    where = f"    platform: {platform}\n    {PLACES[platform]}\n"
    return f"{HEAD}{where}    template: |\n{indent(template, '      ')}\n"


def faults(folder: Path, template: str, platform: str = "telegram") -> list[Problem]:
    return list(loaded(folder, {FILE: written(template, platform)})[1])


def told(folder: Path, template: str, platform: str = "telegram") -> list[str]:
    return [
        f"{p.mark.line}:{p.mark.column} {p.message}" for p in faults(folder, template, platform)
    ]


def read(template: str, platform: Platform = Platform.TELEGRAM) -> Template:
    source = written(template, platform)
    report = Report(FILE)
    top = build(source, report)
    assert isinstance(top, Mapped)
    node = top.mapped("channels").mapped("a-channel")
    made = read_template(node.value["template"], node, platform, source, report)
    assert made is not None, report.problems
    return made


def test_a_good_template_is_kept_with_its_channel(tmp_path: Path) -> None:
    catalog, problems = loaded(tmp_path, {FILE: written(GOOD)})

    assert problems == ()
    assert isinstance(catalog.channels["a-channel"].template, Template)


def test_a_template_on_one_line_will_do(tmp_path: Path) -> None:
    line = "    template: '{{ title }} {{ dates }} {{ link }} {{ oops }}'\n"
    text = HEAD + f"    platform: x\n    {PLACES['x']}\n{line}"
    _, problems = loaded(tmp_path, {FILE: text})

    assert [str(p.mark) for p in problems] == [f"{FILE}:7:{line.index('oops') + 1}"]


def test_a_folded_template_has_lost_its_lines(tmp_path: Path) -> None:
    _, problems = loaded(tmp_path, {FILE: written(GOOD).replace("template: |", "template: >")})

    assert [(p.mark.line, p.message) for p in problems] == [
        (7, "the lines of a template must stay as they are")
    ]
    assert "'template: |'" in problems[0].hint


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{{ titel }}", "8:10 a post has no 'titel'"),
        ("{{ title }\n", "8:7 not understood: unexpected '}'"),
        ("\n  {% if lead %}{{ title }}", "9:9 not understood: Unexpected end of template"),
        ("{% for x in range(9) %}{% endfor %}", "8:10 'for' is not possible in a template"),
        ("a\n{% set x = 1 %}", "9:10 'set' is not possible in a template"),
        ("{% include 'x' %}", "8:10 'include' is not possible in a template"),
        ("{% macro a() %}{% endmacro %}", "8:10 'macro' is not possible in a template"),
        ("{{ title.__class__ }}", "8:15 '.' is not possible in a template"),
        ("{{ title() }}", "8:15 '(' is not possible in a template"),
        ("{{ title[0] }}", "8:15 '[' is not possible in a template"),
        ("{{ 9 ** 9 ** 9 }}", "8:7 this is not possible in a template"),
        ("{{ 'a' if lead else 'b' }}", "8:7 this is not possible in a template"),
        ("{% if title == 'a' %}{% endif %}", "8:7 this is not possible in a template"),
        ("{{ title | replace('a', 'b') }}", "8:18 there is no filter 'replace' here"),
        ("{{ link | lower }}", "8:17 a link must stay as it is"),
        ("<strong>{{ title }}", "8:7 '<strong>' is no tag here"),
        ("<B>{{ title }}</B>", "8:7 '<B>' is no tag here"),
        ("<b class='x'>", "8:7 '<b class='x'>' is no tag here"),
        ("5 < 6", "8:9 '< 6' is no tag here"),
        ('<a href="https://a.it">a</a>', "8:7 '<a href=\"https://a.it\">' is no tag here"),
        ('<a href="{{ title }}">a</a>', "8:7 '<a href=\"' is no tag here"),
        ("{{ lead }}\n <b>{{ title }}", "9:8 <b> is not closed"),
        ("{{ title }}</i>", "8:18 </i> ends nothing"),
        ("<b><i>{{ title }}</b></i>", "8:24 </b> comes before </i>"),
        ("<b>{% if lead %}</b>{% endif %}", "8:23 </b> ends nothing"),
        (
            '{{ title }} {{ dates }} <a href="{{ link }}">a <a href="{{ link }}">b</a></a>',
            "8:31 an <a> within another",
        ),
        ("<i>" * 9 + "</i>" * 9, "8:7 nested too deep"),
        ("{% if " + "not " * 9 + "lead %}{% endif %}", "8:10 nested too deep"),
        ("{% if lead %}" * 9 + "{% endif %}" * 9, "8:7 nested too deep"),
        ("{{ " + "(" * 3_000, "8:7 nested too deep"),
    ],
)
def test_what_a_template_can_t_have_is_told_at_its_place(
    tmp_path: Path, template: str, fault: str
) -> None:
    assert fault in told(tmp_path, template)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert len(told(tmp_path, "{{ titel }} {{ date }}\n{{ luogo }} <em>")) == 4


def test_the_name_that_is_meant_is_offered(tmp_path: Path) -> None:
    hints = {p.hint for p in faults(tmp_path, "{{ sumary }}")}

    assert "did you mean 'summary'?" in hints


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{{ dates }} {{ link }}", "8:7 the title would not be said"),
        ("{{ title }} {{ link }}", "8:7 the dates would not be said"),
        ("{{ title }} {{ dates }}", "8:7 the link would not be said"),
        (
            "{{ title }} {{ dates }} {% if where %}{{ link }}{% endif %}",
            "8:48 the link would not be said of an item that has no where",
        ),
        (
            "{% if lead and tags %}a{% else %}{{ title }}{% endif %} {{ dates }} {{ link }}",
            "8:43 the title would not be said",
        ),
        (
            '{{ dates }} <a href="{{ link }}">{{ title }}</a>',
            "8:43 the title would not be said of an item that has no link",
        ),
        (
            "{{ title }} {{ dates }}{{ link }}",
            "8:33 something stands right beside the link",
        ),
        ("{{ title }} {{ dates }} ({{ link }})", "8:35 something stands right beside the link"),
        (
            "{{ title }} {{ dates }} {{ link }} " + "parole " * 80,
            "8:7 its own words are 562 long",
        ),
    ],
)
def test_a_template_that_would_lose_what_followers_need_is_refused(
    tmp_path: Path, template: str, fault: str
) -> None:
    assert told(tmp_path, template) == [fault]


@pytest.mark.parametrize(
    "template",
    [
        "{{ title }} {% if dates %}il {{ dates }}{% endif %} {% if link %}a {{ link }}{% endif %}",
        "{% if lead %}{{ lead }}: {{ title }}{% else %}{{ title }}{% endif %} {{ dates }} {{ link }}",
        "{% if link %}<a href='{{ link }}'>{{ title }}</a>{% else %}{{ title }}{% endif %} {{ dates }}",
        "{% if where %}{{ where }}{% elif tags %}{{ tags }}{% endif %} {{ title }} {{ dates }} {{ link }}",
        "{# a note #}<u>{{ title | lower }}</u> R&amp;D &lt;3 <s>{{ dates }}</s> {{ link }}",
    ],
)
def test_what_says_all_of_it_in_every_case_is_good(tmp_path: Path, template: str) -> None:
    assert told(tmp_path, template) == []


def test_on_x_a_tag_would_be_shown(tmp_path: Path) -> None:
    assert told(tmp_path, "<b>{{ title }}</b>\n{{ dates }}\n{{ link }}", "x") == [
        "8:7 '<b>' would be shown as it stands",
        "8:21 '</b>' would be shown as it stands",
    ]
    assert told(tmp_path, "{{ title }} <3\n{{ dates }}\n{{ link }}", "x") == []


def test_an_address_among_the_words_of_a_template_on_x_is_a_warning(tmp_path: Path) -> None:
    [problem] = faults(tmp_path, "{{ title }}\n{{ dates }} su torino.it\n{{ link }}", "x")

    assert problem.severity is Severity.WARNING
    assert str(problem.mark) == f"{FILE}:9:22"
    assert problem.message == "'torino.it' becomes a link in each post"


def test_capitals_are_a_warning(tmp_path: Path) -> None:
    [problem] = faults(tmp_path, "{{ title | upper }}\n{{ dates }}\n{{ link }}")

    assert (problem.severity, problem.mark.column) == (Severity.WARNING, 18)


def test_a_template_has_an_end(tmp_path: Path) -> None:
    [problem] = faults(tmp_path, GOOD + "x" * MAX_LENGTH)

    assert "characters are too many" in problem.message


PIECES = st.sampled_from(
    [
        *(f"{{{{ {part} }}}}" for part in PARTS),
        "{{ where | lower }}",
        "{% if where %}a{% endif %}",
        "{% if not lead or tags and summary %}{{ lead }}{% elif contact %}b\n{% else %}c{% endif %}",
        "{%- if tags -%} d {%- endif -%}",
        "{# note #}",
        "<b>{{ where }}</b>",
        "<i>{% if tags %}e{% endif %}</i>",
        ' <a href="{{ link }}">f &amp; g</a> ',
        " ",
        "\n",
        "\n\n",
        "parola",
        "&lt;",
        "è",
    ]
)
END = "\n{{ title }} {{ dates }}\n{{ link }}\n"
PART = st.text("a<>&\"'{}% è", max_size=8)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PART, min_size=8, max_size=8))
def test_it_says_what_jinja2_would_say(template: str, given_parts: list[str]) -> None:
    parts = dict(zip(PARTS, given_parts, strict=True)) | {"link": "https://a.it/?x=1&y=2"}
    theirs = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    template = (
        "."
        + template.replace("{{ link }}", "\n{{ link }}\n").replace(
            '<a href="\n{{ link }}\n">', '<a href="{{ link }}">'
        )
        + END
    )

    ours = "".join(run.text for run in runs(read(template), parts))
    said = theirs.from_string(template.rstrip("\n") + "\n").render(parts)
    for tag in ("<b>", "</b>", "<i>", "</i>", "</a>", '<a href="https://a.it/?x=1&amp;y=2">'):
        said = said.replace(tag, "")
    assert ours.rstrip("\n") == unescape(said).rstrip("\n")
