"""The approval of claims over HTTP: steps, reviewer roles, and decisions."""

import asyncio
from typing import Any

import httpx
import pytest

from local.demo.callers import Person
from tests.claims.office import Shelf, made, open_shelf
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

STEPS = [{"name": "Legal check", "reviewerRole": "legal"}, {"name": "Compliance check", "reviewerRole": "compliance"}]


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    response = await shelf.set_steps(STEPS)
    assert response.status_code == 200, response.text
    assert [step["position"] for step in response.json()["data"]] == [1, 2]
    return shelf


async def reviewer(shelf: Shelf, role: str, person: Person | None = None, **more: Any) -> Person:
    person = person or await shelf.world.member(shelf.brand, "viewer")
    body = {"brandId": shelf.brand.id, "userId": shelf.world.id_of(person), "reviewerRole": role} | more
    await made(shelf.brand.admin, "/claim-reviewers", body)
    return person


async def submitted(shelf: Shelf, **more: Any) -> dict[str, Any]:
    claim = await shelf.claim(**more)
    response = await shelf.brand.admin.post(f"/claims/{claim['id']}/approval")
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def decide(
    person: Person, claim: dict[str, Any], decision: str = "approve", version: int | None = None, **more: Any
) -> httpx.Response:
    return await person.http.post(
        f"/claims/{claim['id']}/approval/decisions",
        json={"decision": decision, **more},
        headers={"If-Match": f'"{version or claim["version"]}"'},
    )


async def test_two_steps_to_approval(shelf: Shelf) -> None:
    legal, compliance = await reviewer(shelf, "legal"), await reviewer(shelf, "compliance")
    claim = await submitted(shelf)
    assert (claim["approval"], claim["step"]["reviewerRole"]) == ("pending", "legal")
    # A pending claim has no effect.
    assert await shelf.stacked() == []
    path = f"/claims/{claim['id']}"
    approval = (await legal.get(f"{path}/approval")).json()["data"]
    assert [step["state"] for step in approval["steps"]] == ["open", "waiting"]
    assert [person["id"] for person in approval["reviewers"]] == [shelf.world.id_of(legal)]
    assert (approval["problem"], approval["allowedActions"]) == (None, ["decide", "read"])
    assert (await compliance.get(f"{path}/approval")).json()["data"]["problem"] == "role"
    assert (await shelf.brand.admin.get(f"{path}/approval")).json()["data"]["problem"] == "not_own"

    first = await decide(legal, claim, comment="Fine", amendedText={"original": "X, gently"})
    assert first.status_code == 200, first.text
    claim = first.json()["data"]
    assert (claim["text"]["original"], claim["step"]["position"]) == ("X, gently", 2)
    second = (await decide(compliance, claim)).json()["data"]
    assert (second["approval"], second["step"]) == ("approved", None)
    assert [row["text"] for row in await shelf.stacked()] == ["X, gently"]
    done = (await shelf.brand.viewer.get(f"{path}/approval")).json()["data"]
    assert [step["state"] for step in done["steps"]] == ["approved", "approved"]
    assert [(each["decision"], each["stepName"], each["isAmended"]) for each in done["decisions"]] == [
        ("approve", "Compliance check", False),
        ("approve", "Legal check", True),
    ]
    assert done["decisions"][1]["actor"]["id"] == shelf.world.id_of(legal)
    # A change of an approved claim begins the approval again, from the first step.
    changed = await shelf.brand.admin.patch(path, second["version"], {"text": {"original": "Y"}})
    assert (changed.json()["data"]["approval"], changed.json()["data"]["step"]["position"]) == ("pending", 1)


