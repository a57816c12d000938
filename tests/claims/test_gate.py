"""Tries each way to publish a content past a violation of a claim."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.shelf import ClaimShelf
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

BARRED = {"topic": "winter", "headline": "It heals eczema"}
CLEAN = {"topic": "winter", "headline": "A cream for the winter"}


def data_of(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()["data"]


async def approve(brand: Brand, path: str) -> None:
    for person, step in ((brand.editor, "submit"), (brand.viewer, "approve")):
        data_of(await person.post(f"{path}/{step}"))


async def refusal(brand: Brand, path: str) -> str:
    """Tries to publish a content and returns why that was refused by its claims."""
    response = await brand.admin.post(f"{path}/publish")
    assert response.status_code == 409, response.text
    error = response.json()["error"]
    assert error["details"][0]["rule"] == "content.publish.claims"
    return error["message"]


def with_products(world: World, brand: Brand) -> None:
    """Gives the template of a brand a field that names products."""
    field = {"id": "products", "name": "Products", "type": "product_selector", "allowMultiple": True}
    world.rows(
        "update public.templates set input_fields = input_fields || %s::jsonb where id = %s",
        json.dumps([field]),
        brand.template_id,
    )


async def run_schedule(world: World) -> None:
    """Runs the tasks of a minute as often as it takes, since they take turns in being first."""
    secret = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as platform:
        for _ in range(2):
            response = await platform.get(f"{world.stack.urls['web']}/api/v1/cron/minute", headers=secret)
            assert response.status_code == 200, response.text


async def status_of(brand: Brand, path: str) -> str:
    return data_of(await brand.admin.get(path))["status"]


def in_hours(hours: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


async def scheduled(world: World, brand: Brand, **changes: Any) -> str:
    """Schedules a checked content for a time within the next day, and returns its path."""
    content = await world.draft(brand, **changes)
    path = f"/contents/{content['id']}"
    data_of(await brand.editor.post(f"{path}/claims/check"))
    await approve(brand, path)
    data_of(await brand.admin.post(f"{path}/schedule", {"scheduledFor": in_hours(12)}))
    return path


def make_due(world: World, path: str) -> None:
    """Lets the time of a schedule come. Triggers are off, for no person may write this."""
    world.rows("set session_replication_role = replica")
    content_id = path.rpartition("/")[2]
    world.rows("update public.contents set scheduled_for = now() - interval '1 second' where id = %s", content_id)
    world.rows("set session_replication_role = origin")


async def test_the_caller_does_not_choose_the_products(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    with_products(world, brand)
    shelf.claim("Heals eczema", "disallowed")
    other = shelf.add_product("Soap")
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    refused = await brand.editor.post(f"{path}/claims/check", {"productIds": [other]})
    assert refused.status_code == 400
    assert data_of(await brand.editor.post(f"{path}/claims/check"))[0]["violations"] == 1
    # The products that the content names count, and a check of other products does not hold.
    named = await world.draft(brand, fields=CLEAN | {"products": [other]})
    named_path = f"/contents/{named['id']}"
    [check] = data_of(await brand.editor.post(f"{named_path}/claims/check"))
    assert check["productIds"] == [other]
    assert check["isValid"]
    await approve(brand, named_path)
    world.rows("update public.claim_reviews set product_ids = '{}' where content_id = %s", named["id"])
    assert "has not been checked" in await refusal(brand, named_path)


async def test_an_archived_product_is_refused(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    with_products(world, brand)
    shelf.claim("Heals eczema", "disallowed")
    content = await world.draft(brand, fields=BARRED | {"products": [shelf.product_id]})
    world.rows("update public.products set archived_at = now() where id = %s", shelf.product_id)
    answers = [
        await brand.editor.post(f"/contents/{content['id']}/claims/check"),
        await brand.editor.post(
            "/claims/check", {"brandId": brand.id, "text": "It heals eczema", "productIds": [shelf.product_id]}
        ),
    ]
    for answer in answers:
        assert answer.status_code == 409, answer.text
        assert answer.json()["error"]["details"][0]["field"] == "productId"


async def test_a_violation_outlives_the_versions_of_its_text(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    saved = data_of(await brand.editor.patch(f"{path}?autosave=true", content["version"], {"fields": BARRED}))
    [check] = data_of(await brand.editor.post(f"{path}/claims/check"))
    assert check["violations"] == 1
    for round_number in range(12):
        text = CLEAN | {"headline": f"Draft {round_number}"}
        saved = data_of(await brand.editor.patch(f"{path}?autosave=true", saved["version"], {"fields": text}))
    kept = world.rows(
        "select version from public.content_versions where content_id = %s and version = %s",
        content["id"],
        check["contentVersion"],
    )
    assert kept == []
    saved = data_of(await brand.editor.patch(path, saved["version"], {"fields": BARRED}))
    await approve(brand, path)
    assert await refusal(brand, path) == "the claims check found violations"


async def test_a_violation_of_a_model_outlives_the_versions_of_its_text(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    saved = data_of(await brand.editor.patch(f"{path}?autosave=true", content["version"], {"fields": BARRED}))
    world.rows("select public.record_claim_review(%s, 'GB', '[]', 'rejected', 1)", content["id"])
    for round_number in range(12):
        text = CLEAN | {"headline": f"Draft {round_number}"}
        saved = data_of(await brand.editor.patch(f"{path}?autosave=true", saved["version"], {"fields": text}))
    data_of(await brand.editor.patch(path, saved["version"], {"fields": BARRED}))
    await approve(brand, path)
    assert await refusal(brand, path) == "the claims check found violations"


async def test_an_override_names_claims_of_the_catalogue_of_its_product(world: World) -> None:
    brand = await world.brand()
    shelf, other = ClaimShelf.of(world, brand), ClaimShelf.of(world, brand)
    own, foreign = shelf.claim("Soothes dry skin"), other.claim("Soothes sore feet")
    local = other.claim("Cools sore feet", countries=("GB",))
    rule = {"market": "GB", "productId": shelf.product_id}
    for field, body in (
        ("masterClaimId", rule | {"masterClaimId": foreign}),
        ("replacementClaimId", rule | {"masterClaimId": own, "replacementClaimId": local}),
    ):
        refused = await brand.admin.post("/market-overrides", body)
        assert refused.status_code == 400, refused.text
        assert refused.json()["error"]["details"][0]["field"] == field
    made = data_of(await brand.admin.post("/market-overrides", rule | {"masterClaimId": own}), 201)
    refused = await brand.admin.patch(f"/market-overrides/{made['id']}", 1, {"replacementClaimId": local})
    assert refused.status_code == 400, refused.text


async def test_a_change_of_a_claim_counts_where_a_rule_names_it(world: World) -> None:
    """Also when its ingredient has left the product of the rule."""
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    master, local = shelf.claim("Soothes dry skin"), shelf.claim("Softens skin", countries=("GB",))
    shelf.override(master, "GB", local)
    elsewhere = ClaimShelf.of(world, await world.brand())
    with world.database.transaction():
        world.rows("update public.claim_subjects set product_id = %s where claim_id = %s", elsewhere.product_id, local)
    before = world.rows("select private.claims_state(%s) as state", brand.id)
    world.rows("update public.claims set status = 'disallowed' where id = %s", local)
    assert world.rows("select private.claims_state(%s) as state", brand.id) != before


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ("update public.claims set notes = 'Seen' where id = %(claim)s", False),
        ("update public.claims set category = 'skin' where id = %(claim)s", False),
        ("update public.claims set documentation_urls = '{https://a.example/b}' where id = %(claim)s", False),
        ("update public.claims set status = status where id = %(claim)s", False),
        ("update public.claims set status = 'mandatory' where id = %(claim)s", True),
        ("update public.claims set countries = '{GB}' where id = %(claim)s", True),
        ("update public.claims set effective_to = '2190-01-01' where id = %(claim)s", True),
        ("update public.claims set regulatory_references = '{\"EU 1\"}' where id = %(claim)s", True),
        ("update public.claims set archived_at = now() where id = %(claim)s", True),
        ("update public.claims set approval = 'approved' where id = %(claim)s", False),
        ("update public.claims set approval = 'rejected' where id = %(claim)s", True),
        ("update private.claim_evidence set announced_days = 30 where claim_id = %(claim)s", False),
        ("update private.claim_evidence set notes = 'Seen' where claim_id = %(claim)s", False),
        ("update private.claim_evidence set status = 'withdrawn' where claim_id = %(claim)s", True),
        ("update private.claim_evidence set expires_on = '2190-01-01' where claim_id = %(claim)s", True),
        (
            (
                "insert into private.claim_evidence (claim_id, title, kind, url, issued_on) "
                "values (%(claim)s, 'Study', 'study', 'https://a.example/c', '2025-01-01')"
            ),
            False,
        ),
        ("update public.market_overrides set is_blocked = is_blocked where master_claim_id = %(claim)s", False),
        ("update public.market_overrides set is_blocked = false where master_claim_id = %(claim)s", True),
    ],
)
async def test_only_what_checks_compare_counts_as_a_change(world: World, change: str, counts: bool) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    claim = shelf.claim("Soothes dry skin")
    shelf.override(claim, "FR")
    world.rows(
        "insert into private.claim_evidence (claim_id, title, kind, url, issued_on, expires_on, status, reviewed_at) "
        "values (%s, 'Study', 'study', 'https://a.example/b', '2025-01-01', '2199-01-01', 'accepted', now())",
        claim,
    )
    before = world.rows("select private.claims_state(%s) as state", brand.id)
    world.rows(change.replace("%(claim)s", "%s"), claim)
    assert (world.rows("select private.claims_state(%s) as state", brand.id) != before) == counts


async def test_a_draft_names_no_claim_of_another_tenant(world: World) -> None:
    """A claim of a shared ingredient is replaced by what the catalogue of the content's own brand says."""
    ours, theirs = await world.brand(), await world.brand()
    own, foreign = ClaimShelf.of(world, ours), ClaimShelf.of(world, theirs)
    (oil,) = world.rows("insert into public.ingredients (name) values (gen_random_uuid()::text) returning id::text")
    with world.database.transaction():
        (shared,) = world.rows(
            "insert into public.claims (text, level, status) "
            "values ('{\"original\": \"Soothes dry skin\"}', 'ingredient', 'allowed') returning id::text"
        )
        world.rows(
            "insert into public.claim_subjects (claim_id, ingredient_id) values (%s, %s)", shared["id"], oil["id"]
        )
    for shelf in (own, foreign):
        world.rows("insert into public.product_ingredients values (%s, %s)", shelf.product_id, oil["id"])
    secret = foreign.claim("Soothes very dry skin", countries=("GB",))
    foreign.override(shared["id"], "GB", secret)
    content = await world.draft(ours, fields=CLEAN | {"headline": "Soothes dry skin"})
    data_of(await ours.editor.post(f"/contents/{content['id']}/claims/check"))
    impact = data_of(await ours.admin.post(f"/claims/{shared['id']}/impact", {"change": {"status": "disallowed"}}))
    assert [item["draft"] for item in impact["items"]] == [None]
    softer = own.claim("Softens dry skin", countries=("GB",))
    own.override(shared["id"], "GB", softer)
    impact = data_of(await ours.admin.post(f"/claims/{shared['id']}/impact", {"change": {"status": "disallowed"}}))
    assert [item["draft"] for item in impact["items"]] == ["Softens dry skin"]


