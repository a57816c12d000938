"""Tests that an instance does not grow with the requests that it answers."""

import json
import subprocess
import sys
from typing import Final

import pytest

from lib.core.memory import Memory
from local.stack.settings import ROOT
from tests.support.world import World

pytestmark = pytest.mark.anyio

# Answers requests within its own process and prints how many objects each of the later ones has left behind.
PROGRAM: Final = """
import asyncio, gc, json, sys
from itertools import pairwise
import httpx
from api.contents import app

path, token, times = sys.argv[1], sys.argv[2], 40

async def run():
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as http:
        async def ask():
            for _ in range(times):
                for address in (path, "/api/v1/contents", "/api/v1/contents?unknown=1"):
                    answer = await http.get(address)
                    assert answer.status_code in (200, 400), answer.text
            gc.collect()
            return len(gc.get_objects())
        counts = [await ask() for _ in range(5)]
        # What a request leaves is left in every round; a cache that fills, or a failed call, is not.
        print(json.dumps(min(after - before for before, after in pairwise(counts)) / (3 * times)), file=sys.stderr)

asyncio.run(run())
"""


async def test_requests_leave_nothing_behind(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    result = subprocess.run(  # noqa: ASYNC221 - nothing else runs meanwhile
        [sys.executable, "-c", PROGRAM, f"/api/v1/contents/{content['id']}", brand.editor.access_token],
        cwd=ROOT,
        env=world.stack.environment | {"RATE_LIMIT_API": "1000000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    assert json.loads(result.stderr.splitlines()[-1]) < 0.5, "objects for each request"


def test_a_memory_is_bounded_and_forgets_what_was_not_used() -> None:
    memory = Memory[int, str](3)
    for key in range(3):
        memory.put(key, str(key), 60)
    assert memory.get(0) == "0"
    memory.put(3, "3", 60)
    assert [memory.get(key) for key in range(4)] == ["0", None, "2", "3"]
    assert len(memory) == 3


def test_an_entry_ends_after_its_time() -> None:
    memory = Memory[str, int](3)
    memory.put("a", 1, 0)
    assert memory.get("a") is None
    assert len(memory) == 0


def test_entries_may_have_weights() -> None:
    memory = Memory[str, int](10)
    memory.put("a", 1, 60, weight=4)
    memory.put("b", 2, 60, weight=4)
    memory.put("a", 3, 60, weight=5)
    assert (memory.get("a"), memory.get("b"), len(memory)) == (3, 2, 2)
    memory.put("c", 4, 60, weight=6)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (None, 2, 4)
    memory.drop("c")
    memory.put("d", 5, 60, weight=6)
    assert (memory.get("b"), memory.get("d")) == (2, 5)
    memory.put("e", 6, 60, weight=11)
    assert len(memory) == 0
