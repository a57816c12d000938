"""Two brands with a row in every table, and every kind of caller: created in SQL, in any database.

Rows are created by commands in the name of users wherever there is a command.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from lib.core.security.signing import PROOF_HEADER, make_proof
from tests.support.sql import Database

CIPHERTEXT = "v1." + "A" * 43
BLIND_INDEX = "v1." + "a" * 64
STATUSES = ("draft", "pending_review", "in_review", "approved", "scheduled", "published", "archived", "rejected")
FIELDS = json.dumps([{"id": "topic", "name": "Topic", "type": "short_text"}])
OUTPUTS = json.dumps([{"id": "headline", "name": "Headline", "type": "plain_text"}])


# The key with which the functions of the platform sign here.
SIGNING_KEY = "tenancy-signing-secret-of-at-least-32-characters"

type Proof = Callable[[dict[str, str]], str | None]


def our_proof(claims: dict[str, str]) -> str | None:
    """Returns the proof that our functions send."""
    return None if claims["role"] == "service_role" else make_proof(claims, SIGNING_KEY)


@dataclass(frozen=True)
class Caller:
    """A caller of the data API: the role to which it switches, and the claims of the token."""

    name: str
    role: str
    user_id: UUID | None = None
    session_id: UUID | None = None
    api_key_id: UUID | None = None
    scopes: tuple[str, ...] = ()
    """The scopes of the API key."""
    proof: Proof = our_proof
    """Returns the header X-Functions-Proof for the claims; None: without it, as a browser asks."""
    owner: str = ""
    """For an API key: the name of the caller for whom it acts."""

    @property
    def claims(self) -> dict[str, str]:
        if self.user_id is None:
            return {"role": self.role}
        if self.api_key_id is not None:
            key = {"api_key_id": str(self.api_key_id), "scope": " ".join(sorted(self.scopes))}
            return {"role": self.role, "sub": str(self.user_id), **key}
        return {"role": self.role, "sub": str(self.user_id), "session_id": str(self.session_id)}

    @property
    def settings(self) -> tuple[str, str, str]:
        """The claims, the subject and the headers of a request, for `set_config`."""
        proof = self.proof(self.claims)
        headers = {PROOF_HEADER.lower(): proof} if proof else {}
        return json.dumps(self.claims), str(self.user_id or ""), json.dumps(headers)


def signed_in(name: str, user_id: UUID) -> Caller:
    return Caller(name, "authenticated", user_id, uuid4())


# The API keys of each brand: the scopes by the name of the owner, who has one key for each.
KEYS: dict[str, tuple[str, ...]] = {
    "admin": (
        "read", "write", "admin", "brands:read", "brands:write", "content:read", "content:write", "ai:generate",
        "users:manage",
    ),
    "editor": ("write", "content:read"),
    "viewer": ("content:read",),
}  # fmt: skip


def key_of(database: Database, brand_id: UUID, owner: Caller, scope: str) -> Caller:
    """Creates an API key with one scope and returns it as a caller."""
    key = database.value(
        "insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes) "
        "values (%s, %s, 'Key', 'mix_test_abcd', %s, %s) returning id",
        brand_id,
        owner.user_id,
        uuid4().hex * 2,
        [scope],
    )
    name = f"{owner.name} by a key for {scope}"
    return Caller(name, "authenticated", owner.user_id, api_key_id=key, scopes=(scope,), owner=owner.name)


ANONYMOUS = Caller("anonymous", "anon")
SERVICE = Caller("service", "service_role")


@dataclass
class Tenant:
    """A brand, its users by their role in it, and one row of every table that belongs to the brand or a user."""

    brand_id: UUID
    people: dict[str, Caller] = field(default_factory=dict)
    keys: dict[str, Caller] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, UUID] = field(default_factory=dict)
    auth_session: UUID | None = None
    """The editor's session that Auth has created and our sign-in has not opened yet."""
    dead_letter_id: UUID = field(default_factory=uuid4)
    """A job of the brand that failed for good."""
    delegation_id: UUID = field(default_factory=uuid4)
    """The second viewer will stand in for the viewer, one day."""
    destination_id: UUID = field(default_factory=uuid4)
    """A chat that notifications of the brand go to."""
    pending_path: str = ""
    """A file that the editor announced and has not uploaded yet."""

    @property
    def catalogue(self) -> dict[str, UUID]:
        return {
            "master": self.rows["master_claim_brands"]["id"],
            "product": self.rows["products"]["id"],
            "claim": self.rows["claims"]["id"],
        }


