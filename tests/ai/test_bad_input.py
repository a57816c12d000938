"""Invalid requests get the right status, code and field, and nothing is charged."""

from typing import Any

import pytest

from tests.ai.support import image, page
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

BRAND = "00000000-0000-7000-8000-ffffffffffff"
PAGES = [f"https://a.test/{number}" for number in range(6)]
IMAGES = [f"https://a.test/{number}.png" for number in range(6)]

MALFORMED: list[tuple[str, dict[str, Any], str]] = [
    ("generate", {"contentId": "x"}, "contentId"),
    ("generate", {"contentId": BRAND, "length": "epic"}, "length"),
    ("generate", {"contentId": BRAND, "tone": "rude"}, "tone"),
    ("generate", {"contentId": BRAND, "instructions": "x" * 5001}, "instructions"),
    ("generate", {"contentId": BRAND, "model": "gpt-9"}, "model"),
    ("generate", {"brandId": BRAND}, "templateId"),
    ("generate", {"contentId": BRAND, "templateId": BRAND}, "templateId"),
    ("generate", {"contentId": BRAND, "includeKeywords": ["x"] * 21}, "includeKeywords"),
    ("fields", {"contentId": BRAND}, "fieldId"),
    ("fields", {"brandId": BRAND, "templateId": BRAND, "fieldId": "a", "inputs": {"topic": "x" * 8001}}, "inputs"),
    ("fields", {"brandId": BRAND, "templateId": BRAND, "fieldId": "a", "outputs": {"body": "x" * 20_001}}, "outputs"),
    ("regenerate", {"contentId": BRAND, "feedback": "x"}, "fieldId"),
    ("regenerate", {"contentId": BRAND, "feedback": "x", "fieldId": "a", "sections": ["b"]}, "sections"),
    ("regenerate", {"contentId": BRAND, "feedback": "x" * 2001, "fieldId": "a"}, "feedback"),
    ("regenerate", {"brandId": BRAND, "feedback": "x", "fieldId": "a"}, "contentId"),
    ("metadata", {"brandId": BRAND, "urls": PAGES}, "urls"),
    ("metadata", {"brandId": BRAND}, "contentId"),
    ("metadata", {"brandId": BRAND, "urls": ["ftp://a.test"]}, "urls.0"),
    ("metadata", {"brandId": BRAND, "content": "x", "apply": True}, "contentId"),
    ("alt-text", {"brandId": BRAND, "images": IMAGES}, "images"),
    ("alt-text", {"brandId": BRAND, "images": []}, "images"),
    ("alt-text", {"brandId": BRAND, "images": ["data:text/html;base64,eA=="]}, "images.0"),
    ("alt-text", {"brandId": BRAND, "images": IMAGES[:1], "language": "x"}, "language"),
    ("alt-text", {"brandId": BRAND, "images": IMAGES[:1], "language": "xx-YY"}, "language"),
    ("transcreate", {"brandId": BRAND, "content": ""}, "content"),
    ("transcreate", {"brandId": BRAND, "content": "x", "targetLanguage": "xx"}, "targetLanguage"),
    ("transcreate", {"brandId": BRAND, "content": "x", "country": "Norway"}, "country"),
    ("brand-analysis", {"brandId": BRAND, "name": "x", "urls": PAGES}, "urls"),
    ("brand-analysis", {"brandId": BRAND, "name": "x", "urls": []}, "urls"),
    ("brand-analysis", {"brandId": BRAND, "name": "x" * 201, "urls": PAGES[:1]}, "name"),
    ("brand-analysis", {"name": "x", "urls": PAGES[:1]}, "brandId"),
    ("claims/review", {"brandId": BRAND, "claims": [{"text": "x"}]}, "country"),
    ("claims/review", {"brandId": BRAND, "claims": [{"text": ""}], "country": "GB"}, "claims.0.text"),
    ("claims/review", {"brandId": BRAND, "claims": [{"id": "a", "text": "x"}] * 2, "country": "GB"}, "body"),
    ("claims/review", {"brandId": BRAND, "claims": [], "country": "GB", "strictness": "kind"}, "strictness"),
    (
        "claims/replacements",
        {"brandId": BRAND, "claimId": BRAND, "productId": BRAND, "market": "GB", "maxSuggestions": 4},
        "maxSuggestions",
    ),
    ("titles", {"brandId": BRAND}, "contentId"),
    ("titles", {"brandId": BRAND, "topic": "x" * 401}, "topic"),
    ("titles", {"brandId": BRAND, "topic": "x", "count": 0}, "count"),
    ("titles", {"brandId": BRAND, "topic": "x", "count": 11}, "count"),
    ("titles", {"topic": "x"}, "brandId"),
    ("keywords", {"brandId": BRAND, "content": "x" * 6001}, "content"),
    ("keywords", {"brandId": BRAND, "content": " "}, "content"),
    ("guardrails/check", {"brandId": BRAND}, "text"),
]


