"""What a bot may ask: who it is, what a chat is, what it may do there."""

from __future__ import annotations

from typing import Any

from bot.sandbox.places import Standing
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_shapes import Parameters, bot_json, chat_json, chat_of, refused


def get_me(_sandbox: Sandbox, token: str, _given: Parameters) -> Any:
    return bot_json(token) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def get_chat(sandbox: Sandbox, _token: str, given: Parameters) -> Any:
    chat = chat_of(sandbox, given)
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    return chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
        "has_protected_content": chat.is_protected,
    }


def get_chat_member(sandbox: Sandbox, token: str, given: Parameters) -> Any:
    chat = chat_of(sandbox, given)
    if str(given.get("user_id")) != token.partition(":")[0]:
        raise refused(400, "Bad Request: user not found")
    if chat.standing is Standing.STRANGER:
        raise refused(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    may_post = chat.standing is Standing.ADMIN
    rights = dict.fromkeys(
        ("can_post_messages", "can_edit_messages", "can_delete_messages", "can_post_stories"),
        may_post,
    )
    others = dict.fromkeys(
        (
            "can_be_edited",
            "is_anonymous",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    )
    who = {"status": "administrator", "user": bot_json(token), "can_manage_chat": True}
    return who | rights | others


def get_updates(_sandbox: Sandbox, _token: str, _given: Parameters) -> Any:
    return []
