"""Each row of the table of domain §9 over the real stack: event, notification, preference, mail."""

import json
from typing import Any

import pytest

from lib.core.data.db import Db
from tests.notify.reading import events_of, mails_to, settle, told
from tests.support.world import Brand, World
from tests.workflow.review_desk import submitted

pytestmark = pytest.mark.anyio


async def comment(brand: Brand, content_id: str, *, by: str, **more: object) -> dict[str, object]:
    person = getattr(brand, by)
    response = await person.post(f"/contents/{content_id}/comments", {"body": "What of the <b>price</b>?", **more})
    assert response.status_code == 201, response.text
    return response.json()["data"]


def make_due(world: World, content: dict[str, Any], hours: int) -> None:
    """Lets the open tasks of a content be due in so many hours, of 24."""
    world.rows(
        "update public.workflow_tasks set created_at = now() - make_interval(hours => 24 - %s), "
        "due_at = now() + make_interval(hours => %s) where content_id = %s and status = 'pending'",
        hours,
        hours,
        content["id"],
    )


def publish(world: World, brand: Brand, content_id: str, kind: str, payload: dict[str, Any]) -> None:
    """Writes an event of a publication, as its steps do."""
    world.rows("select set_config('mixerai.broadcasts', 'summary', false)")
    world.rows(
        "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
        "values (%s, 'test', %s, %s, %s) returning id",
        brand.id,
        content_id,
        kind,
        json.dumps(payload),
    )
    world.rows("select set_config('mixerai.broadcasts', '', false)")


