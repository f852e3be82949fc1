"""What may stand in content/*.yaml: the items of a newsletter."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.core.model import Status
from bot.core.said import said
from bot.load.phrase import FIRST_YEAR, LANGUAGES, LAST_YEAR
from bot.load.schema.meaning import CLOCK, DAY, LINK, WORD, Meaning
from bot.load.shape import Shape

_ID = "[a-z0-9]+(-[a-z0-9]+)*"
_IN_LANGUAGES = f"^({'|'.join(LANGUAGES)})$"


class WrittenWords(Shape):
    """A translation. What it leaves out of `where` and `link` is the item's."""

    title: Annotated[str, Meaning(said("The title in this language, in one line."))] = ""
    summary: Annotated[
        str, Meaning(said("The summary in this language, its heart in the first sentence."))
    ] = ""
    where: Annotated[
        str, Meaning(said("The place in this language; left out, it is the item's."))
    ] = ""
    link: Annotated[
        str,
        Meaning(
            said("The page in this language; left out, it is the item's."),
            pattern=LINK,
            types=WORD,
        ),
    ] = ""
    when: Annotated[
        str, Meaning(said("The same dates, where posts should word them otherwise than they do."))
    ] = ""


class WrittenText(Shape):
    """The words of a whole post, for a platform on which ours will not do."""

    x: Annotated[
        str, Meaning(said("The whole post on X: 280 as X counts, its link among them, never cut."))
    ] = ""
    telegram: Annotated[
        str,
        Meaning(said("The whole post on Telegram, in plain text; after '|' its lines are kept.")),
    ] = ""


class WrittenTranslation(WrittenWords):
    """A translation of a whole item, and of what can be seen in its image."""

    title: Annotated[
        str, Meaning(said("The title in this language, in one line."), needed=True)
    ] = ""
    alt: Annotated[str, Meaning(said("What can be seen in the image, in this language."))] = ""
    text: Annotated[
        WrittenText | None, Meaning(said("The words of the whole post in this language."))
    ] = None


class WrittenImage(Shape):
    file: Annotated[
        str,
        Meaning(
            said("Its path inside the content folder, such as images/estonia.jpg; JPEG or PNG."),
            needed=True,
        ),
    ] = ""
    alt: Annotated[
        str,
        Meaning(
            said("What can be seen in it, for those who don't see it: dancers on the main square."),
            needed=True,
        ),
    ] = ""
    in_caption: Annotated[
        bool,
        Meaning(
            said(
                "true where it says what the text does not, as a poster: Telegram tells 'alt' too."
            )
        ),
    ] = False


class WrittenEntry(Shape):
    """One of the several events of an item."""

    id: Annotated[
        str,
        Meaning(
            said("Its name among these dates, such as 'clima'; it never changes, and is no day."),
            needed=True,
            pattern=_ID,
        ),
    ] = ""
    when: Annotated[
        str, Meaning(said("The dates of this event, such as 5 May at 18:30."), needed=True)
    ] = ""
    title: Annotated[str, Meaning(said("Its own title; left out, it is the item's."))] = ""
    summary: Annotated[str, Meaning(said("Its own summary; left out, it is the item's."))] = ""
    where: Annotated[str, Meaning(said("Its own place; left out, it is the item's."))] = ""
    link: Annotated[
        str,
        Meaning(
            said("Its own page; left out, it is the item's. 'none' is not possible here."),
            pattern=LINK,
            types=WORD,
        ),
    ] = ""
    translations: Annotated[
        dict[str, WrittenWords],
        Meaning(
            said("What differs in other languages, such as en: {title: Climate}."),
            names=_IN_LANGUAGES,
        ),
    ] = Field(default_factory=dict)