@pytest.mark.parametrize(("tool", "body", "field"), MALFORMED)
async def test_malformed(world: World, tool: str, body: dict[str, Any], field: str) -> None:
    person = await world.signed_in()
    problem = assert_problem(await person.post(f"/ai/{tool}", body), 400, "VALIDATION_ERROR")
    assert field in [detail["field"] for detail in problem["details"]], problem


TOOLS: list[tuple[str, dict[str, Any]]] = [
    ("generate", {"inputs": {"topic": "Frost"}}),
    ("fields", {"fieldId": "headline", "inputs": {"topic": "Frost"}}),
    ("metadata", {"content": "Frost"}),
    ("alt-text", {"images": IMAGES[:1]}),
    ("transcreate", {"content": "Frost"}),
    ("brand-analysis", {"name": "x", "urls": PAGES[:1]}),
    ("claims/review", {"claims": [{"text": "x"}], "country": "GB"}),
    ("claims/replacements", {"claimId": BRAND, "productId": BRAND, "market": "GB"}),
    ("titles", {"topic": "Frost"}),
    ("keywords", {"content": "Frost"}),
    ("guardrails/check", {"text": "Frost"}),
]


def of(brand: Brand, tool: str, body: dict[str, Any]) -> dict[str, Any]:
    template = {"templateId": brand.template_id} if tool in ("generate", "fields") else {}
    return {"brandId": brand.id, **template, **body}


@pytest.mark.parametrize(("tool", "body"), TOOLS)
async def test_permissions(world: World, tool: str, body: dict[str, Any]) -> None:
    """Requires a token and the role of an editor in the brand; refusals leave no generation."""
    brand, stranger = await world.brand(), await world.brand()
    asked = of(brand, tool, body)
    anonymous = await world.person()
    assert_problem(await anonymous.post(f"/ai/{tool}", asked), 401, "UNAUTHORIZED")
    assert_problem(await brand.viewer.post(f"/ai/{tool}", asked), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.post(f"/ai/{tool}", asked), 404, "NOT_FOUND")
    assert world.rows("select 1 from public.ai_generations where brand_id in (%s, %s)", brand.id, stranger.id) == []


@pytest.mark.parametrize(("tool", "body"), TOOLS)
async def test_ai_switched_off_for_a_brand(world: World, tool: str, body: dict[str, Any]) -> None:
    brand = await world.brand()
    response = await brand.admin.patch(f"/brands/{brand.id}", 1, {"settings": {"aiEnabled": False}})
    assert response.status_code == 200, response.text
    assert_problem(await brand.admin.post(f"/ai/{tool}", of(brand, tool, body)), 403, "FORBIDDEN")
    assert world.rows("select 1 from public.ai_generations where brand_id = %s", brand.id) == []


