"""The page that shows the channels as followers would see them, and the chats of people with the bot.

Where the sandbox is playable, one may press the bot's buttons there and write to it, by plain forms.
No script, nothing from another host.
"""

from __future__ import annotations

from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.core.model import Platform
from bot.sandbox.bodies import body_of
from bot.sandbox.columns import columns, slug_of
from bot.sandbox.page_words import WORDS, language_of
from bot.sandbox.people import User
from bot.sandbox.places import Chat
from bot.sandbox.sandbox import Sandbox

# Who writes and presses on the page.
VISITOR = User(900_000_001, "Ospite", username="ospite")

# Real seconds that a press or a message waits for what the bot does, so that the next page shows it.
PATIENCE = 2.0


def routes(sandbox: Sandbox, zone: ZoneInfo = ZoneInfo("Europe/Rome")) -> list[Route]:  # noqa: B008
    """`/`, its style sheet, the images of posts, its forms; days and times are those of `zone`."""
    environment = Environment(
        loader=PackageLoader("bot.sandbox"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("feed.html")
    style = files("bot.sandbox").joinpath("static/feed.css").read_text(encoding="utf-8")
    headers = _headers(is_playable=sandbox.is_playable)

    async def feed(request: Request) -> Response:
        language = language_of(request)
        chosen = request.query_params.get("channel", "")
        shown = columns(sandbox, language=language, zone=zone, chosen=chosen)
        page = template.render(
            title=sandbox.title,
            language=language,
            other=next(name for name in WORDS if name != language),
            words=WORDS[language],
            zone=zone.key,
            columns=shown,
            total=sum(column.count for column in shown),
            is_playable=sandbox.is_playable,
        )
        return HTMLResponse(page, headers=headers | {"content-language": language})

    async def feed_style(_request: Request) -> Response:
        return Response(style, media_type="text/css", headers=headers)

    async def image(request: Request) -> Response:
        kept = sandbox.images.of(request.path_params["sha256"])
        if kept is None:
            return Response(status_code=404, headers=headers)
        media_type, content = kept
        return Response(content, media_type=media_type, headers=headers)

    async def act(request: Request) -> Response:
        """A press, where the form names a button, else a message; then back to the chat."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return Response(status_code=403, headers=headers)
        given = await body_of(request)
        given = given if isinstance(given, dict) else {}
        chat = sandbox.chat(str(given.get("chat", "")))
        if chat is None:
            return Response(status_code=404, headers=headers)
        try:
            number = await _acted(sandbox, chat, given)
        except (KeyError, ValueError):
            number = ""  # the button went meanwhile, or nothing was written: the page shows what is
        slug, language = slug_of(chat), language_of(request)
        anchor = f"#{slug}-{number}" if number else ""
        back = f"/?channel={slug}&lang={language}{anchor}"
        return RedirectResponse(back, status_code=303, headers=headers)

    playing = [Route("/play", act, methods=["POST"])] if sandbox.is_playable else []
    return [
        Route("/", feed),
        Route("/feed.css", feed_style),
        Route("/image/{sha256}", image),
        *playing,
    ]


async def _acted(sandbox: Sandbox, chat: Chat, given: dict[str, str]) -> str:
    """Do what the form says and give the bot a moment; the number of the message to look at."""
    changes = len(sandbox.posts)
    if not given.get("button"):
        sandbox.say(chat.id, VISITOR, given.get("text", ""))
        await sandbox.stir.until(lambda: len(sandbox.posts) > changes + 1, PATIENCE)
        return sandbox.of(Platform.TELEGRAM, chat.address)[-1].id
    row, _, column = given["button"].partition("-")
    place = (int(row), int(column))
    update = sandbox.press(chat.id, int(given.get("message", "")), VISITOR, place)
    await sandbox.stir.until(lambda: bool(sandbox.presses[update.callback_id].shown), PATIENCE)
    return update.message.id


def _headers(*, is_playable: bool) -> dict[str, str]:
    """Strict, because posts hold whatever a client sent: nothing runs, nothing is fetched but the style."""
    forms = "'self'" if is_playable else "'none'"
    return {
        "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"base-uri 'none'; form-action {forms}; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
