"""Holds functions that were written from rows against the rows: permissions of roles, rules of contents, workflows."""

from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.database.office import Office
from tests.support.sql import Database

STATES = ("draft", "pending_review", "in_review", "approved", "scheduled", "published", "archived", "rejected")
LACKING = ("content.edit", "content.delete", "content.submit", "workflow.control")

# Every combination of what the rules look at, for one caller: the actions by the function, and by the rules one by one.
COMPARED = """
  with facts as (
    select array_agg((
      null, '00000000-0000-7000-8000-000000000001', status, state, is_own, has_task, is_decider, has_run,
      is_assigned_workflow, has_workflow, is_open_step, has_decided, decisions, is_expired, has_violations
    )::private.content_facts) as all_facts
    from
      (select status, state from unnest(%(states)s::text[]) as status
        cross join unnest(array[status, 'deleted']) as state) as kind
      cross join unnest(array[true, false]) as is_own
      cross join unnest(array[true, false]) as has_task
      cross join unnest(array[true, false]) as is_decider
      cross join unnest(case when state = 'draft' then array[true, false] else array[state like '%%review'] end)
        as has_run
      cross join unnest(case when state in ('draft', 'rejected') then array[true, false] else '{false}' end)
        as is_assigned_workflow
      cross join unnest(case when state in ('draft', 'rejected') then array[true, false] else '{false}' end)
        as has_workflow
      cross join unnest(case when state like '%%review' then array[true, false] else '{false}' end) as is_open_step
      cross join unnest(case when state like '%%review' then array[true, false] else '{false}' end) as has_decided
      cross join unnest(
        case when state like '%%review' then array[null, '["approve"]', '["reject", "request_changes"]']::jsonb[]
        else array[null]::jsonb[] end
      ) as decisions
      cross join unnest(case when state in ('approved', 'scheduled') then array[true, false] else '{false}' end)
        as is_expired
      cross join unnest(case when state in ('approved', 'scheduled') then array[true, false] else '{false}' end)
        as has_violations
  ), held as (
    select (
      '00000000-0000-7000-8000-000000000001', true, %(permissions)s::text[], %(restrictions)s::text[],
      %(scope)s::text[], %(role)s::public.brand_role, null
    )::private.brand_access as access
  ), judged as (
    select
      verdict.fact,
      coalesce(array_agg(verdict.action order by verdict.rank) filter (where not verdict.is_link), '{}') as actions,
      coalesce(array_agg(verdict.action order by verdict.rank) filter (where verdict.is_link), '{}') as links
    from facts cross join held
    cross join lateral private.content_verdicts(facts.all_facts, array[held.access]) as verdict
    where verdict.reason is null
    group by verdict.fact
  )
  select
    fact.place, to_jsonb(facts.all_facts[fact.place]) as fact, granted.allowed_actions, granted.readable,
    coalesce(judged.actions, '{}') as actions, coalesce(judged.links, '{}') as links
  from facts cross join held
  cross join lateral generate_subscripts(facts.all_facts, 1) as fact (place)
  cross join lateral private.granted_actions(facts.all_facts[fact.place], held.access) as granted
  left join judged on judged.fact = fact.place
"""


def callers(database: Database) -> dict[str, dict[str, Any]]:
    """Returns what callers of each role may hold: all of it, narrowed by restrictions, or by the scopes of a key."""
    found: dict[str, dict[str, Any]] = {"nobody": {"permissions": [], "restrictions": [], "scope": None, "role": None}}
    for role, scope in product(("viewer", "editor", "admin"), (None, "content:read", "content:write", "ai:generate")):
        held = database.value("select to_jsonb(private.permissions_of(%s::public.brand_role))", role)
        given = None if scope is None else database.value(
            "select jsonb_agg(permission) from private.scope_permissions where scope = %s", scope
        )  # fmt: skip
        held = [name for name in held if given is None or name in given]
        found[f"{role}, {scope}"] = {"permissions": held, "restrictions": [], "scope": given, "role": None}
        if scope is None:
            found[f"only the role {role}"] = found[f"{role}, {scope}"] | {"role": role}
        for name in LACKING if scope is None else LACKING[:1]:
            narrowed = [each for each in held if each != name]
            found[f"{role}, {scope}, without {name}"] = {
                "permissions": narrowed,
                "restrictions": [name],
                "scope": given,
                "role": None,
            }
            found[f"{role}, {scope}, who lacks {name}"] = {
                "permissions": narrowed,
                "restrictions": [],
                "scope": given,
                "role": None,
            }
    return found


def test_the_function_grants_what_the_rules_allow(database: psycopg.Connection) -> None:
    data = Database(database)
    different: list[str] = []
    counted = 0
    for name, held in callers(data).items():
        with database.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(COMPARED.encode(), held | {"states": list(STATES)}).fetchall()
        counted += sum(bool(row["allowed_actions"]) for row in rows)
        different += [
            f"{name}: {row['fact']}: {row['allowed_actions']} {row['readable']}, not {row['actions']} {row['links']}"
            for row in rows
            if (row["allowed_actions"], row["readable"]) != (row["actions"], row["links"])
        ]
    assert different == []
    assert counted > 5000


def test_permissions_of_roles_are_those_of_the_rows(database: psycopg.Connection) -> None:
    different = Database(database).rows(
        "select role.name, held.permissions from unnest(enum_range(null::public.brand_role)) as role (name) "
        "cross join lateral (select array(select permissions.name from private.permissions "
        "where permissions.least_role <= role.name order by permissions.name) as permissions) as held "
        "where private.permissions_of(role.name) is distinct from held.permissions"
    )
    assert different == []


@pytest.mark.parametrize("types", [[], ["article"], ["article", "email"]])
@pytest.mark.parametrize("is_default", [True, False])
@pytest.mark.parametrize("assigned", [None, "article", "*"])
@pytest.mark.parametrize("is_active", [True, False])
def test_kinds_of_workflows_are_those_that_reviews_resolve(
    database: psycopg.Connection, types: list[str], is_default: bool, assigned: str | None, is_active: bool
) -> None:
    with Office.open(database) as office:
        workflow = office.workflow([{"position": 1, "name": "Review"}])
        data = office.database
        data.run("delete from public.brand_workflows where brand_id = %s", office.brand)
        data.run(
            "update public.workflows set content_types = %s, is_default = %s, is_active = %s where id = %s",
            types, is_default, is_active, workflow,
        )  # fmt: skip
        if assigned:
            data.run(
                "insert into public.brand_workflows (brand_id, content_type, workflow_id) values (%s, %s, %s)",
                office.brand, assigned, workflow,
            )  # fmt: skip
        for content_type in ("article", "email", "other"):
            resolved = data.value(
                "select (private.resolve_workflow(%s, %s)).id is not null", office.brand, content_type
            )
            known = data.value(
                "select array[brand || ' *', brand || ' ' || %s] && private.workflow_kinds(array[brand]) "
                "from (select %s::uuid as brand) as given", content_type, office.brand
            )  # fmt: skip
            assert known == resolved, content_type
        known = data.value(
            "select %s || ' ' = any (private.workflow_kinds(array[%s::uuid]))", str(office.brand), office.brand
        )
        assert known == is_active


def test_editable_states_are_those_of_the_rules(database: psycopg.Connection) -> None:
    different = Database(database).rows(
        "select state.name from unnest(%s::text[]) as state (name) where private.is_editable(state.name) <> exists ("
        "select from private.content_rules as rule where rule.action = 'edit' and state.name = any (rule.states))",
        [*STATES, "deleted"],
    )
    assert different == []
