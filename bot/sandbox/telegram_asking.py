"""What a bot may ask: who it is, what a chat is, what it and others may do there."""

from __future__ import annotations

from typing import Any

from bot.sandbox.people import Membership, User
from bot.sandbox.places import Chat, Standing
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.telegram_messages import chat_json, user_json
from bot.sandbox.telegram_shapes import Parameters, bot_of, chat_of, refused, shut_out


def get_me(_sandbox: Sandbox, token: str, _given: Parameters) -> Any:
    return user_json(bot_of(token)) | {
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
    if chat.standing is Standing.STRANGER:
        raise shut_out(chat)
    asked = str(given.get("user_id", ""))
    if asked == token.partition(":")[0]:
        return _bot_in(chat, bot_of(token))
    user = sandbox.user(asked)
    if user is None:
        raise refused(400, "Bad Request: user not found")
    status = sandbox.membership(chat, user)
    who: dict[str, Any] = {"status": status, "user": user_json(user)}
    match status:
        case Membership.CREATOR:
            return who | {"is_anonymous": False}
        case Membership.ADMINISTRATOR:
            return who | _rights(may_post=True)
        case Membership.KICKED:
            return who | {"until_date": 0}
        case Membership.MEMBER | Membership.LEFT:
            return who


def _bot_in(chat: Chat, bot: User) -> dict[str, Any]:
    """The bot's own standing; a channel has no members but admins, a group may silence one."""
    may_post = chat.standing is Standing.ADMIN
    who: dict[str, Any] = {"user": user_json(bot)}
    if chat.kind == "private":
        return who | {"status": "member"}
    if chat.kind == "channel" or may_post:
        return who | {"status": "administrator"} | _rights(may_post=may_post)
    return who | {"status": "restricted", "is_member": True, "until_date": 0} | _NO_PERMISSIONS


_NO_PERMISSIONS = dict.fromkeys(
    (
        "can_send_messages",
        "can_send_audios",
        "can_send_documents",
        "can_send_photos",
        "can_send_videos",
        "can_send_video_notes",
        "can_send_voice_notes",
        "can_send_polls",
        "can_send_other_messages",
        "can_add_web_page_previews",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
        "can_edit_tag",
        "can_react_to_messages",
    ),
    False,
)


def _rights(*, may_post: bool) -> dict[str, bool]:
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
    return {"can_manage_chat": True} | rights | others
