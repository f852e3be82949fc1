"""A mail server on a real socket that takes whatever it is given and keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message


@dataclass
class MailServer:
    port: int = 0
    mails: list[Message] = field(default_factory=list)
    takes: bool = True  # does it take what is sent?
    is_silent: bool = False  # does it keep its greeting to itself?

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The part of RFC 5321 that a client needs to get rid of a mail."""
        try:
            if not self.is_silent:
                await self._converse(reader, writer)
            else:
                await reader.read()
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org\r\n")
        while line := await reader.readline():
            match line.split()[0].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append(message_from_bytes(raw))
                    writer.write(b"250 taken\r\n" if self.takes else b"554 no\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    writer.write(b"250 yes\r\n")


@asynccontextmanager
async def serving_mail(mail: MailServer) -> AsyncIterator[MailServer]:
    server = await asyncio.start_server(mail.serve, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
