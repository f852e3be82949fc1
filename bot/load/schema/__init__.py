"""What staff may write, key by key, as text not yet read. The table of every file format of banditore."""

from __future__ import annotations

from bot.load.schema.channels import (
    Publish,
    WrittenAdmins,
    WrittenBudget,
    WrittenCampaign,
    WrittenChannel,
    WrittenChannels,
    WrittenPrices,
    WrittenQuiet,
    WrittenXPrices,
)
from bot.load.schema.content import (
    WrittenContent,
    WrittenEntry,
    WrittenImage,
    WrittenItem,
    WrittenText,
    WrittenTranslation,
    WrittenWords,
)
from bot.load.schema.schedule import (
    WrittenBlackout,
    WrittenHours,
    WrittenSchedule,
    WrittenSilence,
)

__all__ = [
    "Publish",
    "WrittenAdmins",
    "WrittenBlackout",
    "WrittenBudget",
    "WrittenCampaign",
    "WrittenChannel",
    "WrittenChannels",
    "WrittenContent",
    "WrittenEntry",
    "WrittenHours",
    "WrittenImage",
    "WrittenItem",
    "WrittenPrices",
    "WrittenQuiet",
    "WrittenSchedule",
    "WrittenSilence",
    "WrittenText",
    "WrittenTranslation",
    "WrittenWords",
    "WrittenXPrices",
]
