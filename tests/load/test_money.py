"""What staff write of money in channels.yaml: budgets and prices, in US dollars, and every slip of the keys."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Budget, Channel, OnLimit, Problem, Severity
from bot.core.prices import FREE, Prices
from tests.load.build import loaded, told

FILE = "schedules/channels.yaml"
X = """channels:
  x-it:
    platform: x
    account: torino
    language: it
    schedule: standard
"""
TELEGRAM = X.replace("platform: x", "platform: telegram").replace(
    "account: torino", "chat: '@torino'"
)


def problems_of(folder: Path, text: str) -> tuple[Problem, ...]:
    return loaded(folder, {FILE: text})[1]


def channel(folder: Path, text: str) -> Channel:
    catalog, problems = loaded(folder, {FILE: text})
    assert problems == ()
    return catalog.channels["x-it"]


# --- budgets --------------------------------------------------------------------------------------


def test_a_channel_without_a_budget_has_no_limit(tmp_path: Path) -> None:
    assert channel(tmp_path, X).budget is None


@pytest.mark.parametrize(
    ("written", "budget"),
    [
        ("{month: 10}", Budget(Decimal(10))),
        ("{month: '10.00', on_limit: hold}", Budget(Decimal("10.00"), OnLimit.HOLD)),
        ("{month: 0.2, on_limit: without-link}", Budget(Decimal("0.2"), OnLimit.WITHOUT_LINK)),
        ("{month: 100000.0000}", Budget(Decimal(100_000))),
        ("{month: 007.5}", Budget(Decimal("7.5"))),
    ],
)
def test_a_budget_is_what_stands_there(tmp_path: Path, written: str, budget: Budget) -> None:
    assert channel(tmp_path, f"{X}    budget: {written}\n").budget == budget


@pytest.mark.parametrize(
    ("amount", "message", "hint"),
    [
        ('"10,00"', "'10,00' is not an amount", "decimals take a point: write 10.00"),
        ('"1,000.00"', "'1,000.00' is not an amount", "such as 10.00"),
        ("-5", "'-5' is not an amount", "it can't be less than 0"),
        ("−5", "'−5' is not an amount", "it can't be less than 0"),
        ("$10", "'$10' is not an amount", "all amounts are US dollars: write 10"),
        ("10.50 USD", "'10.50 USD' is not an amount", "all amounts are US dollars: write 10.50"),
        ("10 €", "'10 €' is not an amount", "US dollars in digits"),
        ("dieci", "'dieci' is not an amount", "US dollars in digits, such as 10.00"),
        ("1e5", "'1e5' is not an amount", "such as 10.00"),
        ("1_000", "'1_000' is not an amount", "such as 10.00"),
        ("+10", "'+10' is not an amount", "such as 10.00"),
        (".50", "'.50' is not an amount", "such as 10.00"),
        ("10.", "'10.' is not an amount", "such as 10.00"),
        ("١٠", "'١٠' is not an amount", "such as 10.00"),
        (".nan", "'.nan' is not an amount", "such as 10.00"),
        ("NaN", "'NaN' is not an amount", "such as 10.00"),
        ("Infinity", "'Infinity' is not an amount", "such as 10.00"),
        ("0x10", "'0x10' is not an amount", "such as 10.00"),
        ("10.00001", "'10.00001' has more than 4 decimals", "such as 10.00"),
        ("100000.01", "'100000.01' is more than $100,000", "is a point missing?"),
        ("9" * 50, "is more than $100,000", "is a point missing?"),
        ("[10]", "a text is wanted", ""),
        ("", "'budget' needs 'month'", "such as 10.00"),
    ],
)
def test_what_is_no_amount_is_told_at_its_place(
    tmp_path: Path, amount: str, message: str, hint: str
) -> None:
    problem, *_ = problems_of(tmp_path, f"{X}    budget:\n      month: {amount}\n")
    line, column = problem.mark.line, problem.mark.column
    assert (str(problem.mark.file), line) == (FILE, 8)
    assert column == (14 if amount else 13)
    assert message in problem.message
    assert hint in problem.hint
    assert problem.severity is Severity.ERROR


def test_a_decimal_comma_in_braces_is_told_for_what_it_is(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, f"{X}    budget: {{month: 10,00, on_limit: hold}}\n")
    assert (problem.mark.line, problem.mark.column) == (7, 24)
    assert problem.hint.endswith("write decimals with a point, as in 10.00")


@pytest.mark.parametrize(
    ("line", "expected", "hint"),
    [
        ("budget: 10", "7:13 keys with values are wanted, not '10'", ""),
        ("budget: {}", "7:13 'budget' needs 'month'", "such as 10.00"),
        ("budget: {on_limit: hold}", "7:13 'budget' needs 'month'", "such as 10.00"),
        ("budget: {monht: 10}", "7:14 unknown key 'monht'", "did you mean 'month'?"),
        (
            "budget: {month: 10, on_limit: witout-link}",
            "7:35 'witout-link' is not possible here",
            "did you mean 'without-link'? write hold or without-link",
        ),
        ("budgte: {month: 10}", "7:5 unknown key 'budgte'", "did you mean 'budget'?"),
    ],
)
def test_what_is_wrong_with_a_budget_is_told(
    tmp_path: Path, line: str, expected: str, hint: str
) -> None:
    problems = problems_of(tmp_path, f"{X}    {line}\n")
    assert expected in told(problems)
    assert hint in problems[told(problems).index(expected)].hint


def test_what_costs_nothing_has_no_budget(tmp_path: Path) -> None:
    budget = "    budget: {month: 10}\n"
    [on_telegram] = problems_of(tmp_path, TELEGRAM + budget)
    [assisted] = problems_of(tmp_path, f"{X}    publish: assisted\n{budget}")

    assert told((on_telegram, assisted)) == [
        "7:5 telegram has no 'budget'",
        "8:5 an assisted channel has no 'budget'",
    ]
    assert "cost nothing" in on_telegram.hint


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ("0.19", "$0.19 a month is less than one post with a link costs ($0.200)"),
        ("0.014, on_limit: without-link", "$0.014 a month is less than one post costs ($0.015)"),
    ],
)
def test_a_budget_that_no_post_can_keep_is_looked_at(
    tmp_path: Path, budget: str, message: str
) -> None:
    [problem] = problems_of(tmp_path, f"{X}    budget: {{month: {budget}}}\n")
    assert (problem.severity, problem.message) == (Severity.WARNING, message)
    assert (problem.mark.line, problem.mark.column) == (7, 21)


# --- prices ---------------------------------------------------------------------------------------


def test_prices_are_those_that_are_known_but_for_those_that_staff_name(tmp_path: Path) -> None:
    prices = "prices: {x: {post_with_link: 0.3, alt_text: 0}}\n"
    assert channel(tmp_path, X).prices == Prices()
    assert channel(tmp_path, prices + X).prices == Prices(
        post_with_link=Decimal("0.3"), alt_text=Decimal(0)
    )


def test_what_a_person_sends_costs_nothing(tmp_path: Path) -> None:
    made = channel(tmp_path, f"{X}    publish: assisted\n")
    assert made.is_assisted
    assert made.prices == FREE


def test_every_fault_in_the_prices_is_told_at_once(tmp_path: Path) -> None:
    prices = (
        'prices:\n  x: {post: "0,015", post_with_link: dieci, alt_txt: 0}\n  telegram: {post: 0}\n'
    )
    problems = problems_of(tmp_path, prices + X)
    assert told(problems) == [
        "2:13 '0,015' is not an amount",
        "2:38 'dieci' is not an amount",
        "2:45 unknown key 'alt_txt'",
        "3:3 unknown key 'telegram'",
    ]
    assert problems[2].hint == "did you mean 'alt_text'?"
    assert problems[3].hint == "known here: x"


# --- amounts that nobody thought of ---------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value="0.015", max_value=100_000, places=4))
def test_every_amount_comes_out_to_the_last_digit(amount: Decimal) -> None:
    with tempfile.TemporaryDirectory() as folder:
        budget = f"    budget: {{month: {amount:f}, on_limit: without-link}}\n"
        made = channel(Path(folder), X + budget).budget
    assert made is not None
    assert str(made.month) == f"{amount:f}"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789.,-+$€eE_ xNan'٣½", min_size=1, max_size=12))
def test_whatever_is_written_is_an_amount_or_one_problem(text: str) -> None:
    quoted = text.replace("'", "''")
    with tempfile.TemporaryDirectory() as folder:
        written = f"{X}    budget:\n      month: '{quoted}'\n      on_limit: without-link\n"
        catalog, problems = loaded(Path(folder), {FILE: written})
    if any(problem.severity is Severity.ERROR for problem in problems):
        assert len(problems) == 1
        assert catalog.channels == {}
        return
    budget = catalog.channels["x-it"].budget
    assert budget is not None
    assert 0 <= budget.month <= 100_000
    assert budget.month == Decimal(text.strip())
