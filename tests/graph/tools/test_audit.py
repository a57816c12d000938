"""GraphQL over HTTP as its specification has it: the audits that graphql-http brings."""

import asyncio
import json
from pathlib import Path
from typing import Final

import pytest

from tests.support.world import World

pytestmark = pytest.mark.anyio

# Audits that we do not follow, each with the reason. All of them are optional by their own words.
NOTICES: Final = {
    "5A70": "by GET, published contents are read by ids of documents only",
    "D6D5": "the same, with variables",
    "6A70": "the same, with variables",
}


async def test_every_audit_is_passed(world: World) -> None:
    brand = await world.brand()
    process = await asyncio.create_subprocess_exec(
        "node",
        str(Path(__file__).with_name("audit.mjs")),
        f"{world.stack.urls['web']}/api/v1/graphql",
        brand.viewer.access_token,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
    outcomes = json.loads(output)
    assert len(outcomes) > 50
    failed = {each["id"]: each for each in outcomes if each["status"] != "ok"}
    assert [each for name, each in failed.items() if name not in NOTICES] == []
    assert failed.keys() == NOTICES.keys()
    assert {each["status"] for each in failed.values()} == {"notice"}
