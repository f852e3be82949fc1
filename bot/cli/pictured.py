"""A post's image in one line, for terminals that show text only."""

from __future__ import annotations

from bot.core.model import Post


def pictured(post: Post) -> str:
    """`image: images/estonia.jpg, 1200 x 800: The square at dusk`; "" where there is none."""
    if post.image is None:
        return ""
    # As followers get it; on Telegram, which has no field for it, in the item's own language.
    alt = post.request["image"].get("alt") or next(iter(post.image.alt.values()))
    return f"image: {post.image.file}, {post.image.width} x {post.image.height}: {alt}"
