"""Each tool through the API: its result is within its bounds whatever the model writes (domain §7)."""

import asyncio
import re

import pytest

from lib.core.html_text import text_of_html
from local.demo.dashboard import Dashboard
from tests.ai.conftest import at
from tests.ai.support import (
    answered,
    events_of,
    image,
    page,
    product_with_claims,
    prompts_of,
    requests_with,
    rich_template,
)
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

# A model that exceeds all bounds until it is corrected, and one that always does.
UNRULY = ("", "[[fault:long]]", "[[fault:toolong]]")


@pytest.mark.parametrize("mark", UNRULY)
async def test_generate_from_template(world: World, mark: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand, templateId=rich_template(world, brand), fields={"topic": "Frost"})
    body = {"contentId": content["id"], "instructions": mark}
    data = await answered(brand.editor, "generate", body)
    fields = data["result"]["fields"]
    assert set(fields) == {"headline", "teaser", "body", "questions"}, "not the one that AI may not fill"
    assert 0 < len(fields["headline"]) <= 60
    assert len(fields["teaser"]) <= 120
    assert fields["body"].startswith("<p>")
    assert len(text_of_html(fields["body"])) <= 400
    entry = fields["questions"]["entries"][0]
    assert entry["answerHtml"].startswith("<p>")
    assert entry["answerPlain"]
    assert set(entry) == {"id", "question", "answerHtml", "answerPlain"}
    assert len(data["result"]["alternativeTitles"]) == 3
    assert data["result"]["keywords"]
    assert 0 <= data["result"]["confidence"] <= 1
    retried = {item["field"]: item["reason"] for item in data["result"]["retryCandidates"]}
    assert retried == (
        {"headline": "char_range", "teaser": "char_range", "body": "char_range"} if "too" in mark else {}
    )
    assert (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]["fields"] == {
        "topic": "Frost"
    } | fields


async def test_generate_before_the_content_exists(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "templateId": brand.template_id, "inputs": {"topic": "Frost"}}
    data = await answered(brand.editor, "generate", body)
    assert data["result"]["fields"]["headline"]
    assert data["appliedVersion"] is None


async def test_correction_contains_the_measures(world: World) -> None:
    brand = await world.brand()
    mark = f"Mark {brand.name}"
    content = await world.draft(brand, fields={"topic": mark})
    await answered(brand.editor, "generate", {"contentId": content["id"], "instructions": "[[fault:long]]"})
    first, second = [prompt for prompt in prompts_of(await requests_with(world, mark)) if "Fields to write" in prompt][
        :2
    ]
    assert "You answered:" not in first
    assert re.search(r"- headline has \d+ characters; it needs at most 60 characters", second)


@pytest.mark.parametrize("mark", UNRULY)
@pytest.mark.parametrize("field", ["headline", "teaser", "body", "questions"])
async def test_generate_field(world: World, mark: str, field: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand, templateId=rich_template(world, brand), fields={"topic": "Frost"})
    body = {"contentId": content["id"], "fieldId": field, "instructions": mark}
    result = (await answered(brand.editor, "fields", body))["result"]
    limit = {"headline": 60, "teaser": 120, "body": 400, "questions": 100_000}[field]
    assert 0 < result["characters"] <= limit
    assert result["characters"] == len(result["plain"])
    assert result["words"] == len(result["plain"].split())
    assert result["fieldId"] == field
    after = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert after["fields"] == {"topic": "Frost", field: result["value"]}


async def test_at_most_three_attempts_for_a_field(world: World) -> None:
    brand = await world.brand()
    mark = f"Mark {brand.name}"
    content = await world.draft(brand, templateId=rich_template(world, brand), fields={"topic": mark})
    body = {"contentId": content["id"], "fieldId": "headline", "checkGuardrails": False}
    await answered(brand.editor, "fields", body | {"instructions": "[[fault:toolong]]"})
    assert len(await requests_with(world, mark)) == 3


async def test_fields_that_ai_does_not_write(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, templateId=rich_template(world, brand), fields={"topic": "Frost"})
    body = {"contentId": content["id"]}
    assert_problem(await brand.editor.post("/ai/fields", body | {"fieldId": "nothing"}), 400, "VALIDATION_ERROR")
    problem = assert_problem(
        await brand.editor.post("/ai/fields", body | {"fieldId": "silent"}), 400, "VALIDATION_ERROR"
    )
    assert problem["details"][0]["field"] == "fieldId"