async def test_everybody_who_approves_has_read_the_text(shelf: Shelf) -> None:
    legal, compliance = await reviewer(shelf, "legal"), await reviewer(shelf, "compliance")
    claim = (await decide(legal, await submitted(shelf))).json()["data"]
    problem = assert_problem(
        await decide(compliance, claim, "reject", comment="No", amendedText={"original": "Y"}), 400, "VALIDATION_ERROR"
    )
    assert problem["details"][0]["field"] == "amendedText"
    claim = (await decide(compliance, claim, amendedText={"original": "Cures cancer"})).json()["data"]
    assert (claim["approval"], claim["step"]["position"], claim["text"]["original"]) == ("pending", 1, "Cures cancer")
    assert await shelf.stacked() == []
    await reviewer(shelf, "legal", compliance)
    for _ in range(2):
        problem = assert_problem(await decide(compliance, claim), 403, "FORBIDDEN")
        assert problem["details"][0]["rule"] == "claim.decide.not_own"
        if claim["step"]["position"] == 1:
            claim = (await decide(legal, claim)).json()["data"]
    assert claim["step"]["position"] == 2
    done = (await decide(await reviewer(shelf, "compliance"), claim)).json()["data"]
    assert (done["approval"], done["text"]["original"]) == ("approved", "Cures cancer")


async def test_an_amendment_of_the_only_step_is_for_somebody_else(shelf: Shelf) -> None:
    assert (await shelf.set_steps(STEPS[:1])).status_code == 200
    first, second = await reviewer(shelf, "legal"), await reviewer(shelf, "legal")
    claim = await submitted(shelf)
    claim = (await decide(first, claim, amendedText={"original": "X, gently"})).json()["data"]
    assert (claim["approval"], claim["step"]["position"]) == ("pending", 1)
    assert_problem(await decide(first, claim), 403, "FORBIDDEN")
    assert (await decide(second, claim)).json()["data"]["approval"] == "approved"


async def test_a_rejection_goes_back_to_the_first_step(shelf: Shelf) -> None:
    legal, compliance = await reviewer(shelf, "legal"), await reviewer(shelf, "compliance")
    claim = await submitted(shelf)
    claim = (await decide(legal, claim)).json()["data"]
    assert_problem(await decide(compliance, claim, "reject"), 400, "VALIDATION_ERROR")
    claim = (await decide(compliance, claim, "reject", comment="Name the trial")).json()["data"]
    assert (claim["approval"], claim["step"]["position"]) == ("pending", 1)
    # The steps are asked again, also those who approved before.
    assert (await decide(legal, claim)).status_code == 200


async def test_roles_are_asked_for(shelf: Shelf, world: World) -> None:
    claim = await submitted(shelf)
    stranger = await world.brand()
    second_admin = await world.member(shelf.brand, "admin")
    marketing = await reviewer(shelf, "marketing")
    for person in (shelf.brand.viewer, shelf.brand.editor, second_admin, marketing):
        problem = assert_problem(await decide(person, claim), 403, "FORBIDDEN")
        assert problem["details"][0]["rule"] == "claim.decide.role"
        assert problem["details"][0]["message"] == "legal"
    assert_problem(await decide(stranger.admin, claim), 404, "NOT_FOUND")
    await reviewer(shelf, "legal", shelf.brand.admin)
    problem = assert_problem(await decide(shelf.brand.admin, claim), 403, "FORBIDDEN")
    assert problem["details"][0]["rule"] == "claim.decide.not_own"
    # A role for another claim brand does not count, nor does one of a member who left.
    other = await made(shelf.platform, "/claim-brands", {"name": f"Other {shelf.claim_brand['name']}"})
    await shelf.platform.put(f"/claim-brands/{other['id']}/brands/{shelf.brand.id}")
    elsewhere = await reviewer(shelf, "legal", claimBrandId=other["id"])
    assert_problem(await decide(elsewhere, claim), 403, "FORBIDDEN")
    here = await reviewer(shelf, "legal", claimBrandId=shelf.claim_brand["id"])
    world.rows("update public.brand_members set restrictions = '{claim.write}' where user_id = %s", world.id_of(here))
    assert_problem(await decide(here, claim), 403, "FORBIDDEN")
    world.rows("update public.brand_members set restrictions = '{}' where user_id = %s", world.id_of(here))
    assert (await decide(here, claim)).status_code == 200
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(here))
    assert world.rows("select id from public.claim_reviewers where user_id = %s", world.id_of(here)) == []
    assert (await decide(shelf.platform, claim, version=claim["version"] + 1)).status_code == 200


