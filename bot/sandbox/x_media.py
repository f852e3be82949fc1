"""X's media: uploaded in one go, described, and forgotten after a day.

Shapes: https://docs.x.com/x-api/media/upload-media. The wordings of refusals are those that people were
told: bear/python-twitter, issue 662 (size), DocNow/diffengine, issue 18 (sides).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.core.picture import MAX_SIDE, MIN_SIDE, Header, header_of
from bot.core.text.x import ALT_LIMIT
from bot.sandbox.answers import Answer
from bot.sandbox.images import Media, Picture, Upload
from bot.sandbox.places import Account
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.x_shapes import Asked, invalid

LIFETIME = timedelta(days=1)
LARGEST = 5 * 1024 * 1024


def upload(sandbox: Sandbox, account: Account, asked: Asked) -> Answer:
    """Take an image; what it is for has to be said."""
    given = asked.body if isinstance(asked.body, dict) else {}
    content = _content(given.get("media"))
    if given.get("media_category") != "tweet_image":
        raise invalid("media_category", [], "The sandbox takes images of posts only: tweet_image.")
    picture = sandbox.images.keep(content, _header(content))
    number = sandbox.next_snowflake()
    sandbox.media[number] = Media(account.handle, picture, sandbox.now() + LIFETIME)
    data = {
        "id": number,
        "media_key": f"3_{number}",
        "size": len(content),
        "expires_after_secs": int(LIFETIME.total_seconds()),
    }
    return Answer(200, {"data": data})


def describe(sandbox: Sandbox, account: Account, asked: Asked) -> Answer:
    """Say what can be seen in an image that was uploaded."""
    given = asked.body if isinstance(asked.body, dict) else {}
    number = str(given.get("id", ""))
    if picture_of(sandbox, account, number) is None:
        raise invalid("id", [number], "Your media IDs are invalid.")
    alt = _alt(given.get("metadata"))
    if not 1 <= len(alt) <= ALT_LIMIT:
        raise invalid("metadata.alt_text.text", [alt], f"between 1 and {ALT_LIMIT} characters")
    media = sandbox.media[number]
    sandbox.media[number] = replace(media, picture=replace(media.picture, alt=alt))
    metadata = {"alt_text": {"text": alt}}
    return Answer(200, {"data": {"id": number, "associated_metadata": metadata}})


def picture_of(sandbox: Sandbox, account: Account, number: str) -> Picture | None:
    """The image behind a media id, where it is the account's and not forgotten yet."""
    media = sandbox.media.get(number)
    if media is None or media.owner != account.handle or media.until <= sandbox.now():
        return None
    return media.picture


def _content(given: Any) -> bytes:
    if isinstance(given, Upload):
        return given.content
    try:
        content = base64.b64decode(given, validate=True) if isinstance(given, str) else b""
    except binascii.Error:
        content = b""
    if not content:
        raise invalid("media", [], "The media field is missing.")
    return content


def _header(content: bytes) -> Header:
    if len(content) > LARGEST:
        raise invalid("media", [], f"File size exceeds {LARGEST} bytes.")
    header = header_of(content)
    if not isinstance(header, Header):
        raise invalid("media", [], "media type unrecognized.")
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (header.width, header.height)):
        sides = f"{MIN_SIDE}x{MIN_SIDE} and <= {MAX_SIDE}x{MAX_SIDE}"
        raise invalid("media", [], f"Image dimensions must be >= {sides}")
    return header


def _alt(metadata: Any) -> str:
    alt = metadata.get("alt_text") if isinstance(metadata, dict) else None
    text = alt.get("text") if isinstance(alt, dict) else None
    return text if isinstance(text, str) else ""