async def test_an_assigned_task(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    await settle(world, service)
    (task,) = [each for each in await told(brand.viewer) if each["event"] == "task_assigned"]
    assert (task["type"], task["category"], task["brandId"]) == ("warning", "tasks", brand.id)
    assert task["title"] == f"Review needed: “{content['title']}”"
    assert task["contentId"] == content["id"]
    assert task["actionUrl"].startswith(f"/contents/{content['id']}?task=")
    assert task["actionLabel"] == "Review"
    assert task["actor"]["id"] == world.id_of(brand.editor)
    assert await mails_to(world, brand.viewer.email) == ["task_assigned"]
    # The one who acted is not told.
    assert await events_of(brand.editor) == []


async def test_a_reassigned_task(world: World, service: Db) -> None:
    brand = await world.brand()
    other = await world.member(brand, "viewer")
    await submitted(world, brand)
    await settle(world, service)
    task = (await brand.viewer.get("/tasks")).json()["data"][0]
    response = await brand.admin.post(
        f"/tasks/{task['id']}/reassign", {"assigneeId": world.id_of(other), "reason": "Away"}
    )
    assert response.status_code == 200, response.text
    await settle(world, service)
    assert "task_reassigned" in await events_of(brand.viewer)
    assert await events_of(other) == ["task_assigned"]
    assert await mails_to(world, other.email) == ["task_assigned"]


async def test_requested_changes_reach_creator_and_watchers(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    assert (await brand.admin.put(f"/contents/{content['id']}/watchers/me")).status_code == 200
    response = await brand.viewer.post(f"/contents/{content['id']}/request-changes", {"reason": "Shorter, please"})
    assert response.status_code == 200, response.text
    await settle(world, service)
    for person in (brand.editor, brand.admin):
        (notification,) = [each for each in await told(person) if each["event"] == "changes_requested"]
        assert (notification["type"], notification["message"]) == ("warning", "Shorter, please")
        assert await mails_to(world, person.email) == ["changes_requested"]


async def test_an_approval_and_a_rejection(world: World, service: Db) -> None:
    brand = await world.brand()
    await world.approved(brand)
    rejected = await submitted(world, brand)
    response = await brand.admin.post(f"/contents/{rejected['id']}/reject", {"reason": "Off brand"})
    assert response.status_code == 200, response.text
    await settle(world, service)
    by_event = {each["event"]: each for each in await told(brand.editor)}
    assert by_event["content_approved"]["type"] == "success"
    assert by_event["content_rejected"]["type"] == "error"
    assert sorted(await mails_to(world, brand.editor.email)) == ["content_approved", "content_rejected"]
    # A former assignee, who watched nothing.
    assert "content_rejected" in await events_of(brand.viewer)


async def test_late_tasks(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    make_due(world, content, 1)
    world.rows("select * from public.chase_tasks()")
    await settle(world, service)
    (reminder,) = [each for each in await told(brand.viewer) if each["event"] == "sla_warning"]
    assert reminder["type"] == "warning"
    # Reminders by mail are off unless asked for.
    assert await mails_to(world, brand.viewer.email) == ["task_assigned"]
    make_due(world, content, -1)
    world.rows("select * from public.chase_tasks()")
    await settle(world, service)
    assert "sla_breach" in await events_of(brand.viewer)
    (escalation,) = [each for each in await told(brand.admin) if each["event"] == "escalation"]
    assert escalation["type"] == "error"
    assert await mails_to(world, brand.admin.email) == ["escalation"]


async def test_mentions_replies_and_comments(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    thread = await comment(brand, content["id"], by="viewer", mentions=[world.id_of(brand.admin)])
    await settle(world, service)
    assert await events_of(brand.admin, category="comments") == ["mention"]
    assert await events_of(brand.editor) == ["comment"]
    await comment(brand, content["id"], by="editor", parentId=thread["id"])
    await settle(world, service)
    assert await events_of(brand.viewer) == ["reply"]
    assert await events_of(brand.editor) == ["comment"]
    assert await mails_to(world, brand.admin.email) == ["notification"]


async def test_comments_are_bundled_until_they_are_read(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for _ in range(3):
        await comment(brand, content["id"], by="viewer")
        await settle(world, service)
    for _ in range(2):
        await comment(brand, content["id"], by="viewer")
    await settle(world, service)
    (bundle,) = await told(brand.editor)
    assert (bundle["title"], bundle["count"]) == (f"5 comments on “{content['title']}”", 5)
    # One mail: its reader knows where to look.
    assert await mails_to(world, brand.editor.email) == ["notification"]
    await brand.editor.http.patch(f"/notifications/{bundle['id']}", json={"isRead": True})
    await comment(brand, content["id"], by="viewer")
    await settle(world, service)
    assert [each["count"] for each in await told(brand.editor)] == [1, 5]


async def test_a_mention_by_an_edit_reaches_those_who_were_told_of_the_comment(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    written = await comment(brand, content["id"], by="viewer")
    await settle(world, service)
    for body in ("Ask them", "Ask them now"):
        await brand.viewer.http.patch(
            f"/comments/{written['id']}", json={"body": body, "mentions": [world.id_of(brand.editor)]}
        )
        await settle(world, service)
    assert [(each["event"], each["count"]) for each in await told(brand.editor)] == [("mention", 1), ("comment", 1)]


async def test_autosaves_tell_nobody(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    assert (await brand.admin.put(f"/contents/{content['id']}/watchers/me")).status_code == 200
    for number, is_autosave in enumerate((True, True, False)):
        present = await brand.editor.get(f"/contents/{content['id']}")
        response = await brand.editor.http.patch(
            f"/contents/{content['id']}",
            params={"autosave": is_autosave},
            json={"title": f"Title {number}"},
            headers={"If-Match": present.headers["ETag"]},
        )
        assert response.status_code == 200, response.text
        await settle(world, service)
        wanted = [] if is_autosave else ["content_updated"]
        assert await events_of(brand.admin, category="content") == wanted


async def test_a_mention_by_an_edit_comes_once(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    written = await comment(brand, content["id"], by="viewer")
    for body in ("Ask them", "Ask them now"):
        response = await brand.viewer.http.patch(
            f"/comments/{written['id']}", json={"body": body, "mentions": [world.id_of(brand.admin)]}
        )
        assert response.status_code == 200, response.text
        await settle(world, service)
    assert [(each["event"], each["count"]) for each in await told(brand.admin, category="comments")] == [("mention", 1)]


async def test_new_members_and_workflows_reach_admins(world: World, service: Db) -> None:
    brand = await world.brand()
    await world.member(brand, "viewer")
    world.rows("update public.workflows set description = 'Other' where id = %s", brand.workflow_id)
    await settle(world, service)
    assert {"member_joined", "workflow_changed"} <= set(await events_of(brand.admin))
    assert await events_of(brand.editor) == []


async def test_thresholds_reach_admins(world: World, service: Db) -> None:
    brand = await world.brand()
    for kind, payload in (
        ("BudgetThresholdReached", '{"percent": 80, "month": "2026-11-01"}'),
        ("QuotaThresholdReached", '{"percent": 100, "month": "2026-11-01", "metric": "generations"}'),
    ):
        world.rows("select private.append_event(%s, 'brand', %s, %s, %s)", brand.id, brand.id, kind, payload)
    await settle(world, service)
    by_event = {each["event"]: each for each in await told(brand.admin)}
    assert by_event["budget_alert"]["type"] == "warning"
    assert by_event["quota_alert"]["type"] == "error"
    assert len(await mails_to(world, brand.admin.email)) == 2


async def test_reviewed_claims_reach_the_person_who_asked(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    world.rows(
        "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, actor_id, payload) "
        "values (%s, 'content', %s, 'ClaimsReviewed', %s, "
        """'{"country": "GB", "overall": "rejected", "violations": 2}') returning id""",
        brand.id,
        content["id"],
        world.id_of(brand.viewer),
    )
    await settle(world, service)
    (notification,) = await told(brand.viewer)
    assert (notification["event"], notification["type"]) == ("claims_reviewed", "error")


async def test_a_publication(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    await settle(world, service)
    assert "content_published" in await events_of(brand.editor)
    assert "content_published" not in await events_of(brand.admin)
    assert {each["contentId"] for each in await told(brand.editor)} == {content["id"]}


async def test_channels_of_a_publication(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    channels = [{"hasFailed": False}, {"hasFailed": True}]
    for kind, direction in (("PublicationCompleted", "publish"), ("PublicationFailed", "unpublish")):
        publish(world, brand, content["id"], kind, {"direction": direction, "channels": channels})
    # Other events tell of these.
    publish(world, brand, content["id"], "PublicationCompleted", {"direction": "unpublish", "channels": channels})
    publish(world, brand, content["id"], "PublicationCompleted", {"direction": "publish", "channels": []})
    await settle(world, service)
    assert sorted((each["event"], each["type"], each["count"]) for each in await told(brand.editor)) == [
        ("publication_completed", "warning", 1),
        ("publication_failed", "error", 1),
    ]
    # Nobody watches, but admins are notified of failures.
    assert await events_of(brand.admin, category="content") == ["publication_failed"]