def register_our_key(database: Database) -> None:
    """Makes the database know the key of our_proof."""
    database.run("insert into private.signing_keys (secret) values (%s) on conflict do nothing", SIGNING_KEY)


def make_person(database: Database, name: str) -> Caller:
    user_id = uuid4()
    database.run(
        "insert into auth.users (id, aud, role, email, raw_user_meta_data) "
        "values (%s, 'authenticated', 'authenticated', %s, %s)",
        user_id,
        f"{user_id}@people.test",
        Jsonb({"first_name": name.title(), "last_name": "Person"}),
    )
    person = signed_in(name, user_id)
    if database.value("select to_regclass('public.user_sessions') is not null"):
        database.run(
            "insert into public.user_sessions (id, user_id) values (%s, %s)", person.session_id, person.user_id
        )
    return person


@contextmanager
def acting(database: Database, caller: Caller) -> Iterator[None]:
    """Runs statements of the owner in the name of a user, as our functions ask for the user."""
    database.run(
        "select set_config('request.jwt.claims', %s, false), set_config('request.jwt.claim.sub', %s, false), "
        "set_config('request.headers', %s, false)",
        *caller.settings,
    )
    try:
        yield
    finally:
        database.run(
            "select set_config('request.jwt.claims', '', false), set_config('request.jwt.claim.sub', '', false), "
            "set_config('request.headers', '', false)"
        )


def build_tenant(database: Database, name: str) -> Tenant:
    """Creates a brand with everything in it. Names are random, so they do not collide with other tests."""
    unique = f"{name} {uuid4().hex[:12]}"
    account = database.value("insert into public.accounts (name, plan) values (%s, 'enterprise') returning id", unique)
    brand_id = database.value(
        "insert into public.brands (name, slug, account_id, country, language) values (%s, %s, %s, 'GB', 'en') "
        "returning id",
        unique,
        unique.lower().replace(" ", "-"),
        account,
    )
    tenant = Tenant(brand_id)
    tenant.rows["accounts"] = database.row("select * from public.accounts where id = %s", account)
    tenant.rows["quota_usage"] = database.row(
        "insert into public.quota_usage values (%s, 'contents', date_trunc('month', now()), 1) returning *", account
    )
    _people(database, tenant)
    _catalogue(database, tenant, unique)
    _work(database, tenant)
    _supporting(database, tenant)
    return tenant


