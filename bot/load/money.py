"""What posts cost and what they may cost, as staff wrote it -> `Prices` and a `Budget`, in US dollars.

Amounts are read from their text, digit by digit: no binary fraction comes between. What is paid in
another currency, or might be, is refused; nothing is converted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from bot.core.kinds import Kind
from bot.core.model import Budget, OnLimit, Platform
from bot.core.prices import FREE, Prices
from bot.core.said import said
from bot.load.nodes import Mapped
from bot.load.report import Reason, Report, shown
from bot.load.schema import Publish, WrittenChannel, WrittenXPrices

MOST: Final = Decimal(100_000)  # nobody who means it writes more; a slip of the keys does
DECIMALS: Final = 4  # the finest price of X has three

_AMOUNT = re.compile(r"[0-9]+(?:\.([0-9]+))?")
_WITH_COMMA = re.compile(r"([0-9]+),([0-9]{1,2})")
_WITH_SIGN = re.compile(
    r"(?:US)?\$ ?([0-9.]+)|([0-9.]+) ?(?:\$|USD|dollars|dollari)", re.IGNORECASE
)
_FORM = said("US dollars in digits, such as 10.00")


def read_prices(written: WrittenXPrices, top: Mapped, report: Report) -> Prices:
    """What X takes for each post: the known prices, but for those that stand under `top`."""
    place = top.mapped("prices").mapped("x")
    known = Prices()

    def read(key: str, text: str, otherwise: Decimal) -> Decimal:
        amount = _read_amount(key, text, place, report)
        return otherwise if amount is None else amount

    return Prices(
        post=read("post", written.post, known.post),
        post_with_link=read("post_with_link", written.post_with_link, known.post_with_link),
        alt_text=read("alt_text", written.alt_text, known.alt_text),
        own_post_read=read("own_post_read", written.own_post_read, known.own_post_read),
    )


def prices_of(written: WrittenChannel, platform: Platform, of_x: Prices) -> Prices:
    """What X takes for the posts of a channel: nothing for what a person sends. Telegram has no prices."""
    if platform is not Platform.X:
        return Prices()
    return FREE if written.publish is Publish.ASSISTED else of_x


def read_budget(
    written: WrittenChannel, platform: Platform, prices: Prices, node: Mapped, report: Report
) -> Budget | None:
    """The budget of the channel under `node`; None where it has none, or one that can't be read."""
    if written.budget is None:
        return None
    if platform is not Platform.X:
        report.error(
            node.keys["budget"],
            Kind.BUDGET,
            said("{platform} has no 'budget'", platform=platform),
            said("its posts cost nothing"),
        )
    elif written.publish is Publish.ASSISTED:
        report.error(
            node.keys["budget"],
            Kind.BUDGET,
            said("an assisted channel has no 'budget'"),
            said("what a person sends costs nothing"),
        )
    place = node.mapped("budget")
    if not written.budget.month.strip():
        report.missing(place, "month", Kind.BUDGET, said("'budget' needs 'month'"), _FORM)
        return None
    month = _read_amount("month", written.budget.month, place, report)
    if month is None:
        return None
    budget = Budget(month, written.budget.on_limit)
    _warn_of_too_little(budget, prices, place, report)
    return budget


def _warn_of_too_little(budget: Budget, prices: Prices, place: Mapped, report: Report) -> None:
    """A budget that no post can keep is a channel that never speaks."""
    without_link = budget.on_limit is OnLimit.WITHOUT_LINK
    price = min(prices.post, prices.post_with_link) if without_link else prices.post_with_link
    if budget.month < price:
        amounts = {"amount": budget.month, "price": price}
        report.warn(
            place.inner["month"],
            Kind.BUDGET,
            said("${amount} a month is less than one post costs (${price})", **amounts)
            if without_link
            else said(
                "${amount} a month is less than one post with a link costs (${price})", **amounts
            ),
            said("the channel would hold every one of them"),
        )


def _read_amount(key: str, text: str, place: Mapped, report: Report) -> Decimal | None:
    """The amount `text` under `key` of `place`; None where nothing, or nothing usable, is written."""
    text = text.strip()
    if not text:
        return None
    fault = _why_not(text)
    if fault is None:
        return Decimal(text)
    report.error(place.inner[key], *fault)
    return None


def _why_not(text: str) -> Reason | None:
    """Why `text` is no amount, and what to write instead; None if it is one."""
    if match := _AMOUNT.fullmatch(text):
        if len(match[1] or "") > DECIMALS:
            message = said("{text} has more than {most} decimals", text=shown(text), most=DECIMALS)
            return Reason(Kind.BUDGET, message, _FORM)
        whole = text.partition(".")[0].lstrip("0")
        if len(whole) > len(str(MOST)) or Decimal(text) > MOST:
            message = said("{text} is more than ${most:,}", text=shown(text), most=MOST)
            return Reason(Kind.BUDGET, message, said("is a point missing?"))
        return None
    hint = _FORM
    if text.startswith(("-", "\N{MINUS SIGN}")):
        hint = said("it can't be less than 0")
    elif match := _WITH_COMMA.fullmatch(text):
        hint = said("decimals take a point: write {amount}", amount=f"{match[1]}.{match[2]}")
    elif match := _WITH_SIGN.fullmatch(text):
        hint = said("all amounts are US dollars: write {amount}", amount=match[1] or match[2])
    return Reason(Kind.BUDGET, said("{text} is not an amount", text=shown(text)), hint)