async def test_an_automated_step_passes_no_unchecked_text(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    content = await world.draft(brand, fields=CLEAN)
    asked = "select private.run_check('claims', contents) as problem from public.contents where id = %s"
    (answer,) = world.rows(asked, content["id"])
    assert "has not been checked" in answer["problem"]
    data_of(await brand.editor.post(f"/contents/{content['id']}/claims/check"))
    assert world.rows(asked, content["id"]) == [{"problem": None}]


async def test_only_violations_of_the_last_check_can_be_accepted(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    [former] = data_of(await brand.editor.post(f"{path}/claims/check"))
    [present] = data_of(await brand.editor.post(f"{path}/claims/check"))
    reason = {"reason": "Cleared by legal"}
    refused = await brand.admin.post(f"{path}/claims/checks/{former['id']}/override", reason)
    assert refused.status_code == 409, refused.text
    data_of(await brand.admin.post(f"{path}/claims/checks/{present['id']}/override", reason))
    twice = await brand.admin.post(f"{path}/claims/checks/{present['id']}/override", reason)
    assert twice.status_code == 409
    assert twice.json()["error"]["details"][0]["message"].startswith("by ")
    clean = await world.draft(brand, fields=CLEAN)
    [found] = data_of(await brand.editor.post(f"/contents/{clean['id']}/claims/check"))
    refused = await brand.admin.post(f"/contents/{clean['id']}/claims/checks/{found['id']}/override", reason)
    assert refused.status_code == 409, refused.text
    await approve(brand, path)
    assert data_of(await brand.admin.post(f"{path}/publish"))["status"] == "published"


async def test_an_override_holds_for_its_text_also_after_checks_of_others(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    [check] = data_of(await brand.editor.post(f"{path}/claims/check"))
    data_of(await brand.admin.post(f"{path}/claims/checks/{check['id']}/override", {"reason": "Cleared by legal"}))
    version = content["version"]
    for fields in (BARRED | {"headline": "It heals eczema and more"}, BARRED):
        version = data_of(await brand.editor.patch(path, version, {"fields": fields}))["version"]
        data_of(await brand.editor.post(f"{path}/claims/check"))
        if fields != BARRED:
            assert await refusal_of_draft(brand, path) == "the claims check found violations"
    await approve(brand, path)
    assert data_of(await brand.admin.post(f"{path}/publish"))["status"] == "published"


async def refusal_of_draft(brand: Brand, path: str) -> str | None:
    return data_of(await brand.admin.get(f"{path}/claims"))["refusal"]


@pytest.mark.parametrize("country", ["ZZ", None])
async def test_a_brand_without_a_market_publishes_nothing_past_its_claims(world: World, country: str | None) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed", ("GB",))
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    world.rows("update public.brands set country = %s where id = %s", country, brand.id)
    data_of(await brand.editor.post(f"{path}/claims/check", {"markets": ["AQ"]}))
    await approve(brand, path)
    assert (await refusal(brand, path)).startswith("the brand has neither a country nor markets")


async def test_the_present_country_is_a_market_whatever_was_chosen(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed", ("FR",))
    settings = f"/claims/settings/{brand.id}"
    answer = await brand.admin.http.put(settings, json={"markets": ["GB"]}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    data_of(await brand.editor.post(f"{path}/claims/check"))
    world.rows("update public.brands set country = 'FR' where id = %s", brand.id)
    await approve(brand, path)
    assert "the present claims of FR" in await refusal(brand, path)
    assert {check["market"] for check in data_of(await brand.editor.post(f"{path}/claims/check"))} == {"FR", "GB"}
    assert await refusal(brand, path) == "the claims check found violations"


async def test_a_check_of_another_market_counts_for_nothing_here(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Heals eczema", "disallowed", ("AQ",))
    shelf.claim("It heals", "allowed", ("GB", "AQ"))
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    [found] = data_of(await brand.editor.post(f"{path}/claims/check", {"markets": ["AQ"]}))
    assert found["violations"] == 1
    data_of(await brand.editor.post(f"{path}/claims/check"))
    await approve(brand, path)
    assert data_of(await brand.admin.post(f"{path}/publish"))["status"] == "published"
    made = data_of(await brand.admin.get(f"{path}/claims"))
    assert {each["market"] for each in made["items"]} == {"GB"}


async def test_scheduled_contents_are_checked_again_after_a_change(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Soothes dry skin")
    kept, barred = await scheduled(world, brand, fields=CLEAN), await scheduled(world, brand, fields=BARRED)
    shelf.claim("Heals eczema", "disallowed")
    for path in (kept, barred):
        assert not data_of(await brand.viewer.get(f"{path}/claims/checks"))[0]["isValid"]
    await run_schedule(world)
    for path, violations in ((kept, 0), (barred, 1)):
        newest = data_of(await brand.viewer.get(f"{path}/claims/checks"))[0]
        assert (newest["isCurrent"], newest["violations"], newest["checkedBy"]) == (True, violations, None)
        make_due(world, path)
    await run_schedule(world)
    assert await status_of(brand, kept) == "published"
    assert await status_of(brand, barred) == "approved"


async def test_a_content_that_is_due_waits_for_its_check(world: World) -> None:
    """A claim begins to count just before the time of the schedule."""
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Soothes dry skin")
    path = await scheduled(world, brand, fields=CLEAN)
    shelf.claim("Protects skin")
    make_due(world, path)
    world.rows("select * from public.publish_due_contents()")
    assert await status_of(brand, path) == "scheduled"
    await run_schedule(world)
    await run_schedule(world)
    assert await status_of(brand, path) == "published"
    assert data_of(await brand.viewer.get(f"{path}/claims"))["items"] == []


async def test_a_check_lists_all_claims_that_it_found(world: World) -> None:
    """The bill of materials needs the allowed ones as well, however many violations there are."""
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Heals eczema", "disallowed")
    shelf.claim("Softens skin")
    body = "".join("<p>It heals eczema.</p>" for _ in range(150)) + "<p>It softens skin.</p>"
    content = await world.draft(brand, fields=CLEAN | {"body": body})
    path = f"/contents/{content['id']}"
    [check] = data_of(await brand.editor.post(f"{path}/claims/check"))
    assert check["violations"] == 150
    [listed] = data_of(await brand.viewer.get(f"{path}/claims/checks"))
    assert "findings" not in listed
    shown = data_of(await brand.viewer.get(f"{path}/claims/checks/{check['id']}"))
    assert len(shown["findings"]) + shown["omittedFindings"] == 151
    stored = world.rows(
        "select jsonb_array_length(findings) as found from public.claim_reviews where id = %s", check["id"]
    )
    assert stored == [{"found": 151}]


async def test_former_checks_are_not_kept_forever(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Heals eczema", "disallowed")
    content = await world.draft(brand, fields=BARRED)
    path = f"/contents/{content['id']}"
    [first] = data_of(await brand.editor.post(f"{path}/claims/check"))
    data_of(await brand.admin.post(f"{path}/claims/checks/{first['id']}/override", {"reason": "Cleared by legal"}))
    world.rows(
        "insert into public.claim_reviews (brand_id, content_id, content_version, country, source, overall, "
        "is_current, checked_text, claims_state) "
        "select brand_id, content_id, content_version, country, 'check', 'approved', false, checked_text, claims_state "
        "from public.claim_reviews, generate_series(1, 30) where id = %s",
        first["id"],
    )
    [last] = data_of(await brand.editor.post(f"{path}/claims/check"))
    listed = data_of(await brand.viewer.get(f"{path}/claims/checks", pageSize=100))
    assert len(listed) <= 23
    assert {first["id"], last["id"]} <= {item["id"] for item in listed}