def _people(database: Database, tenant: Tenant) -> None:
    roles = {
        "viewer": ("viewer", "now() + interval '100 years'", "{}"),
        "editor": ("editor", "null", "{}"),
        "admin": ("admin", "null", "{}"),
        "expired": ("admin", "now() - interval '1 second'", "{}"),
        "restricted": ("admin", "null", database.value("select array_agg(name)::text from private.permissions")),
        "unverified": ("admin", "null", "{}"),
        # Not named by any step, and author of nothing.
        "second_viewer": ("viewer", "null", "{}"),
        "second_editor": ("editor", "null", "{}"),
        "second_admin": ("admin", "null", "{}"),
    }
    for name, (role, expires_at, restrictions) in roles.items():
        person = tenant.people[name] = make_person(database, name)
        database.run(
            "insert into public.brand_members (user_id, brand_id, role, expires_at, restrictions) "
            f"values (%s, %s, %s, {expires_at}, %s)",
            person.user_id,
            tenant.brand_id,
            role,
            restrictions,
        )
    factor = (
        "insert into public.mfa_factors (user_id, kind, secret, verified_at) values (%s, 'totp', %s, {}) returning *"
    )
    database.run(factor.format("now()"), tenant.people["unverified"].user_id, CIPHERTEXT)
    editor, viewer = tenant.people["editor"], tenant.people["viewer"]
    rows = tenant.rows
    rows["brands"] = database.row("select * from public.brands where id = %s", tenant.brand_id)
    rows["profiles"] = database.row("select * from public.profiles where id = %s", editor.user_id)
    rows["brand_members"] = database.row("select * from public.brand_members where user_id = %s", editor.user_id)
    rows["mfa_factors"] = database.row(factor.format("null"), editor.user_id, CIPHERTEXT)
    rows["user_sessions"] = database.row("select * from public.user_sessions where id = %s", editor.session_id)
    rows["trusted_devices"] = database.row(
        "insert into public.trusted_devices (user_id, token_hash) values (%s, %s) returning *",
        editor.user_id,
        uuid4().hex * 2,
    )
    rows["notifications"] = database.row(
        "insert into public.notifications (user_id, brand_id, event, title) values (%s, %s, 'task', 'A task') "
        "returning *",
        editor.user_id,
        tenant.brand_id,
    )
    tenant.auth_session = database.value(
        "insert into auth.sessions (id, user_id) values (%s, %s) returning id", uuid4(), editor.user_id
    )
    rows["sso_connections"] = database.row(
        "insert into public.sso_connections (account_id, name, entity_id, sign_on_url, certificates, domains) "
        "values (%s, 'Directory', %s, 'https://idp.test/sso', '{x}', %s) returning *",
        rows["accounts"]["id"],
        f"urn:{tenant.brand_id}",
        [f"{tenant.brand_id}.test"],
    )
    rows["sso_group_roles"] = database.row(
        "insert into public.sso_group_roles (connection_id, group_name, brand_id, role) "
        "values (%s, 'Writers', %s, 'editor') returning *",
        rows["sso_connections"]["id"],
        tenant.brand_id,
    )
    rows["notification_preferences"] = database.row(
        "insert into public.notification_preferences (user_id) values (%s) returning *", editor.user_id
    )
    with acting(database, tenant.people["admin"]):
        rows["api_keys"] = database.row(
            "insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes) "
            "values (%s, %s, 'Key', 'mix_test_abcd', %s, '{read}') returning *",
            tenant.brand_id,
            tenant.people["admin"].user_id,
            uuid4().hex * 2,
        )
        rows["invitations"] = database.row(
            "insert into public.invitations (brand_id, email, email_index, role, token_hash) "
            "values (%s, %s, %s, 'viewer', %s) returning *",
            tenant.brand_id,
            CIPHERTEXT,
            BLIND_INDEX,
            uuid4().hex * 2,
        )
    assert viewer.user_id
    made = [
        key_of(database, tenant.brand_id, tenant.people[owner], scope)
        for owner, scopes in KEYS.items()
        for scope in scopes
    ]
    tenant.keys = {key.name: key for key in made}