async def test_feature_flag_for_other_brands(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.rows(
        "insert into public.feature_flags (key, is_enabled, brand_ids) "
        "values ('ai.title_suggestion', true, array[%s]::uuid[])",
        brand.id,
    )
    try:
        body = {"topic": "Frost", "count": 1}
        assert (await brand.editor.post("/ai/titles", body | {"brandId": brand.id})).status_code == 200
        assert_problem(await other.editor.post("/ai/titles", body | {"brandId": other.id}), 403, "FORBIDDEN")
        keywords = await other.editor.post("/ai/keywords", {"brandId": other.id, "content": "Frost"})
        assert keywords.status_code == 200
    finally:
        world.rows("delete from public.feature_flags where key = 'ai.title_suggestion'")


@pytest.mark.parametrize(
    ("tool", "body"), [tool for tool in TOOLS if tool[0] in ("metadata", "titles", "keywords", "transcreate")]
)
@pytest.mark.parametrize("column", ["language", "country"])
async def test_a_brand_without_language_or_country(world: World, tool: str, body: dict[str, Any], column: str) -> None:
    brand = await world.brand()
    world.rows(f"update public.brands set {column} = null where id = %s", brand.id)
    problem = assert_problem(await brand.editor.post(f"/ai/{tool}", of(brand, tool, body)), 400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in problem["details"]] == [f"brand.{column}"]


async def test_generation_falls_back_to_english(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.brands set language = null, country = null where id = %s", brand.id)
    body = of(brand, "generate", {"inputs": {"topic": "Frost"}})
    assert (await brand.editor.post("/ai/generate", body)).status_code == 200


async def test_unknown_templates(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    for template in (BRAND, other.template_id):
        body = {"brandId": brand.id, "templateId": template, "inputs": {"topic": "Frost"}}
        assert_problem(await brand.editor.post("/ai/generate", body), 404, "NOT_FOUND")
    world.rows("update public.templates set is_active = false where id = %s", brand.template_id)
    assert_problem(await brand.editor.post("/ai/generate", of(brand, "generate", {})), 409, "CONFLICT")


async def test_missing_inputs(world: World) -> None:
    brand = await world.brand()
    for inputs in ({}, {"topic": " "}):
        response = await brand.editor.post("/ai/generate", of(brand, "generate", {"inputs": inputs}))
        problem = assert_problem(response, 400, "VALIDATION_ERROR")
        assert [detail["field"] for detail in problem["details"]] == ["fields.topic"]
    response = await brand.editor.post(
        "/ai/generate", of(brand, "generate", {"inputs": {"topic": "Frost", "other": 1}})
    )
    assert response.status_code in (200, 400)


async def test_products_of_other_brands(world: World) -> None:
    brand = await world.brand()
    for product in (BRAND,):
        body = of(brand, "generate", {"inputs": {"topic": "Frost"}, "productId": product})
        assert_problem(await brand.editor.post("/ai/generate", body), 404, "NOT_FOUND")
    body = {"brandId": brand.id, "claims": [{"text": "x"}], "country": "ZZ", "productId": BRAND}
    assert (await brand.editor.post("/ai/claims/review", body)).status_code in (400, 404)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:24331/",
        "http://localhost:24321/rest/v1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
    ],
)
async def test_pages_in_the_private_network(world: World, url: str) -> None:
    brand = await world.brand()
    response = await brand.editor.post("/ai/metadata", {"brandId": brand.id, "urls": [url]})
    assert_problem(response, 422, "UNPROCESSABLE")
    response = await brand.editor.post("/ai/alt-text", {"brandId": brand.id, "images": [url]})
    assert_problem(response, 422, "UNPROCESSABLE")


async def test_redirect_into_the_private_network(world: World) -> None:
    brand = await world.brand()
    url = f"{world.stack.urls['models']}/redirect?to=http://127.0.0.1:24331/"
    problem = assert_problem(
        await brand.editor.post("/ai/metadata", {"brandId": brand.id, "urls": [url]}), 422, "UNPROCESSABLE"
    )
    assert "ports 80 and 443" in problem["message"]


async def test_invalid_images(world: World) -> None:
    brand = await world.brand()
    for source in (
        image(world, "text.png"),
        page(world, "winter"),
        "data:image/png;base64,aGVsbG8=",
        "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=",
        "data:image/png;base64,iVBORw0KGgo=",
    ):
        response = await brand.editor.post("/ai/alt-text", {"brandId": brand.id, "images": [source]})
        assert_problem(response, 422, "UNPROCESSABLE")


async def test_text_too_long_to_transcreate(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "content": "漢" * 50_000}
    assert_problem(await brand.editor.post("/ai/transcreate", body), 422, "UNPROCESSABLE")


async def test_content_without_text(world: World) -> None:
    brand = await world.brand()
    content = (await brand.editor.post("/contents", {"brandId": brand.id, "title": "Empty"})).json()["data"]
    assert_problem(await brand.editor.post("/ai/metadata", {"contentId": content["id"]}), 422, "UNPROCESSABLE")
