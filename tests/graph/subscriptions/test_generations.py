"""The progress of a generation ends with its record, and is for those who may read it."""

import asyncio

import pytest

from tests.ai.support import answered
from tests.graph.subscriptions.support import PATIENCE_SECONDS, streaming
from tests.support.world import World

pytestmark = pytest.mark.anyio

PROGRESS = """
subscription($id: ID!) {
  aiGenerationProgress(requestId: $id) { requestId stage characters generation { id status } }
}
"""


async def test_a_generation_ends_with_its_record(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    made = await answered(brand.editor, "titles", {"brandId": brand.id, "topic": "Frost", "count": 1})
    async with streaming(brand.editor, PROGRESS, id=made["requestId"]) as parts, asyncio.timeout(PATIENCE_SECONDS):
        told = [(name, told["data"]["aiGenerationProgress"] if told else None) async for name, told in parts]
    assert told[-1] == ("complete", None)
    last = told[-2][1]
    assert last is not None
    assert (last["requestId"], last["stage"]) == (made["requestId"], "DONE")
    assert last["generation"] == {"id": made["requestId"], "status": "COMPLETED"}
    async with streaming(other.editor, PROGRESS, id=made["requestId"]) as parts:
        answers = [told async for _, told in parts if told]
    assert answers[0]["errors"][0]["extensions"]["code"] == "NOT_FOUND"