async def test_one_of_two_decisions_at_once_wins(shelf: Shelf) -> None:
    first, second = await reviewer(shelf, "legal"), await reviewer(shelf, "legal")
    await reviewer(shelf, "compliance", second)
    claim = await submitted(shelf)
    answers = await asyncio.gather(decide(first, claim), decide(second, claim))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (lost,) = [answer for answer in answers if answer.status_code == 409]
    winner = shelf.world.rows(
        "select actor_id, created_at from public.claim_approvals where claim_id = %s", claim["id"]
    )
    assert len(winner) == 1
    detail = assert_problem(lost, 409, "CONFLICT")["details"][0]
    assert "approve on the step Legal check at 20" in detail["message"]
    assert detail["rule"] == "claim.decide.once"
    # The loser has not decided on the next step by accident.
    assert (await first.get(f"/claims/{claim['id']}/approval")).json()["data"]["steps"][1]["state"] == "open"


async def test_a_change_since_is_seen(shelf: Shelf) -> None:
    legal = await reviewer(shelf, "legal")
    claim = await submitted(shelf)
    assert (
        await shelf.brand.admin.patch(f"/claims/{claim['id']}", claim["version"], {"notes": "x"})
    ).status_code == 200
    assert_problem(await decide(legal, claim), 412, "CONFLICT")
    response = await legal.post(f"/claims/{claim['id']}/approval/decisions", {"decision": "approve"})
    assert_problem(response, 428, "PRECONDITION_REQUIRED")


async def test_what_is_pending_stays(shelf: Shelf) -> None:
    admin = shelf.brand.admin
    claim = await submitted(shelf)
    path = f"/claims/{claim['id']}"
    assert_problem(await admin.delete(path), 409, "CONFLICT")
    assert_problem(await admin.post(f"{path}/archive"), 409, "CONFLICT")
    assert_problem(await admin.post(f"{path}/approval"), 409, "CONFLICT")
    problem = assert_problem(await shelf.set_steps([]), 409, "CONFLICT")
    assert problem["details"][0]["message"] == "1 pending"
    loose = await shelf.claim(text="Loose")
    assert_problem(await decide(await reviewer(shelf, "legal"), loose), 409, "CONFLICT")


async def test_steps_and_reviewers_are_set_by_admins(shelf: Shelf, world: World) -> None:
    stranger = await world.brand()
    steps = f"/claim-brands/{shelf.claim_brand['id']}/approval-steps"
    assert len((await shelf.brand.viewer.get(steps)).json()["data"]) == 2
    assert_problem(await shelf.set_steps([], shelf.brand.editor), 403, "FORBIDDEN")
    assert_problem(await shelf.set_steps([], stranger.admin), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.get(steps), 404, "NOT_FOUND")
    wrong = [{"name": "x", "reviewerRole": "astrologer"}]
    assert_problem(await shelf.set_steps(wrong), 400, "VALIDATION_ERROR")
    body = {"brandId": shelf.brand.id, "userId": world.id_of(shelf.brand.viewer), "reviewerRole": "legal"}
    assert_problem(await shelf.brand.editor.post("/claim-reviewers", body), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.post("/claim-reviewers", body), 404, "NOT_FOUND")
    assert_problem(
        await shelf.brand.admin.post("/claim-reviewers", body | {"userId": world.id_of(stranger.admin)}),
        400,
        "VALIDATION_ERROR",
    )
    given = await made(shelf.brand.admin, "/claim-reviewers", body)
    assert_problem(await shelf.brand.admin.post("/claim-reviewers", body), 409, "ALREADY_EXISTS")
    listed = (await shelf.brand.viewer.get("/claim-reviewers", brandId=shelf.brand.id, reviewerRole="legal")).json()
    assert [item["id"] for item in listed["data"]] == [given["id"]]
    assert_problem(await stranger.admin.get("/claim-reviewers", brandId=shelf.brand.id), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.delete(f"/claim-reviewers/{given['id']}"), 404, "NOT_FOUND")
    assert_problem(await shelf.brand.viewer.delete(f"/claim-reviewers/{given['id']}"), 403, "FORBIDDEN")
    assert (await shelf.brand.admin.delete(f"/claim-reviewers/{given['id']}")).status_code == 204
    events = world.rows(
        "select payload from public.domain_events where brand_id = %s and type = 'ClaimReviewerChanged' order by id",
        shelf.brand.id,
    )
    assert [event["payload"]["isReviewer"] for event in events] == [True, False]


