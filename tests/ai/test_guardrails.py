"""Violations of a brand's rules are found; severe ones hold the output back until they are overridden."""

from typing import Any

import pytest

from lib.ai.guardrails.rules import check_by_rule
from lib.ai.guardrails.screening import cards_in, check_input, redact
from lib.core.http.errors import ValidationFailed
from tests.ai.support import answered, product_with_claims, prompts_of, requests_with
from tests.ai.test_prompts import context
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

CARD = "4111 1111 1111 1111"
UUID_LIKE_A_CARD = "41111111-1111-1111-a111-1b65c87ccc86"
KEY = "sk-abcdefghijklmnopqrstuvwxyz"
SSN = "078-05-1120"


def found(text: str, **changes: Any) -> dict[str, str]:
    return {item.rule: item.severity for item in check_by_rule([text], context(product=None, **changes))}


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        (f"Pay with {CARD}", "no card numbers", "high"),
        (f"Key {KEY}", "no keys of services", "high"),
        (f"Number {SSN}", "no social security numbers", "high"),
        ("A jar of 50 ml", "no pack sizes or weights", "low"),
        ("Made in Norway with care", "no countries of origin", "low"),
        ("So Artisanal, so calm", 'Do not use the word "artisanal"', "high"),
    ],
)
def test_violations_by_rule(text: str, rule: str, severity: str) -> None:
    assert found(text) == {rule: severity}


@pytest.mark.parametrize(
    "text", ["Soft in winter", "Since 1874", "4111 1111 1111 1112", "artisanally", "50 mlle", "078-00-1120"]
)
def test_texts_without_violations(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "is_broken"),
    [("It heals", True), ("HEALS", True), ("heals\n skin", True), ("healsome", False), ("healing", False)],
)
def test_disallowed_claims(text: str, *, is_broken: bool) -> None:
    violations = check_by_rule([text, "Vegan"], context())
    assert [item.rule for item in violations] == (["Heals"] if is_broken else [])
    if is_broken:
        assert violations[0].severity == "high"
        assert violations[0].proposed_fix == "Soft"


def test_claims_with_digits_match_any() -> None:
    claims = [{"text": "up to 50% softer", "status": "disallowed"}]
    product = {"id": context().id, "name": "P", "market": "NO", "claims": claims}
    for text in ("up to 50% softer", "Up  to 70% softer"):
        assert [item.source for item in check_by_rule([text], context(product=product))] == ["claim"]


def test_mandatory_claims() -> None:
    (missing,) = check_by_rule(["Soft in winter"], context())
    assert (missing.rule, missing.severity, missing.proposed_fix) == ("Vegan", "medium", "Vegan")


def test_cards() -> None:
    # The last but one has a right check digit but no issuer's prefix; the last one has a wrong check digit.
    assert cards_in(f"x {CARD}, 5500-0000-0000-0004, 1234567890123452 and 4234567890123457") == [
        CARD,
        "5500-0000-0000-0004",
    ]


@pytest.mark.parametrize(
    "text", ["2f209bb266354dd59007442006990be4", "x dd59007442006990", "59007442006990be4, x", f"x {UUID_LIKE_A_CARD}"]
)
def test_ids_are_not_card_numbers(text: str) -> None:
    assert cards_in(text) == []


@pytest.mark.parametrize("text", ["visa{}", "{}xyz", "卡{}", "{} be", "face {}"])
def test_card_numbers_beside_letters(text: str) -> None:
    assert cards_in(text.format("4111111111111111")) == ["4111111111111111"]


def test_secrets_in_input() -> None:
    with pytest.raises(ValidationFailed) as refused:
        check_input({"instructions": f"Use {CARD}.", "inputs": {"a": [KEY]}})
    assert [detail.get("field") for detail in refused.value.details] == ["instructions", "inputs.a.0"]
    assert redact(f"A {SSN} B") == "A [redacted] B"


@pytest.mark.parametrize("text", [CARD, KEY])
async def test_secrets_are_refused_and_not_charged(world: World, text: str) -> None:
    brand = await world.brand()
    problem = assert_problem(
        await brand.editor.post("/ai/titles", {"brandId": brand.id, "topic": text}), 400, "VALIDATION_ERROR"
    )
    assert problem["details"][0]["field"] == "topic"
    assert text not in str(problem)
    assert world.rows("select 1 from public.ai_generations where brand_id = %s", brand.id) == []


async def test_social_security_numbers_are_redacted(world: World) -> None:
    brand = await world.brand()
    await answered(brand.editor, "titles", {"brandId": brand.id, "topic": f"{brand.name} {SSN}"})
    (prompt, *_) = prompts_of(await requests_with(world, brand.name))
    assert SSN not in prompt
    assert "[redacted]" in prompt


