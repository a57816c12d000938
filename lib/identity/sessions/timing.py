"""Makes answers take the same time whatever was found, so that nobody learns which addresses have an account."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

# Longer than a password check with Auth and its records take.
STEP_SECONDS: Final = 0.5


@asynccontextmanager
async def evenly(*, when_it_works: bool = True) -> AsyncGenerator[None]:
    """Delays the end of the block to a whole number of steps of ``STEP_SECONDS`` from its beginning.

    ``when_it_works`` False delays exceptions only.
    """
    began = time.monotonic()
    is_even = True
    try:
        yield
        is_even = when_it_works
    finally:
        if is_even:
            passed = time.monotonic() - began
            await asyncio.sleep(STEP_SECONDS - passed % STEP_SECONDS)
