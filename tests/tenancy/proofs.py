"""Checks that callers without a valid proof of our functions may read only. Lists of differences, as in checks.py.

Every caller has a perfect token here. The callers with the right proof are those of checks.py. The service role needs
no proof: only our functions hold its key.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, cast
from uuid import uuid4

import psycopg

from lib.core.data.db import NO_PROOF, UNKNOWN_KEY
from lib.core.security.signing import make_proof
from tests.tenancy.checks import reaches_object, stored_objects
from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.probe import Probe, Verb
from tests.tenancy.scene import SIGNING_KEY, Caller, Scene

EXPIRED: Final = "the proof of this request has expired"
CHANGES: Final[tuple[Verb, ...]] = ("insert", "update", "delete")
POLICIES: Final = {verb: f"Only our functions {verb}" for verb in CHANGES}
DEMAND: Final = "perform private.require_functions();"
# Nothing is asked before the demand: no statement, and no value of a variable.
DEMANDED_FIRST: Final = re.compile(
    r"\s*(#variable_conflict \w+\s+)?(declare\n(?P<variables>.*?))?\bbegin\n\s*perform private\.require_functions\(\);",
    re.DOTALL,
)
ASKS: Final = re.compile(r"\bprivate\.(?!uuid_v7\(\))\w+\(|\bpublic\.\w+\(|\bselect\b")

type Form = Callable[[Scene, Caller], str | None]


def _signed(caller: Caller, expires_at: int | None = None, secret: str = SIGNING_KEY, **changes: str) -> str:
    return make_proof(caller.claims | changes, secret, expires_at=expires_at)


def _of_another(scene: Scene, caller: Caller) -> str:
    own = scene.tenant.people
    return _signed(own["second_admin" if caller.user_id != own["second_admin"].user_id else "second_editor"])


def _nothing(_: Scene, __: Caller) -> None:
    return None


# The proof that a caller sends, and the message with which a command is refused then.
FORMS: Final[dict[str, tuple[str, Form]]] = {
    "without a proof": (NO_PROOF, _nothing),
    "with a stale one": (EXPIRED, lambda scene, caller: _signed(caller, int(time.time()) - 3600)),
    "with one for too long": (EXPIRED, lambda scene, caller: _signed(caller, int(time.time()) + 3600)),
    "with another session's": (UNKNOWN_KEY, lambda scene, caller: _signed(caller, session_id=str(uuid4()))),
    "with another user's": (UNKNOWN_KEY, _of_another),
    "with one for other scopes": (UNKNOWN_KEY, lambda scene, caller: _signed(caller, scope="admin write")),
    "with one by another key": (UNKNOWN_KEY, lambda scene, caller: _signed(caller, secret=SIGNING_KEY[::-1])),
}


def callers(scene: Scene) -> dict[str, Caller]:
    """Returns all callers but the service, and one API key: the proof does not depend on its scopes."""
    key = scene.rows["api_keys"]
    people = {name: caller for name, caller in scene.callers.items() if not caller.owner}
    own = {name: caller for name, caller in people.items() if caller.role != "service_role"}
    return own | {"key": Caller("key", "authenticated", key["user_id"], api_key_id=key["id"], scopes=("read",))}


def attempts(scene: Scene, forms: Iterable[str] = FORMS) -> Iterator[tuple[str, Caller, str]]:
    """Yields every caller in every form, with its name and the message of a refusal."""
    for name, caller in callers(scene).items():
        for form in forms:
            message, proof = FORMS[form]
            yield f"{name} {form}", replace(caller, proof=partial(_sent, proof(scene, caller))), message


def _sent(proof: str | None, _: Mapping[str, str]) -> str | None:
    return proof


def table_changes(
    probe: Probe, scene: Scene, table: str, verbs: Sequence[Verb] = CHANGES, forms: Iterable[str] = FORMS
) -> list[str]:
    """Lists what callers change in a table without a valid proof."""
    return [
        f"{who} may {verb} {table}"
        for who, caller, _ in attempts(scene, forms)
        for verb in verbs
        if probe.allows(caller, verb, f"public.{table}", scene.rows[table])
    ]


def object_changes(
    probe: Probe, scene: Scene, verbs: Sequence[Verb] = CHANGES, forms: Iterable[str] = FORMS
) -> list[str]:
    """Lists what callers change without a valid proof in Storage, among objects that any caller may change."""
    return [
        f"{who} may {verb} {title}"
        for title, row, (_, *changers) in stored_objects(probe, scene)
        if any(changers)
        for who, caller, _ in attempts(scene, forms)
        for verb in verbs
        if reaches_object(probe, caller, verb, row)
    ]


def exposed_commands(connection: psycopg.Connection) -> list[str]:
    """Lists the functions that may write and that callers other than the service may call."""
    rows = connection.execute(
        "select distinct proname from pg_proc where pronamespace = 'public'::regnamespace and provolatile = 'v' "
        "and (has_function_privilege('authenticated', oid, 'execute') "
        "or has_function_privilege('anon', oid, 'execute')) order by 1"
    ).fetchall()
    return [name for (name,) in rows]


def command_calls(probe: Probe, scene: Scene, name: str, forms: Iterable[str] = FORMS) -> list[str]:
    """Lists the callers whom a command does not refuse for their proof."""
    found: list[str] = []
    call, arguments = FUNCTIONS[name].call(name, scene)
    for who, caller, message in attempts(scene, forms):
        try:
            with probe.acting(caller) as cursor:
                cursor.execute(f"select * from {call}".encode(), arguments)
        except psycopg.DatabaseError as error:
            # A role without the right to execute it gets no further than that.
            if (error.sqlstate, error.diag.message_primary) in (
                ("PT403", message),
                ("42501", f"permission denied for function {name}"),
            ):
                continue
        found.append(f"{who} may call {name}")
    return found


def demand_differences(connection: psycopg.Connection) -> list[str]:
    """Lists commands that do not begin with the demand."""
    rows = connection.execute(
        "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace and proname = any(%s)",
        [exposed_commands(connection)],
    ).fetchall()
    found: list[str] = []
    for name, source in rows:
        begun = DEMANDED_FIRST.match(source)
        if begun is None or ASKS.search(begun["variables"] or ""):
            found.append(name)
    return found


def policy_differences(connection: psycopg.Connection) -> list[str]:
    """Lists tables that lack one of the restrictive policies, or have another condition in it."""
    rows = connection.execute(
        "select guarded.name, policy.policyname, policy.permissive, policy.cmd, policy.roles::text, policy.qual, "
        "policy.with_check "
        "from (select schemaname, tablename, schemaname || '.' || tablename as name from pg_tables "
        "  where schemaname = 'public' or (schemaname, tablename) in (('realtime', 'messages'), ('storage', 'objects'))"
        ") as guarded "
        "left join pg_policies as policy on policy.schemaname = guarded.schemaname "
        "  and policy.tablename = guarded.tablename and policy.policyname = any(%s)",
        [list(POLICIES.values())],
    ).fetchall()
    asked = "( SELECT private.from_functions() AS from_functions)"
    present: dict[str, set[tuple[str | None, ...]]] = {}
    for name, *policy in rows:
        present.setdefault(name, set()).add(cast("tuple[str | None, ...]", tuple(policy)))
    wanted = {
        (POLICIES[verb], "RESTRICTIVE", verb.upper(), "{anon,authenticated}", *conditions)
        for verb, conditions in {"insert": (None, asked), "update": (asked, None), "delete": (asked, None)}.items()
    }
    return [name for name, found in present.items() if found != wanted]
