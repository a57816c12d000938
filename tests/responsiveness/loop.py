"""Measures how long an event loop is held by one step of computing, whatever else the machine does.

Wall-clock time would say more of other processes than of ours, so the computing time of the loop's own thread counts:
for so long no other request of the instance goes on.
"""

import asyncio
import gc
import time
from asyncio import events
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Steps:
    """The longest steps of a loop, in seconds of computing, each with its callback."""

    seconds: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    @property
    def longest(self) -> tuple[float, str]:
        return max(self.seconds, default=(0.0, "nothing"))


@contextmanager
def measured_steps() -> Generator[Steps]:
    """Measures each step of the running loop. Garbage of the test itself is not collected meanwhile."""
    steps = Steps()
    run = events.Handle._run  # pyright: ignore[reportPrivateUsage] - asyncio has no hook for it

    def measured(self: events.Handle) -> None:
        began = time.thread_time()
        try:
            run(self)
        finally:
            spent = time.thread_time() - began
            if spent > 0.001:
                steps.seconds.append((spent, repr(self)[:300]))

    gc.collect()
    gc.disable()
    events.Handle._run = measured  # pyright: ignore[reportPrivateUsage]
    try:
        yield steps
    finally:
        events.Handle._run = run  # pyright: ignore[reportPrivateUsage]
        gc.enable()


def _fixed_work() -> int:
    found = 0
    for number in range(250_000):
        found += number % 7
    return found


def unit() -> float:
    """Returns the computing time of a fixed piece of Python, 10 ms on the machine on which the bounds were set.

    Bounds are multiples of it, so that they hold on a slower machine and say something on a faster one.
    """
    times: list[float] = []
    for _ in range(7):
        began = time.thread_time()
        _fixed_work()
        times.append(time.thread_time() - began)
    return sorted(times)[len(times) // 2]


async def settled() -> None:
    """Lets tasks that are about to end do so."""
    for _ in range(5):
        await asyncio.sleep(0)
