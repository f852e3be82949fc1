"""What staff may write, key by key, as text not yet read. The table of every file format of banditore."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from bot.core.model import Lookup, OnLimit, Platform, Preview, Status, TagFamily
from bot.load.shape import Shape

# --- content/*.yaml -----------------------------------------------------------------------------


class WrittenWords(Shape):
    """A translation. What it leaves out of `where` and `link` is the item's."""

    title: str = ""
    summary: str = ""
    where: str = ""
    link: str = ""
    when: str = ""


class WrittenText(Shape):
    """The words of a whole post, for a platform on which ours will not do."""

    x: str = ""
    telegram: str = ""


class WrittenTranslation(WrittenWords):
    """A translation of a whole item, and of what can be seen in its image."""

    alt: str = ""
    text: WrittenText | None = None


class WrittenImage(Shape):
    file: str = ""  # its path inside the content folder
    alt: str = ""  # what can be seen in it, for those who don't see it
    in_caption: bool = (
        False  # it says what the text does not: Telegram, which has no alt, tells it too
    )


class WrittenEntry(Shape):
    """One of the several events of an item."""

    id: str = ""
    when: str = ""
    title: str = ""
    summary: str = ""
    where: str = ""
    link: str = ""
    translations: dict[str, WrittenWords] = Field(default_factory=dict)


class WrittenItem(Shape):
    id: str = ""
    status: Status = Status.DRAFT
    title: str = ""
    when: str = ""
    where: str = ""
    summary: str = ""
    link: str = ""
    contact: str = ""
    language: str = ""  # "" = the file's
    edition: int = 1
    schedule: str = ""
    channels: tuple[str, ...] = ()
    essential: bool = False
    announce_on: tuple[str, ...] = ()  # 2021-05-03, or 2021-05-03 at 10:00
    tags: tuple[str, ...] = ()
    translations: dict[str, WrittenTranslation] = Field(default_factory=dict)
    dates: tuple[WrittenEntry, ...] = ()
    image: WrittenImage | None = None
    text: WrittenText | None = None


class WrittenContent(Shape):
    year: int | None = None  # else the file's name tells: 2021-05.yaml
    month: int | None = None
    link: str = ""  # for items without their own
    language: str = ""
    items: tuple[WrittenItem, ...] = ()


# --- schedules/*.yaml ---------------------------------------------------------------------------


class WrittenHours(Shape):
    days: str | tuple[str, ...] = ""  # mon-fri, or daily, or [mon, wed, fri]
    opens: str = Field("", alias="from")
    closes: str = Field("", alias="to")


class WrittenBlackout(Shape):
    start: str = Field("", alias="from")
    end: str = Field("", alias="to")  # "" = that one day
    reason: str = ""
    exception: str = Field("", alias="except")


class WrittenSilence(Shape):
    days: str | tuple[str, ...] = ""  # as of the hours; also 05-04, a day of each year
    begins: str = Field("", alias="from")
    ends: str = Field("", alias="to")
    reason: str = ""


class WrittenSchedule(Shape):
    timezone: str = ""
    announce: tuple[str, ...] = ()
    each_date: tuple[str, ...] = ()
    hours: WrittenHours | None = None
    holidays: str | tuple[str, ...] = ""  # IT-TO, or IT, or none, or days, or a list of them
    gap: str = "30 minutes"
    per_day: int = 3
    blackouts: tuple[WrittenBlackout, ...] = ()
    silences: tuple[WrittenSilence, ...] = ()
    round_up: str = ""  # mon at 09:00; "" = none


class WrittenCampaign(Shape):
    family: TagFamily | None = None
    hosts: tuple[str, ...] = ()
    source: str = ""  # "" = the channel's name
    medium: str = ""  # "" = social
    name: str = ""  # "" = the id of each item


class WrittenQuiet(Shape):
    begins: str = Field("", alias="from")
    ends: str = Field("", alias="to")


class WrittenBudget(Shape):
    month: str = ""  # US dollars, as are all prices
    on_limit: OnLimit = OnLimit.HOLD


class Publish(StrEnum):
    """Who sends the posts of a channel: we do, or a person to whom we hand the finished text."""

    AUTOMATIC = "automatic"
    ASSISTED = "assisted"


class WrittenChannel(Shape):
    platform: Platform | None = None
    chat: str = ""  # of telegram
    account: str = ""  # of x
    language: str = ""
    schedule: str = ""
    test: bool = False
    campaign: WrittenCampaign | None = None
    template: str = ""  # of its posts; "" = ours
    preview: Preview | None = None  # of telegram, as is the next; None = below
    silent: WrittenQuiet | None = None
    publish: Publish = Publish.AUTOMATIC
    lookup: Lookup | None = None  # None = timeline on x, none on telegram
    budget: WrittenBudget | None = None  # of x; None = no limit


class WrittenXPrices(Shape):
    """What X takes; "" = the price that we know."""

    post: str = ""
    post_with_link: str = ""
    alt_text: str = ""
    own_post_read: str = ""


class WrittenPrices(Shape):
    x: WrittenXPrices = Field(default_factory=WrittenXPrices)


class WrittenAdmins(Shape):
    members: dict[str, str] = Field(default_factory=dict)  # who may order: Telegram's id -> name
    language: str = ""  # "" = it
    tomorrow: str = ""  # a clock time, or never; "" = 15:00


class WrittenChannels(Shape):
    channels: dict[str, WrittenChannel] = Field(default_factory=dict)
    prices: WrittenPrices = Field(default_factory=WrittenPrices)
    admin_chat: str = ""  # of telegram; "" = none
    admins: WrittenAdmins = Field(default_factory=WrittenAdmins)
