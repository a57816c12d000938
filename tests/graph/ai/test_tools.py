"""Each AI tool by GraphQL: it answers what REST answers, and refuses whom REST refuses."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.ai.support import answered, image, page, product_with_claims
from tests.ai.test_vetting import agency, reviewed
from tests.graph.ai.support import PROBLEM, as_rest, asked_for, everything_of
from tests.support.errors import assert_problem
from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

type Make = Callable[[World, Brand], dict[str, Any]]

CLAIM: Final = "Reduces dry skin by up to 30% in 4 weeks*"


def replacement(world: World, brand: Brand) -> dict[str, Any]:
    product = product_with_claims(world, brand, disallowed=["Heals dry skin"], allowed=["Soothes dry skin"])
    return {"claimId": product["claims"]["Heals dry skin"], "productId": product["id"], "market": "GB"}


def statement(world: World, brand: Brand) -> dict[str, Any]:
    product = product_with_claims(world, brand, disallowed=["Heals dry skin"])
    return {"country": "GB", "productId": product["id"], "text": "<p>[[violation]] cures the cold.</p>"}


def text(**more: Any) -> Make:
    return lambda _world, _brand: more


# By mutation: the path of REST, the type of the result, and the request without its brand.
TOOLS: Final[dict[str, tuple[str, str, Make]]] = {
    "generateContent": (
        "generate",
        "GeneratedContent",
        lambda _, brand: {"templateId": brand.template_id, "inputs": {"topic": "Frost"}, "tone": "playful"},
    ),
    "transcreateContent": (
        "transcreate",
        "Transcreation",
        text(content="A piece of cake.", targetLanguage="de", country="DE", options={"keepLength": True}),
    ),
    "analyzeBrand": (
        "brand-analysis",
        "BrandProfile",
        lambda world, _: {"name": "Aurora", "urls": [page(world, "aurora"), page(world, "gone")]},
    ),
    "reviewClaims": (
        "claims/review",
        "ClaimReview",
        text(claims=[{"id": "b", "text": "Soft"}, {"text": "Kind"}], country="GB", strictness="strict"),
    ),
    "reviewText": ("claims/check", "TextReview", statement),
    "suggestReplacements": ("claims/replacements", "Replacements", replacement),
    "styleClaim": ("claims/style", "ClaimWordings", text(text=CLAIM, style="headline")),
    "simplifyClaim": ("claims/simplify", "ClaimWordings", text(text=CLAIM, readingLevel="very_easy")),
    "suggestTitles": ("titles", "Titles", text(topic="Frost", count=2)),
    "extractKeywords": ("keywords", "Keywords", text(content="Cold air holds little water, and skin feels tight.")),
    "checkGuardrails": ("guardrails/check", "GuardrailCheck", text(text="It cures the cold.")),
}
ENUMS: Final = frozenset({"tone", "strictness", "style", "readingLevel"})


def as_input(body: dict[str, Any]) -> dict[str, Any]:
    """Returns the body of a request to REST as an input of GraphQL."""
    return {name: value.upper() if name in ENUMS else value for name, value in body.items()}


@pytest.mark.parametrize("mutation", TOOLS)
async def test_a_tool_answers_what_rest_answers(world: World, mutation: str) -> None:
    brand = await world.brand()
    path, result, make = TOOLS[mutation]
    body = {"brandId": brand.id} | make(world, brand)
    first = await answered(brand.admin, path, body)
    payload = await asked_for(brand.admin, mutation, as_input(body), result=result)
    assert payload["problem"] is None
    assert as_rest(result, payload["result"]) == first["result"]
    run = as_rest("ToolRun", payload["run"])
    # REST has asked the model the same. The answer about a brand is not kept.
    assert run["isCacheHit"] is (mutation != "analyzeBrand")
    assert (run["usage"]["promptTokens"] == 0) is run["isCacheHit"]
    same = ("provider", "model", "promptVersion", "omissions", "guardrails", "appliedVersion", "notApplied")
    assert {name: run[name] for name in same} == {name: first[name] for name in same}
    (recorded,) = world.rows("select status::text, user_id from public.ai_generations where id = %s", run["requestId"])
    assert (recorded["status"], str(recorded["user_id"])) == ("completed", world.id_of(brand.admin))


@pytest.mark.parametrize("mutation", TOOLS)
async def test_others_may_not_ask_a_tool(world: World, mutation: str) -> None:
    brand, other = await world.brand(), await world.brand()
    path, result, make = TOOLS[mutation]
    body = {"brandId": brand.id} | make(world, brand)
    kind = mutation[0].upper() + mutation[1:]
    document = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ result {everything_of(result)} }} }}"
    for person in (other.admin, brand.viewer):
        status, code = (404, "NOT_FOUND") if person is other.admin else (403, "FORBIDDEN")
        told = assert_problem(await person.post(f"/ai/{path}", body), status, code)
        (error,) = await refused(person, document, input=as_input(body))
        assert (error["extensions"]["code"], error["message"]) == (code, told["message"])
    assert world.rows("select 1 from public.ai_generations where brand_id = %s", brand.id) == []


async def test_vetting_feedback(world: World) -> None:
    brand = await world.brand()
    await agency(brand, "Standards", priority="High")
    body = await reviewed(world, brand, body="<p>Heals dry skin</p>")
    more = "run { generation { id content { id } } }"
    first = await asked_for(brand.editor, "produceVettingFeedback", body, result="VettingFeedback", more=more)
    stored = await answered(brand.editor, "vetting-feedback", body)
    assert as_rest("VettingFeedback", first["result"]) == stored["result"]
    assert first["run"]["requestId"] == stored["requestId"]
    assert first["run"]["generation"] == {"id": stored["requestId"], "content": {"id": body["contentId"]}}
    unknown = body | {"stepId": "00000000-0000-7000-8000-000000000000"}
    document = "mutation ($input: ProduceVettingFeedbackInput!) { produceVettingFeedback(input: $input) { %s } }"
    (error,) = await refused(brand.editor, document % PROBLEM, input=unknown)
    assert error["extensions"]["code"] == "NOT_FOUND"
    none = await ask(brand.editor, document % PROBLEM, input=body | {"market": "FR"})
    assert none["produceVettingFeedback"]["problem"]["__typename"] == "ConflictProblem"


METADATA: Final = f"""mutation ($url: String, $input: GenerateMetadataInput!) {{
  generateMetadata(url: $url, input: $input) {{
    items {{
      source isSuccess result {everything_of("PageMetadata")} run {{ requestId isCacheHit }} error {{ code message }}
    }}
    content {{ id version }} {PROBLEM}
  }}
}}"""


async def test_metadata_of_pages(world: World) -> None:
    brand = await world.brand()
    urls = [page(world, "winter"), page(world, "gone")]
    items = (await answered(brand.editor, "metadata", {"brandId": brand.id, "urls": urls}))["items"]
    alike = [(urls[0], {"brandId": brand.id, "urls": urls[1:]}), (None, {"brandId": brand.id, "urls": urls})]
    for url, given in alike:
        payload = (await ask(brand.editor, METADATA, url=url, input=given))["generateMetadata"]
        assert (payload["problem"], payload["content"]) == (None, None)
        for shown, item in zip(payload["items"], items, strict=True):
            assert (shown["source"], shown["isSuccess"]) == (item["source"], item["isSuccess"])
            assert shown["error"] == item["error"]
            assert shown["result"] == (item["generated"] or {"result": None})["result"]
        assert payload["items"][0]["run"]["isCacheHit"]


async def test_metadata_is_applied_to_the_content(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, body="<p>Cold air holds little water.</p>")
    payload = (await ask(brand.editor, METADATA, input={"contentId": content["id"], "apply": True}))["generateMetadata"]
    assert payload["content"] == {"id": content["id"], "version": 2}
    after = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert after["metadata"]["metaTitle"] == payload["items"][0]["result"]["title"]


async def test_metadata_needs_a_source(world: World) -> None:
    brand = await world.brand()
    for url, given, field in (
        (None, {"brandId": brand.id}, "input.contentId"),
        ("ftp://aurora.test", {"brandId": brand.id}, "input.urls.0"),
        (page(world, "winter"), {}, "input.brandId"),
    ):
        payload = (await ask(brand.editor, METADATA, url=url, input=given))["generateMetadata"]
        assert payload["items"] is None
        assert payload["problem"]["code"] == "VALIDATION_ERROR"
        assert [detail["field"] for detail in payload["problem"]["details"]] == [field]


async def test_alternative_texts(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "images": [image(world, "frost.png"), image(world, "text.png")]}
    items = (await answered(brand.editor, "alt-text", body))["items"]
    document = f"""mutation ($input: GenerateAltTextsInput!) {{ generateAltTexts(input: $input) {{
      items {{ source isSuccess result {everything_of("AltText")} run {{ isCacheHit }} error {{ code message }} }}
      {PROBLEM}
    }} }}"""
    payload = (await ask(brand.editor, document, input=body))["generateAltTexts"]
    assert payload["problem"] is None
    assert [item["isSuccess"] for item in payload["items"]] == [True, False]
    assert payload["items"][0]["result"] == items[0]["generated"]["result"]
    assert payload["items"][1]["error"] == items[1]["error"]
    unreadable = body | {"images": [image(world, "text.png")]}
    told = assert_problem(await brand.editor.post("/ai/alt-text", unreadable), 422, "UNPROCESSABLE")
    payload = (await ask(brand.editor, document, input=unreadable))["generateAltTexts"]
    assert (payload["items"], payload["problem"]["message"]) == (None, told["message"])
