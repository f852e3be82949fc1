"""A remote, the desk of somebody who pushes to it, and the working tree of a server: three real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Repository:
    """`far` is bare; staff commit at `desk` and push; `here` is the server's."""

    def __init__(self, folder: Path) -> None:
        self.far, self.desk, self.here = folder / "far.git", folder / "desk", folder / "here"
        self.git(folder, "init", "-q", "--bare", "-b", "main", str(self.far))
        self.git(folder, "clone", "-q", str(self.far), str(self.desk))
        self.git(self.desk, "switch", "-q", "-c", "main")
        self.push("one", {"content/a.yaml": "one\n"})
        self.git(folder, "clone", "-q", str(self.far), str(self.here))

    def git(self, folder: Path, *words: str) -> str:
        who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"]
        command = ["git", *who, "-C", str(folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, folder: Path, message: str, files: dict[str, str | None]) -> str:
        """The commit that writes `files`, or deletes those that have no text."""
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text, encoding="utf-8")
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-q", "-m", message)
        return self.git(folder, "rev-parse", "HEAD")

    def push(self, message: str, files: dict[str, str | None], *options: str) -> str:
        made = self.commit(self.desk, message, files)
        self.git(self.desk, "push", "-q", *options, "origin", "HEAD:main")
        return made

    def read(self, name: str = "content/a.yaml") -> str:
        return (self.here / name).read_text(encoding="utf-8")


def below(pid: int) -> list[int]:
    """All processes that a process started, and those that these did."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *below(child)]
    return found