def _catalogue(database: Database, tenant: Tenant, unique: str) -> None:
    rows, brand_id = tenant.rows, tenant.brand_id
    rows["master_claim_brands"] = database.row(
        "insert into public.master_claim_brands (name) values (%s) returning *", unique
    )
    master = rows["master_claim_brands"]["id"]
    rows["brand_master_claim_brands"] = database.row(
        "insert into public.brand_master_claim_brands values (%s, %s) returning *", brand_id, master
    )
    rows["products"] = database.row(
        "insert into public.products (master_claim_brand_id, name) values (%s, %s) returning *", master, unique
    )
    rows["ingredients"] = database.row("insert into public.ingredients (name) values (%s) returning *", unique)
    product, ingredient = rows["products"]["id"], rows["ingredients"]["id"]
    rows["product_ingredients"] = database.row(
        "insert into public.product_ingredients values (%s, %s) returning *", product, ingredient
    )
    rows["claim_approval_steps"] = database.row(
        "insert into public.claim_approval_steps (master_claim_brand_id, position, name, reviewer_role) "
        "values (%s, 1, 'Legal', 'legal') returning *",
        master,
    )
    rows["claim_reviewers"] = database.row(
        "insert into public.claim_reviewers (brand_id, user_id, reviewer_role) values (%s, %s, 'legal') returning *",
        brand_id,
        tenant.people["admin"].user_id,
    )
    database.run(
        "insert into public.claim_reviewers (brand_id, user_id, reviewer_role) values (%s, %s, 'legal')",
        brand_id,
        tenant.people["second_admin"].user_id,
    )
    claim = "select public.create_claim(%s, %s, 'allowed', %s) ->> 'id'"
    with acting(database, tenant.people["admin"]):
        made = database.value(claim, Jsonb({"original": f"Soft {unique}"}), "product", [product])
        decided = database.value(claim, Jsonb({"original": f"Kind {unique}"}), "brand", [master])
        database.run("select public.submit_claim(%s)", decided)
        database.run("select public.update_claim(%s, 1, %s)", made, Jsonb({"notes": "Of the laboratory"}))
    rows["claims"] = database.row("select * from public.claims where id = %s", made)
    with acting(database, tenant.people["admin"]):
        rows["claim_subjects"] = database.row(
            "select * from public.claim_subjects where claim_id = %s", rows["claims"]["id"]
        )
    with acting(database, tenant.people["second_admin"]):
        database.run("select public.decide_claim(%s, 'approve')", decided)
        rows["claim_approvals"] = database.row("select * from public.claim_approvals where claim_id = %s", decided)
        # By another admin than the one under test: nobody may decide on their own claims.
        pending = database.value(claim, Jsonb({"original": f"Late {unique}"}), "brand", [master])
        database.run("select public.submit_claim(%s)", pending)
        tenant.contents["pending_claim"] = pending
    with acting(database, tenant.people["admin"]):
        override = database.value(
            "select public.create_market_override(%s, 'GB', %s) ->> 'id'", rows["claims"]["id"], product
        )
        tenant.contents["evidence"] = database.value(
            "select (made ->> 'id')::uuid from public.add_claim_evidence(%s, %s) as made",
            rows["claims"]["id"],
            Jsonb({"title": f"Study {unique}", "kind": "study", "url": "https://x.test/1", "issued_on": "2025-01-01"}),
        )
    rows["market_overrides"] = database.row("select * from public.market_overrides where id = %s", override)
    rows["claim_versions"] = database.row(
        "select * from public.claim_versions where claim_id = %s and version = 1", rows["claims"]["id"]
    )
    tenant.contents["claim_task"] = database.value(
        "insert into private.claim_tasks (brand_id, kind, claim_id, evidence_id, title) "
        "values (%s, 'evidence_expiring', %s, %s, 'A task') returning id",
        brand_id,
        rows["claims"]["id"],
        tenant.contents["evidence"],
    )
    rows["claim_reviewers"] = database.row(
        "insert into public.claim_reviewers (brand_id, user_id, reviewer_role) values (%s, %s, 'regulatory') "
        "returning *",
        brand_id,
        tenant.people["viewer"].user_id,
    )


