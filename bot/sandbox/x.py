"""The part of the X API v2 that banditore uses, with the refusals of the real one.

Shapes and rates: https://docs.x.com/x-api. Like the real one it wraps links in addresses of its own
and escapes `&`, `<` and `>` in the texts it gives back; followers see the text as it was written.
"""

from __future__ import annotations

import hashlib
import html
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.model import Platform
from bot.core.text import x as count
from bot.sandbox import x_media
from bot.sandbox.answers import Answer, Refused
from bot.sandbox.markup import Entity, Parsed, utf16, with_found_links
from bot.sandbox.oauth1 import is_signed, read_header
from bot.sandbox.places import Account, Taken
from bot.sandbox.rates import Standing
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.x_shapes import Asked, invalid, problem

HOST = "https://api.twitter.com"  # what clients sign, wherever the request then goes
_ALSO = "https://api.x.com"


def account_of(sandbox: Sandbox, asked: Asked) -> Account | None:
    """Whose credentials are these, valid or not?"""
    scheme, _, rest = asked.authorization.partition(" ")
    if scheme.lower() == "bearer":
        return sandbox.account_of_bearer(rest.strip())
    oauth = read_header(asked.authorization)
    return sandbox.account_of_token(oauth.get("oauth_token", "")) if oauth else None


def answer(sandbox: Sandbox, asked: Asked) -> Answer:
    """Do what was asked, or refuse it; every answer to a known user tells where its rate stands."""
    account = account_of(sandbox, asked)
    if account is None or not _is_proven(sandbox, asked, account):
        return problem(401, "Unauthorized", "Unauthorized")
    standing = sandbox.limits.x[asked.call].draw(account.handle, sandbox.now())
    headers = rate_headers(standing)
    if standing.is_over:
        return replace(problem(429, "Too Many Requests", "Too Many Requests"), headers=headers)
    try:
        given = CALLS[asked.call](sandbox, account, asked)
    except Refused as refused:
        given = refused.answer
    return replace(given, headers=headers)


def rate_headers(standing: Standing) -> dict[str, str]:
    """The `x-rate-limit-*` headers; the reset is in seconds since 1970."""
    return {
        "x-rate-limit-limit": str(standing.limit),
        "x-rate-limit-remaining": str(standing.remaining),
        "x-rate-limit-reset": str(int(standing.reset.timestamp())),
    }


def _is_proven(sandbox: Sandbox, asked: Asked, account: Account) -> bool:
    oauth = read_header(asked.authorization)
    if oauth is None:  # a bearer token proves itself
        return True
    once = (oauth.get("oauth_token", ""), oauth.get("oauth_nonce", ""))
    if oauth.get("oauth_consumer_key") != account.consumer_key or once in sandbox.nonces:
        return False
    signed = any(
        is_signed(
            oauth,
            method=asked.method,
            url=host + asked.path,
            parameters=asked.query,
            consumer_secret=account.consumer_secret,
            token_secret=account.access_token_secret,
        )
        for host in (HOST, _ALSO)
    )
    if signed:
        sandbox.nonces.add(once)
    return signed


# --- posts --------------------------------------------------------------------------------------


def _create(sandbox: Sandbox, account: Account, asked: Asked) -> Answer:
    text, media = _text_and_media(asked.body)
    pictures = [x_media.picture_of(sandbox, account, one) for one in media]
    if unknown := [one for one, found in zip(media, pictures, strict=True) if found is None]:
        raise invalid("media.media_ids", unknown, "Your media IDs are invalid.")
    if count.weighted_length(text) > count.LIMIT:
        raise Refused(problem(403, "Forbidden", "Your Tweet text is too long."))
    if any(post.text == text for post in sandbox.of(Platform.X, account.handle)):
        duplicate = "You are not allowed to create a Tweet with duplicate content."
        raise Refused(problem(403, "Forbidden", duplicate))
    number = sandbox.next_snowflake()
    taken = sandbox.publish(
        Taken(
            platform=Platform.X,
            channel=account.handle,
            id=number,
            at=sandbox.now(),
            text=text,
            entities=entities_of(text),
            request=asked.body,
            url=f"https://x.com/{account.handle}/status/{number}",
            photo=", ".join(media),
            pictures=tuple(picture for picture in pictures if picture is not None),
        )
    )
    data = {"id": number, "text": _wrapped(taken)[0], "edit_history_tweet_ids": [number]}
    return Answer(201, {"data": data}, took=True)


def _text_and_media(body: Any) -> tuple[str, list[str]]:
    if not isinstance(body, dict):
        raise invalid("", [], "Requests must contain a JSON object.")
    text, media = body.get("text", ""), body.get("media") or {}
    if not isinstance(text, str) or not isinstance(media, dict):
        raise invalid("text", [str(text)], "$.text: expected a string.")
    ids = [str(one) for one in media.get("media_ids") or ()]
    if not text.strip() and not ids:
        raise invalid("text", [text], "Requests must contain text, media or a poll.")
    return unicodedata.normalize("NFC", text), ids