async def test_regenerate(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost", "headline": "Old words"})
    body = {"contentId": content["id"], "fieldId": "headline", "feedback": "Warmer, please"}
    data = await answered(brand.editor, "regenerate", body)
    assert set(data["result"]["fields"]) == {"headline"}
    assert data["appliedVersion"] == 3
    versions = (await brand.editor.get(f"/contents/{content['id']}/versions")).json()["data"]
    assert [version["action"] for version in versions] == ["saved", "regeneration_requested", "saved"]
    assert versions[1]["feedback"] == "Warmer, please"
    before = (await brand.editor.get(f"/contents/{content['id']}/versions/2")).json()["data"]
    assert before["snapshot"]["fields"]["headline"] == "Old words"


async def test_regenerate_sections(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    body = {"contentId": content["id"], "sections": ["headline", "body"], "feedback": "Warmer"}
    assert set((await answered(brand.editor, "regenerate", body))["result"]["fields"]) == {"headline", "body"}


@pytest.mark.parametrize("mark", UNRULY)
async def test_metadata(world: World, mark: str) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "content": f"Cold air holds little water. {mark}"}
    (item,) = (await answered(brand.editor, "metadata", body))["items"]
    result = item["generated"]["result"]
    assert len(result["title"]) <= 60
    assert len(result["description"]) <= 160
    if "too" not in mark:
        assert len(result["title"]) >= 45
        assert len(result["description"]) >= 150
    assert 1 <= len(result["keywords"]) <= 10
    assert result["alternatives"]


async def test_metadata_of_pages(world: World) -> None:
    brand = await world.brand()
    urls = [page(world, "winter"), page(world, "empty"), page(world, "gone")]
    items = (await answered(brand.editor, "metadata", {"brandId": brand.id, "urls": urls}))["items"]
    assert [item["isSuccess"] for item in items] == [True, False, False]
    assert [item["source"] for item in items] == urls
    assert items[1]["error"] == {"code": "UNPROCESSABLE", "message": f"{urls[1]}: the page has no text"}
    assert items[2]["error"]["message"].endswith("the server answered with 404")
    prompt = prompts_of(await requests_with(world, brand.name))[0]
    assert "Skin gives its own away" in prompt
    assert "Imprint" not in prompt, "what surrounds the text is not of it"


async def test_metadata_is_applied_to_the_content(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, body="<p>Cold air holds little water.</p>")
    (item,) = (await answered(brand.editor, "metadata", {"contentId": content["id"], "apply": True}))["items"]
    result = item["generated"]["result"]
    after = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert after["metadata"]["metaTitle"] == result["title"]
    assert after["metadata"]["metaDescription"] == result["description"]
    assert after["provenance"]["metadata.metaTitle"]["generationId"] == item["generated"]["requestId"]


@pytest.mark.parametrize("mark", ["", "fault-toolong"])
async def test_alt_text(world: World, mark: str) -> None:
    brand = await world.brand()
    images = [image(world, "frost.png"), image(world, "text.png")]
    items = (await answered(brand.editor, "alt-text", {"brandId": brand.id, "images": images}))["items"]
    assert [item["isSuccess"] for item in items] == [True, False]
    result = items[0]["generated"]["result"]
    assert 0 < len(result["altText"]) <= 125
    assert len(result["short"]) < 50
    assert len(result["long"]) <= 200
    assert result["detectedLanguage"] == "en"
    assert items[1]["error"] == {"code": "UNPROCESSABLE", "message": "the image cannot be read"}
    (request,) = [item for item in await requests_with(world, brand.name) if "image" in str(item["body"]["messages"])]
    assert "data:image/jpeg;base64," in str(request["body"]), "fetched by us, written anew, and sent along"


@pytest.mark.parametrize("mark", ["", "[[fault:toolong]]"])
async def test_transcreate(world: World, mark: str) -> None:
    brand = await world.brand()
    text = f"{mark}A piece of cake for {brand.name}."
    body = {"brandId": brand.id, "content": text, "targetLanguage": "de", "country": "DE"}
    result = (await answered(brand.editor, "transcreate", body))["result"]
    assert result["text"]
    assert (result["language"], result["country"]) == ("de", "DE")
    assert set(result["scores"]) == {"fluency", "fidelity", "culturalFit", "brandVoice"}
    assert all(0 <= score <= 1 for score in result["scores"].values())
    prompt = prompts_of(await requests_with(world, text))[0]
    assert "Write in de for readers in DE, and in no other language than de." in prompt


async def test_transcreated_html_is_sanitised(world: World) -> None:
    brand = await world.brand()
    events = await events_of(
        brand.editor, "transcreate", {"brandId": brand.id, "content": "<p>Frost<script>1</script></p>"}
    )
    names = [name for name, _ in events]
    assert (names[0], names[-1]) == ("requested", "completed")
    streamed = "".join(data["text"] for name, data in events if name == "delta")
    assert streamed
    assert "<script" not in events[-1][1]["result"]["text"]


async def test_analyze_brand(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "Aurora", "urls": [page(world, "aurora"), page(world, "gone")]}
    data = await answered(brand.admin, "brand-analysis", body)
    result = data["result"]
    assert 100 <= len(result["identity"].split()) <= 150
    assert 50 <= len(result["toneOfVoice"].split()) <= 75
    assert len(result["guardrails"]) >= 5
    assert result["primaryColor"] == "#1A7F64"
    assert [agency["status"] for agency in result["agencies"]] == ["pending_verification"]
    assert result["warnings"] == [{"url": page(world, "gone"), "message": "the server answered with 404"}]
    assert_problem(await brand.editor.post("/ai/brand-analysis", body), 403, "FORBIDDEN")


async def test_analyze_brand_without_a_page(world: World) -> None:
    brand = await world.brand()
    urls = [page(world, "empty"), page(world, "gone")]
    body = {"brandId": brand.id, "name": "Aurora", "urls": urls}
    problem = assert_problem(await brand.admin.post("/ai/brand-analysis", body), 422, "UNPROCESSABLE")
    assert [detail["message"] for detail in problem["details"]] == [
        f"{urls[0]}: the page has no text",
        f"{urls[1]}: the server answered with 404",
    ]


async def test_review_claims(world: World) -> None:
    brand = await world.brand()
    claims = [{"id": "b", "text": "Soft"}, {"text": "Kind"}, {"id": "claim-1", "text": "Mild"}]
    data = await answered(brand.editor, "claims/review", {"brandId": brand.id, "claims": claims, "country": "GB"})
    result = data["result"]
    assert [(review["id"], review["text"]) for review in result["reviews"]] == [
        ("b", "Soft"),
        ("claim-2", "Kind"),
        ("claim-1", "Mild"),
    ]
    # The model server returns its list of statuses in order; the overall verdict is the worst of them.
    assert [review["status"] for review in result["reviews"]] == ["approved", "needs_revision", "rejected"]
    assert result["overall"] == "rejected"
    assert result["counts"] == {"approved": 1, "needs_revision": 1, "rejected": 1}


async def test_review_no_claims(world: World) -> None:
    brand = await world.brand()
    data = await answered(brand.editor, "claims/review", {"brandId": brand.id, "claims": [], "country": "GB"})
    assert data["result"] == {
        "overall": "approved",
        "counts": {"approved": 0, "needs_revision": 0, "rejected": 0},
        "reviews": [],
    }
    assert data["usage"] == {"promptTokens": 0, "completionTokens": 0}


async def test_rejected_claims_block_publication(world: World) -> None:
    brand = await world.brand()
    content = await world.approved(brand, body="<p>Soft, kind <em>and</em> mild.</p>")
    claims = [{"text": "Soft"}, {"text": "Kind"}, {"text": "Mild"}]
    await answered(brand.editor, "claims/review", {"contentId": content["id"], "claims": claims, "country": "GB"})
    published = await brand.admin.post(f"/contents/{content['id']}/publish")
    assert_problem(published, 409, "CONFLICT")


async def test_review_text(world: World) -> None:
    """Quotes of the model stand in the text, and mean a claim of the product."""
    brand = await world.brand()
    product = product_with_claims(world, brand, disallowed=["Heals dry skin"], allowed=[])
    body = {
        "brandId": brand.id,
        "country": "GB",
        "productId": product["id"],
        "text": "<p>[[violation]] cures the cold.</p>",
    }
    result = (await answered(brand.editor, "claims/check", body))["result"]
    [statement] = result["statements"]
    assert (statement["quote"], statement["claim"]) == ("cures", "Heals dry skin")
    assert statement["claimId"] == product["claims"]["Heals dry skin"]
    assert result["overall"] == statement["status"] == "rejected"
    assert result["counts"] == {"approved": 0, "needs_revision": 0, "rejected": 1}
    nothing = await answered(brand.editor, "claims/check", body | {"text": "It is a cream."})
    assert (nothing["result"]["overall"], nothing["result"]["statements"]) == ("approved", [])


async def test_rejected_statements_block_publication(world: World) -> None:
    brand = await world.brand()
    content = await world.approved(brand, body="<p>[[violation]] cures the cold.</p>")
    await answered(brand.editor, "claims/check", {"contentId": content["id"], "country": "GB"})
    published = await brand.admin.post(f"/contents/{content['id']}/publish")
    assert_problem(published, 409, "CONFLICT")


async def test_quotes_that_the_text_does_not_say(world: World) -> None:
    """A model that quotes more than the text says gives no review, and nothing is approved."""
    brand = await world.brand()
    text = "[[violation]] cures the cold. [[fault:toolong]]"
    body = {"brandId": brand.id, "country": "GB", "text": text}
    assert_problem(await brand.editor.post("/ai/claims/check", body), 503, "AI_SERVICE_ERROR")


@pytest.mark.parametrize(
    ("body", "field"), [({}, "text"), ({"text": "x" * 20_001}, "text"), ({"text": "x", "country": "gb"}, "country")]
)
async def test_texts_that_cannot_be_reviewed(world: World, body: dict[str, str], field: str) -> None:
    brand = await world.brand()
    answer = await brand.editor.post("/ai/claims/check", {"brandId": brand.id, "country": "GB"} | body)
    problem = assert_problem(answer, 400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in problem["details"]] == [field]


async def test_claims_have_no_fallback(world: World) -> None:
    """If the provider fails, no other one is asked and no claim is approved."""
    brand = await world.brand()
    body = {"brandId": brand.id, "country": "GB", "claims": [{"text": "Soft [[fault:401@azure_openai]]"}]}
    problem = assert_problem(await brand.editor.post("/ai/claims/review", body), 503, "AI_SERVICE_ERROR")
    assert "azure_openai: answered with 401" in problem["message"]
    assert "openai:" not in problem["message"].replace("azure_openai:", "")


async def test_suggest_replacement(world: World) -> None:
    brand = await world.brand()
    product = product_with_claims(world, brand, disallowed=["Heals dry skin"], allowed=["Soothes dry skin"])
    body = {
        "brandId": brand.id,
        "claimId": product["claims"]["Heals dry skin"],
        "productId": product["id"],
        "market": "GB",
    }
    result = (await answered(brand.editor, "claims/replacements", body | {"maxSuggestions": 2}))["result"]
    assert result["claim"] == "Heals dry skin"
    assert 1 <= len(result["suggestions"]) <= 2
    assert all(item["status"] in ("allowed", "disallowed", "mandatory") for item in result["suggestions"])
    unknown = body | {"claimId": "00000000-0000-7000-8000-000000000000"}
    assert_problem(await brand.editor.post("/ai/claims/replacements", unknown), 404, "NOT_FOUND")


@pytest.mark.parametrize("mark", UNRULY)
@pytest.mark.parametrize("count", [1, 5, 10])
async def test_suggest_titles(world: World, mark: str, count: int) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "topic": f"Frost {mark}", "count": count}
    response = await brand.editor.post("/ai/titles", body)
    if "too" in mark and count > 1:
        # All titles are equal after trimming, so there are fewer than requested: not an answer.
        assert response.status_code in (200, 503)
    if response.status_code == 200:
        titles = response.json()["data"]["result"]["titles"]
        assert len(titles) == len({title.casefold() for title in titles}) == count
        assert all(0 < len(title) <= 60 for title in titles)


