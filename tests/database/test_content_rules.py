"""Tests the rules for every change of a content: versions, slugs, schedule, rebuilding from events, dynamic grants."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.database.office import Office, refused
from tests.tenancy.scene import acting

STATE = "select to_jsonb(contents) - array['views', 'shares'] as state from public.contents where id = %s"


@pytest.fixture
def office(database: psycopg.Connection) -> Iterator[Office]:
    with Office.open(database) as opened:
        opened.workflow([{"position": 1, "name": "Review"}])
        yield opened


def versions(office: Office, content: UUID) -> list[tuple[int, int, str]]:
    rows = office.database.rows(
        "select major_version, minor_version, action from public.content_versions where content_id = %s order by "
        "version",
        content,
    )
    return [(row["major_version"], row["minor_version"], row["action"]) for row in rows]


def test_the_log_alone_gives_every_content_again(office: Office) -> None:
    """Drafted, edited, autosaved, reviewed twice, scheduled, published, archived, reopened, deleted, restored."""
    content = office.draft(fields={"topic": "a"}, tags=["x"], body="<p>one</p>", expires_at="2099-01-01")
    checked: list[str] = []

    def check() -> None:
        state = office.database.value(STATE, content)
        rebuilt = office.database.value(
            "select to_jsonb(private.rebuild_content(%s)) - array['views', 'shares']", content
        )
        assert rebuilt == state
        checked.append(state["status"])

    check()
    office.edit(content, title="Other", slug="other-slug", metadata={"metaTitle": "M"}, fields={"price": 1})
    check()
    for person, command, more in (
        ("editor", "submit_content", {}),
        ("viewer", "request_changes", {"comment": "Shorter"}),
        ("editor", "submit_content", {}),
        ("viewer", "approve_content", {}),
        ("admin", "schedule_content", {"scheduled_for": "2098-01-01"}),
        ("admin", "unschedule_content", {}),
        ("admin", "publish_content", {}),
        ("admin", "archive_content", {"reason": "Old"}),
        ("admin", "reopen_content", {}),
        ("editor", "restore_version", {"version": 1}),
        ("admin", "delete_content", {}),
        ("admin", "restore_content", {}),
    ):
        office.call(person, command, content_id=content, **more)
        check()
    assert {"draft", "pending_review", "approved", "scheduled", "published", "archived"} <= set(checked)


def test_saves_are_major_and_autosaves_minor(office: Office) -> None:
    content = office.draft()

    def autosave(title: str) -> None:
        version = office.database.value("select version from public.contents where id = %s", content)
        office.call(
            "editor",
            "update_content",
            content_id=content,
            expected_version=version,
            changes=psycopg.types.json.Jsonb({"title": title}),
            is_autosave=True,
        )

    autosave("One")
    autosave("Two")
    office.edit(content, title="Three")
    assert versions(office, content) == [(1, 0, "saved"), (1, 1, "autosave"), (1, 2, "autosave"), (2, 0, "saved")]
    for number in range(12):
        autosave(f"Again {number}")
    kept = versions(office, content)
    assert [entry for entry in kept if entry[2] == "saved"] == [(1, 0, "saved"), (2, 0, "saved")]
    assert [entry[1] for entry in kept if entry[2] == "autosave"] == list(range(3, 13))


def test_restoring_writes_a_new_version(office: Office) -> None:
    content = office.draft(fields={"topic": "first"}, tags=["a"])
    office.edit(content, title="Second", tags=["b"], fields={"topic": "second"})
    restored = office.call("editor", "restore_version", content_id=content, version=1)[0]
    assert (restored["title"], restored["tags"], restored["fields"]) == ("A title", ["a"], {"topic": "first"})
    assert (restored["version"], restored["major_version"]) == (3, 3)
    assert versions(office, content)[-1] == (3, 0, "restored")
    office.call("editor", "restore_version", content_id=content, version=1)
    assert len(versions(office, content)) == 3, "nothing changes, nothing is written"
    with refused("PT404"):
        office.call("editor", "restore_version", content_id=content, version=99)
    with refused("PT412"):
        office.call("editor", "restore_version", content_id=content, version=1, expected_version=1)


def test_slugs_are_made_and_kept_unique(office: Office) -> None:
    def slug(content: UUID) -> str:
        return office.database.value("select slug from public.contents where id = %s", content)

    first = office.draft(title="Größe & Crème: 5 Tips!")
    assert slug(first) == "grosse-creme-5-tips"
    assert slug(office.draft(title="Größe & Crème: 5 Tips!")) == f"{slug(first)}-2"
    nameless = slug(office.draft(title="日本"))
    assert nameless.startswith("content-")
    assert slug(office.draft(title="日本")) != nameless
    with refused("PT409"):
        office.draft(slug=nameless)
    office.edit(first, slug="tips")
    assert slug(office.draft(slug="grosse-creme-5-tips")) == "grosse-creme-5-tips", "a slug that was left is free"


def test_every_transition_that_is_not_in_the_table_is_refused(office: Office) -> None:
    content = office.draft()
    for command, more in (
        ("publish_content", {}),
        ("schedule_content", {"scheduled_for": "2099-01-01"}),
        ("unschedule_content", {}),
        ("restart_review", {}),
        ("reject_content", {"reason": "No"}),
        ("request_changes", {"comment": "No"}),
        ("withdraw_content", {"reason": "No"}),
        ("restore_content", {}),
        ("approve_content", {}),
    ):
        with refused("PT409"):
            office.call("admin", command, content_id=content, **more)
    with refused("PT400"):
        office.call("admin", "schedule_content", content_id=content, scheduled_for="2001-01-01")


def test_a_brand_without_a_workflow_approves_by_its_admin(office: Office) -> None:
    office.database.run("update public.workflows set is_active = false where brand_id = %s", office.brand)
    content = office.draft()
    with refused("PT409"):
        office.call("editor", "submit_content", content_id=content)
    with refused("PT403"):
        office.call("editor", "approve_content", content_id=content)
    assert office.act("admin", "approve_content", content) == "approved"


def test_a_violation_of_a_claim_bars_publishing_that_version(office: Office) -> None:
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    review = office.database.value("select id from public.record_claim_review(%s, 'GB', '[]', 'rejected', 2)", content)
    with refused("PT409"):
        office.act("admin", "publish_content", content)
    with refused("PT403"):
        office.call("editor", "override_claim_review", review_id=review, reason="I think so")
    with refused("PT400"):
        office.call("admin", "override_claim_review", review_id=review, reason=" ")
    with refused("PT409"):
        office.act("admin", "schedule_content", content, scheduled_for="2099-01-01")
    office.call("admin", "override_claim_review", review_id=review, reason="Checked with legal")
    assert office.act("admin", "publish_content", content) == "published"


def test_a_check_holds_for_a_text_in_any_status(office: Office) -> None:
    content = office.submitted()
    office.database.run("select public.record_claim_review(%s, 'GB', '[]', 'rejected', 1)", content)
    office.act("viewer", "approve_content", content)
    with refused("PT409"):
        office.act("admin", "publish_content", content)
    office.edit(content, body="<p>Another text</p>")
    office.act("editor", "submit_content", content)
    office.act("viewer", "approve_content", content)
    assert office.act("admin", "publish_content", content) == "published"


def test_nothing_of_a_published_content_is_edited(office: Office) -> None:
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    office.act("admin", "publish_content", content)
    for change in ({"expires_at": "2020-01-01T00:00:00Z"}, {"due_at": None}, {"title": "Later"}):
        with refused("PT409"):
            office.edit(content, **change)


def test_a_content_deleted_during_its_review_comes_back_as_a_draft(office: Office) -> None:
    content = office.submitted()
    office.call("admin", "delete_content", content_id=content)
    assert office.act("admin", "restore_content", content) == "draft"
    assert office.act("editor", "submit_content", content) == "pending_review"


def test_nobody_gives_or_takes_a_role_above_their_own(office: Office) -> None:
    member = {"brand_id": office.brand, "user_id": office.id_of("reviewer")}
    office.database.run(
        "update public.brand_members set permissions = '{member.manage}' where user_id = %s", office.id_of("editor")
    )
    office.call("editor", "assign_member", **member, role="editor")
    with refused("PT403"):
        office.call("editor", "assign_member", **member, role="admin")
    with refused("PT403"):
        office.call("editor", "assign_member", **member, role="viewer", permissions=["content.publish"])
    with refused("PT403"):
        office.call("editor", "remove_member", brand_id=office.brand, user_id=office.id_of("admin"))
    with refused("PT403"):
        office.call("editor", "assign_member", brand_id=office.brand, user_id=office.id_of("editor"), role="admin")


def test_a_session_that_has_expired_is_not_trusted(office: Office) -> None:
    content = office.draft()
    editor = office.people["editor"]
    office.edit(content, title="Still here")
    office.database.run("update public.user_sessions set expires_at = now() where id = %s", editor.session_id)
    with refused("PT401"):
        office.edit(content, title="Too late")


def test_a_platform_admin_passes_a_second_factor_always(office: Office) -> None:
    admin = office.people["reviewer"]
    office.database.run("delete from public.brand_members where user_id = %s", admin.user_id)
    office.database.run("insert into private.platform_admins (user_id) values (%s)", admin.user_id)
    content = office.draft()
    with refused("PT404"):
        office.call("reviewer", "list_content_versions", content_id=content)
    office.database.run("update public.user_sessions set mfa_verified_at = now() where id = %s", admin.session_id)
    assert office.call("reviewer", "list_content_versions", content_id=content)
    office.call("reviewer", "set_platform_admin", user_id=office.id_of("viewer"), is_admin=True)
    action = office.database.value("select action from public.audit_log where brand_id is null order by position desc")
    assert action == "user.promote"


def test_due_contents_are_published_and_expired_ones_archived(office: Office) -> None:
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    office.act("admin", "schedule_content", content, scheduled_for="2099-01-01")
    due = "select outcome from public.publish_due_contents(10000) where content_id = %s"
    assert office.database.rows(due, content) == []
    office.database.run("alter table public.contents disable trigger user")
    office.database.run("update public.contents set scheduled_for = now() where id = %s", content)
    office.database.run("alter table public.contents enable trigger user")
    assert office.database.rows(due, content) == [{"outcome": "published"}]
    assert office.database.rows(due, content) == []
    office.database.run("update public.contents set expires_at = now() where id = %s", content)
    assert office.database.rows(due, content) == [{"outcome": "archived"}]
    assert office.status(content) == "archived"


def test_the_dynamic_grants(office: Office) -> None:
    """A reviewer may edit during their own step; the creator may submit, withdraw and delete; nobody may do more."""
    content = office.submitted()
    with refused("PT403"):
        office.edit(content, by="reviewer", title="Mine")
    assert office.edit(content, by="viewer", title="Better")["title"] == "Better"
    office.database.run("update public.brand_members set role = 'viewer' where user_id = %s", office.id_of("editor"))
    assert office.act("editor", "withdraw_content", content, reason="Later") == "draft"
    with refused("PT403"):
        office.edit(content, title="As a viewer")
    assert office.act("editor", "submit_content", content) == "pending_review"
    office.act("editor", "withdraw_content", content, reason="Again")
    office.call("editor", "delete_content", content_id=content)
    with refused("PT404"):
        office.act("editor", "submit_content", content)


@pytest.mark.parametrize(
    ("grants", "restrictions", "allowed"),
    [
        ([], [], False),
        (["content.publish"], [], True),
        (["content.publish"], ["content.publish"], False),
        (["content.publish", "content.review"], ["content.read"], None),
    ],
)
def test_grants_widen_a_role_and_restrictions_win(
    office: Office, grants: list[str], restrictions: list[str], allowed: bool | None
) -> None:
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    office.call(
        "admin",
        "assign_member",
        brand_id=office.brand,
        user_id=office.id_of("reviewer"),
        role="viewer",
        permissions=grants,
        restrictions=restrictions,
    )
    if allowed:
        assert office.act("reviewer", "publish_content", content) == "published"
    else:
        with refused("PT404" if allowed is None else "PT403"):
            office.act("reviewer", "publish_content", content)


def test_an_editor_may_be_held_to_their_own_contents(office: Office) -> None:
    office.database.run(
        "update public.brand_members set restrictions = '{content.edit_others}' where user_id = %s",
        office.id_of("editor"),
    )
    own, others = office.draft(), office.draft(by="admin")
    office.edit(own, title="Mine")
    with refused("PT403"):
        office.edit(others, title="Theirs")


@pytest.mark.parametrize("wrong", [["content.fly"], ["content.read", ""], [None]])
def test_only_permissions_that_there_are(office: Office, wrong: list[Any]) -> None:
    with refused("PT400"):
        office.call(
            "admin",
            "assign_member",
            brand_id=office.brand,
            user_id=office.id_of("reviewer"),
            role="viewer",
            permissions=wrong,
        )


def test_comments_keep_their_former_texts(office: Office) -> None:
    content = office.draft()
    comment = office.database.value(
        "insert into public.comments (brand_id, content_id, body) values (%s, %s, 'One') returning id",
        office.brand,
        content,
    )
    office.database.run("update public.comments set body = 'Two' where id = %s", comment)
    with refused("PT403"):
        office.call("viewer", "delete_comment", comment_id=comment)
    office.call("admin", "delete_comment", comment_id=comment)
    said = [
        row["body"]
        for row in office.database.rows(
            "select body from public.comment_revisions where comment_id = %s order by id", comment
        )
    ]
    assert said == ["One", "Two"]
    with refused("PT400"), office.database.connection.transaction():
        office.database.run(
            "insert into public.comments (brand_id, content_id, body, mentions) values (%s, %s, 'x', %s)",
            office.brand,
            content,
            [office.stranger()],
        )


def test_the_audit_chain_shows_changed_records(office: Office) -> None:
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    office.act("admin", "publish_content", content)

    def broken() -> list[int]:
        rows = office.call("admin", "verify_audit_log", brand_id=office.brand)
        return [row["chain_position"] for row in rows]

    assert broken() == []
    length = office.database.value("select max(position) from public.audit_log where brand_id = %s", office.brand)
    assert length >= 6
    for statement, expected in (
        ("update public.audit_log set action = 'content.archived' where brand_id = %s and position = 3", [3]),
        ("delete from public.audit_log where brand_id = %s and position = 2", [3]),
        ("update public.audit_log set actor_id = gen_random_uuid() where brand_id = %s and position = 1", [1]),
    ):
        with office.database.connection.transaction(force_rollback=True):
            office.database.run("alter table public.audit_log disable trigger user")
            office.database.run(statement, office.brand)
            assert broken() == expected


def test_a_plan_and_a_budget_are_never_overdrawn(office: Office) -> None:
    account = office.database.value("insert into public.accounts (name) values ('A') returning id")
    consume = "select private.consume_quota(%s, 'contents', %s)"
    assert office.database.value(consume, account, 99) is True
    assert office.database.value(consume, account, 2) is False
    assert office.database.value(consume, account, 1) is True
    assert office.database.value(consume, account, -1) is True
    assert office.database.value("select used from public.quota_usage where account_id = %s", account) == 99
    office.database.run(
        "insert into public.ai_budgets (brand_id, month, amount) values (%s, date_trunc('month', now()), 1)",
        office.brand,
    )
    reserve = "select private.reserve_budget(%s, %s::numeric)"
    assert office.database.value(reserve, office.brand, 0.75) == Decimal("0.75")
    assert office.database.value(reserve, office.brand, 0.75) is None
    office.database.run("select private.settle_budget(%s, 0.75, 0.25, date_trunc('month', now())::date)", office.brand)
    assert office.database.value(reserve, office.brand, 0.75) == Decimal("0.75")


def test_commands_of_many_judge_nothing_that_they_do_not_show(office: Office) -> None:
    content = office.draft()
    answer = "select allowed_actions, readable, people from private.content_answer(%s)"
    with acting(office.database, office.people["editor"]):
        shown = office.database.row(answer, content)
        assert "submit" in shown["allowed_actions"]
        assert str(office.id_of("editor")) in shown["people"]
        for name, returned in (
            (
                (
                    "granted_actions(fact private.content_facts, held private.brand_access, "
                    "out allowed_actions text[], out readable text[])"
                ),
                "record",
            ),
            ("people_named(people uuid[], access private.brand_access[] default '{}')", "jsonb"),
        ):
            office.database.run(
                f"create or replace function private.{name} returns {returned} language plpgsql stable "
                "set search_path = '' as $$ begin raise 'judged'; end $$"
            )
        office.database.run("select set_config('mixerai.broadcasts', 'summary', true)")
        hidden = office.database.row(answer, content)
        assert hidden == {"allowed_actions": [], "readable": [], "people": {}}
        assert office.database.rows(answer, office.brand) == []
