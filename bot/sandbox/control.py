"""Lets another process rule the sandbox over HTTP: queue faults, release, look, reset.

What people do there stands in `control_people`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.bodies import body_of
from bot.sandbox.faults import read_fault
from bot.sandbox.places import Arrival, Taken
from bot.sandbox.sandbox import Sandbox


def routes(sandbox: Sandbox) -> list[Route]:
    """`/sandbox/posts`, `requests`, `held`, `faults`, `release` and `reset`."""

    async def posts(_request: Request) -> Response:
        return JSONResponse([_post(post) for post in sandbox.posts])

    async def requests(_request: Request) -> Response:
        return JSONResponse([_arrival(arrival) for arrival in sandbox.requests])

    async def held(request: Request) -> Response:
        """Answers as soon as `count` requests are held, so that nobody has to poll."""
        count = request.query_params.get("count", "1")
        if not count.isdecimal():
            return _wrong("count is a number")
        return JSONResponse([_arrival(one) for one in await sandbox.gate.until_held(int(count))])

    async def faults(request: Request) -> Response:
        try:
            fault = read_fault(await body_of(request))
        except ValueError as error:
            return _wrong(str(error))
        sandbox.fail(fault)
        return JSONResponse({"queued": str(fault), "times": fault.times}, status_code=201)

    async def release(request: Request) -> Response:
        body = await body_of(request)
        drop = isinstance(body, dict) and body.get("drop") is True
        return JSONResponse({"released": sandbox.release(drop=drop)})

    async def reset(_request: Request) -> Response:
        sandbox.reset()
        return Response(status_code=204)

    return [
        Route("/sandbox/posts", posts),
        Route("/sandbox/requests", requests),
        Route("/sandbox/held", held),
        Route("/sandbox/faults", faults, methods=["POST"]),
        Route("/sandbox/release", release, methods=["POST"]),
        Route("/sandbox/reset", reset, methods=["POST"]),
    ]


def _wrong(why: str) -> Response:
    return JSONResponse({"error": why}, status_code=422)


def _post(post: Taken) -> dict[str, Any]:
    entities = [entity.to_json() for entity in post.entities]
    return _plain(asdict(post)) | {"entities": entities}


def _arrival(arrival: Arrival) -> dict[str, Any]:
    return _plain(asdict(arrival))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _iso(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