def _work(database: Database, tenant: Tenant) -> None:
    """Creates a template, a workflow that names the viewer, and a content in every status."""
    rows, brand_id = tenant.rows, tenant.brand_id
    admin, editor, viewer = (tenant.people[name] for name in ("admin", "editor", "viewer"))
    rows["templates"] = database.row(
        "insert into public.templates (brand_id, name, content_type, input_fields, output_fields) "
        "values (%s, 'Article', 'article', %s, %s) returning *",
        brand_id,
        FIELDS,
        OUTPUTS,
    )
    rows["template_versions"] = database.row(
        "select * from public.template_versions where template_id = %s", rows["templates"]["id"]
    )
    rows["workflows"] = database.row(
        "insert into public.workflows (brand_id, name, is_default) values (%s, 'Review', true) returning *", brand_id
    )
    rows["workflow_steps"] = database.row(
        "insert into public.workflow_steps (workflow_id, brand_id, position, name, timeout_hours, "
        "require_all_approvals) "
        "values (%s, %s, 1, 'Review', 24, true) returning *",
        rows["workflows"]["id"],
        brand_id,
    )
    for person in (viewer, admin):
        rows["workflow_step_assignees"] = database.row(
            "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s) returning *",
            rows["workflow_steps"]["id"],
            person.user_id,
            brand_id,
        )
    with acting(database, admin):
        assigned = [{"content_type": "*", "workflow_id": str(rows["workflows"]["id"])}]
        database.run("select public.set_brand_workflows(%s, %s)", brand_id, Jsonb(assigned))
    rows["brand_workflows"] = database.row("select * from public.brand_workflows where brand_id = %s", brand_id)
    rows["workflow_versions"] = database.row(
        "select * from public.workflow_versions where workflow_id = %s order by version desc limit 1",
        rows["workflows"]["id"],
    )
    tenant.contents |= make_contents(database, tenant, editor)
    database.run(
        "insert into private.publication_claims (brand_id, content_id, content_version, published_at, market, section, "
        "sentence, start_offset, end_offset, sentence_offset, claim_id, claim_version, claim_text, claim_status, "
        "verdict, check_id) "
        "select brand_id, id, version, published_at, 'GB', 'body', 'Secret sentence.', 0, 6, 0, %s, 1, 'Secret', "
        "'allowed', 'allowed', private.uuid_v7() from public.contents where id = %s",
        rows["claims"]["id"],
        tenant.contents["published"],
    )
    draft, reviewed = tenant.contents["draft"], tenant.contents["pending_review"]
    rows["content_versions"] = database.row(
        "select * from public.content_versions where content_id = %s limit 1", draft
    )
    for table in ("workflow_instances", "workflow_step_runs", "workflow_actions"):
        rows[table] = database.row(f"select * from public.{table} where content_id = %s limit 1", reviewed)
    rows["workflow_tasks"] = database.row(
        "select * from public.workflow_tasks where content_id = %s and assignee_id = %s", reviewed, viewer.user_id
    )
    rows["domain_events"] = database.row("select * from public.domain_events where aggregate_id = %s limit 1", draft)
    with acting(database, editor):
        database.run("select public.update_content(%s, 2, %s)", draft, Jsonb({"assignees": [str(viewer.user_id)]}))
        rows["comments"] = database.row(
            "insert into public.comments (brand_id, content_id, body) values (%s, %s, 'Secret remark') returning *",
            brand_id,
            draft,
        )
        database.run("update public.comments set body = 'Better remark' where id = %s", rows["comments"]["id"])
    rows["content_assignees"] = database.row("select * from public.content_assignees where content_id = %s", draft)
    rows["contents"] = database.row("select * from public.contents where id = %s", draft)
    rows["comment_revisions"] = database.row(
        "select * from public.comment_revisions where comment_id = %s", rows["comments"]["id"]
    )


def make_contents(database: Database, tenant: Tenant, author: Caller) -> dict[str, UUID]:
    """A content in every status, and a deleted one, made by the author and reviewed by the viewer and the admin."""
    admin, viewer = tenant.people["admin"], tenant.people["viewer"]
    steps: dict[str, list[tuple[Caller, str]]] = {
        "draft": [],
        "pending_review": [(author, "select public.submit_content(%s)")],
    }
    steps["in_review"] = [*steps["pending_review"], (viewer, "select public.approve_content(%s)")]
    steps["approved"] = [*steps["in_review"], (admin, "select public.approve_content(%s)")]
    steps["scheduled"] = [*steps["approved"], (admin, "select public.schedule_content(%s, now() + interval '1 day')")]
    steps["published"] = [*steps["approved"], (admin, "select public.publish_content(%s)")]
    steps["archived"] = [*steps["published"], (admin, "select public.archive_content(%s)")]
    steps["rejected"] = [*steps["pending_review"], (viewer, "select public.reject_content(%s, 'No')")]
    steps["deleted"] = [(admin, "select public.delete_content(%s)")]
    made: dict[str, UUID] = {}
    for status, way in steps.items():
        with acting(database, author):
            made[status] = database.value(
                "select id from public.create_content(brand_id => %s, title => %s, template_id => %s, fields => %s)",
                tenant.brand_id,
                f"Secret {status}",
                tenant.rows["templates"]["id"],
                Jsonb({"topic": "winter"}),
            )
            database.run(
                "select public.update_content(%s, 1, %s)", made[status], Jsonb({"title": f"Secret {status} 2"})
            )
        if status in ("approved", "scheduled", "published", "archived"):
            _check_claims(database, made[status], author)
        for person, statement in way:
            with acting(database, person):
                database.run(statement, made[status])
    return made


def _check_claims(database: Database, content_id: UUID, person: Caller) -> None:
    """Records a check of a content in its brand's market: brands with claims publish nothing else."""
    found = database.row(
        "select private.text_fingerprint(contents) as text, private.claims_state(brand_id) as state "
        "from public.contents where id = %s",
        content_id,
    )
    result = {"market": "GB", "overall": "approved", "violations": 0, "findings": [], "product_ids": []}
    with acting(database, person):
        database.run(
            "select public.record_claim_check(%s, 2, %s, %s, %s)",
            content_id,
            found["text"],
            found["state"],
            Jsonb([result]),
        )


