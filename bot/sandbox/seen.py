"""A post as followers would see it, read from its request exactly as the sandbox reads one that comes in."""

from __future__ import annotations

from datetime import datetime

from bot.core.model import Channel, Platform, Post
from bot.sandbox import markup, x
from bot.sandbox.images import Picture
from bot.sandbox.places import Taken


def seen(post: Post, channel: Channel, at: datetime) -> Taken:
    """`post` as if it had become public on `channel` at `at`; nothing is sent, and it has no address.

    Raises BadMarkup where the platform would refuse its text.
    """
    match channel.platform:
        case Platform.TELEGRAM:
            request = post.request["params"]
            html = request.get("caption") or request.get("text") or ""
            parsed = markup.with_found_links(markup.trimmed(markup.parse(html)))
        case Platform.X:
            request = post.request["body"]
            parsed = markup.Parsed(request["text"], x.entities_of(request["text"]))
    return Taken(
        platform=channel.platform,
        channel=channel.address,
        id=post.digest[:12],
        at=at,
        text=parsed.text,
        entities=parsed.entities,
        request=request,
        url="",
        photo=post.image.file if post.image else "",
        pictures=_pictures(post),
    )


def _pictures(post: Post) -> tuple[Picture, ...]:
    """The image with what is said to be seen in it, where its platform has a field for that."""
    image = post.image
    if image is None:
        return ()
    alt = post.request["image"].get("alt", "")
    return (Picture(image.sha256, image.media_type, image.width, image.height, alt),)
