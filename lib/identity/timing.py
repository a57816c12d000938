"""Answers that take the same time whatever was found, so that nobody learns who has an account."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

# Longer than a password check with Auth and the records around it take.
STEP_SECONDS: Final = 0.5


@asynccontextmanager
async def evenly(*, when_it_works: bool = True) -> AsyncGenerator[None]:
    """Ends at a whole number of steps from its beginning, by exception or, unless told otherwise, by return."""
    began = time.monotonic()
    is_even = True
    try:
        yield
        is_even = when_it_works
    finally:
        if is_even:
            passed = time.monotonic() - began
            await asyncio.sleep(STEP_SECONDS - passed % STEP_SECONDS)
