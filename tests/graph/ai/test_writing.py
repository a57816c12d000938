"""The tools that write into contents, by GraphQL: what they write, what keeps them from it, and what they cost."""

from typing import Any, Final

import pytest

from tests.ai.conftest import at, faulty, faulty_functions
from tests.ai.support import budget, rich_template
from tests.ai.test_guardrails import forbid_people
from tests.graph.ai.support import PROBLEM, as_rest, asked_for
from tests.support.graph import ask, refused, send
from tests.support.world import Brand, World

__all__ = ["faulty", "faulty_functions"]

pytestmark = pytest.mark.anyio

GENERATE: Final = f"""mutation ($input: GenerateContentInput!) {{
  generateContent(input: $input) {{
    result {{ fields }} run {{ requestId isCacheHit appliedVersion notApplied guardrails {{ isHeld }} }} {PROBLEM}
  }}
}}"""
OVERRIDE: Final = f"""mutation ($id: ID!, $input: OverrideGuardrailsInput!) {{
  overrideGuardrails(id: $id, input: $input) {{
    appliedVersion generation {{ id isHeld overrideReason appliedVersion }} {PROBLEM}
  }}
}}"""


async def content_of(brand: Brand, content_id: str) -> dict[str, Any]:
    return (await brand.editor.get(f"/contents/{content_id}")).json()["data"]


