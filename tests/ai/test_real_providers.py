"""The same tools against real providers: each whose key is in the environment, and none without.

``OPENAI_API_KEY=… .venv/bin/python -m pytest tests/ai/test_real_providers.py`` (or AZURE_OPENAI_*, ANTHROPIC_API_KEY,
LOCAL_AI_BASE_URL). It costs a few cents; nothing else runs it.
"""

import os
from collections.abc import Iterator

import pytest

from lib.ai.settings import PROVIDERS
from lib.core.html_text import text_of_html
from local.stack.client import RunningStack
from tests.ai.conftest import at
from tests.ai.support import answered, events_of
from tests.support.servers import functions_with
from tests.support.world import World

KEYS = {
    "azure_openai": "AZURE_OPENAI_API_KEY",
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "local": "LOCAL_AI_BASE_URL",
}
STAND_IN_KEY = "local-model-key"
MODEL_SETTINGS = ("AZURE_OPENAI_", "OPENAI_", "ANTHROPIC_", "LOCAL_AI_")
# Under `local.stack run` the environment names the stand-in, which is not a real provider.
CONFIGURED = [name for name in PROVIDERS if os.environ.get(KEYS[name], STAND_IN_KEY) != STAND_IN_KEY]

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not CONFIGURED, reason="no key of a real provider is set"),
    pytest.mark.parametrize("provider", CONFIGURED or ["none"]),
]


@pytest.fixture
def origin(stack: RunningStack, provider: str) -> Iterator[str]:
    """Runs functions that use this provider only."""
    without = {name: value for name, value in stack.environment.items() if not name.startswith(MODEL_SETTINGS)}
    real = {name: value for name, value in os.environ.items() if name.startswith(MODEL_SETTINGS)}
    with functions_with(without | real | {"AI_PROVIDER_CHAIN": provider}) as functions:
        yield functions


async def test_fields_stream(world: World, origin: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost on windows"})
    at(origin, brand.editor)
    events = await events_of(brand.editor, "generate", {"contentId": content["id"]})
    assert events[-1][0] == "completed", events[-1]
    fields = events[-1][1]["result"]["fields"]
    assert 0 < len(fields["headline"]) <= 60
    assert 0 < len(text_of_html(fields["body"])) <= 4000


async def test_titles_and_keywords(world: World, origin: str) -> None:
    brand = await world.brand()
    at(origin, brand.editor)
    titles = (await answered(brand.editor, "titles", {"brandId": brand.id, "topic": "Frost", "count": 5}))["result"]
    assert len(titles["titles"]) == 5
    assert all(len(title) <= 60 for title in titles["titles"])
    text = "Cold air holds little water. Skin gives its own away, and feels tight."
    keywords = (await answered(brand.editor, "keywords", {"brandId": brand.id, "content": text}))["result"]["keywords"]
    assert 5 <= len(keywords) <= 10


async def test_metadata(world: World, origin: str) -> None:
    brand = await world.brand()
    at(origin, brand.editor)
    text = "Cold air holds little water. Skin gives its own away, and feels tight."
    (item,) = (await answered(brand.editor, "metadata", {"brandId": brand.id, "content": text}))["items"]
    assert len(item["generated"]["result"]["title"]) <= 60
    assert len(item["generated"]["result"]["description"]) <= 160


async def test_transcreation(world: World, origin: str) -> None:
    brand = await world.brand()
    at(origin, brand.editor)
    body = {"brandId": brand.id, "content": "It is a piece of cake.", "targetLanguage": "de", "country": "DE"}
    assert (await answered(brand.editor, "transcreate", body))["result"]["text"]


async def test_claims(world: World, origin: str) -> None:
    brand = await world.brand()
    at(origin, brand.editor)
    body = {"brandId": brand.id, "claims": [{"id": "a", "text": "Cures eczema overnight"}], "country": "GB"}
    assert (await answered(brand.editor, "claims/review", body))["result"]["overall"] != "approved"
