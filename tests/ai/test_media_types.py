"""The tools that write answer with JSON, or with a stream if the Accept header prefers one."""

from typing import Any

import httpx
import pytest

from local.demo.callers import Person
from tests.ai.support import events_of, rich_template
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

TOOLS = ("generate", "fields", "regenerate", "transcreate")


async def bodies(world: World, brand: Brand) -> dict[str, dict[str, Any]]:
    """Returns a body for each tool that can stream."""
    fields = {"topic": "Frost", "headline": "Cold air", "body": "<p>Cold.</p>"}
    template = {"brandId": brand.id, "title": "Frost", "templateId": rich_template(world, brand), "fields": fields}
    content = {"contentId": (await brand.editor.post("/contents", template)).json()["data"]["id"]}
    return {
        "generate": content,
        "fields": content | {"fieldId": "headline"},
        "regenerate": content | {"fieldId": "headline", "feedback": "Warmer"},
        "transcreate": {"brandId": brand.id, "content": "Cold air.", "targetLanguage": "de", "country": "DE"},
    }


async def post(person: Person, tool: str, body: dict[str, Any], *accept: str) -> httpx.Response:
    headers = [("Accept", value) for value in accept]
    return await person.http.post(f"/ai/{tool}", json=body, headers=headers)


@pytest.mark.parametrize("tool", TOOLS)
async def test_json_unless_a_stream_is_asked_for(world: World, tool: str) -> None:
    brand = await world.brand()
    body = (await bodies(world, brand))[tool]
    answer = await post(brand.editor, tool, body, "*/*")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["data"]["result"]


@pytest.mark.parametrize("tool", TOOLS)
async def test_the_last_event_holds_the_json_answer(world: World, tool: str) -> None:
    """Compares both answers under one Idempotency-Key, where they are of the same generation."""
    brand = await world.brand()
    body = (await bodies(world, brand))[tool]
    brand.editor.http.headers["Idempotency-Key"] = f"{tool}-{brand.id}"
    name, completed = (await events_of(brand.editor, tool, body))[-1]
    assert name == "completed"
    answer = (await post(brand.editor, tool, body, "application/json")).json()["data"]
    assert answer["requestId"] == completed["requestId"]
    assert answer["result"] == completed["result"]
    assert answer.keys() == completed.keys()


async def test_preferred_media_type(world: World) -> None:
    brand = await world.brand()
    body = (await bodies(world, brand))["transcreate"]
    for accept, expected in (
        (("text/event-stream",), "text/event-stream"),
        (("text/event-stream, */*;q=0.1",), "text/event-stream"),
        (("application/json;q=0.5", "text/event-stream"), "text/event-stream"),
        (("application/json, text/event-stream;q=0.9",), "application/json"),
        (("application/json, text/event-stream",), "application/json"),
    ):
        answer = await post(brand.editor, "transcreate", body, *accept)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].split(";")[0] == expected, accept


@pytest.mark.parametrize("tool", TOOLS)
async def test_no_media_type_is_acceptable(world: World, tool: str) -> None:
    brand = await world.brand()
    body = (await bodies(world, brand))[tool]
    assert_problem(await post(brand.editor, tool, body, "text/html"), 406, "NOT_ACCEPTABLE")
    assert_problem(await post(brand.editor, tool, body, "*/*;q=0"), 406, "NOT_ACCEPTABLE")
    assert world.rows("select 1 from public.ai_generations where brand_id = %s", brand.id) == []


async def test_errors_before_the_first_token_are_json(world: World) -> None:
    brand = await world.brand()
    body = (await bodies(world, brand))["transcreate"]
    assert_problem(await post(brand.viewer, "transcreate", body, "text/event-stream"), 403, "FORBIDDEN")


async def test_the_body_does_not_choose(world: World) -> None:
    brand = await world.brand()
    body = (await bodies(world, brand))["transcreate"] | {"stream": True}
    assert_problem(await post(brand.editor, "transcreate", body, "*/*"), 400, "VALIDATION_ERROR")
