"""What may stand in schedules/channels.yaml: where the crier speaks, and who looks after it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.core.model import Lookup, OnLimit, Platform, Preview, TagFamily
from bot.core.said import said
from bot.load.phrase import LANGUAGES
from bot.load.schema.meaning import AMOUNT, CLOCK, NUMBER, Meaning
from bot.load.shape import Shape


class WrittenCampaign(Shape):
    family: Annotated[
        TagFamily | None,
        Meaning(said("Whose names the tags have: utm, or mtm for Matomo."), needed=True),
    ] = None
    hosts: Annotated[
        tuple[str, ...],
        Meaning(
            said("Only links to these sites get tags, such as [comune.torino.it]."), needed=True
        ),
    ] = ()
    source: Annotated[str, Meaning(said("Left out, it is the channel's name."))] = ""
    medium: Annotated[str, Meaning(said("Left out, it is social."))] = ""
    name: Annotated[
        str, Meaning(said("That of the campaign; left out, it is the id of each item."))
    ] = ""


class WrittenQuiet(Shape):
    begins: Annotated[
        str,
        Meaning(
            said('From when on posts make no sound, such as "20:00".'),
            needed=True,
            pattern=CLOCK,
            types=NUMBER,
        ),
    ] = Field("", alias="from")
    ends: Annotated[
        str,
        Meaning(
            said('From when on they do again, such as "08:00", the next morning.'),
            needed=True,
            pattern=CLOCK,
            types=NUMBER,
        ),
    ] = Field("", alias="to")


class WrittenBudget(Shape):
    month: Annotated[
        str,
        Meaning(
            said("US dollars for a calendar month, with a point: 10.00."),
            needed=True,
            pattern=AMOUNT,
            types=NUMBER,
            least=0,
            most=100_000,
        ),
    ] = ""
    on_limit: Annotated[
        OnLimit,
        Meaning(
            said(
                "A post for which too little is left: hold keeps it, without-link sends it without."
            )
        ),
    ] = OnLimit.HOLD


class Publish(StrEnum):
    """Who sends the posts of a channel: we do, or a person to whom we hand the finished text."""

    AUTOMATIC = "automatic"
    ASSISTED = "assisted"


class WrittenChannel(Shape):
    platform: Annotated[
        Platform | None, Meaning(said("Where it is: telegram or x."), needed=True)
    ] = None
    chat: Annotated[
        str,
        Meaning(
            said('The chat on Telegram: "@its_name", or its number, which begins with -100.'),
            pattern="(@[A-Za-z][A-Za-z0-9_]{3,31}|-100[0-9]{5,})",
            types=NUMBER,
        ),
    ] = ""
    account: Annotated[
        str,
        Meaning(
            said("The account on X, the name after the '@', such as torinonelmondo."),
            pattern="@?[A-Za-z0-9_]{1,15}",
        ),
    ] = ""
    language: Annotated[
        str,
        Meaning(
            said("It gets the items that have this language: it or en."),
            needed=True,
            words=LANGUAGES,
        ),
    ] = ""
    schedule: Annotated[
        str,
        Meaning(
            said("A file of schedules/, without .yaml: its hours, and the ladder of most items."),
            needed=True,
        ),
    ] = ""
    test: Annotated[
        bool,
        Meaning(said("true: 'banditore preview --test' sends posts here, to see how they look.")),
    ] = False
    campaign: Annotated[
        WrittenCampaign | None,
        Meaning(
            said("Tags in links, for a site's statistics: {family: utm, hosts: [example.org]}.")
        ),
    ] = None
    template: Annotated[
        str,
        Meaning(
            said("How posts are set, where ours will not do, after '|': {{ title }}, {{ dates }}.")
        ),
    ] = ""
    preview: Annotated[
        Preview | None,
        Meaning(said("Where Telegram shows a link's preview: below (if left out), above or none.")),
    ] = None
    silent: Annotated[
        WrittenQuiet | None,
        Meaning(
            said('Hours in which posts make no sound on Telegram: {from: "20:00", to: "08:00"}.')
        ),
    ] = None
    publish: Annotated[
        Publish,
        Meaning(
            said("Who sends the posts: automatic, the crier; assisted, a person with its text.")
        ),
    ] = Publish.AUTOMATIC
    lookup: Annotated[
        Lookup | None,
        Meaning(
            said(
                "How a post in doubt is looked for: timeline or none on X, forwards, page or none on "
                "Telegram."
            )
        ),
    ] = None
    budget: Annotated[
        WrittenBudget | None,
        Meaning(
            said("What posts on X may cost: {month: 10.00, on_limit: hold}; left out, no limit.")
        ),
    ] = None


class WrittenXPrices(Shape):
    """What X takes; "" = the price that we know."""

    post: Annotated[
        str, Meaning(said("Of a post without a link, such as 0.015."), pattern=AMOUNT, types=NUMBER)
    ] = ""
    post_with_link: Annotated[
        str, Meaning(said("Of a post with a link, such as 0.200."), pattern=AMOUNT, types=NUMBER)
    ] = ""
    alt_text: Annotated[
        str,
        Meaning(said("Of an image's description, such as 0.005."), pattern=AMOUNT, types=NUMBER),
    ] = ""
    own_post_read: Annotated[
        str,
        Meaning(
            said("Of each of our own posts that is looked at, such as 0.001."),
            pattern=AMOUNT,
            types=NUMBER,
        ),
    ] = ""


class WrittenPrices(Shape):
    x: Annotated[
        WrittenXPrices, Meaning(said("What X takes, where it is no longer what is known here."))
    ] = Field(default_factory=WrittenXPrices)


class WrittenAdmins(Shape):
    members: Annotated[
        dict[str, str],
        Meaning(
            said(
                'Who may order in the admin chat, by number on Telegram: {"123456789": Anna Rossi}.'
            ),
            names="^[0-9]{5,16}$",
        ),
    ] = Field(default_factory=dict)
    language: Annotated[
        str, Meaning(said("In which they are spoken to: it (if left out) or en."), words=LANGUAGES)
    ] = ""
    tomorrow: Annotated[
        str,
        Meaning(
            said('When they are shown the next working day: "15:00" (if left out), or never.'),
            pattern=f"(never|{CLOCK})",
            types=NUMBER,
        ),
    ] = ""


class WrittenChannels(Shape):
    channels: Annotated[
        dict[str, WrittenChannel],
        Meaning(
            said("Each by its name, such as telegram-it, which the ledger knows it by."),
            needed=True,
            names="^[a-z0-9-]+$",
        ),
    ] = Field(default_factory=dict)
    prices: Annotated[
        WrittenPrices,
        Meaning(said("What posts cost, in US dollars: {x: {post_with_link: 0.200}}.")),
    ] = Field(default_factory=WrittenPrices)
    admin_chat: Annotated[
        str,
        Meaning(
            said('The Telegram chat of those who look after the crier: "@its_name" or its number.'),
            pattern="(@[A-Za-z][A-Za-z0-9_]{3,31}|-?[0-9]{5,})",
            types=NUMBER,
        ),
    ] = ""
    admins: Annotated[
        WrittenAdmins,
        Meaning(said("Who may order in the admin chat, and how they are spoken to.")),
    ] = Field(default_factory=WrittenAdmins)
