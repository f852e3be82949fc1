"""Where the desk is served, as an admin writes it: of this machine alone, unless a host is written out."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


class Address(NamedTuple):
    """A host and a TCP port; port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(text: str) -> Address:
    """`127.0.0.1:8080`, `[::1]:8080`, or `8080` for this machine alone. Raises ValueError."""
    text = text.strip()
    if text.removeprefix(":").isdecimal():
        text = f"{LOOPBACK}:{text.removeprefix(':')}"
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.port is None or parts.netloc != text or "@" in text:
        raise ValueError("a host and a port such as 127.0.0.1:8080 are wanted")
    return Address(parts.hostname, parts.port)