def forbid_people(world: World, brand: Brand) -> None:
    """Gives the brand a guardrail against a word that the model server always writes."""
    world.rows("update public.brands set guardrails = array[%s] where id = %s", 'Never use "people"', brand.id)


async def generate(world: World, brand: Brand, topic: str, **body: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    content = await world.draft(brand, title=f"About {brand.name[:12]} {topic}", fields={"topic": "Frost"})
    return content, await answered(brand.editor, "generate", {"contentId": content["id"]} | body)


async def test_violations_by_model(world: World) -> None:
    """The model server finds a violation of low severity if told to, which holds nothing back."""
    brand = await world.brand()
    _, data = await generate(world, brand, "[[violation]]")
    (violation,) = data["guardrails"]["violations"]
    assert (violation["source"], violation["severity"]) == ("guardrail", "low")
    assert violation["quote"] in str(data["result"]["fields"])
    assert violation["rule"] == f"Never mention {brand.name} prices"
    assert violation["proposedFix"]
    assert data["guardrails"]["checkedBy"] == "model"
    assert data["appliedVersion"] == 2


async def test_severe_violation_holds_the_output_until_overridden(world: World) -> None:
    brand = await world.brand()
    forbid_people(world, brand)
    content, data = await generate(world, brand, "Frost")
    assert [(item["severity"], item["quote"]) for item in data["guardrails"]["violations"]] == [("high", "people")]
    assert data["guardrails"]["isHeld"] is True
    assert data["appliedVersion"] is None
    path = f"/contents/{content['id']}"
    assert (await brand.admin.get(path)).json()["data"]["version"] == 1

    override = f"/ai/generations/{data['requestId']}/override"
    reason = {"reason": "Cleared by legal"}
    assert_problem(await brand.editor.post(override, reason), 403, "FORBIDDEN")
    assert_problem(await brand.admin.post(override, {"reason": " "}), 400, "VALIDATION_ERROR")
    assert_problem(await (await world.brand()).admin.post(override, reason), 404, "NOT_FOUND")
    response = await brand.admin.post(override, reason)
    assert response.json()["data"] == {"requestId": data["requestId"], "appliedVersion": 2}
    after = (await brand.admin.get(path)).json()["data"]
    assert after["fields"]["headline"] == data["result"]["fields"]["headline"]
    assert after["provenance"]["fields.headline"]["generationId"] == data["requestId"]
    assert_problem(await brand.admin.post(override, reason), 409, "CONFLICT")
    audited = world.rows(
        "select details from public.audit_log where action = 'ai.guardrail_overridden' and resource_id = %s",
        data["requestId"],
    )
    assert audited[0]["details"]["reason"] == "Cleared by legal"
    listed = (await brand.admin.get(f"/ai/generations/{data['requestId']}")).json()["data"]
    assert (listed["isHeld"], listed["overrideReason"]) == (True, "Cleared by legal")


async def test_override_after_the_content_changed(world: World) -> None:
    brand = await world.brand()
    forbid_people(world, brand)
    content, data = await generate(world, brand, "Frost")
    await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Another"})
    response = await brand.admin.post(f"/ai/generations/{data['requestId']}/override", {"reason": "Cleared"})
    assert_problem(response, 409, "CONFLICT")


async def test_terms_to_avoid(world: World) -> None:
    brand = await world.brand()
    _, data = await generate(world, brand, "Frost", avoidTerms=["people"], checkGuardrails=False)
    (violation,) = data["guardrails"]["violations"]
    assert (violation["source"], violation["severity"], violation["quote"]) == ("term", "medium", "people")
    assert data["guardrails"]["checkedBy"] == "rules"
    assert data["appliedVersion"] == 2


async def test_check_guardrails(world: World) -> None:
    brand = await world.brand()
    product = product_with_claims(world, brand, disallowed=["Heals dry skin"])
    body = {
        "brandId": brand.id,
        "text": f"<p>Heals dry skin, {CARD[:4]}</p>",
        "productId": product["id"],
        "market": "GB",
    }
    result = (await answered(brand.editor, "guardrails/check", body))["result"]
    assert [(item["source"], item["quote"]) for item in result["violations"]] == [("claim", "Heals dry skin")]
    assert result["alignment"] == 90


async def test_alignment_is_part_of_the_score(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    assert (await brand.editor.get(f"{path}/score")).json()["data"]["alignment"] is None
    await answered(brand.editor, "guardrails/check", {"contentId": content["id"]})
    assert (await brand.editor.get(f"{path}/score")).json()["data"]["alignment"] == 90
