"""A call knows whether anything may have left, and can't be made twice."""

from __future__ import annotations

import socket
import time

import pytest

from bot.publishers.base import LeaseOverError, Timeouts
from bot.publishers.onecall import Call, NotSentError, SecondConnectionError

LONG = Timeouts(connect=60, total=60)


def test_a_call_in_a_librarys_hands_counts_as_sent_until_its_connection_says_otherwise() -> None:
    call = Call(LONG)
    assert call.is_surely_unsent()
    call.hand_over()
    assert not call.is_surely_unsent()
    call.connecting()
    assert call.is_surely_unsent()
    call.sending()
    assert not call.is_surely_unsent()


def test_a_second_connection_is_refused_and_forgets_nothing() -> None:
    call = Call(LONG)
    call.hand_over()
    call.connecting()
    call.sending()
    with pytest.raises(SecondConnectionError):
        call.connecting()
    assert not call.is_surely_unsent()


def test_a_call_that_has_waited_away_its_time_is_not_handed_over() -> None:
    call = Call(Timeouts(connect=0, total=0))
    with pytest.raises(NotSentError):
        call.hand_over()
    assert call.is_surely_unsent()


def test_a_call_that_expired_while_connecting_never_sends() -> None:
    call = Call(LONG)
    call.hand_over()
    call.connecting()
    assert call.expire()
    with pytest.raises(NotSentError):
        call.sending()
    assert call.is_surely_unsent()


def test_a_call_is_past_its_deadline_by_the_clock_though_no_timer_has_fired() -> None:
    call = Call(Timeouts(connect=60, total=0.05))
    call.hand_over()
    call.connecting()
    pass_by(0.05)
    with pytest.raises(NotSentError):
        call.sending()
    assert call.is_surely_unsent()


def test_a_lease_that_took_until_the_deadline_to_answer_sends_nothing() -> None:
    def slowly() -> bool:
        pass_by(0.05)
        return True

    call = Call(Timeouts(connect=60, total=0.05), slowly)
    call.hand_over()
    call.connecting()
    with pytest.raises(NotSentError):
        call.sending()
    assert call.is_surely_unsent()


def test_a_lease_that_is_over_is_told_apart_from_a_deadline() -> None:
    call = Call(LONG, lambda: False)
    call.hand_over()
    call.connecting()
    with pytest.raises(LeaseOverError):
        call.sending()
    assert call.is_surely_unsent()


def pass_by(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_a_call_that_expired_while_sending_is_shut_down_and_in_doubt() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        call = Call(LONG)
        call.hand_over()
        call.connecting()
        call.hold(ours)
        call.sending()
        assert not call.expire()
        assert theirs.recv(1) == b""
        call.close()
    assert not call.is_surely_unsent()
