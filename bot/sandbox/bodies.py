"""Reads what clients put into a request: query, form, multipart or JSON, up to a bound."""

from __future__ import annotations

import json
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.sandbox.images import Upload

# More than any image that a platform takes, in Base64; both answer 413 to what is far too large.
LARGEST = 20_000_000


async def fields_of(request: Request) -> dict[str, Any]:
    """Query and body as one mapping. Raises HTTPException for a body without measure."""
    body = await body_of(request)
    return dict(request.query_params) | (body if isinstance(body, dict) else {})


async def body_of(request: Request) -> Any:
    """The body: JSON as it is, a form as a mapping; None where it is empty or neither.

    Raises HTTPException, status 413, where it is larger than `LARGEST`.
    """
    raw = await _read(request)
    kind = request.headers.get("content-type", "")
    if not raw:
        return None
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    if kind.startswith("multipart/form-data"):
        return _parts(kind, raw)
    try:
        return json.loads(raw)
    except ValueError:
        return None


async def _read(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > LARGEST:
            raise HTTPException(413)
        pieces.append(piece)
    return b"".join(pieces)


def _parts(kind: str, raw: bytes) -> dict[str, str | Upload]:
    """The fields of a form, RFC 7578: text as text, files as they are, byte by byte."""
    boundary = BytesHeaderParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n"
    )["content-type"]
    line = b"\r\n--" + boundary.params.get("boundary", "").encode()
    fields: dict[str, str | Upload] = {}
    for part in (b"\r\n" + raw).split(line)[1:]:
        head, gap, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not gap:
            continue  # what stands behind the last boundary
        said = BytesHeaderParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")["content-disposition"]
        named = said.params if said is not None else {}
        if "filename" in named:
            fields[named.get("name", "")] = Upload(named["filename"], content)
        else:
            fields[named.get("name", "")] = content.decode("utf-8", "replace")
    return fields
