"""A website without any login."""

from collections.abc import AsyncIterator

import httpx
import pytest

from local.stack.client import RunningStack


@pytest.fixture
async def website(stack: RunningStack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{stack.urls['web']}/api/v1/delivery", timeout=30) as client:
        yield client
