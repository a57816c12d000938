"""Tests the review of a content over HTTP: what it shows to whom, and each act on it."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.office import allowed, create, data, decide, review, states, step, submitted

pytestmark = pytest.mark.anyio


async def test_a_content_that_was_never_submitted(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    found = await review(brand.editor, content["id"])
    assert (found["run"], found["steps"], found["runCount"]) == (None, [], 0)
    assert allowed(found) == set()
    assert data(await brand.editor.get(f"/contents/{content['id']}"))["review"] is None


async def test_what_a_review_shows(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(
        world, brand, step("Legal", brand.viewer.email, instructions="Read it"), step("Board", brand.admin.email)
    )
    found = await review(brand.viewer, content_id)
    assert found["run"]["status"] == "active"
    legal, board = found["steps"]
    assert (legal["status"], legal["round"], legal["instructions"]) == ("active", 1, "Read it")
    assert legal["dueAt"] is not None
    assert [(task["assignee"]["id"], task["status"]) for task in legal["tasks"]] == [
        (world.id_of(brand.viewer), "pending")
    ]
    assert (board["status"], board["tasks"], board["openedAt"]) == ("waiting", [], None)
    assert [entry["action"] for entry in found["history"]["items"]] == ["start"]
    item = data(await brand.viewer.get(f"/contents/{content_id}"))
    shown = item["review"]
    assert (shown["runId"], shown["dueAt"]) == (found["run"]["id"], legal["dueAt"])
    assert [(each["id"], each["name"], each["round"]) for each in shown["steps"]] == [(legal["id"], "Legal", 1)]
    assert shown["steps"][0]["assignees"] == [{"id": world.id_of(brand.viewer), "name": "Test", "status": "pending"}]
    assert item["_links"]["review"] == f"/api/v1/contents/{content_id}/review"


async def test_what_each_may_do_and_why_not(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email, allowSkip=True))
    other = await world.member(brand, "viewer")
    decisions = {"approve", "reject", "requestChanges"}
    for person, expected in (
        (brand.viewer, decisions | {"skip", "delegate"}),
        (other, set()),
        (brand.editor, {"withdraw"}),
        (brand.admin, decisions | {"withdraw", "skip", "reassign", "cancel"}),
    ):
        found = await review(person, content_id)
        assert allowed(found) == expected, person.email
        assert all(entry["isAllowed"] == (entry["reason"] is None) for entry in found["actions"])
        shown = data(await person.get(f"/contents/{content_id}"))["review"]
        assert set(shown["allowedActions"]) == expected, person.email
    refused = {entry["action"]: entry["rule"] for entry in (await review(brand.editor, content_id))["actions"]}
    assert refused["approve"] == "content.approve.permission"
    assert_problem(await stranger.admin.get(f"/contents/{content_id}/review"), 404, "NOT_FOUND")


async def test_who_may_not_read_workflows_is_shown_no_review(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.admin.email))
    world.rows(
        "update public.brand_members set restrictions = '{workflow.read}' where brand_id = %s and user_id = %s",
        brand.id,
        world.id_of(brand.viewer),
    )
    content = data(await brand.viewer.get(f"/contents/{content_id}"))
    assert (content["review"], "review" in content["_links"]) == (None, False)
    assert_problem(await brand.viewer.get(f"/contents/{content_id}/review"), 404, "NOT_FOUND")


async def test_strangers_and_people_without_the_right_are_refused_each_act(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    other = await world.member(brand, "viewer")
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    path = f"/contents/{content_id}/review"
    acts = {
        "decisions": {"decision": "approve"},
        "skip": {"reason": "Hurry"},
        "reassign": {"assigneeId": world.id_of(other)},
        "delegate": {"assigneeId": world.id_of(other)},
        "cancel": {"reason": "Hurry"},
        "withdraw": {"reason": "Hurry"},
        "resume": None,
        "restart": None,
    }
    for name, body in acts.items():
        assert_problem(await stranger.admin.post(f"{path}/{name}", body), 404, "NOT_FOUND")
        assert_problem(await other.post(f"{path}/{name}", body), 403, "FORBIDDEN")
    assert states(await review(brand.viewer, content_id)) == {"Legal": "active"}


async def test_authors_do_not_decide_on_their_own(world: World) -> None:
    brand = await world.brand()
    named = await create(brand, step("Legal", brand.admin.email))
    unnamed = await create(brand, step("Legal", assignmentType="role", assignedRole="viewer"))
    for workflow, status in ((named, 200), (unnamed, 403)):
        content = await world.draft(brand, by=brand.admin)
        data(await brand.admin.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
        answer = await decide(brand.admin, content["id"])
        assert answer.status_code == status, answer.text
        if status == 403:
            assert answer.json()["error"]["details"][0]["rule"] == "content.approve.not_own"
    content = await world.draft(brand)
    creator = await create(brand, step("Publish", assignmentType="creator"))
    data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": creator["id"]}))
    assert data(await decide(brand.editor, content["id"]))["status"] == "approved"


async def test_of_two_who_decide_at_once_the_second_is_told_who_was_first(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email, second.email))
    step_id = (await review(brand.viewer, content_id))["steps"][0]["id"]
    people = {world.id_of(person): person for person in (brand.viewer, second)}
    answers = dict(
        zip(
            people,
            await asyncio.gather(*(decide(person, content_id, stepId=step_id, round=1) for person in people.values())),
            strict=True,
        )
    )
    assert Counter(answer.status_code for answer in answers.values()) == {200: 1, 409: 1}
    winner = next(person for person, answer in answers.items() if answer.status_code == 200)
    (loser,) = (answer for answer in answers.values() if answer.status_code == 409)
    details = assert_problem(loser, 409, "CONFLICT")["details"]
    (told,) = (detail for detail in details if detail.get("field") == "decision")
    assert (told["by"], told["decision"], told["step"]) == (winner, "approve", "Legal")
    history = (await review(brand.viewer, content_id))["history"]["items"]
    entry = next(entry for entry in history if entry["action"] == "approve")
    assert told["at"][:19] == entry["at"][:19]
    # Once more by the same person: still who and when.
    again = assert_problem(await decide(people[winner], content_id, stepId=step_id), 409, "CONFLICT")
    assert [detail["by"] for detail in again["details"] if "by" in detail] == [winner]


async def test_a_decision_may_name_the_step_the_round_and_the_version(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(
        world, brand, step("Legal", brand.viewer.email), step("Board", brand.viewer.email), type="parallel"
    )
    found = await review(brand.viewer, content_id)
    legal, board = (entry["id"] for entry in found["steps"])
    assert_problem(await decide(brand.viewer, content_id, stepId=str(uuid4())), 404, "NOT_FOUND")
    assert_problem(await decide(brand.viewer, content_id, stepId=board, round=2), 409, "CONFLICT")
    data(await decide(brand.viewer, content_id, stepId=board, round=1))
    assert states(await review(brand.viewer, content_id)) == {"Legal": "active", "Board": "approved"}
    stale = {"If-Match": f'"{found["contentVersion"] - 1}"'}
    path = f"/contents/{content_id}/review/decisions"
    old = await brand.viewer.http.post(path, json={"decision": "approve"}, headers=stale)
    assert_problem(old, 412, "CONFLICT")
    assert data(await decide(brand.viewer, content_id, stepId=legal))["status"] == "approved"


async def test_changes_are_requested_and_the_review_resumes(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email), step("Board", brand.viewer.email))
    data(await decide(brand.viewer, content_id))
    path = f"/contents/{content_id}/review"
    empty = await brand.viewer.post(f"{path}/decisions", {"decision": "request_changes", "comment": "  "})
    assert_problem(empty, 400, "VALIDATION_ERROR")
    parked = data(await decide(brand.viewer, content_id, "request_changes"))
    assert (parked["status"], parked["review"]["changesRequestedAt"] is not None) == ("draft", True)
    for person in (brand.viewer, brand.editor, brand.admin):
        shown = data(await person.get(f"/contents/{content_id}"))["review"]
        assert shown["changesRequestedAt"] is not None
    assert "resume" in allowed(await review(brand.editor, content_id))
    second = assert_problem(await decide(brand.viewer, content_id), 409, "CONFLICT")
    assert [d["decision"] for d in second["details"] if "by" in d] == ["request_changes"]
    assert_problem(await brand.viewer.post(f"{path}/resume"), 403, "FORBIDDEN")
    assert data(await brand.editor.post(f"{path}/resume"))["status"] == "pending_review"
    assert_problem(await brand.editor.post(f"{path}/resume"), 409, "CONFLICT")
    found = await review(brand.viewer, content_id)
    assert states(found) == {"Legal": "approved", "Board": "active"}
    assert [entry["round"] for entry in found["steps"]] == [1, 2]
    assert data(await decide(brand.viewer, content_id))["status"] == "approved"
    actions = [entry["action"] for entry in (await review(brand.viewer, content_id))["history"]["items"]]
    assert actions == ["complete", "approve", "resubmit", "request_changes", "approve", "start"]


async def test_a_rejection_ends_it_and_a_restart_begins_anew(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    path = f"/contents/{content_id}/review"
    assert data(await decide(brand.viewer, content_id, "reject"))["status"] == "rejected"
    first = (await review(brand.viewer, content_id))["run"]
    assert (first["status"], first["outcome"]) == ("completed", "rejected")
    assert_problem(await brand.editor.post(f"{path}/restart"), 403, "FORBIDDEN")
    again = data(await brand.admin.post(f"{path}/restart", {"workflowId": first["workflowId"]}))
    assert again["status"] == "pending_review"
    found = await review(brand.viewer, content_id)
    assert (found["runCount"], [run["id"] for run in found["earlierRuns"]]) == (2, [first["id"]])
    earlier = await review(brand.viewer, content_id, runId=first["id"])
    assert (earlier["run"]["id"], states(earlier)) == (first["id"], {"Legal": "rejected"})
    assert_problem(await brand.viewer.get(path, runId=str(uuid4())), 404, "NOT_FOUND")


async def test_skipping(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(
        world, brand, step("Legal", brand.viewer.email), step("Board", brand.viewer.email, allowSkip=True)
    )
    path = f"/contents/{content_id}/review/skip"
    assert_problem(await brand.viewer.post(path, {"reason": "Hurry"}), 403, "FORBIDDEN")
    assert_problem(await brand.admin.post(path, {"reason": " "}), 400, "VALIDATION_ERROR")
    assert_problem(await brand.admin.post(path, {"reason": "x", "round": 2}), 409, "CONFLICT")
    assert data(await brand.admin.post(path, {"reason": "Hurry"}))["status"] == "in_review"
    assert data(await brand.viewer.post(path, {"reason": "Not needed"}))["status"] == "approved"
    found = await review(brand.viewer, content_id)
    assert states(found) == {"Legal": "skipped", "Board": "skipped"}
    skips = [entry for entry in found["history"]["items"] if entry["action"] == "skip"]
    assert [(entry["comment"], entry["stepName"], entry["minutes"]) for entry in skips] == [
        ("Not needed", "Board", 0),
        ("Hurry", "Legal", 0),
    ]


async def test_delegating_and_reassigning(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    first, second = await world.member(brand, "viewer"), await world.member(brand, "viewer")
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    path, to = f"/contents/{content_id}/review", world.id_of
    outside = await brand.viewer.post(f"{path}/delegate", {"assigneeId": to(stranger.admin)})
    assert assert_problem(outside, 400, "VALIDATION_ERROR")["details"][0]["field"] == "assigneeId"
    assert_problem(await brand.viewer.post(f"{path}/delegate", {"assigneeId": to(brand.editor)}), 403, "FORBIDDEN")
    handed = data(await brand.viewer.post(f"{path}/delegate", {"assigneeId": to(first), "reason": "On leave"}))
    assert [each["id"] for each in handed["review"]["steps"][0]["assignees"]] == [to(first)]
    assert_problem(await decide(brand.viewer, content_id), 403, "FORBIDDEN")
    data(await brand.admin.post(f"{path}/reassign", {"assigneeId": to(second), "fromId": to(first)}))
    gone = await brand.admin.post(f"{path}/reassign", {"assigneeId": to(first), "fromId": to(brand.viewer)})
    assert_problem(gone, 409, "CONFLICT")
    found = await review(brand.viewer, content_id)
    moves = [
        (entry["action"], entry["from"]["id"], entry["to"]["id"], entry["comment"])
        for entry in found["history"]["items"]
        if entry["to"]
    ]
    assert moves == [("reassign", to(first), to(second), ""), ("delegate", to(brand.viewer), to(first), "On leave")]
    assert data(await decide(second, content_id))["status"] == "approved"


async def test_withdrawing_and_cancelling(world: World) -> None:
    brand = await world.brand()
    for name, person in (("withdraw", brand.editor), ("cancel", brand.admin)):
        content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
        ended = data(await person.post(f"/contents/{content_id}/review/{name}", {"reason": "Not ready"}))
        assert (ended["status"], ended["review"]) == ("draft", None)
        found = await review(brand.viewer, content_id)
        assert (found["run"]["status"], found["history"]["items"][0]["comment"]) == ("cancelled", "Not ready")
        late = assert_problem(await decide(brand.viewer, content_id), 409, "CONFLICT")
        assert [detail["decision"] for detail in late["details"] if "by" in detail] == ["cancel"]


async def test_a_repeated_decision_under_one_key_counts_once(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email), step("Board", brand.viewer.email))
    key = {"Idempotency-Key": uuid4().hex}
    path, body = f"/contents/{content_id}/review/decisions", {"decision": "approve"}
    first = await brand.viewer.http.post(path, json=body, headers=key)
    second = await brand.viewer.http.post(path, json=body, headers=key)
    assert data(first) == data(second)
    assert states(await review(brand.viewer, content_id)) == {"Legal": "approved", "Board": "active"}


async def test_both_addresses_decide_by_the_same_rules(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email), step("Board", brand.admin.email))
    assert data(await brand.viewer.post(f"/contents/{content_id}/approve"))["status"] == "in_review"
    refused = await brand.viewer.post(f"/contents/{content_id}/approve")
    assert (
        assert_problem(refused, 403, "FORBIDDEN")["details"]
        == (assert_problem(await decide(brand.viewer, content_id), 403, "FORBIDDEN")["details"])
    )
    assert data(await decide(brand.admin, content_id))["status"] == "approved"


async def test_the_history_has_pages(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email), step("Board", brand.viewer.email))
    data(await decide(brand.viewer, content_id))
    data(await decide(brand.viewer, content_id, comment="Well done"))
    found = await review(brand.viewer, content_id, page=2, pageSize=2)
    history = found["history"]
    assert (history["page"], history["pageSize"], history["totalItems"]) == (2, 2, 4)
    assert [entry["action"] for entry in history["items"]] == ["approve", "start"]


async def test_an_automated_step_runs_its_check(world: World) -> None:
    """By the schedule: it passes, or the review fails with the reason."""
    brand = await world.brand()
    claims = step("Compliance", type="automated", automatedCheck="claims")
    workflow = await create(brand, claims, step("Legal", brand.viewer.email))
    made: list[str] = []
    for violations in (0, 1):
        content = await world.draft(brand)
        made.append(content["id"])
        if violations:
            world.rows(
                "insert into public.claim_reviews (brand_id, content_id, content_version, country, overall, violations)"
                " select brand_id, id, version, 'GB', 'rejected', 1 from public.contents where id = %s",
                content["id"],
            )
        data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
    assert states(await review(brand.viewer, made[0])) == {"Compliance": "active", "Legal": "waiting"}
    secret = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    ran = await brand.viewer.http.get("/cron/minute", headers=secret)
    assert ran.status_code == 200, ran.text
    assert states(await review(brand.viewer, made[0])) == {"Compliance": "approved", "Legal": "active"}
    failed = await review(brand.viewer, made[1])
    assert (failed["run"]["status"], failed["contentStatus"]) == ("failed", "draft")
    assert failed["history"]["items"][0]["comment"] == "the claims check found violations"
