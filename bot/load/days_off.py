"""Public holidays of a country or a region, by the `holidays` package, which is slow: loaded when needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bot.core.kinds import Kind
from bot.core.said import said
from bot.load.report import Reason, did_you_mean, shown

# ISO 3166: a country (IT), or one of its subdivisions (IT-TO).
_REGION = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,5}))?")


def why_no_region(region: str) -> Reason | None:
    """What is wrong with the name of a region, and what to do; None if its holidays are known."""
    from holidays import list_supported_countries

    match = _REGION.fullmatch(region)
    if match is None:
        return Reason(
            Kind.HOLIDAYS,
            said("{text} is neither a region nor a day", text=shown(region)),
            said("write IT, IT-TO, none or 2026-05-03"),
        )
    known = list_supported_countries(include_aliases=False)
    country, part = match.groups()
    if country not in known:
        message = said("no holidays are known of {country}", country=shown(country))
        return Reason(Kind.HOLIDAYS, message, did_you_mean(country, known))
    if part and part not in known[country]:
        message = said("{part} is no part of {country}", part=shown(part), country=country)
        return Reason(Kind.HOLIDAYS, message, did_you_mean(part, known[country]))
    return None


def days_off(region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of `region` (`IT`, `IT-TO`) in `years`; Sundays are among them only by name."""
    return _days_off(region, tuple(sorted(set(years))))


@lru_cache(maxsize=32)  # each change of a file asks again for the same ones
def _days_off(region: str, years: tuple[int, ...]) -> frozenset[date]:
    from holidays import country_holidays

    country, _, part = region.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=years))
