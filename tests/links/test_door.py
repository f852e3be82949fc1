"""Nothing of the local network is ever asked, whatever staff write and wherever a site leads."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import Answers, Limits, Unchecked, ask
from bot.links.door import is_public
from tests.links.site import Page, served

QUICK = Limits(each=20, together=20)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.5",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_an_address_that_is_not_public_is_not_asked(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "193.0.6.139", "2a00:1450:4002::1", "2600::1", "64:ff9b::8.8.8.8"],
)
def test_an_address_that_is_public_may_be_asked(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_what_python_knows_to_be_special_is_never_public(address: object) -> None:
    text = str(address)
    special = ("is_private", "is_loopback", "is_link_local", "is_multicast", "is_unspecified")
    assert not (is_public(text) and any(getattr(address, name) for name in special))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "[::1]", "0.0.0.0"],
)
async def test_this_machine_is_not_asked_however_it_is_written(host: str) -> None:
    with served({"/": Page(200)}) as site:
        [found] = (await ask([site.url(host=host)], limits=QUICK)).values()
        assert isinstance(found, Unchecked)
        assert "not a public address" in found.reason
        assert site.asked == []


async def test_a_name_with_one_local_address_among_public_ones_is_not_asked() -> None:
    def split(host: str, port: int) -> Sequence[str]:
        return ["8.8.8.8", "10.0.0.5"]

    [found] = (await ask(["http://torino.example/"], limits=QUICK, resolve=split)).values()
    assert found == Unchecked("torino.example is at 10.0.0.5, which is not a public address")


async def test_an_address_that_is_allowed_is_allowed_with_its_port_alone() -> None:
    with served({"/": Page(200)}) as allowed, served({"/": Page(200)}) as other:
        found = await ask([allowed.url(), other.url()], limits=QUICK, allow=allowed.allowed)
        assert found[allowed.url()] == Answers()
        assert isinstance(found[other.url()], Unchecked)
        assert other.asked == []


async def test_a_redirect_into_the_local_network_is_not_followed() -> None:
    with served({"/": Page(200)}) as inside:
        with served({"/": Page(302, inside.url("/segreto"))}) as outside:
            found = await ask([outside.url()], limits=QUICK, allow=outside.allowed)
        assert found[outside.url()] == Unchecked(
            f"it leads on to {inside.url('/segreto')}: 127.0.0.1 is not a public address"
        )
        assert inside.asked == []


async def test_the_address_that_was_looked_at_is_the_one_that_is_asked() -> None:
    """A name server that gives another address the second time gets no second time."""
    with served({"/": Page(200)}) as good, served({"/": Page(200)}) as inside:
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        questions: list[str] = []

        def rebinding(host: str, port: int) -> Sequence[str]:
            questions.append(host)
            return next(answers)

        link = good.url(host="torino.example")
        found = await ask([link], limits=QUICK, allow=good.allowed, resolve=rebinding)
        assert found[link] == Answers()
        assert questions == ["torino.example"]
        assert inside.asked == []


async def test_every_hop_is_resolved_and_looked_at_anew() -> None:
    with served({"/": Page(301, "http://altro.example/")}) as site:

        def resolve(host: str, port: int) -> Sequence[str]:
            return {"torino.example": ["127.0.0.1"], "altro.example": ["192.168.1.1"]}[host]

        link = site.url(host="torino.example")
        [found] = (await ask([link], limits=QUICK, allow=site.allowed, resolve=resolve)).values()
    assert isinstance(found, Unchecked)
    assert "altro.example is at 192.168.1.1" in found.reason


@pytest.mark.parametrize(
    "order",
    [("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1"), ("127.0.0.2", "127.0.0.1") * 2],
)
async def test_where_one_address_takes_no_connection_the_next_is_tried(
    order: tuple[str, ...],
) -> None:
    with socket.socket() as closed, served({"/": Page(200)}) as site:
        closed.bind(("127.0.0.2", site.port))  # bound, and never listening: refuses

        def both(host: str, port: int) -> Sequence[str]:
            return order

        link = site.url(host="torino.example")
        allow = site.allowed | {("127.0.0.2", site.port)}
        assert await ask([link], limits=QUICK, allow=allow, resolve=both) == {link: Answers()}


@pytest.mark.parametrize(
    "link",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://a:b@example.org/",
        "http://0177.0.0.1/",
        "x",
    ],
)
async def test_what_is_no_link_to_a_page_is_not_asked(link: str) -> None:
    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(host)

    [found] = (await ask([link], limits=QUICK, resolve=never)).values()
    assert str(found) == "Broken(reason='it is no link to a page')"
