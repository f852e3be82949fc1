"""The admin chat: the bot tells people what needs them, and they press and order."""
