"""Reads what clients put into a request: query, form, multipart or JSON. Keeps no uploaded bytes."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request


async def fields_of(request: Request) -> dict[str, Any]:
    """Query and body as one mapping; of a file only its name."""
    body = await body_of(request)
    return dict(request.query_params) | (body if isinstance(body, dict) else {})


async def body_of(request: Request) -> Any:
    """The body: JSON as it is, a form as a mapping; None where it is empty or neither."""
    raw = await request.body()
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


def _parts(kind: str, raw: bytes) -> dict[str, str]:
    message = message_from_bytes(
        b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + raw, policy=policy.HTTP
    )
    assert isinstance(message, EmailMessage), "policy.HTTP makes these"
    fields: dict[str, str] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes), "a part of a form has no parts of its own"
        filename = part.get_filename()
        fields[name] = filename if filename is not None else content.decode("utf-8", "replace")
    return fields
