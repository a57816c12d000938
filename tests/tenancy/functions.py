"""The permitted callers of every function of the API, as data (see callables.py); identity has a file of its own.

A function that is not listed here fails the test.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from tests.tenancy.callables import SERVICE, Function, brand, content, fixed, nothing, of, of_brand, user
from tests.tenancy.identity_functions import IDENTITY
from tests.tenancy.matrix import ADMINS, EDITORS, EVERYONE, MEMBERS, NOBODY, OWNER, PLATFORM
from tests.tenancy.notify_functions import NOTIFY
from tests.tenancy.scene import CIPHERTEXT, SIGNING_KEY, Scene
from tests.tenancy.webhook_functions import WEBHOOKS

VIEWER = frozenset({"viewer"})
DELIVERED = EVERYONE | SERVICE | {"anonymous", "unverified"}


def filters(scene: Scene, **more: Any) -> Jsonb:
    return Jsonb({"brand_id": str(scene.tenant.brand_id), **more})


def lines(scene: Scene) -> Jsonb:
    return Jsonb([{"line": 1, "content": {"brand_id": str(scene.tenant.brand_id), "title": "One of many"}}])


def imported_claim(scene: Scene) -> dict[str, Any]:
    return {
        "text": {"original": f"Claim {uuid4()}"},
        "level": "product",
        "status": "allowed",
        "subjects": [str(scene.rows["products"]["id"])],
        "countries": ["GB"],
        "details": {},
    }


def read_tasks(scene: Scene, *others: UUID) -> Jsonb:
    ids = (scene.rows["workflow_tasks"]["id"], *others)
    return Jsonb([{"task_id": str(task), "content_version": 1} for task in ids])


def delivery(status: str | None = None) -> Callable[[Scene], dict[str, Any]]:
    def arguments(scene: Scene) -> dict[str, Any]:
        slug = f"secret-{status}" if status else None
        return {"brand_slug": scene.rows["brands"]["slug"], **({"content_slug": slug} if slug else {})}

    return arguments


def definition() -> Jsonb:
    return Jsonb({"name": f"Workflow {uuid4()}", "steps": [{"name": "Review"}]})


def generation_of(content: UUID) -> Jsonb:
    return Jsonb(
        {
            "type": "content_generation",
            "contentId": str(content),
            "isApplied": True,
            "promptVersion": "x",
            "candidates": [{"provider": "x", "model": "x"}],
            "bounds": {"promptTokens": 1, "completionTokens": 1, "attempts": 1},
        }
    )


def dead_letter(scene: Scene) -> dict[str, Any]:
    return {"letter_id": scene.tenant.dead_letter_id}


def evidence(**more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {
        "claim_id": scene.rows["claims"]["id"],
        "evidence_id": scene.tenant.contents["evidence"],
        **more,
    }


def opening(scene: Scene) -> dict[str, Any]:
    return {"request": generation_of(scene.tenant.contents["draft"])}


def of_delegation(**more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"delegation_id": scene.tenant.delegation_id, **more}


def stand_in(scene: Scene) -> dict[str, Any]:
    people = scene.tenant.people
    return {
        "delegate_id": people["second_viewer"].user_id,
        "starts_at": "2090-01-01Z",
        "ends_at": "2090-02-01Z",
        "user_id": people["viewer"].user_id,
        "brand_id": scene.tenant.brand_id,
    }


def settlement(scene: Scene) -> dict[str, Any]:
    payload = {"generationId": str(scene.rows["ai_generations"]["id"]), "status": "failed", "error": "x"}
    return {"result": Jsonb(payload)}


FUNCTIONS: dict[str, Function] = {
    # contents
    "create_content": Function(EDITORS, brand(title="New")),
    "update_content": Function(EDITORS, content("draft", expected_version=2, changes=Jsonb({"title": "Other"}))),
    "submit_content": Function(EDITORS, content("draft")),
    # The step names the viewer and the admin; other callers may not decide.
    "approve_content": Function(ADMINS | VIEWER, content("pending_review")),
    "reject_content": Function(ADMINS | VIEWER, content("pending_review", reason="No")),
    "request_changes": Function(ADMINS | VIEWER, content("pending_review", comment="Why?")),
    # The editor made it.
    "withdraw_content": Function(EDITORS, content("pending_review", reason="Not yet")),
    "restart_review": Function(ADMINS, content("rejected")),
    "publish_content": Function(ADMINS, content("approved")),
    "schedule_content": Function(ADMINS, content("approved", scheduled_for="2099-01-01")),
    "unschedule_content": Function(ADMINS, content("scheduled")),
    "archive_content": Function(ADMINS, content("published")),
    "reopen_content": Function(EDITORS, content("approved")),
    "delete_content": Function(EDITORS, content("draft")),
    "restore_content": Function(EDITORS, content("deleted")),
    "restore_version": Function(EDITORS, content("draft", version=1)),
    "duplicate_content": Function(EDITORS, content("draft")),
    "save_version": Function(EDITORS, content("draft")),
    "bulk_contents": Function(
        EDITORS,
        lambda scene: {"operation": "submit", "content_ids": [scene.tenant.contents["draft"]]},
        "outcomes",
    ),
    "create_contents": Function(EDITORS, lambda scene: {"lines": lines(scene)}, "outcomes"),
    "import_contents": Function(EDITORS, lambda scene: {"lines": lines(scene)}, "imports"),
    "list_contents": Function(MEMBERS, lambda scene: {"filters": filters(scene, status=["draft"])}, "lists"),
    "list_content_versions": Function(MEMBERS, content("draft"), "lists"),
    "list_content_history": Function(MEMBERS, content("draft"), "lists"),
    "get_content": Function(MEMBERS, content("draft")),
    "find_nodes": Function(MEMBERS, lambda scene: {"ids": [scene.tenant.contents["draft"]]}, "reads"),
    "get_answers": Function(
        MEMBERS,
        lambda scene: {
            "calls": Jsonb(
                [{"function": "get_content", "arguments": {"content_id": str(scene.tenant.contents["draft"])}}]
            )
        },
        "answers",
    ),
    "get_version": Function(MEMBERS, content("draft", versions=[1]), "lists"),
    "score_content": Function(MEMBERS, content("draft")),
    "search_contents": Function(MEMBERS, lambda scene: {"query": "secret", "filters": filters(scene)}, "lists"),
    "suggest_contents": Function(MEMBERS, lambda scene: {"typed": "sec", "brand": scene.tenant.brand_id}, "reads"),
    "export_contents": Function(ADMINS, lambda scene: {"filters": filters(scene)}, "lists"),
    "add_comment": Function(MEMBERS, content("draft", body="Well")),
    "edit_comment": Function(EDITORS, of("comments", "comment_id", body="Better")),
    "list_comments": Function(MEMBERS, content("draft"), "lists"),
    "list_activity": Function(MEMBERS, brand(), "lists"),
    "list_events": Function(MEMBERS, brand(), "lists"),
    "find_end_of_log": Function(MEMBERS, brand()),
    "resolve_comment": Function(EDITORS, of("comments", "comment_id")),
    "delete_comment": Function(EDITORS, of("comments", "comment_id")),
    # workflow
    "skip_step": Function(ADMINS, of("workflow_step_runs", "step_run_id", reason="Urgent")),
    "reassign_task": Function(
        ADMINS | VIEWER,
        lambda scene: {
            "task_id": scene.rows["workflow_tasks"]["id"],
            "assignee_id": scene.tenant.people["second_viewer"].user_id,
        },
    ),
    "skip_review_step": Function(ADMINS, content("pending_review", reason="Urgent")),
    "reassign_review": Function(
        ADMINS,
        lambda scene: {
            "content_id": scene.tenant.contents["pending_review"],
            "assignee_id": scene.tenant.people["second_viewer"].user_id,
            "from_id": scene.tenant.people["viewer"].user_id,
        },
    ),
    # The step asks the viewer and the admin.
    "delegate_review": Function(
        frozenset({"admin", "viewer"}),
        lambda scene: {
            "content_id": scene.tenant.contents["pending_review"],
            "assignee_id": scene.tenant.people["second_viewer"].user_id,
        },
    ),
    "cancel_review": Function(ADMINS, content("pending_review", reason="Not yet")),
    "resume_review": Function(EDITORS, content("draft")),
    "get_review": Function(MEMBERS, content("pending_review")),
    "list_vetting_feedback": Function(MEMBERS, content("pending_review"), "lists"),
    "create_workflow": Function(ADMINS, brand(details=definition())),
    "update_workflow": Function(
        ADMINS, of("workflows", "workflow_id", expected_version=1, changes=Jsonb({"description": "x"}))
    ),
    "set_workflow_state": Function(ADMINS, of("workflows", "workflow_id", state="archived")),
    "duplicate_workflow": Function(ADMINS, of("workflows", "workflow_id")),
    "delete_workflow": Function(ADMINS, of("workflows", "workflow_id")),
    "get_workflow": Function(MEMBERS, of("workflows", "workflow_id")),
    "list_workflows": Function(MEMBERS, brand(), "lists"),
    "list_workflow_versions": Function(MEMBERS, of("workflows", "workflow_id"), "lists"),
    "list_predefined_workflows": Function(MEMBERS, brand(), "lists"),
    "find_workflow_problems": Function(ADMINS, brand(definition=definition())),
    "find_review_path": Function(MEMBERS, of("workflows", "workflow_id")),
    "run_automated_step": Function(SERVICE, lambda _: {"step_run_id": uuid4()}),
    "list_tasks": Function(ADMINS, lambda scene: {"filters": filters(scene, scope="brand")}, "lists"),
    "read_task_counts": Function(EVERYONE | SERVICE | {"unverified"}, nothing),
    "get_task": Function(MEMBERS, of("workflow_tasks", "task_id"), "lists"),
    "decide_on_task": Function(ADMINS | VIEWER, of("workflow_tasks", "task_id", decision="approve")),
    "bulk_decide_tasks": Function(
        ADMINS | VIEWER,
        lambda scene: {"decision": "approve", "tasks": read_tasks(scene)},
        "outcomes",
    ),
    "hand_over_task": Function(
        ADMINS | VIEWER,
        lambda scene: {
            "task_id": scene.rows["workflow_tasks"]["id"],
            "assignee_id": scene.tenant.people["second_viewer"].user_id,
        },
    ),
    "read_assignments": Function(ADMINS, user("viewer")),
    "reassign_assignments": Function(
        ADMINS, lambda scene: user("viewer", target_id=scene.tenant.people["second_viewer"].user_id)(scene)
    ),
    # The viewer is away, and the second viewer stands in.
    "create_delegation": Function(ADMINS | VIEWER, stand_in),
    "update_delegation": Function(
        ADMINS | VIEWER, of_delegation(expected_version=1, changes=Jsonb({"reason": "Holiday"}))
    ),
    "end_delegation": Function(ADMINS | VIEWER, of_delegation()),
    "hand_over_open_tasks": Function(ADMINS | VIEWER, of_delegation()),
    "list_delegations": Function(ADMINS, lambda scene: {"filters": filters(scene)}, "lists"),
    "read_review_figures": Function(
        MEMBERS, lambda scene: {"from_time": "2026-01-01Z", "to_time": "2026-12-01Z", "brand": scene.tenant.brand_id}
    ),
    # claims
    "resolve_claims": Function(MEMBERS, of("products", "product_id", market="GB"), "reads"),
    "list_stacked_claims": Function(MEMBERS, of("products", "product_id", market="GB"), "lists"),
    "list_claim_matrix": Function(MEMBERS, of("master_claim_brands", "claim_brand_id", market="GB"), "lists"),
    "list_market_matrix": Function(MEMBERS, of("products", "product_id", markets=["GB"]), "lists"),
    "list_claims": Function(MEMBERS, brand(), "lists"),
    "get_claim": Function(MEMBERS, of("claims", "claim_id"), "reads"),
    "list_claim_versions": Function(MEMBERS, of("claims", "claim_id"), "lists"),
    "read_claim_approval": Function(MEMBERS, of("claims", "claim_id"), "reads"),
    "create_claim": Function(
        ADMINS,
        lambda scene: {
            "text": Jsonb({"original": f"Claim {uuid4()}"}),
            "level": "product",
            "status": "allowed",
            "subject_ids": [scene.rows["products"]["id"]],
        },
    ),
    "import_claims": Function(
        ADMINS,
        lambda scene: {
            "lines": Jsonb([{"line": 2, "claim": imported_claim(scene)}]),
            "is_dry_run": False,
        },
        "makes",
    ),
    "update_claim": Function(ADMINS, of("claims", "claim_id", expected_version=2, changes=Jsonb({"notes": "x"}))),
    "archive_claim": Function(ADMINS, of("claims", "claim_id")),
    "delete_claim": Function(ADMINS, of("claims", "claim_id")),
    "submit_claim": Function(ADMINS, of("claims", "claim_id")),
    # For those who hold the reviewer role of the step: the viewer holds another.
    "decide_claim": Function(
        ADMINS, lambda scene: {"claim_id": scene.tenant.contents["pending_claim"], "decision": "approve"}
    ),
    "list_approval_steps": Function(MEMBERS, of("master_claim_brands", "claim_brand_id"), "lists"),
    "set_approval_steps": Function(
        ADMINS, of("master_claim_brands", "claim_brand_id", expected_version=1, steps=Jsonb([]))
    ),
    "list_claim_reviewers": Function(MEMBERS, brand(), "lists"),
    "add_claim_reviewer": Function(
        ADMINS, lambda scene: {"brand_id": scene.tenant.brand_id, **user("viewer", reviewer_role="legal")(scene)}
    ),
    "remove_claim_reviewer": Function(ADMINS, of("claim_reviewers", "reviewer_id")),
    "list_market_overrides": Function(MEMBERS, brand(), "lists"),
    "list_override_conflicts": Function(MEMBERS, of("market_overrides", "override_id")),
    "create_market_override": Function(
        ADMINS,
        lambda scene: {
            "master_claim_id": scene.rows["claims"]["id"],
            "market_country": "FR",
            "product_id": scene.rows["products"]["id"],
        },
    ),
    "update_market_override": Function(
        ADMINS, of("market_overrides", "override_id", expected_version=1, changes=Jsonb({"is_blocked": False}))
    ),
    "remove_market_override": Function(ADMINS, of("market_overrides", "override_id")),
    "list_claim_brands": Function(MEMBERS, brand(), "lists"),
    "list_products": Function(MEMBERS, brand(), "lists"),
    "list_ingredients": Function(MEMBERS, of("products", "product_id"), "lists"),
    "import_catalogue": Function(
        PLATFORM,
        lambda _: {
            "kind": "ingredient",
            "lines": Jsonb([{"line": 2, "item": {"name": str(uuid4())}}]),
            "is_dry_run": False,
        },
        "makes",
    ),
    "create_claim_brand": Function(PLATFORM, lambda _: {"details": Jsonb({"name": str(uuid4())})}),
    "create_product": Function(
        PLATFORM, of("master_claim_brands", "claim_brand_id", details=Jsonb({"name": "Another product"}))
    ),
    "create_ingredient": Function(PLATFORM, lambda _: {"details": Jsonb({"name": str(uuid4())})}),
    **{
        f"{action}_{kind}": Function(PLATFORM, of(table, f"{kind}_id", **more))
        for kind, table in (
            ("claim_brand", "master_claim_brands"),
            ("product", "products"),
            ("ingredient", "ingredients"),
        )
        for action, more in (
            ("update", {"expected_version": 1, "changes": Jsonb({"name": "Another name"})}),
            ("archive", {"is_forced": True}),
        )
    },
    "set_product_ingredients": Function(
        PLATFORM,
        lambda scene: {
            "product_id": scene.rows["products"]["id"],
            "expected_version": 1,
            "ingredient_ids": [scene.rows["ingredients"]["id"]],
        },
    ),
    "override_claim_review": Function(ADMINS, of("claim_reviews", "review_id", reason="Checked by hand")),
    "record_claim_review": Function(
        SERVICE, content("draft", country="GB", findings=Jsonb([]), overall="approved", violations=0)
    ),
    "read_claims_to_check": Function(MEMBERS, brand(markets=["GB"])),
    "record_claim_check": Function(
        EDITORS,
        content("draft", content_version=2, checked_text="a" * 32, claims_state="a" * 32, results=Jsonb([])),
    ),
    "list_claim_checks": Function(MEMBERS, content("draft"), "lists"),
    "read_claim_check": Function(
        MEMBERS,
        lambda scene: {"content_id": scene.tenant.contents["draft"], "check_id": scene.rows["claim_reviews"]["id"]},
    ),
    "append_awaited_entries": Function(SERVICE, fixed()),
    "queue_claim_checks": Function(SERVICE, fixed(batch=0)),
    "read_claims_to_recheck": Function(SERVICE, content("draft")),
    "record_claim_recheck": Function(
        SERVICE,
        lambda _: {
            "content_id": uuid4(),
            "checked_text": "a" * 32,
            "claims_state": "a" * 32,
            "results": Jsonb([]),
        },
    ),
    "override_claim_check": Function(
        ADMINS,
        lambda scene: {
            "content_id": scene.tenant.contents["draft"],
            "check_id": scene.rows["claim_reviews"]["id"],
            "reason": "Checked by hand",
        },
    ),
    "get_content_claims": Function(MEMBERS, content("draft")),
    "read_claim_settings": Function(MEMBERS, brand()),
    "set_claim_settings": Function(ADMINS, brand(markets=["GB"], is_delivered=False, expected_version=1)),
    "list_evidence": Function(MEMBERS, brand(), "lists"),
    "list_claim_evidence": Function(MEMBERS, of("claims", "claim_id"), "lists"),
    "add_claim_evidence": Function(
        ADMINS,
        of(
            "claims",
            "claim_id",
            details=Jsonb({"title": "A", "kind": "other", "file_reference": "A", "issued_on": "2025-01-01"}),
        ),
    ),
    "update_claim_evidence": Function(ADMINS, evidence(expected_version=1, changes=Jsonb({"notes": "x"}))),
    "withdraw_claim_evidence": Function(ADMINS, evidence(reason="Old")),
    # The viewer holds a reviewer role, and the others none; platform admins decide in every role.
    "review_claim_evidence": Function(VIEWER | PLATFORM, evidence(decision="accept")),
    "read_claim_impact": Function(MEMBERS, of("claims", "claim_id")),
    "open_claim_tasks": Function(ADMINS, of("claims", "claim_id")),
    "list_claim_tasks": Function(MEMBERS, brand(), "lists"),
    "close_claim_task": Function(
        ADMINS, lambda scene: {"task_id": scene.tenant.contents["claim_task"], "state": "done"}
    ),
    "announce_expiring_evidence": Function(SERVICE, fixed(batch=0)),
    # ai: a generation belongs to its author
    "begin_generation": Function(EDITORS, opening),
    "settle_generation": Function(OWNER, settlement),
    "report_progress": Function(OWNER, of("ai_generations", "generation_id", progress=Jsonb({"stage": "writing"}))),
    "override_generation": Function(ADMINS, of("ai_generations", "generation_id", reason="Cleared")),
    "get_generation": Function(MEMBERS, of("ai_generations", "generation_id"), "reads"),
    "list_generations": Function(MEMBERS, lambda scene: {"filters": filters(scene)}, "lists"),
    "read_budget": Function(ADMINS, brand()),
    "set_budget": Function(ADMINS, brand(amount=10)),
    "ai_usage": Function(MEMBERS, lambda scene: {"brand": scene.tenant.brand_id}, "lists"),
    # users and brands
    "get_me": Function(EVERYONE, nothing, "reads"),
    "my_profile": Function(EVERYONE, nothing, "reads"),
    "my_permissions": Function(MEMBERS, brand(), "lists"),
    "set_user_active": Function(PLATFORM, user("viewer", is_active=False)),
    "set_platform_admin": Function(PLATFORM, user("viewer", is_admin=True)),
    "assign_member": Function(
        ADMINS, lambda scene: {"brand_id": scene.tenant.brand_id, **user("viewer", role="editor")(scene)}
    ),
    "remove_member": Function(ADMINS, lambda scene: {"brand_id": scene.tenant.brand_id, **user("viewer")(scene)}),
    "create_brand": Function(PLATFORM, lambda _: {"name": str(uuid4()), "slug": str(uuid4())}),
    "read_brand": Function(MEMBERS, brand()),
    "get_brand_counts": Function(MEMBERS, brand()),
    "list_brands": Function(MEMBERS, lambda scene: {"query": scene.rows["brands"]["name"]}, "lists"),
    "update_brand": Function(
        ADMINS, lambda scene: {**brand(expected_version=1, changes=Jsonb({"description": "x"}))(scene)}
    ),
    "read_mail_settings": Function(ADMINS, brand()),
    "set_mail_settings": Function(ADMINS, brand(settings=Jsonb({}), expected_version=0)),
    "list_members": Function(MEMBERS, brand(), "lists"),
    "set_brand_workflows": Function(ADMINS, brand(assignments=Jsonb([]))),
    "read_delivery_settings": Function(MEMBERS, brand()),
    "set_delivery": Function(ADMINS, brand(mode="off")),
    "add_agency": Function(ADMINS, brand(details=Jsonb({"name": "Board"}))),
    "change_agency": Function(ADMINS, of_brand("vetting_agencies", "agency_id", changes=Jsonb({"priority": "High"}))),
    "remove_agency": Function(ADMINS, of_brand("vetting_agencies", "agency_id")),
    "link_master_claim_brand": Function(PLATFORM, of_brand("master_claim_brands", "master_claim_brand_id")),
    # templates
    "create_template": Function(ADMINS, brand(details=Jsonb({"name": "Other", "content_type": "article"}))),
    "update_template": Function(ADMINS, of("templates", "template_id", expected_version=1, changes=Jsonb({}))),
    "list_template_versions": Function(MEMBERS, of("templates", "template_id"), "lists"),
    "delete_template": Function(PLATFORM, of("templates", "template_id")),
    "list_templates": Function(MEMBERS, of("templates", "template_id"), "lists"),
    "delete_brand": Function(PLATFORM, brand(is_cascade=True)),
    "active_flags": Function(MEMBERS, brand()),
    "read_quota": Function(EDITORS, brand()),
    "list_content_types": Function(MEMBERS, brand()),
    "list_countries": Function(EVERYONE, nothing),
    "list_audit_log": Function(ADMINS, brand(), "lists"),
    "remove_file": Function(EDITORS, of("files", "file_id")),
    "verify_audit_log": Function(ADMINS, brand()),
    "content_analytics": Function(MEMBERS, lambda scene: {"brand": scene.tenant.brand_id}, "reads"),
    "generation_analytics": Function(MEMBERS, lambda scene: {"brand": scene.tenant.brand_id}, "reads"),
    "review_analytics": Function(MEMBERS, lambda scene: {"brand": scene.tenant.brand_id}, "reads"),
    # A command under a key permits no more than the command.
    "run_command": Function(
        EDITORS,
        lambda scene: {
            "command": "submit_content",
            "arguments": Jsonb({"content_id": str(scene.tenant.contents["draft"])}),
            "key": "k",
            "fingerprint": "a" * 64,
        },
    ),
    "run_patient_command": Function(
        EDITORS,
        lambda scene: {
            "command": "submit_content",
            "arguments": Jsonb({"content_id": str(scene.tenant.contents["draft"])}),
            "key": "k",
            "fingerprint": "a" * 64,
        },
    ),
    # publications
    "get_publication": Function(MEMBERS, content("published")),
    "list_publications": Function(MEMBERS, brand(), "lists"),
    "cancel_publication": Function(ADMINS, content("published")),
    "retry_publication": Function(ADMINS, content("published")),
    "claim_publications": Function(SERVICE, fixed(batch=0)),
    "advance_publication": Function(SERVICE, lambda _: {"publication_id": uuid4()}),
    "record_channel_attempt": Function(
        SERVICE,
        lambda _: {"publication_id": uuid4(), "channel_id": uuid4(), "lease_number": 1, "is_publication": True},
    ),
    "release_channel_attempt": Function(
        SERVICE, lambda _: {"publication_id": uuid4(), "channel_id": uuid4(), "lease_number": 1}
    ),
    "record_validation": Function(SERVICE, lambda _: {"publication_id": uuid4(), "problems": Jsonb({})}),
    "withdraw_again": Function(SERVICE, fixed(batch=0)),
    "withdraw_of_deleted_brands": Function(SERVICE, fixed(batch=0)),
    # channels
    "create_channel": Function(
        ADMINS,
        lambda scene: {
            "channel_id": uuid4(),
            "brand_id": scene.tenant.brand_id,
            "details": Jsonb(
                {"kind": "webhook", "name": f"Channel {uuid4()}", "settings": {"url": "https://hooks.test"}}
            ),
            "credentials": CIPHERTEXT,
        },
    ),
    "update_channel": Function(
        ADMINS, of("channels", "channel_id", expected_version=1, changes=Jsonb({"is_required": False}))
    ),
    "delete_channel": Function(ADMINS, of("channels", "channel_id", leave_published=True)),
    "record_channel_check": Function(ADMINS, of("channels", "channel_id", outcome=Jsonb({"is_usable": True}))),
    "get_channel": Function(ADMINS, of("channels", "channel_id")),
    "list_channels": Function(ADMINS, brand(), "lists"),
    "read_channel_access": Function(ADMINS, of("channels", "channel_id")),
    "list_channel_targets": Function(SERVICE, content("draft")),
    "read_channel_content": Function(
        SERVICE,
        lambda scene: {"channel_id": scene.rows["channels"]["id"], "content_id": scene.tenant.contents["draft"]},
    ),
    "begin_channel_publication": Function(
        SERVICE,
        lambda scene: {"channel_id": scene.rows["channels"]["id"], "content_id": scene.tenant.contents["draft"]},
    ),
    "keep_channel_memory": Function(
        SERVICE, lambda scene: {"publication_id": scene.rows["channel_publications"]["id"], "memory": Jsonb({})}
    ),
    "end_channel_publication": Function(
        SERVICE,
        lambda scene: {
            "publication_id": scene.rows["channel_publications"]["id"],
            "outcome": Jsonb({"status": "failed"}),
        },
    ),
    # Published contents are open to everyone; tests/publishing/test_delivery.py shows that nothing else is.
    "deliver_contents": Function(DELIVERED, delivery(), "lists"),
    "deliver_content": Function(DELIVERED, delivery("published")),
    "deliver_sitemap": Function(DELIVERED, delivery(), "lists"),
    # Their callers have a token or a signature that the functions verified before.
    "record_mail_events": Function(SERVICE | {"anonymous"}, fixed(events=Jsonb([]))),
    "unsubscribe_mail": Function(SERVICE | {"anonymous"}, lambda _: {"person": uuid4(), "category": "tasks"}),
    # the service
    "queue_mails": Function(SERVICE, fixed(mails=Jsonb([]))),
    "begin_mail": Function(
        SERVICE,
        lambda _: {
            "mail": Jsonb({"id": str(uuid4()), "template": "x", "category": "tasks", "emailIndexes": []}),
        },
    ),
    "end_mail": Function(SERVICE, lambda _: {"mail_id": uuid4(), "status": "sent"}),
    "postpone_mail": Function(SERVICE, lambda _: {"mail_id": uuid4(), "seconds": 1}),
    "forget_old_mail": Function(SERVICE, fixed(batch=0)),
    "record_alignment": Function(SERVICE, content("draft", content_version=1, alignment=90)),
    "raise_alerts": Function(SERVICE, fixed()),
    "refresh_search": Function(SERVICE, fixed(batch=0)),
    "forget_expired_keys": Function(SERVICE, fixed(batch=0)),
    "publish_due_contents": Function(SERVICE, fixed(batch=0)),
    "complete_automated_step": Function(SERVICE, lambda _: {"step_run_id": uuid4(), "is_passed": True}),
    "time_out_runs": Function(SERVICE, fixed(batch=0)),
    "chase_tasks": Function(SERVICE, fixed(batch=0)),
    "forget_ended_delegations": Function(SERVICE, fixed(batch=0)),
    "fail_stale_generations": Function(SERVICE, fixed(batch=0)),
    "register_signing_key": Function(SERVICE, fixed(secret=SIGNING_KEY)),
    "knows_signing_key": Function(SERVICE, fixed(fingerprint="x")),
    "register_deployment": Function(SERVICE, fixed(environment="local", secret=None, is_scheduled=False)),
    "deployment_environment": Function(SERVICE, fixed()),
    "enqueue_missing_embeddings": Function(SERVICE, fixed(batch=0)),
    "texts_to_embed": Function(SERVICE, fixed(contents=[], knowledge=[], model="x")),
    "begin_embedding": Function(SERVICE, brand(provider="x", model="x", tokens=1)),
    "settle_embedding": Function(
        SERVICE,
        lambda _: {
            "generation_id": uuid4(),
            "tokens": 1,
            "latency_ms": 1,
            "error": "x",
            "contents": Jsonb([]),
            "knowledge": Jsonb([]),
        },
    ),
    "enqueue_job": Function(SERVICE, fixed(queue="test", kind="test")),
    "claim_jobs": Function(SERVICE, fixed(queue="none", worker="w")),
    "begin_jobs": Function(SERVICE, lambda _: {"ids": [uuid4()], "worker": "w"}),
    "extend_leases": Function(SERVICE, lambda _: {"ids": [uuid4()], "worker": "w"}),
    "release_jobs": Function(SERVICE, lambda _: {"ids": [uuid4()], "worker": "w"}),
    "complete_jobs": Function(SERVICE, lambda _: {"ids": [uuid4()], "worker": "w"}),
    "fail_job": Function(SERVICE, lambda _: {"job_id": uuid4(), "worker": "w", "error": "x"}),
    "bury_exhausted_jobs": Function(SERVICE, fixed(batch=0)),
    "queue_events": Function(SERVICE, fixed(consumer="tenancy", types=[], batch=1)),
    "has_events_to_come": Function(SERVICE, fixed(consumer="tenancy", types=[])),
    "find_waiting_work": Function(SERVICE, fixed(consumers=Jsonb({"tenancy": []}), queues=["tenancy"])),
    "event_values": Function(SERVICE, lambda scene: {"ids": [scene.rows["domain_events"]["id"]], "names": ["title"]}),
    "list_dead_letters": Function(PLATFORM, brand(), "lists"),
    "requeue_dead_letter": Function(PLATFORM, dead_letter),
    "dismiss_dead_letter": Function(PLATFORM, dead_letter),
    "count_dead_letters": Function(SERVICE, nothing),
    "refresh_analytics": Function(SERVICE, nothing),
    "make_next_partitions": Function(SERVICE, fixed(years=0)),
    **NOTIFY,
    **WEBHOOKS,
} | IDENTITY

# The permissions that the scope of an API key must give, besides the rights of its owner. Functions that are not listed
# belong to a person or to the platform, and are closed to keys.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("list_watchers", "read_watching"), ("content.read",)),
    **dict.fromkeys(
        (
            "deliver_contents", "deliver_content", "deliver_sitemap", "list_countries", "my_permissions",
            "record_denial", "get_me",
        ),
        (),
    ),
    **dict.fromkeys(
        (
            "read_brand", "read_delivery_settings", "list_brands", "list_members", "active_flags", "list_content_types",
            "list_activity", "list_events", "find_end_of_log", "get_brand_counts",
        ),
        ("brand.read",),
    ),
    **dict.fromkeys(
        (
            "list_contents", "list_content_versions", "list_content_history", "get_content", "get_answers",
            "find_nodes", "get_version", "score_content", "search_contents", "suggest_contents", "list_comments",
        ),
        ("content.read",),
    ),
    **dict.fromkeys(("create_content", "create_contents", "import_contents"), ("content.create",)),
    "duplicate_content": ("content.read", "content.create"),
    **dict.fromkeys(("update_content", "reopen_content", "save_version"), ("content.edit", "content.edit_others")),
    **dict.fromkeys(
        ("submit_content", "bulk_contents", "run_command", "run_patient_command"), ("content.submit",)
    ),
    **dict.fromkeys(
        ("approve_content", "reject_content", "request_changes", "restart_review"), ("content.review",)
    ),
    # For the admin; the author needs only content.submit.
    "withdraw_content": ("workflow.control",),
    **dict.fromkeys(
        ("publish_content", "schedule_content", "unschedule_content", "archive_content"), ("content.publish",)
    ),
    **dict.fromkeys(("get_publication", "list_publications"), ("content.read",)),
    **dict.fromkeys(("cancel_publication", "retry_publication"), ("content.read", "content.publish")),
    **dict.fromkeys(("delete_content", "restore_content"), ("content.delete",)),
    "restore_version": ("content.restore", "content.edit"),
    "export_contents": ("content.read", "export.run"),
    **dict.fromkeys(("add_comment", "edit_comment", "resolve_comment", "delete_comment"), ("comment.write",)),
    # For the admin; the holder of the task needs only content.review.
    **dict.fromkeys(
        ("skip_review_step", "reassign_review", "cancel_review"), ("content.read", "workflow.control")
    ),
    "delegate_review": ("content.read", "content.review"),
    "resume_review": ("content.read", "content.submit"),
    **dict.fromkeys(("get_review", "list_vetting_feedback"), ("content.read", "workflow.read")),
    **dict.fromkeys(
        (
            "get_workflow", "list_workflows", "list_workflow_versions", "list_predefined_workflows", "find_review_path",
        ),
        ("workflow.read",),
    ),
    **dict.fromkeys(
        (
            "create_workflow", "update_workflow", "set_workflow_state", "duplicate_workflow", "delete_workflow",
            "find_workflow_problems",
        ),
        ("workflow.write",),
    ),
    **dict.fromkeys(("skip_step", "reassign_task", "hand_over_task"), ("workflow.control",)),
    "read_task_counts": (),
    "get_task": ("workflow.read", "content.read"),
    "list_tasks": ("workflow.control", "content.read"),
    **dict.fromkeys(("decide_on_task", "bulk_decide_tasks"), ("workflow.read", "content.review")),
    "read_assignments": ("workflow.write",),
    "reassign_assignments": ("workflow.write", "workflow.control"),
    # For the admin: a key is never the person.
    **dict.fromkeys(
        ("create_delegation", "update_delegation", "end_delegation", "hand_over_open_tasks", "list_delegations"),
        ("workflow.control",),
    ),
    **dict.fromkeys(
        (
            "create_channel", "update_channel", "delete_channel", "record_channel_check", "get_channel",
            "list_channels", "read_channel_access",
        ),
        ("integration.manage",),
    ),
    "set_brand_workflows": ("brand.read", "workflow.write"),
    **dict.fromkeys(
        (
            "resolve_claims", "list_stacked_claims", "list_claim_matrix", "list_market_matrix", "list_claims",
            "get_claim", "list_claim_versions", "read_claim_approval", "list_approval_steps", "list_claim_reviewers",
            "list_market_overrides", "list_override_conflicts", "list_claim_brands", "list_products",
            "list_ingredients",
        ),
        ("claim.read",),
    ),
    **dict.fromkeys(
        (
            "create_claim", "import_claims", "update_claim", "archive_claim", "delete_claim", "submit_claim",
            "decide_claim",
            "set_approval_steps", "create_market_override", "update_market_override", "remove_market_override",
            "override_claim_review",
        ),
        ("claim.write",),
    ),
    **dict.fromkeys(
        ("read_claims_to_check", "read_claim_settings", "list_claim_evidence", "list_claim_tasks", "list_evidence"),
        ("claim.read",),
    ),
    **dict.fromkeys(("list_claim_checks", "read_claim_check", "get_content_claims"), ("content.read", "claim.read")),
    "read_claim_impact": ("claim.read",),
    "record_claim_check": ("content.read", "claim.read", "content.submit"),
    "override_claim_check": ("content.read", "claim.write"),
    "set_claim_settings": ("brand.read", "brand.update", "claim.write"),
    **dict.fromkeys(
        (
            "add_claim_evidence", "update_claim_evidence", "withdraw_claim_evidence", "open_claim_tasks",
            "close_claim_task",
        ),
        ("claim.write",),
    ),
    "begin_generation": ("ai.use", "content.edit"),
    **dict.fromkeys(("settle_generation", "report_progress"), ("ai.use",)),
    "override_generation": ("ai.read", "content.review"),
    **dict.fromkeys(("read_budget", "set_budget"), ("ai.manage",)),
    **dict.fromkeys(("ai_usage", "get_generation", "list_generations"), ("ai.read",)),
    **dict.fromkeys(
        (
            "assign_member", "remove_member", "removal_impact", "invite_members", "list_invitations",
            "resend_invitation", "cancel_invitation", "add_claim_reviewer", "remove_claim_reviewer",
        ),
        ("member.manage",),
    ),
    "search_people": ("member.read",),
    **dict.fromkeys(
        (
            "update_brand", "set_delivery", "add_agency", "change_agency", "remove_agency", "read_mail_settings",
            "set_mail_settings",
        ),
        ("brand.update",),
    ),
    **dict.fromkeys(("list_templates", "list_template_versions"), ("template.read",)),
    **dict.fromkeys(("create_template", "update_template"), ("template.write",)),
    "read_quota": ("brand.read", "brand.update|ai.use"),
    **dict.fromkeys(("list_audit_log", "verify_audit_log"), ("audit.read",)),
    "remove_file": ("file.read", "file.write"),
    **dict.fromkeys(
        ("content_analytics", "generation_analytics", "review_analytics", "read_review_figures"), ("analytics.read",)
    ),
}  # fmt: skip

assert frozenset() == NOBODY
