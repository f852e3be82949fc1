"""One signed call to X over tweepy's client, in a thread of its own, under one deadline.

It tells what came back, or that nothing did and whether anything can have left; it judges neither.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
import tweepy

from bot.publishers.base import Timeouts
from bot.publishers.onecall import Call, OneCallAdapter, current

# tweepy signs for this host, and an OAuth 1.0a signature covers the host (RFC 5849, section 3.4.1.2):
# sent to api.x.com the same request might be refused, so this is also where it goes.
API = "https://api.twitter.com"


@dataclass(frozen=True, slots=True)
class Silence:
    """No whole answer came."""

    error: Exception
    is_unsent: bool  # is it certain that not a byte of the request left?
    is_late: bool  # did the deadline end it?


class Caller:
    """The calls of one account, one after the other."""

    def __init__(
        self, name: str, client: tweepy.Client, base_url: str, timeouts: Timeouts, proxy: str
    ) -> None:
        self._client = client
        self._timeouts = timeouts
        session = client.session
        session.trust_env = False
        session.max_redirects = 0
        session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        session.mount(API, OneCallAdapter(API, base_url, timeouts))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"x-{name}")

    async def post(self, path: str, body: Mapping[str, Any]) -> requests.Response | Silence:
        """Send `body` as JSON; answers of every status come back as they are.

        Whoever knows first tells: the thread that makes the call, or, at the deadline, the timer, if
        nothing had been sent by then and so nothing will be. Must not be cancelled: the call would go on.
        """
        call = Call(self._timeouts)
        heard: Future[requests.Response | Silence] = Future()
        timer = threading.Timer(self._timeouts.total, _expire, (call, heard))
        timer.daemon = True
        timer.start()
        self._thread.submit(self._run, path, body, call, timer, heard)
        return await asyncio.shield(asyncio.wrap_future(heard))

    async def close(self) -> None:
        """Waits for the call under way; it ends by its own deadline."""
        await asyncio.to_thread(self._thread.shutdown)

    # --- in the account's thread ---

    def _run(
        self,
        path: str,
        body: Mapping[str, Any],
        call: Call,
        timer: threading.Timer,
        heard: Future[requests.Response | Silence],
    ) -> None:
        answer: requests.Response | Silence
        try:
            answer = self._answer(path, body, call)
        except Exception as error:
            answer = Silence(error, is_unsent=False, is_late=call.is_expired())
        finally:
            timer.cancel()
            call.close()
            self._client.session.close()  # it opens again by itself; no connection is used twice
        _settle(heard, answer)

    def _answer(
        self, path: str, body: Mapping[str, Any], call: Call
    ) -> requests.Response | Silence:
        current.set(call)
        try:
            call.hand_over()
            response: requests.Response = self._client.request(
                "POST", path, json=dict(body), user_auth=True
            )
        except tweepy.HTTPException as error:
            refused: requests.Response = error.response
            return refused
        except Exception as error:
            return Silence(error, is_unsent=call.is_surely_unsent(), is_late=call.is_expired())
        return response


def is_yes(response: requests.Response) -> bool:
    return 200 <= response.status_code < 300


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