async def test_extract_keywords(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "content": "Cold air holds little water, and skin feels tight."}
    keywords = (await answered(brand.editor, "keywords", body))["result"]["keywords"]
    assert 5 <= len(keywords) <= 10
    assert all(1 <= len(keyword.split()) <= 4 for keyword in keywords)


async def test_progress_on_the_topic(world: World, faulty: str) -> None:
    """The brand's topic has the request before its first token, and the topic of the request its progress."""
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand, fields={"topic": "Frost"})
    config = (await brand.editor.get("/config")).json()["data"]
    listening = await Dashboard.open(config, brand.viewer.access_token, f"brand:{brand.id}")
    body = {"contentId": content["id"], "instructions": "[[fault:late@azure_openai]]"}
    at(faulty, brand.editor)
    writing = asyncio.create_task(events_of(brand.editor, "generate", body))
    await listening.wait_for("AIGenerationRequested")
    request_id = listening.received[-1]["data"]["requestId"]
    following = await Dashboard.open(config, brand.viewer.access_token, f"ai:{request_id}")
    outsider = await Dashboard.open(config, stranger.admin.access_token, f"ai:{request_id}")
    assert outsider.state == "CHANNEL_ERROR"
    await following.wait_for("AIGenerationProgress")
    await following.wait_for("AIGenerationCompleted")
    progress = [event["data"] for event in following.received if event["type"] == "AIGenerationProgress"]
    assert progress[0]["stage"] == "writing"
    assert progress[-1]["stage"] == "checking"
    assert progress[0]["characters"] > 0
    assert (await writing)[-1][0] == "completed"
    assert outsider.received == []
    for dashboard in (listening, following, outsider):
        await dashboard.close()
