"""Telegram's HTML: what the parser gives, what it refuses, and that offsets count UTF-16 units."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.markup import BadMarkup, Entity, parse, trimmed, with_found_links


def test_a_text_without_markup_stays_as_it_is() -> None:
    assert parse("Perché no? 5 & 6 > 4") == ("Perché no? 5 & 6 > 4", ())


def test_offsets_count_utf16_units() -> None:
    assert parse("🎉 <b>già 🎉</b>!") == ("🎉 già 🎉!", (Entity("bold", 3, 6),))


def test_entities_may_nest() -> None:
    assert parse("<b>a <i>b</i></b>") == ("a b", (Entity("bold", 0, 3), Entity("italic", 2, 1)))


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("em", "italic"),
        ("ins", "underline"),
        ("del", "strikethrough"),
        ("STRIKE", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ('span class="tg-spoiler"', "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
        ("blockquote expandable", "expandable_blockquote"),
    ],
)
def test_every_tag_has_its_entity(tags: str, kind: str) -> None:
    name = tags.split(maxsplit=1)[0]
    assert parse(f"<{tags}>ciao</{name}>") == ("ciao", (Entity(kind, 0, 4),))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#232;&#xE8;&#X1F389;", "èè🎉"),
        ("&nbsp;&euro;&apos;", "&nbsp;&euro;&apos;"),  # named ones that Telegram does not know
        ("R&D & co; &", "R&D & co; &"),
    ],
)
def test_character_references_are_the_four_named_and_the_numeric_ones(
    written: str, read: str
) -> None:
    assert parse(written).text == read


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("a <5", "Unclosed start tag at byte offset 2"),
        ("1 <5 e 6> 7", 'Unsupported start tag "5" at byte offset 2'),
        ("è<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href='x>y</a>", 'Unclosed start tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<b ="x">y</b>', 'Empty attribute name in the tag "b" at byte offset 0'),
    ],
)
def test_what_is_not_telegrams_html_is_refused(written: str, refusal: str) -> None:
    with pytest.raises(BadMarkup) as caught:
        parse(written)
    assert str(caught.value) == refusal


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=1&amp;c=2", "https://example.org/a?b=1&c=2"),
        ("https://Example.org", "https://example.org/"),
        ("example.org", "http://example.org/"),
        ("tg://resolve?domain=torino", "tg://resolve?domain=torino"),
    ],
)
def test_a_link_keeps_its_address(address: str, kept: str) -> None:
    assert parse(f'<a href="{address}">qui</a>').entities == (Entity("text_link", 0, 3, kept),)


@pytest.mark.parametrize(
    "address",
    ["localhost", "javascript:alert(1)", "https://", "", "http://a b.it", "https://x.it:99999999"],
)
def test_a_link_with_an_unusable_address_is_lost_and_its_text_stays(address: str) -> None:
    assert parse(f'<a href="{address}">qui</a>') == ("qui", ())


def test_white_space_around_a_text_is_dropped_and_entities_move_along() -> None:
    assert trimmed(parse(" \n<b> ciao </b>\n")) == ("ciao", (Entity("bold", 0, 4),))


def test_addresses_and_hashtags_are_found_outside_of_links() -> None:
    parsed = with_found_links(
        parse("Vedi https://example.org/a. <a href='https://b.it'>https://c.it</a> #Europa")
    )
    assert [(entity.kind, entity.offset, entity.length) for entity in parsed.entities] == [
        ("url", 5, 21),
        ("text_link", 28, 12),
        ("hashtag", 41, 7),
    ]


TAGS = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strikethrough",
    "blockquote": "blockquote",
}
PLAIN = st.text(st.characters(codec="utf-8"), max_size=12)
WRITTEN = st.recursive(
    PLAIN,
    lambda inner: st.tuples(st.sampled_from(sorted(TAGS)), st.lists(inner, max_size=3)),
    max_leaves=12,
)
Node = str | tuple[str, list["Node"]]


def write(node: Node) -> str:
    if isinstance(node, str):
        return html.escape(node, quote=False)
    tag, inside = node
    return f"<{tag}>{''.join(map(write, inside))}</{tag}>"


def read(node: Node) -> str:
    return node if isinstance(node, str) else "".join(map(read, node[1]))


def expected(node: Node) -> list[tuple[str, str]]:
    """Each tag's kind and the text it holds, but for the tags that hold none."""
    if isinstance(node, str):
        return []
    here = [(TAGS[node[0]], read(node))] if read(node) else []
    return here + [pair for inner in node[1] for pair in expected(inner)]


@given(WRITTEN)
def test_escaped_and_nested_text_comes_back_with_its_entities_in_place(node: Node) -> None:
    plain, entities = parse(write(node))
    raw = plain.encode("utf-16-le")
    held = [(one.kind, raw[2 * one.offset : 2 * one.end].decode("utf-16-le")) for one in entities]
    assert plain == read(node)
    assert sorted(held) == sorted(expected(node))


@given(st.text(st.sampled_from("<>/&; ab='\"#x1"), max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plain, entities = parse(text)
    except BadMarkup:
        return
    assert all(0 <= one.offset < one.end <= len(plain.encode("utf-16-le")) // 2 for one in entities)
