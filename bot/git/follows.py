"""Which branch of which remote the folder follows, as the setting `BANDITORE_CONTENT_GIT` says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ON = frozenset({"on", "yes", "true", "1"})
_OFF = frozenset({"", "off", "no", "false", "0"})
# As git names remotes and branches, and nothing that it could take for an option or a refspec.
_BRANCH = re.compile(r"(?P<remote>\w[\w.-]*)/(?P<branch>\w[\w./+-]*)")


@dataclass(frozen=True, slots=True)
class Follows:
    """A branch of a remote; both "" = whatever the branch that is checked out follows."""

    remote: str = ""
    branch: str = ""


def read_follows(text: str) -> Follows | None:
    """`on`, `off` (None), or `origin/main`. Raises ValueError for anything else."""
    text = text.strip()
    if text.lower() in _OFF:
        return None
    if text.lower() in _ON:
        return Follows()
    if (found := _BRANCH.fullmatch(text)) is None:
        raise ValueError("`on`, `off`, or a remote and a branch such as origin/main is wanted")
    return Follows(found["remote"], found["branch"])