async def test_who_changed_a_claim_does_not_decide_on_it(shelf: Shelf) -> None:
    second = await shelf.world.member(shelf.brand, "admin")
    await reviewer(shelf, "legal", second)
    claim = await submitted(shelf)
    changed = (await second.patch(f"/claims/{claim['id']}", claim["version"], {"status": "mandatory"})).json()["data"]
    problem = assert_problem(await decide(second, changed), 403, "FORBIDDEN")
    assert problem["details"][0]["rule"] == "claim.decide.not_own"
    # Notes are not what is approved.
    noted = await submitted(shelf, text="Y")
    noted = (await second.patch(f"/claims/{noted['id']}", noted["version"], {"notes": "Seen"})).json()["data"]
    assert (await decide(second, noted)).status_code == 200


async def test_a_regulatory_reference_begins_the_approval_again(shelf: Shelf) -> None:
    legal, compliance = await reviewer(shelf, "legal"), await reviewer(shelf, "compliance")
    claim = (await decide(legal, await submitted(shelf))).json()["data"]
    claim = (await decide(compliance, claim)).json()["data"]
    assert claim["approval"] == "approved"
    path = f"/claims/{claim['id']}"
    changed = await shelf.brand.admin.patch(path, claim["version"], {"regulatoryReferences": ["EU 432/2012"]})
    assert (changed.json()["data"]["approval"], changed.json()["data"]["step"]["position"]) == ("pending", 1)


async def test_reviewers_are_told_and_find_what_waits(shelf: Shelf) -> None:
    legal, compliance = await reviewer(shelf, "legal"), await reviewer(shelf, "compliance")
    claim = await submitted(shelf)
    told = "select user_id::text as id from public.notifications where metadata ->> 'claimId' = %s order by created_at"
    assert shelf.world.rows(told, claim["id"]) == [{"id": shelf.world.id_of(legal)}]

    async def waiting(person: Person) -> list[str]:
        return [each["id"] for each in (await person.get("/claims", decidableByMe=True)).json()["data"]]

    assert (await waiting(legal), await waiting(compliance), await waiting(shelf.brand.admin)) == (
        [claim["id"]],
        [],
        [],
    )
    claim = (await decide(legal, claim)).json()["data"]
    assert [row["id"] for row in shelf.world.rows(told, claim["id"])] == [
        shelf.world.id_of(legal),
        shelf.world.id_of(compliance),
    ]
    assert (await waiting(legal), await waiting(compliance)) == ([], [claim["id"]])


async def test_steps_do_not_change_under_a_submission(shelf: Shelf) -> None:
    for n in range(3):
        claim = await shelf.claim(text=f"T {n}")
        submission, steps = await asyncio.gather(
            shelf.brand.admin.post(f"/claims/{claim['id']}/approval"), shelf.set_steps([])
        )
        # One of them comes first, and the other one sees it.
        assert sorted((submission.status_code, steps.status_code)) == [200, 409]
        if steps.status_code == 409:
            break
        assert (await shelf.set_steps(STEPS)).status_code == 200


async def test_steps_are_replaced_by_who_read_them(shelf: Shelf) -> None:
    path = f"/claim-brands/{shelf.claim_brand['id']}/approval-steps"
    seen = int((await shelf.brand.viewer.get(path)).headers["ETag"].strip('"'))
    assert_problem(await shelf.brand.admin.put(path, {"steps": []}), 428, "PRECONDITION_REQUIRED")
    first, second = await asyncio.gather(
        shelf.set_steps(STEPS[:1], version=seen), shelf.set_steps(STEPS[1:], version=seen)
    )
    # One of two who read the same steps replaces them, and the other is told.
    assert sorted((first.status_code, second.status_code)) == [200, 412]
    assert_problem(second if first.status_code == 200 else first, 412, "CONFLICT")
    assert len((await shelf.brand.viewer.get(path)).json()["data"]) == 1
