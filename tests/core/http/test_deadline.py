"""Tests that cleaning up has time of its own."""

import asyncio
import time

import pytest

from lib.core.http.deadline import GRACE_SECONDS, OWN_SECONDS, at_least, within
from lib.core.telemetry.context import begin_context


async def test_a_wait_when_the_time_of_the_request_is_over() -> None:
    context = begin_context("test")
    context.ends_at = over = time.monotonic() - 1
    with at_least(OWN_SECONDS):
        async with within(6):
            await asyncio.sleep(0.01)
    assert context.ends_at == over
    with pytest.raises(TimeoutError):
        async with within(6):
            await asyncio.sleep(0.01)


async def test_it_takes_nothing_from_a_request_that_has_more() -> None:
    context = begin_context("test")
    context.ends_at = time.monotonic() + 60
    before = context.ends_at
    with at_least(OWN_SECONDS):
        assert context.ends_at == before


def test_the_request_is_not_ended_meanwhile() -> None:
    assert OWN_SECONDS < GRACE_SECONDS
