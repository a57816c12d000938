"""Waits for what happens in the background."""

import asyncio
from collections.abc import Callable


async def until(is_so: Callable[[], bool]) -> None:
    """Waits until something happens in the background, for ten seconds at most."""
    for _ in range(200):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")
