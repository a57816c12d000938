"""Finds, for each operation, that the largest requests that it takes hold the event loop for no longer than 100 ms.

For so long another request of the same instance waits. The bound is a multiple of a fixed piece of Python that is timed
in the same process. Computing time is measured, so neither other processes nor a slow machine change the result.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any, Final

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.responsiveness.heaviest import heaviest
from tests.responsiveness.largest import Request, operations, requests_of
from tests.support.world import World
from tools.package import function_names

FUNCTIONS: Final = function_names()
# One unit is 10 ms on the machine on which this was set.
MOST_UNITS: Final = 10
LIMITS: Final = ("ACCOUNT", "AI", "API", "AUTH", "BRAND_PROFILE", "DELIVERY", "GENERATE")
# The first ends the caller's session, and the second does not end.
LEFT_OUT: Final = ("POST /api/v1/auth/logout", "GET /api/v1/events/stream")

pytestmark = pytest.mark.timeout(600)


async def _scene(stack: RunningStack, database: psycopg.Connection) -> tuple[str, dict[str, str]]:
    """Returns the token of a brand's admin, and ids of what is in the brand."""
    world = World(stack, database)
    brand = await world.brand()
    text = "<p>" + "Cold wind dries the skin. " * 2000 + "</p>"
    contents = [await world.draft(brand, by=brand.admin, body=text) for _ in range(5)]
    path = f"/contents/{contents[0]['id']}"
    await brand.admin.patch(path, 1, {"body": text.replace("wind", "air")})
    comment = (await brand.admin.post(f"{path}/comments", {"body": "x"})).json()["data"]["id"]
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    known = {
        "brandId": brand.id, "contentId": contents[0]["id"], "templateId": brand.template_id, "commentId": comment,
        "userId": world.id_of(brand.editor), "brandSlug": slug, "type": "article", "contentType": "article",
    }  # fmt: skip
    token = brand.admin.access_token
    await world.close()
    return token, known


@pytest.fixture(scope="module")
def requests(stack: RunningStack, database: psycopg.Connection) -> str:
    """Returns the requests to measure, as JSON."""
    token, known = asyncio.run(_scene(stack, database))
    made: list[Request] = [
        request
        for method, path, operation in operations()
        if f"{method} {path}" not in LEFT_OUT
        for request in requests_of(method, path, operation, known)
    ]
    made += heaviest(known)
    for request in made:
        request.headers = {"Authorization": f"Bearer {token}"} | request.headers
    encoded = [asdict(each) | {"body": base64.b64encode(each.body or b"").decode()} for each in made]
    return json.dumps(encoded)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_largest_requests(stack: RunningStack, requests: str, function: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.responsiveness.instance", function],
        input=requests,
        env=os.environ | stack.environment | {f"RATE_LIMIT_{name}": "1000000" for name in LIMITS},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    report = json.loads(result.stdout.splitlines()[-1])
    measured: list[dict[str, Any]] = report["measured"]
    assert measured or function == "cron"
    slow = [each for each in measured if each["units"] > MOST_UNITS]
    listing = "\n".join(f"{each['units']:.1f} units, {each['status']}, {each['name']}: {each['step']}" for each in slow)
    assert not slow, listing
    assert not [each["name"] for each in measured if each["status"] >= 500 and each["status"] not in (503, 504)]
