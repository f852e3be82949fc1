"""English words that say nothing about where a link leads."""

from __future__ import annotations

VAGUE = (
    "click here",
    "clicking here",
    "click the link",
    "click on the link",
    "click this link",
    "follow this link",
    "at this link",
    "the following link",
    "the link below",
    "read more here",
)
