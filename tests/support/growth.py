"""Measures how computing time grows with its input. Neither waiting nor other processes count."""

import gc
import time
from collections.abc import Callable


def seconds_of(work: Callable[[], object]) -> float:
    """Returns the computing time of one call, in this thread."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def growth(make: Callable[[int], Callable[[], object]], small: int, large: int, rounds: int = 5) -> float:
    """Returns how many times as long the work takes for the large size as for the small one.

    ``make`` prepares the work for a size. The least time of some rounds counts: anything else only adds to it.
    """
    works = make(small), make(large)
    gc.collect()
    times = [[seconds_of(work) for work in works] for _ in range(rounds)]
    return min(each[1] for each in times) / max(min(each[0] for each in times), 1e-5)
