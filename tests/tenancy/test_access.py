"""The commands on contents decide as their rules said beforehand: caller × author × status × action.

Callers have every role, are assignees or not, own what they act on or not; some have a permission more, or one less;
some come with an API key of few scopes. A refusal must name the rule that the rules named beforehand.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.sql import Database
from tests.tenancy.functions import generation_of
from tests.tenancy.probe import Probe
from tests.tenancy.scene import STATUSES, Caller, Scene, key_of, make_contents

type Cursor = psycopg.Cursor[dict[str, Any]]

# Each action of the rules as a command on a content.
COMMANDS: Final[dict[str, tuple[str, list[Any]]]] = {
    "edit": (
        "public.update_content(%s, (public.get_content(%s) ->> 'version')::integer, %s)",
        [Jsonb({"title": "Other"})],
    ),
    "restoreVersion": ("public.restore_version(%s, 1)", []),
    "generate": ("public.begin_generation(%s)", []),
    "comment": ("public.add_comment(%s, 'Well')", []),
    "duplicate": ("public.duplicate_content(%s)", []),
    "submit": ("public.submit_content(%s)", []),
    "approve": ("public.approve_content(%s)", []),
    "reject": ("public.reject_content(%s, 'No')", []),
    "requestChanges": ("public.request_changes(%s, 'Why?')", []),
    "withdraw": ("public.withdraw_content(%s, 'Later')", []),
    "restart": ("public.restart_review(%s)", []),
    "publish": ("public.publish_content(%s)", []),
    "schedule": ("public.schedule_content(%s, '2099-01-01')", []),
    "unschedule": ("public.unschedule_content(%s)", []),
    "archive": ("public.archive_content(%s)", []),
    "reopen": ("public.reopen_content(%s)", []),
    "delete": ("public.delete_content(%s)", []),
    "restore": ("public.restore_content(%s)", []),
}
FORBIDDEN: Final = {"permission", "restriction", "scope", "others", "not_own"}
AUTHORS: Final = ("editor", "second_admin")
# The permissions that a membership gains, in addition to those of its role.
WIDER: Final = {
    "viewer": ["content.publish", "content.edit", "workflow.control", "content.create"],
    "second_viewer": ["content.review", "content.edit", "content.edit_others"],
    "editor": ["content.delete"],
}
NARROWER: Final = {
    "editor": ["content.submit", "content.edit_others", "workflow.control", "content.delete"],
    "viewer": ["content.review", "content.edit", "comment.write"],
    "second_admin": ["content.review", "content.publish", "content.edit"],
    "second_editor": ["content.edit_others", "content.restore", "ai.use"],
}


@dataclass(frozen=True)
class Variant:
    """A caller, with the changes of their membership before they act."""

    caller: Caller
    permissions: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()


@pytest.fixture(scope="module")
def contents(scene: Scene, probe: Probe) -> dict[str, dict[str, UUID]]:
    """A content in every state, by author."""
    data = Database(probe.connection)
    by_admin = make_contents(data, scene.tenant, scene.tenant.people["second_admin"])
    return {"editor": scene.tenant.contents, "second_admin": by_admin}


@pytest.fixture(scope="module")
def variants(scene: Scene, probe: Probe) -> dict[str, Variant]:
    people = {**scene.callers, **{name: scene.tenant.people[name] for name in ("second_viewer", *AUTHORS)}}
    people["second_editor"] = scene.tenant.people["second_editor"]
    found = {
        name: Variant(caller) for name, caller in people.items() if caller.user_id and caller.owner in ("", "other")
    }
    found |= {f"{name} with more": Variant(people[name], permissions=tuple(more)) for name, more in WIDER.items()}
    found |= {f"{name} with less": Variant(people[name], restrictions=tuple(less)) for name, less in NARROWER.items()}
    # Keys of each scope, of the author of some contents, of the people whom the step names, and of other admins.
    data, brand = Database(probe.connection), scene.tenant.brand_id
    for owner in ("editor", "viewer", "admin", "second_admin"):
        for scope in scene.scopes:
            found[f"{owner} by a key for {scope}"] = Variant(key_of(data, brand, people[owner], scope))
    return found


@dataclass(frozen=True)
class Trial:
    """Acts as callers with changed memberships; everything is taken back."""

    probe: Probe
    scene: Scene

    @contextmanager
    def acting(self, variant: Variant) -> Generator[Cursor]:
        person, brand = variant.caller.user_id, self.scene.tenant.brand_id
        with self.probe.acting(variant.caller) as cursor:
            if variant.permissions or variant.restrictions:
                cursor.execute("reset role")
                cursor.execute(
                    "update public.brand_members set permissions = %s, restrictions = %s "
                    "where user_id = %s and brand_id = %s",
                    [list(variant.permissions), list(variant.restrictions), person, brand],
                )
                cursor.execute("select set_config('role', %s, true)", [variant.caller.role])
            yield cursor

    def verdicts(self, variant: Variant, content: UUID) -> dict[str, str | None]:
        """For each action the rule that refuses it, or null if it is allowed; empty if the content does not exist."""
        with self.acting(variant) as cursor:
            cursor.execute("reset role")
            cursor.execute(
                "select action, verdict.rule || '.' || verdict.reason as refused "
                "from public.contents cross join unnest(%s::text[]) as action "
                "cross join lateral private.verdict_on(contents, action) as verdict where contents.id = %s",
                [list(COMMANDS), content],
            )
            return {row["action"]: row["refused"] for row in cursor.fetchall()}

    def outcome(self, variant: Variant, action: str, content: UUID) -> tuple[str, str]:
        """The SQLSTATE with which the command is refused and the rule that the refusal names; empty when it is done."""
        call, arguments = COMMANDS[action]
        arguments = [*([content] * (call.count("%s") - len(arguments))), *arguments]
        if action == "generate":
            arguments = [generation_of(content)]
        try:
            with self.acting(variant) as cursor:
                cursor.execute(f"select * from {call}".encode(), arguments)
                return "", ""
        except psycopg.DatabaseError as error:
            details = json.loads(error.diag.message_detail or "[]")
            return error.sqlstate or "?", next((detail["rule"] for detail in details if "rule" in detail), "")


@pytest.fixture(scope="module")
def trial(scene: Scene, probe: Probe) -> Trial:
    return Trial(probe, scene)


def outcomes(said: dict[str, str | None], action: str, state: str) -> list[tuple[str, str]]:
    """The answers that the command may give, by the verdicts of the rules: the SQLSTATE and the rule."""
    if not said:
        # There is no such content for strangers; 401 in a session that is not trusted.
        return [("PT404", ""), ("PT401", "")]
    if state == "deleted" and action != "restore":
        return [("PT404", "")]
    rule = said[action]
    if rule is None:
        return [("", "")]
    return [("PT403" if rule.rsplit(".", 1)[1] in FORBIDDEN else "PT409", rule)]


def test_every_action_has_its_command(database: psycopg.Connection) -> None:
    rows = Database(database).rows("select distinct action from private.content_rules where not is_link")
    assert {row["action"] for row in rows} == set(COMMANDS)


@pytest.mark.parametrize("author", AUTHORS)
@pytest.mark.parametrize("state", [*STATUSES, "deleted"])
def test_the_commands_do_what_the_rules_say(
    trial: Trial, contents: dict[str, dict[str, UUID]], variants: dict[str, Variant], state: str, author: str
) -> None:
    content = contents[author][state]
    different: list[str] = []
    for name, variant in variants.items():
        said = trial.verdicts(variant, content)
        different += [
            f"{name} × {action}: the rules say {said.get(action, 'hidden')}, the command {found}"
            for action in COMMANDS
            if (found := trial.outcome(variant, action, content)) not in outcomes(said, action, state)
        ]
    assert different == []


@pytest.mark.parametrize("author", AUTHORS)
def test_no_key_does_what_its_scope_lacks(
    trial: Trial, contents: dict[str, dict[str, UUID]], variants: dict[str, Variant], author: str
) -> None:
    """For each owner: each rule of the action takes its permission, or the one that stands in for it."""
    rules = Database(trial.probe.connection).rows("select * from private.content_rules where not is_link")
    keys = {name: variant for name, variant in variants.items() if variant.caller.scopes}
    found: list[str] = []
    for state in [*STATUSES, "deleted"]:
        for name, key in keys.items():
            held = trial.scene.scopes[key.caller.scopes[0]]
            lacking = {
                rule["action"]
                for rule in rules
                if state in rule["states"] and not {rule["permission"], rule["grant_scope"]} & held
            }
            said = trial.verdicts(key, contents[author][state])
            found += [
                f"{name} may {action} what is {state}"
                for action, rule in said.items()
                if rule is None and action in lacking
            ]
    assert found == []
    assert len(keys) >= 4 * 9


@pytest.mark.parametrize("author", AUTHORS)
def test_reads_and_lists_offer_what_the_rules_allow(
    trial: Trial, contents: dict[str, dict[str, UUID]], variants: dict[str, Variant], author: str
) -> None:
    filters = Jsonb({"brand_id": str(trial.scene.tenant.brand_id)})
    different: list[str] = []
    for name, variant in variants.items():
        with trial.acting(variant) as cursor:
            cursor.execute("select public.list_contents(%s, page_size => 100) as page", [filters])
            page = cursor.fetchall()[0]["page"]
        listed = {
            content_id: group["allowed_actions"] for group in page["access"] for content_id in group["content_ids"]
        }
        assert {item["id"] for item in page["items"]} == set(listed)
        for state in STATUSES:
            content = contents[author][state]
            said = trial.verdicts(variant, content)
            assert (str(content) in listed) == bool(said), name
            if not said:
                continue
            with trial.acting(variant) as cursor:
                cursor.execute("select public.get_content(%s) -> 'allowed_actions' as actions", [content])
                read = cursor.fetchall()[0]["actions"]
            allowed = {action for action, rule in said.items() if rule is None}
            if set(read) != allowed or listed[str(content)] != read:
                different.append(f"{name} × {state}: {read} and {listed[str(content)]}, not {sorted(allowed)}")
    assert different == []


def test_every_permission_of_every_caller(trial: Trial, scene: Scene, variants: dict[str, Variant]) -> None:
    """All at once, as the rules read them, and one by one, as the policies do."""
    names = [row["name"] for row in Database(trial.probe.connection).rows("select name from private.permissions")]
    different: list[str] = []
    for name, variant in variants.items():
        with trial.acting(variant) as cursor:
            cursor.execute(
                "select permission, private.permits(%s, permission) as permits from unnest(%s::text[]) as permission",
                [scene.tenant.brand_id, names],
            )
            one_by_one = {row["permission"] for row in cursor.fetchall() if row["permits"]}
            cursor.execute("reset role")
            cursor.execute("select permissions from private.access_to_brands(%s)", [[scene.tenant.brand_id]])
            at_once = {permission for row in cursor.fetchall() for permission in row["permissions"]}
        if one_by_one != at_once:
            different.append(f"{name}: {one_by_one ^ at_once}")
    assert different == []


def test_a_draft_without_a_workflow_is_approved_at_once(scene: Scene, trial: Trial) -> None:
    """Without one there is nothing to submit to; with one there is no way around it."""
    draft = scene.tenant.contents["draft"]
    for has_workflow, offered in ((True, {"submit"}), (False, {"approve"})):
        with trial.acting(Variant(scene.tenant.people["admin"])) as cursor:
            if not has_workflow:
                cursor.execute("reset role")
                cursor.execute(
                    "update public.workflows set is_active = false where brand_id = %s", [scene.tenant.brand_id]
                )
                cursor.execute("set local role authenticated")
            cursor.execute("select public.get_content(%s) -> 'allowed_actions' as actions", [draft])
            assert set(cursor.fetchall()[0]["actions"]) & {"submit", "approve"} == offered
            for action in sorted(offered):
                cursor.execute(f"select status from {COMMANDS[action][0]}".encode(), [draft])
                assert cursor.fetchall()[0]["status"] in ("approved", "pending_review")


def test_a_review_that_waits_for_changes_can_be_withdrawn(scene: Scene, trial: Trial) -> None:
    reviewed = scene.tenant.contents["pending_review"]
    with trial.acting(Variant(scene.tenant.people["editor"])) as cursor:
        cursor.execute("reset role")
        cursor.execute(
            "update public.workflow_instances set parked_at = now() where content_id = %s and status = 'active'",
            [reviewed],
        )
        cursor.execute("select private.describe_change('{}')")
        cursor.execute("update public.contents set status = 'draft' where id = %s", [reviewed])
        cursor.execute("set local role authenticated")
        cursor.execute("select public.get_content(%s) -> 'allowed_actions' as actions", [reviewed])
        assert {"submit", "withdraw"} <= set(cursor.fetchall()[0]["actions"])
        cursor.execute("select status from public.withdraw_content(%s, 'Later')", [reviewed])
        assert cursor.fetchall()[0]["status"] == "draft"
