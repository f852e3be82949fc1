"""What is said of a link, for each way in which a page can be there or not."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.links import Answers, Broken, Limits, Moved, Slow, Unchecked, ask
from tests.links.site import Page, Site, served

QUICK = Limits(each=20, together=20)


def here(host: str, port: int) -> Sequence[str]:
    """Any name leads to this machine."""
    return ["127.0.0.1"]


async def finding(link: str, site: Site) -> object:
    found = await ask([link], limits=QUICK, allow=site.allowed, resolve=here)
    return found[link]


async def test_a_page_that_is_there_is_asked_for_by_head_alone() -> None:
    with served({"/a?b=1": Page(200, body=b"x")}) as site:
        assert await finding(site.url("/a?b=1#c", host="torino.example"), site) == Answers()
        assert site.asked == [("HEAD", f"torino.example:{site.port}", "/a?b=1")]


@pytest.mark.parametrize("head", [405, 404, 403, 500, 0])
async def test_a_site_that_minds_head_is_asked_as_a_browser_asks(head: int) -> None:
    with served({"/": Page(200, head=head, body=b"x" * 50_000_000)}) as site:
        assert await finding(site.url(), site) == Answers()
        assert [method for method, _, _ in site.asked][-1] == "GET"


@pytest.mark.parametrize("status", [400, 401, 404, 410, 500, 502])
async def test_a_page_that_is_not_there_is_broken(status: int) -> None:
    with served({"/": Page(status)}) as site:
        assert await finding(site.url(), site) == Broken(f"it answers {status}")


@pytest.mark.parametrize("status", [403, 405, 429, 501, 503])
async def test_a_site_that_keeps_robots_away_could_not_be_checked(status: int) -> None:
    with served({"/": Page(status)}) as site:
        found = await finding(site.url(), site)
    assert found == Unchecked(f"it answers {status}, which may be meant for robots alone")


async def test_who_asks_too_much_is_not_asked_again() -> None:
    with served({"/": Page(429)}) as site:
        await finding(site.url(), site)
        assert len(site.asked) == 1


async def test_a_host_that_hangs_up_could_not_be_checked() -> None:
    with served({"/": Page(0, head=0)}) as site:
        assert await finding(site.url(), site) == Unchecked("it hangs up without an answer")


async def test_a_refused_connection_is_broken() -> None:
    with served({}) as site:
        link = site.url(host="torino.example")
    assert await finding(link, site) == Broken("torino.example refuses the connection")


async def test_a_host_that_is_not_known_is_broken() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    found = await ask(["https://nessuno.example/"], resolve=nowhere)
    assert found == {"https://nessuno.example/": Broken("there is no host nessuno.example")}


async def test_a_name_server_that_does_not_answer_says_nothing_of_the_link() -> None:
    def offline(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    [found] = (await ask(["https://torino.example/"], resolve=offline)).values()
    assert found == Unchecked("where torino.example is could not be found out")


async def test_a_name_that_no_resolver_takes_is_broken() -> None:
    [found] = (await ask([f"https://{'a' * 64}.example/"])).values()
    assert isinstance(found, Broken)


async def test_no_answer_within_the_time_is_slow() -> None:
    with served({}, waits=frozenset({"/"})) as site:
        limits = Limits(each=0.05)
        found = await ask([site.url()], limits=limits, allow=site.allowed)
    assert found == {site.url(): Slow(0.05)}


async def test_a_name_server_that_never_answers_is_not_waited_for() -> None:
    for_ever = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stuck(host: str, port: int) -> Sequence[str]:
        asyncio.run_coroutine_threadsafe(for_ever.wait(), loop).result()
        return ["127.0.0.1"]

    [found] = (
        await ask(["http://torino.example/"], limits=Limits(each=0.05), resolve=stuck)
    ).values()
    assert found == Slow(0.05)
    for_ever.set()


async def test_what_has_not_been_asked_when_all_time_is_over_is_said_so() -> None:
    with served({"/c": Page(200)}, waits=frozenset({"/a", "/b"})) as site:
        links = [site.url(path) for path in ("/a", "/b", "/c")]
        limits = Limits(together=0.2, at_once=2)
        found = await ask(links, limits=limits, allow=site.allowed)
    assert set(found.values()) == {Unchecked("0.2 seconds were over before its turn came")}
    assert list(found) == links


async def test_each_link_is_asked_once() -> None:
    pages = {f"/{n}": Page(200) for n in range(30)}
    with served(pages) as site:
        links = [site.url(path) for path in pages]
        found = await ask(links * 2, limits=QUICK, allow=site.allowed)
        assert set(found.values()) == {Answers()}
        assert len(site.asked) == 30


@pytest.mark.parametrize("limits", [Limits(of_a_host=3), Limits(of_a_host=9, at_once=3)])
async def test_few_are_asked_at_a_time(limits: Limits) -> None:
    paths = [f"/{n}" for n in range(9)]
    with served({}, waits=frozenset(paths)) as site:
        links = [site.url(path) for path in paths]
        await ask(links, limits=limits._replace(together=0.5), allow=site.allowed)
        assert len(site.asked) <= 3


async def test_a_link_s_time_begins_with_its_turn() -> None:
    with served({}, waits=frozenset({"/a", "/b"})) as site:
        limits = Limits(each=0.5, at_once=1)
        links = [site.url("/a"), site.url("/b")]
        assert set((await ask(links, limits=limits, allow=site.allowed)).values()) == {Slow(0.5)}
        assert {path for _, _, path in site.asked} == {"/a", "/b"}


async def test_a_host_that_waits_does_not_keep_others_from_their_turn() -> None:
    paths = [f"/{n}" for n in range(9)]
    with served({}, waits=frozenset(paths)) as slow, served({"/": Page(200)}) as quick:
        last = quick.url(host="svelto.example")
        links = [*(slow.url(path, host="lento.example") for path in paths), last]
        limits = Limits(each=20, together=1, at_once=3, of_a_host=2)
        found = await ask(links, limits=limits, allow=slow.allowed | quick.allowed, resolve=here)
    assert found[last] == Answers()


# --- redirects ----------------------------------------------------------------------------------


async def test_a_page_that_moved_for_good_tells_where_to() -> None:
    pages = {"/vecchia": Page(301, "/nuova/"), "/nuova/": Page(200)}
    with served(pages) as site:
        assert await finding(site.url("/vecchia#dove"), site) == Moved(site.url("/nuova/#dove"))


async def test_the_new_address_is_the_last_that_is_for_good() -> None:
    pages = {
        "/a": Page(308, "/b"),
        "/b": Page(301, "/c"),
        "/c": Page(302, "/it/"),
        "/it/": Page(200),
    }
    with served(pages) as site:
        assert await finding(site.url("/a"), site) == Moved(site.url("/c"))


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_page_that_is_elsewhere_for_now_is_no_fault(status: int) -> None:
    with served({"/": Page(status, "/it/"), "/it/": Page(200)}) as site:
        assert await finding(site.url(), site) == Answers()


async def test_what_is_moved_for_good_behind_a_redirect_for_now_is_its_site_s_affair() -> None:
    pages = {"/a": Page(302, "/b"), "/b": Page(301, "/c"), "/c": Page(200)}
    with served(pages) as site:
        assert await finding(site.url("/a"), site) == Answers()


async def test_what_a_redirect_leads_to_is_asked_too() -> None:
    with served({"/": Page(301, "/via")}) as site:
        found = await finding(site.url(), site)
    assert found == Broken(f"it leads on to {site.url('/via')}: it answers 404")


async def test_five_redirects_are_followed_and_no_more() -> None:
    pages = {f"/{n}": Page(302, f"/{n + 1}") for n in range(6)} | {"/6": Page(200)}
    with served(pages) as site:
        assert await finding(site.url("/1"), site) == Answers()
        found = await finding(site.url("/0"), site)
    assert isinstance(found, Unchecked)
    assert "more than 5 times" in found.reason
    assert site.asked[-1][2] == "/5"


@pytest.mark.parametrize(
    "location", ["", "mailto:a@example.org", "http://a:b@example.org/", "ftp://example.org/"]
)
async def test_a_redirect_to_no_page_is_broken(location: str) -> None:
    with served({"/": Page(302, location)}) as site:
        assert await finding(site.url(), site) == Broken("it answers 302, and leads nowhere")


# --- certificates -------------------------------------------------------------------------------


async def test_a_host_that_speaks_no_tls_is_broken() -> None:
    with served({"/": Page(200)}) as site:
        link = site.url().replace("http:", "https:")
        assert await finding(link, site) == Broken("127.0.0.1 makes no secure connection")


NEEDS_OPENSSL = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="needs openssl to make a certificate"
)


def certified(folder: Path, name: str, issuer: str = "") -> ssl.SSLContext:
    """A server's side of TLS with a certificate for `name`.example, its own or one that `issuer` made."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name}.example "
        f"-addext subjectAltName=DNS:{name}.example -keyout {key} -out {certificate}"
    )
    if issuer:
        command += f" -CA {folder / issuer}.pem -CAkey {folder / issuer}.key"
    subprocess.run(command.split(), check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server


@NEEDS_OPENSSL
async def test_a_certificate_must_be_good_and_of_the_host_that_was_asked(tmp_path: Path) -> None:
    server = certified(tmp_path, "torino")
    trust = ssl.create_default_context(cafile=str(tmp_path / "torino.pem"))
    with served({"/": Page(200)}, tls=server) as site:
        ours, other = (f"https://{host}:{site.port}/" for host in ("torino.example", "a.example"))
        unknown = await ask([ours], limits=QUICK, allow=site.allowed, resolve=here)
        known = await ask(
            [ours, other], limits=QUICK, allow=site.allowed, resolve=here, trust=trust
        )
    assert isinstance(unknown[ours], Broken)
    assert "self-signed certificate" in str(unknown[ours]).replace("self signed", "self-signed")
    assert known[ours] == Answers()
    assert isinstance(known[other], Broken)
    assert "Hostname mismatch" in str(known[other])


@NEEDS_OPENSSL
async def test_a_chain_that_browsers_complete_and_we_do_not_says_nothing_of_the_link(
    tmp_path: Path,
) -> None:
    certified(tmp_path, "issuer")
    with served({"/": Page(200)}, tls=certified(tmp_path, "torino", "issuer")) as site:
        link = f"https://torino.example:{site.port}/"
        [found] = (await ask([link], limits=QUICK, allow=site.allowed, resolve=here)).values()
    assert isinstance(found, Unchecked)
    assert "unable to get local issuer certificate" in found.reason


@pytest.mark.parametrize("host", ["xn--.it", "xn--zz--.it"])
async def test_a_host_that_only_looks_encoded_ends_nothing(host: str) -> None:
    """A page may lead anywhere, also to what no name can be; the other links are told all the same."""
    with served({"/": Page(301, location=f"//{host}/"), "/b": Page(200)}) as site:
        links = [f"https://{host}/", site.url("/"), site.url("/b")]
        found = await ask(links, limits=QUICK, allow=site.allowed, resolve=here)
    assert [type(found[link]) for link in links] == [Broken, Broken, Answers]
