"""The page that Telegram shows of a public channel, as https://t.me/s/<name> is built: what followers see of it.

Element names and classes are those of the real page as far as a reader of it needs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from html import escape
from urllib.parse import quote

from bot.core.model import Platform
from bot.core.text.x import EMOJI
from bot.sandbox.answers import Answer
from bot.sandbox.cards import Piece, card_of
from bot.sandbox.places import Chat, Taken
from bot.sandbox.sandbox import Sandbox

CALL = "GET /s/:name"
ON_A_PAGE = 20

_PAGE = """<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>{title} – Telegram</title></head>
<body class="widget_frame_base tgme_webpreview emoji_image no_transition">
<main class="tgme_main"><section class="tgme_channel_history js-message_history">
{messages}
</section></main>
</body>
</html>
"""

_MESSAGE = """<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{name}/{number}">
<div class="tgme_widget_message_bubble">
<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" \
href="https://t.me/{name}"><span dir="auto">{title}</span></a></div>
{photo}<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info \
short js-message_info"><span class="tgme_widget_message_views">1</span><span \
class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/{name}/{number}">\
<time datetime="{at}" class="time">{clock}</time></a></span></div></div>
</div></div></div>"""

_PHOTO = '<a class="tgme_widget_message_photo_wrap" href="https://t.me/{name}/{number}"></a>\n'


def channel_of(sandbox: Sandbox, name: str) -> Chat | None:
    """The public channel of a name; nothing else has a page."""
    chat = sandbox.chat(f"@{name}")
    return chat if chat is not None and chat.kind == "channel" else None


def answer(sandbox: Sandbox, name: str, query: Mapping[str, str]) -> Answer:
    """The channel's latest messages, or those `before` or `after` a number; elsewhere where it has none."""
    chat = channel_of(sandbox, name)
    if chat is None:
        return Answer(302, "", {"location": f"/{quote(name)}"}, media_type="text/html")
    posts = sandbox.of(Platform.TELEGRAM, chat.address)
    before, after = query.get("before", ""), query.get("after", "")
    if before.isdecimal():
        posts = [post for post in posts if int(post.id) < int(before)]
    if after.isdecimal():
        shown = [post for post in posts if int(post.id) > int(after)][:ON_A_PAGE]
    else:
        shown = posts[-ON_A_PAGE:]
    messages = "\n".join([_message(chat, post) for post in shown])
    page = _PAGE.format(title=escape(chat.name), messages=messages)
    return Answer(200, page, media_type="text/html")


def _message(chat: Chat, post: Taken) -> str:
    known = {"name": escape(chat.username), "number": post.id}
    return _MESSAGE.format(
        **known,
        title=escape(chat.name),
        photo=_PHOTO.format(**known) if post.photo else "",
        text=_html(card_of(post, "", "en", UTC).pieces),
        at=post.at.astimezone(UTC).isoformat(timespec="seconds"),
        clock=f"{post.at.astimezone(UTC):%H:%M}",
    )


def _html(pieces: Sequence[Piece]) -> str:
    return "".join([_element(piece) for piece in pieces])


def _element(piece: Piece) -> str:
    inside = _html(piece.pieces) if piece.pieces else _written(piece.text)
    match piece.tag:
        case "a":
            return f'<a href="{escape(piece.href)}" target="_blank" rel="noopener">{inside}</a>'
        case "mark":
            return f'<a href="?q={quote(piece.text)}">{inside}</a>'
        case "span" if piece.look == "spoiler":
            return f"<tg-spoiler>{inside}</tg-spoiler>"
        case "span" if piece.look == "quote":
            return f"<blockquote>{inside}</blockquote>"
        case "" | "span":
            return inside
        case tag:
            return f"<{tag}>{inside}</{tag}>"


def _written(text: str) -> str:
    """Text as the page writes it: each emoji in an element of its own, each line's end as a break."""
    return EMOJI.sub(
        lambda emoji: f'<i class="emoji"><b>{emoji[0]}</b></i>', escape(text, quote=True)
    ).replace("\n", "<br/>")
