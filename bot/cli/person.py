"""Who orders something: the name that the ledger keeps beside the order."""

from __future__ import annotations

import getpass
import os
import socket
from typing import Annotated

import typer

ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who orders it; default: you, at this machine.")
]

# As many characters of a name as the ledger keeps.
_LONGEST = 128


def person(by: str = "") -> str:
    """`by`, or the user of this machine, as `anna@server`. Never fails: a pause must not."""
    if not by.strip():
        try:
            user = getpass.getuser()
        except (KeyError, OSError, ImportError):  # a container's user may have a number alone
            user = f"user-{os.getuid()}"
        by = f"{user}@{socket.gethostname()}"
    return by.strip()[:_LONGEST]
