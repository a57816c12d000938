"""The events of every stream match the description of the API."""

import json
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from local.stack.settings import ROOT
from tests.ai.conftest import at
from tests.ai.support import events_of, rich_template
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

DOCUMENT: Final[dict[str, Any]] = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())


def assert_described(path: str, events: list[tuple[str, dict[str, Any]]]) -> None:
    answer = DOCUMENT["paths"][f"/api/v1/ai/{path}"]["post"]["responses"]["200"]
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    described = {
        event["properties"]["event"]["const"]: event["properties"]["data"]["contentSchema"]
        for event in answer["content"]["text/event-stream"]["schema"]["oneOf"]
    }
    for name, data in events:
        Draft202012Validator(described[name] | {"components": DOCUMENT["components"]}).validate(data)
        # No undescribed properties either. The schema of the last event is checked by its own model.
        assert name == "completed" or set(data) == set(described[name]["properties"])


async def requests(world: World, brand: Brand, mark: str) -> dict[str, dict[str, Any]]:
    """Returns a body for every tool that streams, with a mark for the model server."""
    template = {"brandId": brand.id, "title": "Frost", "templateId": rich_template(world, brand)}
    fields = {"fields": {"topic": "Frost", "headline": "Cold air", "body": "<p>Cold.</p>"}}
    written = (await brand.editor.post("/contents", template | fields)).json()["data"]
    content = {"contentId": written["id"]}
    return {
        "generate": content | {"instructions": mark},
        "fields": content | {"fieldId": "headline", "instructions": mark},
        "regenerate": content | {"fieldId": "headline", "feedback": f"Warmer. {mark}"},
        "transcreate": {
            "brandId": brand.id,
            "content": f"Cold air holds little water. {mark}",
            "targetLanguage": "de",
            "country": "DE",
        },
    }


@pytest.mark.parametrize(
    ("mark", "shows"),
    [
        ("", {"requested", "delta", "completed"}),
        ("[[fault:cut@azure_openai]]", {"requested", "delta", "restarted", "completed"}),
    ],
    ids=["whole", "broken once"],
)
async def test_events_are_as_described(world: World, faulty: str, mark: str, shows: set[str]) -> None:
    brand = await world.brand()
    at(faulty, brand.editor)
    for path, body in (await requests(world, brand, mark)).items():
        events = await events_of(brand.editor, path, body)
        assert shows <= {name for name, _ in events}, path
        assert_described(path, events)


@pytest.mark.parametrize(("mark", "shown"), [("[[fault:long]]", "progress"), ("[[fault:cut]]", "error")])
async def test_progress_and_error_events_are_as_described(world: World, faulty: str, mark: str, shown: str) -> None:
    brand = await world.brand()
    at(faulty, brand.editor)
    body = (await requests(world, brand, mark))["generate"]
    events = await events_of(brand.editor, "generate", body)
    assert shown in {name for name, _ in events}
    assert_described("generate", events)


def test_an_event_that_is_not_described_is_noticed() -> None:
    with pytest.raises(KeyError):
        assert_described("generate", [("surprise", {})])
