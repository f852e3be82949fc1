"""Takes to the other addresses that admins gave what the chat does not take: mail, other chats, webhooks."""

from __future__ import annotations

from bot.desk.apprise import Apprise
from bot.desk.message import Message
from bot.desk.mouth import Place, Sent
from bot.ledger import Alert


class Letters:
    """A mouth without buttons: what went out stays as it is, and names commands."""

    has_buttons = False

    def __init__(self, apprise: Apprise) -> None:
        self._apprise = apprise

    async def tell(self, _place: Place, message: Message, _alert: Alert | None) -> Sent | str:
        """See `Mouth.tell`."""
        told = await self._apprise.tell(message.title, message.text)
        return Sent() if told.is_out else "; ".join(told.faults)

    async def change(self, _sent: Sent, _message: Message, _alert: Alert | None) -> str:
        """A letter can't be changed."""
        return ""
