"""A charity's newsletter in Word: headings, dates within the prose, and a list of diary dates at its end."""

from __future__ import annotations

from io import BytesIO
from typing import Final, NamedTuple

from docx import Document
from docx.document import Document as DocxDocument

from tests.newsletter.letters.word import add_link


class Story(NamedTuple):
    title: str
    text: str
    words: str = ""  # at the end of the text
    target: str = ""  # behind them


class DiaryLine(NamedTuple):
    date: str
    event: str
    place: str = ""


STORIES: Final[tuple[tuple[str, tuple[Story, ...]], ...]] = (
    (
        "News from both ends",
        (
            Story(
                "Well number twelve is working",
                "The pump at Sinchu Koto was switched on for the first time on 14 August, and ran all night because "
                "nobody wanted to switch it off. It cost £6,140, and every penny came from last year's walk.",
                "See the film",
                "https://www.wendbridge.example.org/well-12",
            ),
            Story(
                "Three new trustees",
                "Ruth Oyelaran, Colin Pask and Mei Sutton were elected at the annual meeting on 20 June and serve "
                "until 2029.",
            ),
        ),
    ),
    (
        "Join us",
        (
            Story(
                "Sponsored walk along the Wend",
                "Lace up on Sunday 13 September for eight flat miles with two tea stops. We set off from the "
                "Boathouse at 9.30am. Sponsor forms are due back by 30 September.",
                "Sign up here",
                "https://www.wendbridge.example.org/walk",
            ),
            Story(
                "An evening with Amara Kolley",
                "The head of our partner school speaks at the Friends' Meeting House on Thursday 24 September at "
                "7pm. She joined the school on 1 February 1999 as its only teacher; it now has thirty-one.",
            ),
            Story(
                "School twinning week",
                "From 5 to 9 October, eleven schools here and eleven there will share one timetable. The scheme "
                "began on 7 October 1996 with a single exercise book.",
            ),
            Story(
                "Quiz night: new date",
                "The quiz has been postponed from 11 September to Friday 16 October at 7.30pm, still in St Olave's "
                "Hall. Tickets already bought remain valid.",
                "quiz@wendbridge.example.org",
                "mailto:quiz@wendbridge.example.org",
            ),
        ),
    ),
    (
        "Ways to help",
        (
            Story(
                "Winter coats appeal",
                "Clean, warm and with all their buttons, please. Bring them to the office by Friday 30 October. Last "
                "year's lorry left on 6 November and was full.",
            ),
            Story(
                "Volunteer teachers for 2027",
                "Placements run from 11 January to 2 April 2027. Apply by 31 October 2026, with two references.",
                "Application pack",
                "https://www.wendbridge.example.org/teach",
            ),
            Story(
                "Leave us your old stamps",
                "The box is by the door. Philately paid for forty desks.",
            ),
        ),
    ),
)

DIARY: Final = (
    DiaryLine("Saturday 3 October, 10am–3pm", "Autumn fair", "Guildhall"),
    DiaryLine("Wednesday 21 October, 6pm", "Trustees' open meeting", "Zoom"),
    DiaryLine("Tuesday 8 November, 3pm", "Remembrance concert", "St Olave's Hall"),
    DiaryLine("First week of December", "Christmas card stall", "Market Square"),
    DiaryLine("Date to be confirmed", "Film night"),
)


def document() -> bytes:
    word = Document()
    word.core_properties.title = "Newsletter autumn 26 FINAL"
    page = word.sections[0]
    page.footer.paragraphs[
        0
    ].text = "The Wendbridge–Sinchu Link, registered charity 1098765, since 12 May 1994"
    word.add_heading("The Link", 0)
    word.add_paragraph(
        "Newsletter of the Wendbridge–Sinchu Link | Autumn 2026 | Published 1 September 2026"
    )
    word.add_paragraph("Dear supporters, the rains came early and so did the apples.")
    for section, stories in STORIES:
        word.add_heading(section, 1)
        for story in stories:
            _add(word, story)
    word.add_heading("Dates for your diary", 1)
    for line in DIARY:
        item = word.add_paragraph(style="List Bullet")
        item.add_run(line.date).bold = True
        item.add_run(f": {line.event}" + (f", {line.place}" if line.place else ""))
    word.add_heading("Contact", 1)
    word.add_paragraph(
        "4 Staithe Lane, Wendbridge. The office is open on Tuesdays and Thursdays, 10am–1pm. Copy for the winter "
        "issue to Jean by 6 November. Photographs: Colin Pask, 14 August 2026."
    )
    saved = BytesIO()
    word.save(saved)
    return saved.getvalue()


def _add(word: DocxDocument, story: Story) -> None:
    word.add_heading(story.title, 2)
    text = word.add_paragraph(story.text)
    if story.target:
        text.add_run(" ")
        add_link(word, text, story.words, story.target)
