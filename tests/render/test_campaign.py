"""The campaign tags of a channel, and everything about a link that they must leave alone."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Campaign, TagFamily, Words
from bot.core.text import x
from bot.render.campaign import tagged
from tests.render.build import TELEGRAM_IT, X_IT, dates, day, item, post, rome

OWN = Campaign(
    TagFamily.UTM,
    frozenset({"comune.torino.it", "città.example.org"}),
    source="telegram",
    medium="social",
    name="newsletter",
)
TAGS = "utm_source=telegram&utm_medium=social&utm_campaign=newsletter"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://comune.torino.it", f"https://comune.torino.it?{TAGS}"),
        ("https://comune.torino.it/a/", f"https://comune.torino.it/a/?{TAGS}"),
        ("http://www.comune.torino.it:8080/a", f"http://www.comune.torino.it:8080/a?{TAGS}"),
        ("https://COMUNE.torino.IT./a", f"https://COMUNE.torino.IT./a?{TAGS}"),
        ("https://comune.torino.it/a?id=7", f"https://comune.torino.it/a?id=7&{TAGS}"),
        ("https://comune.torino.it/a?", f"https://comune.torino.it/a?{TAGS}"),
        ("https://comune.torino.it/a?id=7&", f"https://comune.torino.it/a?id=7&{TAGS}"),
        ("https://comune.torino.it/a#dove", f"https://comune.torino.it/a?{TAGS}#dove"),
        ("https://comune.torino.it/a?b#c?d", f"https://comune.torino.it/a?b&{TAGS}#c?d"),
        ("https://xn--citt-3na.example.org/a", f"https://xn--citt-3na.example.org/a?{TAGS}"),
        ("https://www.città.example.org/a", f"https://www.città.example.org/a?{TAGS}"),
    ],
)
def test_a_link_to_a_host_of_the_office_gets_the_tags(link: str, expected: str) -> None:
    assert tagged(link, OWN, "festa") == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://torino.it/",
        "https://altrocomune.torino.it/",
        "https://comune.torino.it.example.com/",
        "https://example.com/?u=https://comune.torino.it/",
        "https://comune.torino.it@example.com/",
        "https://xn--citta-.example.org/",
        "https://[::1/",
        "",
    ],
)
def test_a_link_to_another_host_is_left_alone(link: str) -> None:
    assert tagged(link, OWN, "festa") == link


@pytest.mark.parametrize(
    "tags", ["?utm_source=mail", "?a=1&UTM_Campaign=x", "?mtm_campaign=x", "#utm_source=mail"]
)
def test_a_link_that_has_campaign_tags_is_left_as_staff_wrote_it(tags: str) -> None:
    assert tagged(f"https://comune.torino.it/a{tags}", OWN, "festa").endswith(f"/a{tags}")


def test_a_word_that_only_looks_like_a_tag_is_none() -> None:
    assert tagged("https://comune.torino.it/a?xutm_a=1", OWN, "festa").endswith(f"?xutm_a=1&{TAGS}")


def test_a_campaign_without_a_name_takes_the_item_s_id() -> None:
    unnamed = replace(OWN, family=TagFamily.MTM, name="")
    assert tagged("https://comune.torino.it/", unnamed, "festa-5").endswith(
        "/?mtm_source=telegram&mtm_medium=social&mtm_campaign=festa-5"
    )


def test_what_a_link_can_not_hold_is_percent_encoded() -> None:
    odd = replace(OWN, source="Città & C.", name="a=b/c#d")
    assert tagged("https://comune.torino.it/", odd, "festa").endswith(
        "utm_source=Citt%C3%A0%20%26%20C.&utm_medium=social&utm_campaign=a%3Db%2Fc%23d"
    )


PATHS = st.text("abà/ .%~-_()2F:@,;=", max_size=20)
QUERIES = st.text("abà=&+%2?/.;", max_size=20)
HOSTS = st.sampled_from(
    ["comune.torino.it", "www.Comune.Torino.IT", "città.example.org", "a.xn--citt-3na.example.org"]
)
LINKS = st.builds(
    lambda scheme, host, port, path, query, fragment: (
        f"{scheme}://{host}{port}{path}{query}{fragment}"
    ),
    st.sampled_from(["http", "https"]),
    HOSTS,
    st.sampled_from(["", ":80", ":8443"]),
    st.just("") | PATHS.map("/{}".format),
    st.just("") | QUERIES.map("?{}".format),
    st.just("") | QUERIES.map("#{}".format),
)


@given(LINKS)
def test_scheme_host_port_path_query_and_fragment_are_kept_whole(link: str) -> None:
    before, after = urlsplit(link), urlsplit(tagged(link, OWN, "festa"))
    assert (after.scheme, after.netloc, after.path) == (before.scheme, before.netloc, before.path)
    assert after.query.startswith(before.query)
    assert unquote(after.fragment) == unquote(before.fragment)
    assert parse_qsl(after.query) == parse_qsl(before.query) + parse_qsl(TAGS)


@given(LINKS)
def test_tags_are_added_once(link: str) -> None:
    once = tagged(link, OWN, "festa")
    assert once != link
    assert tagged(once, OWN, "altro") == once


@given(LINKS, st.sampled_from(["example.com", "orino.it", "torino.it"]))
def test_no_other_host_is_touched(link: str, host: str) -> None:
    parts = urlsplit(link)
    elsewhere = parts._replace(netloc=host).geturl()
    assert tagged(elsewhere, OWN, "festa") == elsewhere


FESTA = item(
    dates("7 maggio", day(5, 7)),
    Words("Festa d’Europa", link="https://comune.torino.it/relint?id=7#città"),
)


def test_what_is_sent_has_the_tags_and_the_facts_have_the_link_as_staff_wrote_it() -> None:
    written = FESTA.words["it"].link
    sent = f"https://comune.torino.it/relint?id=7&{TAGS}#citt%C3%A0"
    on_x = post(FESTA, replace(X_IT, campaign=OWN), rome(5, 6))
    on_telegram = post(FESTA, replace(TELEGRAM_IT, campaign=OWN), rome(5, 6))
    assert [link.text for link in x.links(on_x.text)] == [sent]
    assert on_telegram.request["params"]["link_preview_options"] == {"url": sent}
    assert sent.replace("&", "&amp;") in on_telegram.request["params"]["text"]
    assert on_x.facts["link"] == on_telegram.facts["link"] == written
    assert post(FESTA, X_IT, rome(5, 6)).text.endswith(written)
