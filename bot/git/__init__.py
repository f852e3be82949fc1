"""content.git: brings the folder of staff's files up to date from git, and never does anything but fast-forward it.

It merges nothing, commits nothing, pushes nothing and takes nobody's changes back. What is in its way is told.
"""

from bot.git.follows import Follows, read_follows
from bot.git.pull import PATIENCE, Pull
from bot.git.stuck import Stuck, Why

__all__ = ["PATIENCE", "Follows", "Pull", "Stuck", "Why", "read_follows"]
