"""One signed call to X over tweepy's client, in a thread of its own, under one deadline.

It tells what came back, or that nothing did and whether anything can have left; it judges neither.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
import tweepy

from bot.publishers.base import Timeouts, always
from bot.publishers.onecall import Call, OneCallAdapter, SecondConnectionError, current

# tweepy signs for this host, and an OAuth 1.0a signature covers the host (RFC 5849, section 3.4.1.2):
# sent to api.x.com the same request might be refused, so this is also where it goes.
API = "https://api.twitter.com"


@dataclass(frozen=True, slots=True)
class Silence:
    """No whole answer came."""

    error: Exception
    is_unsent: bool  # is it certain that not a byte of the request left?
    is_late: bool  # did the deadline end it?


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None


class Caller:
    """The calls of one account, one after the other."""

    def __init__(
        self,
        name: str,
        client: tweepy.Client,
        base_url: str,
        timeouts: Timeouts,
        proxy: str,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._client = client
        self._timeouts = timeouts
        session = client.session
        session.trust_env = False
        session.max_redirects = 0
        session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        session.mount(API, OneCallAdapter(API, base_url, timeouts, trust))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"x-{name}")

    async def post(
        self, path: str, body: Mapping[str, Any], holds: Callable[[], bool] = always
    ) -> requests.Response | Silence:
        """Send `body` as JSON; answers of every status come back as they are.

        `holds` is asked once the connection stands; where it says no, nothing is sent. Must not be
        cancelled: the call would go on.
        """
        return await self._call(_Request("POST", path, body=body), self._timeouts, holds)

    async def get(
        self, path: str, query: Mapping[str, str], total: float
    ) -> requests.Response | Silence:
        """Ask for something within `total` seconds; answers of every status come back as they are."""
        timeouts = Timeouts(self._timeouts.connect, min(total, self._timeouts.total))
        return await self._call(_Request("GET", path, query=query), timeouts, always)

    async def _call(
        self, request: _Request, timeouts: Timeouts, holds: Callable[[], bool]
    ) -> requests.Response | Silence:
        """Whoever knows first tells: the thread that makes the call, or, at the deadline, the timer, if
        nothing had been sent by then and so nothing will be."""
        call = Call(timeouts, holds)
        heard: Future[requests.Response | Silence] = Future()
        timer = threading.Timer(timeouts.total, _expire, (call, heard))
        timer.daemon = True
        timer.start()
        self._thread.submit(self._run, request, call, timer, heard)
        return await asyncio.shield(asyncio.wrap_future(heard))

    async def close(self) -> None:
        """Waits for the call under way; it ends by its own deadline."""
        await asyncio.to_thread(self._thread.shutdown)

    # --- in the account's thread ---

    def _run(
        self,
        request: _Request,
        call: Call,
        timer: threading.Timer,
        heard: Future[requests.Response | Silence],
    ) -> None:
        answer: requests.Response | Silence
        try:
            answer = self._answer(request, call)
        except Exception as error:
            answer = Silence(error, is_unsent=False, is_late=call.is_expired())
        finally:
            timer.cancel()
            call.close()
            self._client.session.close()  # it opens again by itself; no connection is used twice
        _settle(heard, answer)

    def _answer(self, request: _Request, call: Call) -> requests.Response | Silence:
        current.set(call)
        whole: list[requests.Response] = []
        self._client.session.hooks["response"] = [_keeping(whole)]
        try:
            call.hand_over()
            response: requests.Response = self._client.request(
                request.method,
                request.path,
                params=request.query,
                json=request.body,
                user_auth=True,
            )
        except tweepy.HTTPException as error:
            refused: requests.Response = error.response
            return refused
        except (requests.RequestException, SecondConnectionError) as error:
            return Silence(error, is_unsent=call.is_surely_unsent(), is_late=call.is_expired())
        except Exception as error:
            if whole:  # tweepy stumbled over what it says
                return whole[-1]
            return Silence(error, is_unsent=call.is_surely_unsent(), is_late=call.is_expired())
        finally:
            self._client.session.hooks["response"] = []
        return response


def is_yes(response: requests.Response) -> bool:
    return 200 <= response.status_code < 300


def _keeping(whole: list[requests.Response]) -> Callable[..., None]:
    """Reads an answer to its end and keeps it, before tweepy makes of it what it can."""

    def keep(response: requests.Response, *_: Any, **__: Any) -> None:
        if response.content is not None:
            whole.append(response)

    return keep


def _expire(call: Call, heard: Future[requests.Response | Silence]) -> None:
    """In the timer's thread."""
    if call.expire():
        _settle(heard, Silence(TimeoutError(), is_unsent=True, is_late=True))


def _settle(
    heard: Future[requests.Response | Silence], answer: requests.Response | Silence
) -> None:
    try:
        heard.set_result(answer)
    except InvalidStateError:
        return  # the timer was first, and both say that nothing was sent