class WrittenItem(Shape):
    id: Annotated[
        str,
        Meaning(
            said(
                "How the ledger knows it: a-z, 0-9 and '-', never changed; a new id is a new item."
            ),
            needed=True,
            pattern=_ID,
            longest=100,
            examples=("festa-della-musica",),
        ),
    ] = ""
    status: Annotated[
        Status,
        Meaning(said("draft is checked and shown, ready goes out, cancelled is called off.")),
    ] = Status.DRAFT
    title: Annotated[
        str,
        Meaning(
            said("What is announced, in one line; in quotation marks where it has a colon."),
            needed=True,
        ),
    ] = ""
    when: Annotated[
        str,
        Meaning(said("Its dates, in the words of the newsletter: 12-13 June, or from 12 June.")),
    ] = ""
    where: Annotated[str, Meaning(said("The place, such as Main square; or online."))] = ""
    summary: Annotated[
        str,
        Meaning(
            said("What followers should know, its heart in the first sentence: X may show no more.")
        ),
    ] = ""
    link: Annotated[
        str,
        Meaning(
            said(
                "Its own page; left out, it is the file's. 'none' says that it is meant to have none."
            ),
            pattern=LINK,
            types=WORD,
        ),
    ] = ""
    contact: Annotated[
        str, Meaning(said("Whom to ask: an address or a number, such as info@example.org."))
    ] = ""
    language: Annotated[
        str, Meaning(said("That of its words; left out, it is the file's."), words=LANGUAGES)
    ] = ""  # "" = the file's
    edition: Annotated[
        int,
        Meaning(
            said("Raise it to 2 to announce a postponed item anew, by a whole ladder."), least=1
        ),
    ] = 1
    schedule: Annotated[
        str,
        Meaning(
            said(
                "The ladder that announces it: a file of schedules/, such as call; left out, the channel's."
            )
        ),
    ] = ""
    channels: Annotated[
        tuple[str, ...],
        Meaning(
            said(
                "The only channels it goes to, such as [telegram-it]; left out, all of its languages."
            )
        ),
    ] = ()
    essential: Annotated[
        bool, Meaning(said("true: it goes out in a blackout that has 'except: essential', too."))
    ] = False
    announce_on: Annotated[
        tuple[str, ...],
        Meaning(
            said(
                "Days that take the place of the ladder, such as [2021-05-03, 2021-05-10 at 12:00]."
            ),
            pattern=rf"{DAY}(\s+at\s+{CLOCK})?",
            types=WORD,
        ),
    ] = ()
    tags: Annotated[
        tuple[str, ...], Meaning(said("Hashtags, without the '#': [music, TwinCities]."))
    ] = ()
    translations: Annotated[
        dict[str, WrittenTranslation],
        Meaning(
            said("Its words in other languages: it goes to the channels of each, too."),
            names=_IN_LANGUAGES,
        ),
    ] = Field(default_factory=dict)
    dates: Annotated[
        tuple[WrittenEntry, ...],
        Meaning(said("Several events in one item, each with an id and dates of its own.")),
    ] = ()
    image: Annotated[
        WrittenImage | None, Meaning(said("A picture that goes with each of its posts."))
    ] = None
    text: Annotated[
        WrittenText | None,
        Meaning(
            said("The words of the whole post, by platform, where the usual ones will not do.")
        ),
    ] = None


class WrittenContent(Shape):
    year: Annotated[
        int | None,
        Meaning(
            said("For dates that name no year; else the file's name tells, such as 2021-05.yaml."),
            least=FIRST_YEAR,
            most=LAST_YEAR,
        ),
    ] = None
    month: Annotated[
        int | None,
        Meaning(
            said("For news without a date: it goes out from the first of this month, 1 to 12."),
            least=1,
            most=12,
        ),
    ] = None
    link: Annotated[
        str,
        Meaning(
            said("The page of the whole issue, for items without a link of their own."),
            pattern=LINK,
            types=WORD,
        ),
    ] = ""
    language: Annotated[
        str,
        Meaning(
            said("That of the items' words: it (also where it is left out) or en."), words=LANGUAGES
        ),
    ] = ""
    items: Annotated[
        tuple[WrittenItem, ...],
        Meaning(said("The events and the news: one entry each, begun by '- '.")),
    ] = ()
