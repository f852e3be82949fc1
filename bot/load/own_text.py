"""Texts of staff's own, which stand for ours on a platform: read with their lines, counted with their link.

What else a post adds (its lead, and dates that the text does not name) is counted when posts are set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from bot.core.kinds import Kind
from bot.core.model import Platform
from bot.core.said import said
from bot.core.text import telegram, x
from bot.load.nodes import Mapped, is_literal
from bot.load.phrase import in_paragraphs
from bot.load.report import Report
from bot.load.schema import WrittenText
from bot.load.tone import warn_of_text


def texts_of(
    written: WrittenText, node: Mapped, language: str, link: str, report: Report
) -> Mapping[Platform, str]:
    """The texts under `text` in `node`, by platform; too long ones are told with their count."""
    place = node.mapped("text")
    found: dict[Platform, str] = {}
    for platform, text in ((Platform.TELEGRAM, written.telegram), (Platform.X, written.x)):
        if not text.strip():
            continue
        at = place.inner[platform]
        post = in_paragraphs(text, keeps_lines=is_literal(at))
        length, limit = _counted(platform, post, link)
        if length > limit:
            report.error(
                at,
                Kind.TOO_LONG,
                said(
                    "{length} long, {platform} takes {limit}",
                    length=length,
                    platform=platform,
                    limit=limit,
                ),
                said(
                    "{many} too many, its link counted: a text of your own is never cut",
                    many=length - limit,
                ),
            )
        # a link that is meant is no accident
        meant = post.replace(link, "-" * len(link)) if link else post
        warn_of_text(meant, "text", at, language, report)
        found[platform] = post
    return found


def _counted(platform: Platform, text: str, link: str) -> tuple[int, int]:
    """The length of `text` as its platform counts it, and the limit; on X with the link that it lacks,
    which on Telegram stands behind a few words."""
    match platform:
        case Platform.TELEGRAM:
            return telegram.length(text), telegram.LIMIT
        case Platform.X:
            whole = f"{text}\n\n{link}" if link and link not in text.split() else text
            return x.weighted_length(whole), x.LIMIT
        case _ as never:
            assert_never(never)
