"""Gives X an image and the text for those who don't see it; neither is public until a post names them.

So nothing here is ever Unknown: whatever goes wrong, the same is done again another time, and the first
upload is forgotten by X within a day (`expires_after_secs`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import requests

from bot.core.model import Deferred, Rejected
from bot.publishers.x_answer import Refusals
from bot.publishers.x_call import Caller, Silence, is_yes

# https://docs.x.com/x-api/media/upload-media, https://docs.x.com/x-api/media/create-media-metadata
UPLOAD = "/2/media/upload"
METADATA = "/2/media/metadata"


async def uploaded(
    caller: Caller, refusals: Refusals, content: bytes, media_type: str, alt: str, now: datetime
) -> str | Deferred | Rejected:
    """The id that a post may name: the image is there, and so is what can be seen in it."""

    async def said(path: str, body: Mapping[str, Any]) -> dict[str, Any] | Deferred | Rejected:
        return _data(await caller.post(path, body), refusals, path, now)

    body = {
        "media": base64.b64encode(content).decode(),
        "media_category": "tweet_image",
        "media_type": media_type,
    }
    media = await said(UPLOAD, body)
    if not isinstance(media, dict):
        return media
    number = media.get("id")
    if not (isinstance(number, str) and number.isdecimal()):
        return Deferred("X took the image without giving it a number; nothing is public")
    if not _is_ready(media.get("processing_info")):
        return Deferred("X is not done with the image; nothing is public")
    described = await said(METADATA, {"id": number, "metadata": {"alt_text": {"text": alt}}})
    return number if isinstance(described, dict) else described


def _data(
    answer: requests.Response | Silence, refusals: Refusals, path: str, now: datetime
) -> dict[str, Any] | Deferred | Rejected:
    """What X's yes holds, or why there is none."""
    if isinstance(answer, Silence):
        why = "too slow a connection" if answer.is_late else type(answer.error).__name__
        return Deferred(f"the image did not get to X ({why}); nothing is public")
    if not is_yes(answer):
        outcome = refusals.outcome(answer, path, "image", now)
        if isinstance(outcome, Rejected | Deferred):
            return outcome
        return Deferred(f"X answered {answer.status_code} to the image; nothing is public")
    try:
        data = json.loads(answer.content)["data"]
    except (ValueError, LookupError, TypeError, RecursionError):
        data = None
    if isinstance(data, dict):
        return data
    return Deferred(
        f"no clear answer from X to the image ({answer.status_code}); nothing is public"
    )


def _is_ready(processing: object) -> bool:
    """Images are ready at once; videos, and whatever X says it still works on, are not."""
    return processing is None or (
        isinstance(processing, dict) and processing.get("state") == "succeeded"
    )