async def test_fields_are_written_into_the_content(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost"})
    given = {"contentId": content["id"], "length": "SHORT"}
    more = "content { id version } run { generation { id type content { id } } }"
    payload = await asked_for(brand.editor, "generateContent", given, result="GeneratedContent", more=more)
    after = await content_of(brand, content["id"])
    assert after["fields"] == {"topic": "Frost"} | payload["result"]["fields"]
    assert payload["run"]["appliedVersion"] == after["version"] == 2
    assert payload["content"] == {"id": content["id"], "version": 2}, "read after it was written"
    assert payload["run"]["generation"] == {
        "id": payload["run"]["requestId"],
        "type": "CONTENT_GENERATION",
        "content": {"id": content["id"]},
    }
    read = (await brand.editor.get(f"/ai/generations/{payload['run']['requestId']}")).json()["data"]
    assert read["output"]["result"] == as_rest("GeneratedContent", payload["result"])


async def test_one_field_is_written(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, templateId=rich_template(world, brand), fields={"topic": "Frost"})
    given = {"contentId": content["id"], "fieldId": "questions"}
    payload = await asked_for(brand.editor, "generateField", given, result="GeneratedField", more="content { version }")
    assert payload["content"] == {"version": 2}
    assert (await content_of(brand, content["id"]))["fields"]["questions"] == payload["result"]["value"]
    document = f"mutation ($input: GenerateFieldInput!) {{ generateField(input: $input) {{ {PROBLEM} }} }}"
    problem = (await ask(brand.editor, document, input=given | {"fieldId": "silent"}))["generateField"]["problem"]
    assert [detail["field"] for detail in problem["details"]] == ["input.fieldId"]


async def test_fields_are_rewritten_by_feedback(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost", "headline": "Old words"})
    given = {"contentId": content["id"], "fieldId": "headline", "feedback": "Warmer, please"}
    payload = await asked_for(brand.editor, "regenerateContent", given, result="GeneratedContent")
    assert set(payload["result"]["fields"]) == {"headline"}
    assert payload["run"]["appliedVersion"] == 3
    document = f"mutation ($input: RegenerateContentInput!) {{ regenerateContent(input: $input) {{ {PROBLEM} }} }}"
    both = given | {"sections": ["headline"]}
    problem = (await ask(brand.editor, document, input=both))["regenerateContent"]["problem"]
    assert [detail["field"] for detail in problem["details"]] == ["input.sections"]


async def test_what_guardrails_hold_back_is_overridden(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    forbid_people(world, brand)
    content = await world.draft(brand, title=f"About {brand.name[:12]} Frost", fields={"topic": "Frost"})
    payload = (await ask(brand.editor, GENERATE, input={"contentId": content["id"]}))["generateContent"]
    run = payload["run"]
    assert run["guardrails"] == {"isHeld": True}
    assert run["appliedVersion"] is None
    assert (await content_of(brand, content["id"]))["version"] == 1
    reason = {"reason": "Cleared by legal"}
    for person, code in ((other.admin, "NOT_FOUND"), (brand.viewer, "FORBIDDEN")):
        (error,) = await refused(person, OVERRIDE, id=run["requestId"], input=reason)
        assert error["extensions"]["code"] == code
    empty = (await ask(brand.admin, OVERRIDE, id=run["requestId"], input={"reason": " "}))["overrideGuardrails"]
    assert [detail["field"] for detail in empty["problem"]["details"]] == ["input.reason"]
    applied = (await ask(brand.admin, OVERRIDE, id=run["requestId"], input=reason))["overrideGuardrails"]
    assert applied == {
        "appliedVersion": 2,
        "generation": {
            "id": run["requestId"],
            "isHeld": True,
            "overrideReason": "Cleared by legal",
            "appliedVersion": 2,
        },
        "problem": None,
    }
    assert (await content_of(brand, content["id"]))["version"] == 2
    again = (await ask(brand.admin, OVERRIDE, id=run["requestId"], input=reason))["overrideGuardrails"]
    assert (again["generation"], again["problem"]["__typename"]) == (None, "ConflictProblem")


async def test_a_content_that_cannot_be_edited_is_a_conflict(world: World) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    payload = (await ask(brand.editor, GENERATE, input={"contentId": content["id"]}))["generateContent"]
    assert (payload["result"], payload["run"]) == (None, None)
    assert payload["problem"]["__typename"] == "ConflictProblem"


async def test_input_is_refused_by_field(world: World) -> None:
    brand = await world.brand()
    for given, fields in (
        ({}, ["input.brandId"]),
        ({"brandId": brand.id}, ["input.templateId"]),
        ({"brandId": "x", "includeKeywords": ["", "y" * 101]}, None),
    ):
        problem = (await ask(brand.editor, GENERATE, input=given))["generateContent"]["problem"]
        assert problem["code"] == "VALIDATION_ERROR"
        if fields:
            assert [detail["field"] for detail in problem["details"]] == fields
    assert {detail["field"] for detail in problem["details"]} == {
        "input.brandId",
        "input.includeKeywords.0",
        "input.includeKeywords.1",
    }


async def test_a_spent_budget_is_an_error(world: World) -> None:
    brand = await world.brand()
    budget(world, brand, 0)
    given = {"brandId": brand.id, "templateId": brand.template_id, "inputs": {"topic": "Frost"}}
    (error,) = await refused(brand.editor, GENERATE, input=given)
    assert (error["extensions"]["code"], error["extensions"]["status"]) == ("QUOTA_EXCEEDED", 429)
    assert error["extensions"]["retryAfter"] > 0


async def test_a_model_that_does_not_answer_is_an_error(world: World, faulty: str) -> None:
    brand = await world.brand()
    at(faulty, brand.editor)
    content = await world.draft(brand)
    given = {"contentId": content["id"], "instructions": "[[fault:malformed]]"}
    (error,) = await refused(brand.editor, GENERATE, input=given)
    assert error["extensions"]["code"] == "AI_SERVICE_ERROR"
    rows = world.rows("select status::text from public.ai_generations where content_id = %s", content["id"])
    assert rows == [{"status": "failed"}]


async def test_a_repeated_mutation_costs_nothing(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    body = {"query": GENERATE, "variables": {"input": {"contentId": content["id"]}}}
    key = {"Idempotency-Key": f"graph-{brand.id}"}
    first, second = [(await send(brand.editor, body, **key)).json()["data"] for _ in range(2)]
    assert second == first
    assert len(world.rows("select 1 from public.ai_generations where content_id = %s", content["id"])) == 1


async def test_each_mutation_of_a_request_is_a_command_of_its_own(world: World) -> None:
    brand = await world.brand()
    document = """mutation ($brand: ID!) {
      first: suggestTitles(input: {brandId: $brand, topic: "Frost", count: 1, regenerate: true}) { run { requestId } }
      second: suggestTitles(input: {brandId: $brand, topic: "Frost", count: 1, regenerate: true}) { run { requestId } }
    }"""
    body = {"query": document, "variables": {"brand": brand.id}}
    key = {"Idempotency-Key": f"graph-{brand.id}"}
    first, again = [(await send(brand.editor, body, **key)).json()["data"] for _ in range(2)]
    assert first["first"] != first["second"]
    assert again == first


async def test_tools_are_charged_to_the_limits_of_rest(world: World) -> None:
    """Each mutation counts for AI as a request does, and those that write contents for generations too."""
    brand = await world.brand()
    before = await brand.editor.get("/ai/generations", brandId=brand.id)
    left = int(before.headers["X-RateLimit-Remaining"])
    document = """mutation ($brand: ID!) {
      a: suggestTitles(input: {brandId: $brand, topic: "Frost", count: 1}) { run { requestId } }
      b: suggestTitles(input: {brandId: $brand, topic: "Ice", count: 1}) { run { requestId } }
    }"""
    await ask(brand.editor, document, brand=brand.id)
    after = await brand.editor.get("/ai/generations", brandId=brand.id)
    assert int(after.headers["X-RateLimit-Remaining"]) == left - 3
