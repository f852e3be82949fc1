"""A short way to write down what a phrase means, so that the tables of the tests can be read.

2021-05-07                    one day
2021-05-05..2021-05-06        from the first to the last, both included
2021-05-15..                  begins, no end is known
..2021-11-28                  only the end is known
by ..2021-11-28               a deadline
2021-05-07 11:00-12:30        with hours
2021-05-11..2021-05-20 part   no finer than a part of a month, or `month`
2021-05-05 | 2021-05-10       separate spans
undated                       staff say that there is no date yet
refused @8: sabato 8 maggio   refused at an offset, with the nearest phrase that works
"""

from __future__ import annotations

from bot.core.dates import Misread
from bot.core.model import Precision, Span, When


def noted(reading: When | Misread) -> str:
    """A reading, or a refusal, in the notation."""
    if isinstance(reading, Misread):
        return f"refused @{reading.offset}: {reading.nearest}"
    if not reading.spans:
        return "undated"
    spans = " | ".join(map(_span, reading.spans))
    return f"by {spans}" if reading.is_deadline else spans


def _span(span: Span) -> str:
    start = "" if span.start is None else span.start.isoformat()
    end = "" if span.end is None else span.end.isoformat()
    text = start if span.start == span.end else f"{start}..{end}"
    if span.precision in (Precision.PART, Precision.MONTH):
        text += f" {span.precision}"
    assert (span.precision is Precision.TIME) == bool(span.start_time or span.end_time)
    hours = [f"{at:%H:%M}" if at else "" for at in (span.start_time, span.end_time)]
    return f"{text} {'-'.join(hours).removesuffix('-')}" if any(hours) else text