VETTING_ITEM = {
    "agencyId": "00000000-0000-7000-8000-000000000000",
    "agency": "Authority",
    "priority": "high",
    "summary": "Secret objection",
    "recommendedAction": "Say less",
    "relatedFields": ["title"],
}


def _supporting(database: Database, tenant: Tenant) -> None:
    rows, brand_id, draft = tenant.rows, tenant.brand_id, tenant.contents["draft"]
    rows["claim_reviews"] = database.row(
        "select * from public.record_claim_review(%s, 'GB', '[]', 'needs_revision', 1)", draft
    )
    editor = tenant.people["editor"]
    rows["ai_generations"] = database.row(
        "insert into public.ai_generations (brand_id, user_id, content_id, content_version, template_id, type, "
        "provider, "
        "model, prompt_version) values (%s, %s, %s, 1, %s, 'content_generation', 'x', 'x', 'x') returning *",
        brand_id,
        editor.user_id,
        draft,
        rows["templates"]["id"],
    )
    step = rows["workflow_step_runs"]
    rows["vetting_feedback"] = database.row(
        "insert into public.vetting_feedback "
        "(brand_id, content_id, content_version, step_run_id, market, generation_id, items, created_by) "
        "values (%s, %s, 1, %s, 'GB', %s, %s, %s) returning *",
        brand_id,
        step["content_id"],
        step["id"],
        rows["ai_generations"]["id"],
        Jsonb([VETTING_ITEM]),
        editor.user_id,
    )
    rows["ai_budgets"] = database.row(
        "insert into public.ai_budgets (brand_id, month, amount) values (%s, '2020-01-01', 100) returning *", brand_id
    )
    rows["prompt_templates"] = database.row(
        "insert into public.prompt_templates (brand_id, name, system_prompt, user_prompt) "
        "values (%s, 'own', 'Secret', 'x') returning *",
        brand_id,
    )
    rows["brand_knowledge"] = database.row(
        "insert into public.brand_knowledge (brand_id, title, body) values (%s, 'Facts', 'Secret fact') returning *",
        brand_id,
    )
    database.run(
        "insert into private.delegations (id, user_id, delegate_id, brand_id, starts_at, ends_at) "
        "values (%s, %s, %s, %s, '2099-01-01Z', '2099-02-01Z')",
        tenant.delegation_id,
        tenant.people["viewer"].user_id,
        tenant.people["second_viewer"].user_id,
        brand_id,
    )
    database.run(
        "insert into private.notification_destinations (id, brand_id, kind, name, url, host) "
        "values (%s, %s, 'slack', '#reviews', %s, 'hooks.slack.com')",
        tenant.destination_id,
        brand_id,
        CIPHERTEXT,
    )
    database.run(
        "insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, created_at) "
        "values (%s, 'test', 'test', %s, '{}', 5, now())",
        tenant.dead_letter_id,
        brand_id,
    )
    rows["vetting_agencies"] = database.row(
        "insert into public.vetting_agencies (brand_id, name) values (%s, 'Agency') returning *", brand_id
    )
    with acting(database, editor):
        announce = (
            "insert into public.files (brand_id, path, name, mime_type, size_bytes) "
            "values (%s, '', %s, 'image/png', 1) returning *"
        )
        rows["files"] = database.row(announce, brand_id, "clean.png")
        tenant.pending_path = database.row(announce, brand_id, "new.png")["path"]
    database.run("update public.files set scan_status = 'clean' where id = %s", rows["files"]["id"])
    rows["webhook_endpoints"] = database.row(
        "insert into public.webhook_endpoints (brand_id, url) values (%s, 'https://hooks.test/x') returning *", brand_id
    )
    endpoint_id = rows["webhook_endpoints"]["id"]
    database.run(
        "insert into private.webhook_secrets (endpoint_id, brand_id, secret) values (%s, %s, %s)",
        endpoint_id,
        brand_id,
        CIPHERTEXT,
    )
    database.run("insert into private.webhook_states (endpoint_id, brand_id) values (%s, %s)", endpoint_id, brand_id)
    rows["webhook_deliveries"] = database.row(
        "insert into public.webhook_deliveries (endpoint_id, brand_id, event_id, event_type, aggregate_id, status) "
        "values (%s, %s, %s, 'ContentCreated', %s, 'failed') returning *",
        endpoint_id,
        brand_id,
        rows["domain_events"]["id"],
        rows["domain_events"]["aggregate_id"],
    )
    rows["webhook_attempts"] = database.row(
        "insert into public.webhook_attempts (endpoint_id, brand_id, delivery_id, number, at, duration_ms, answer) "
        "values (%s, %s, %s, 1, now(), 5, 'no') returning *",
        endpoint_id,
        brand_id,
        rows["webhook_deliveries"]["id"],
    )
    rows["channels"] = database.row(
        # Takes none of the contents here: they are published at once.
        "insert into public.channels (brand_id, kind, name, settings, credentials, content_types) "
        "values (%s, 'webhook', 'Site', '{\"url\": \"https://hooks.test/x\"}', %s, '{newsletter}') returning *",
        brand_id,
        CIPHERTEXT,
    )
    rows["channel_publications"] = database.row(
        "insert into public.channel_publications (channel_id, content_id, brand_id) values (%s, %s, %s) returning *",
        rows["channels"]["id"],
        tenant.contents["draft"],
        brand_id,
    )
    rows["audit_log"] = database.row("select * from public.audit_log where brand_id = %s limit 1", brand_id)