def _delete(sandbox: Sandbox, account: Account, asked: Asked) -> Answer:
    post = sandbox.post(Platform.X, account.handle, asked.id)
    if post is None:
        raise Refused(problem(404, "Not Found", f"Could not find tweet with id: [{asked.id}]."))
    sandbox.replace(replace(post, deleted_at=sandbox.now()))
    return Answer(200, {"data": {"deleted": True}}, took=True)


def _me(_sandbox: Sandbox, account: Account, _asked: Asked) -> Answer:
    return Answer(
        200, {"data": {"id": account.id, "name": account.title, "username": account.handle}}
    )


def _timeline(sandbox: Sandbox, account: Account, asked: Asked) -> Answer:
    query = dict(asked.query)
    if asked.id != account.id:
        raise Refused(problem(403, "Forbidden", "The sandbox shows an account its own posts only."))
    size = query.get("max_results", "10")
    if not size.isdecimal() or not 5 <= int(size) <= 100:
        raise invalid(
            "max_results",
            [size],
            f"The `max_results` query parameter value [{size}] is not between 5 and 100",
        )
    since = query.get("since_id", "0")
    if not since.isdecimal():
        raise invalid(
            "since_id", [since], f"The `since_id` query parameter value [{since}] is not valid"
        )
    start = _instant(query.get("start_time", ""))
    posts = [
        post
        for post in sandbox.of(Platform.X, account.handle)
        if int(post.id) > int(since) and (start is None or post.at >= start)
    ]
    newest = posts[::-1][: int(size)]
    meta: dict[str, Any] = {"result_count": len(newest)}
    if not newest:
        return Answer(200, {"meta": meta})
    meta |= {"newest_id": newest[0].id, "oldest_id": newest[-1].id}
    if len(posts) > len(newest):
        meta["next_token"] = f"before-{newest[-1].id}"
    fields = set(query.get("tweet.fields", "").split(","))
    return Answer(200, {"data": [_tweet(post, fields) for post in newest], "meta": meta})


def _instant(written: str) -> datetime | None:
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        message = f"The `start_time` query parameter value [{written}] is not a valid RFC3339 date"
        raise invalid("start_time", [written], message)
    return at


def _tweet(post: Taken, fields: set[str]) -> dict[str, Any]:
    text, urls = _wrapped(post)
    tweet: dict[str, Any] = {"id": post.id, "text": text, "edit_history_tweet_ids": [post.id]}
    if "created_at" in fields:
        tweet["created_at"] = f"{post.at:%Y-%m-%dT%H:%M:%S}.{post.at.microsecond // 1000:03}Z"
    if "entities" in fields and urls:
        tweet["entities"] = {"urls": urls}
    return tweet


def entities_of(text: str) -> tuple[Entity, ...]:
    """What X makes clickable in a text: links by its own rules, and hashtags outside them."""
    links = [
        Entity("url", utf16(text[: link.start]), utf16(link.text), full_address(link.text))
        for link in count.links(text)
    ]
    every = with_found_links(Parsed(text, tuple(links))).entities
    return tuple(each for each in every if each.kind == "hashtag" or each in links)


def full_address(link: str) -> str:
    """Where a link leads that may have been written without its scheme."""
    return link if link.lower().startswith(("http://", "https://")) else f"http://{link}"


def _wrapped(post: Taken) -> tuple[str, list[dict[str, Any]]]:
    """The text as the API gives it back, and its links: https://t.co/… and what stands behind.

    The images of a post are a last link, which its author never wrote.
    """
    text, urls, position = "", [], 0
    for link in count.links(post.text):
        text += html.escape(post.text[position : link.start], quote=False)
        short = _short(post, link.start)
        bare = link.text.partition("://")[2] or link.text
        urls.append(
            {
                "start": len(text),
                "end": len(text) + len(short),
                "url": short,
                "expanded_url": full_address(link.text),
                "display_url": bare if len(bare) <= 26 else f"{bare[:26]}…",
            }
        )
        text, position = text + short, link.end
    text += html.escape(post.text[position:], quote=False)
    media = post.request.get("media") or {}
    if keys := media.get("media_ids"):
        short = _short(post, len(post.text))
        text += f" {short}" if text else short
        for key in keys:  # X lists the one link once for each image
            urls.append(
                {
                    "start": len(text) - len(short),
                    "end": len(text),
                    "url": short,
                    "expanded_url": f"{post.url}/photo/1",
                    "display_url": f"pic.x.com/{short.rpartition('/')[2]}",
                    "media_key": f"3_{key}",
                }
            )
    return text, urls


def _short(post: Taken, place: int) -> str:
    return "https://t.co/" + hashlib.sha256(f"{post.id} {place}".encode()).hexdigest()[:10]


CALLS = {
    "POST /2/tweets": _create,
    "DELETE /2/tweets/:id": _delete,
    "GET /2/users/me": _me,
    "GET /2/users/:id/tweets": _timeline,
    "POST /2/media/upload": x_media.upload,
    "POST /2/media/metadata": x_media.describe,
}