def platform_rows(database: Database) -> dict[str, dict[str, Any]]:
    """Creates a row of every table that belongs to no brand."""
    key = f"test.k{uuid4().hex[:12]}"
    return {
        "plans": database.row("select * from public.plans where name = 'starter'"),
        "countries": database.row("select * from public.countries where code = 'GB'"),
        "ai_prices": database.row("select * from public.ai_prices limit 1"),
        "platform_settings": database.row(
            "insert into public.platform_settings (key, value) values (%s, '1') returning *", key
        ),
        "feature_flags": database.row("insert into public.feature_flags (key) values (%s) returning *", key),
    }


@dataclass
class Scene:
    tenant: Tenant
    other: Tenant
    platform: Caller
    rows: dict[str, dict[str, Any]]
    """The rows of ``tenant`` and those of no brand: one for each table."""
    scopes: dict[str, frozenset[str]]
    """The permissions of each scope, as the database has them."""

    @property
    def callers(self) -> dict[str, Caller]:
        """Returns all callers of the matrix, API keys among them."""
        own = ("viewer", "editor", "admin", "expired", "restricted", "unverified")
        return {
            "anonymous": ANONYMOUS,
            "other": self.other.people["admin"],
            **{name: self.tenant.people[name] for name in own},
            "platform": self.platform,
            "service": SERVICE,
            **self.tenant.keys,
            "other by a key": replace(self.other.keys["admin by a key for admin"], owner="other"),
        }

    def with_keys(self, allowed: frozenset[str], permissions: tuple[str, ...] | None) -> frozenset[str]:
        """Adds the API keys to the callers who may do something.

        A key may do what its owner may, if its scope gives all these permissions (``a|b``: one of both); None is closed
        to keys.
        """
        if permissions is None:
            return allowed
        return allowed | {
            name
            for name, key in self.callers.items()
            if key.owner in allowed
            and all(
                any(self.scopes[scope].intersection(either.split("|")) for scope in key.scopes)
                for either in permissions
            )
        }


def build_scene(connection: psycopg.Connection) -> Scene:
    database = Database(connection)
    register_our_key(database)
    tenant, other = build_tenant(database, "Tenant"), build_tenant(database, "Other")
    platform = make_person(database, "platform")
    database.run("insert into private.platform_admins (user_id) values (%s)", platform.user_id)
    database.run("update public.user_sessions set mfa_verified_at = now() where id = %s", platform.session_id)
    scopes: dict[str, frozenset[str]] = {
        row["scope"]: frozenset(row["permissions"])
        for row in database.rows(
            "select scope, array_agg(permission) as permissions from private.scope_permissions group by scope"
        )
    }
    return Scene(tenant, other, platform, tenant.rows | platform_rows(database), scopes)
