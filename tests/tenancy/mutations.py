"""Mutates policies and commands: the proof of isolation must fail each time.

Each policy is removed, and replaced by one that lets everything pass. Each command loses its demand for a proof of our
functions.

``python -m tests.tenancy.mutations`` works in scratch databases and undoes each change. It prints every mutation
that no check reported and exits with 1 if there was one: such a policy or demand is not covered, or has no effect.
"""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import psycopg

from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from tests.tenancy.checks import (
    TOPICS,
    guard_differences,
    mirrored,
    storage_differences,
    table_differences,
    topic_differences,
)
from tests.tenancy.matrix import TABLES
from tests.tenancy.probe import VERBS, Probe, Verb
from tests.tenancy.proofs import (
    CHANGES,
    DEMAND,
    POLICIES,
    command_calls,
    demand_differences,
    exposed_commands,
    object_changes,
    policy_differences,
    table_changes,
)
from tests.tenancy.scene import Scene, build_scene

# Postgres does the work: each worker keeps one backend busy.
WORKERS: Final = 2
# Every other form needs the same demand.
BARE: Final = ("without a proof",)


@dataclass(frozen=True)
class Policy:
    schema: str
    table: str
    name: str
    using: str | None
    check: str | None

    @property
    def target(self) -> str:
        return f'"{self.name}" on {self.schema}.{self.table}'

    def mutations(self) -> Iterator[tuple[str, str]]:
        yield "dropped", f"drop policy {self.target}"
        clauses = [f"{word} (true)" for word, value in (("using", self.using), ("with check", self.check)) if value]
        # A policy that lets everyone read, such as the one on plans, cannot be weaker.
        if (self.using or "true", self.check or "true") != ("true", "true"):
            yield "weakened", f"alter policy {self.target} {' '.join(clauses)}"


def policies(connection: psycopg.Connection) -> list[Policy]:
    rows = connection.execute(
        "select schemaname, tablename, policyname, qual, with_check from pg_policies "
        "where schemaname in ('public', 'realtime', 'storage') order by 1, 2, 3"
    ).fetchall()
    return [Policy(*row) for row in rows]


@dataclass(frozen=True)
class Command:
    name: str
    definition: str

    @property
    def target(self) -> str:
        return f"public.{self.name}"

    def mutations(self) -> Iterator[tuple[str, str]]:
        yield "without its demand", self.definition.replace(DEMAND, "", 1)


def commands(connection: psycopg.Connection) -> list[Command]:
    rows = connection.execute(
        "select proname, pg_get_functiondef(oid) from pg_proc "
        "where pronamespace = 'public'::regnamespace and proname = any(%s) order by 1",
        [exposed_commands(connection)],
    ).fetchall()
    return [Command(*row) for row in rows]


def noticed(probe: Probe, scene: Scene, target: Policy | Command) -> list[str]:
    """Returns the findings of the proof for a command, or for the table of a policy."""
    if isinstance(target, Command):
        # run_patient_command calls run_command, which asks again.
        return command_calls(probe, scene, target.name, BARE) or demand_differences(probe.connection)
    if target.name in POLICIES.values():
        return changes_without_proof(probe, scene, target)
    return guard_differences(probe.connection) or differences_of(probe, scene, target)


def changes_without_proof(probe: Probe, scene: Scene, policy: Policy) -> list[str]:
    """Returns what is changed without a proof. Where nobody may change a table, only the catalogue shows the policy."""
    verb: Verb = next(verb for verb in CHANGES if POLICIES[verb] == policy.name)
    if policy.schema == "storage":
        return object_changes(probe, scene, [verb], BARE)
    if policy.schema == "public" and TABLES[policy.table][VERBS.index(verb)]:
        return table_changes(probe, scene, policy.table, [verb], BARE)
    return policy_differences(probe.connection)


def differences_of(probe: Probe, scene: Scene, policy: Policy) -> list[str]:
    """Returns the differences to the matrix in the table of a policy."""
    match policy.schema:
        case "realtime":
            return [line for kind in TOPICS for line in topic_differences(probe, scene, kind)]
        case "storage":
            return storage_differences(probe, scene)
        case _:
            found = table_differences(probe, scene, policy.table)
            return found or table_differences(probe, mirrored(scene), policy.table)


def try_share(server_url: str, share: int) -> tuple[int, list[str]]:
    """Tries every WORKERS-th target in its own database. Returns the number of mutations, and the unnoticed ones."""
    survivors: list[str] = []
    count = 0
    with scratch_database(server_url) as url, psycopg.connect(url, autocommit=True) as connection:
        scene, probe = build_scene(connection), Probe(connection)
        for target in (*policies(connection), *commands(connection))[share::WORKERS]:
            assert noticed(probe, scene, target) == [], "the proof must hold before anything is changed"
            for kind, statement in target.mutations():
                count += 1
                with connection.transaction(force_rollback=True):
                    connection.execute(statement.encode())
                    if not noticed(probe, scene, target):
                        survivors.append(f"{kind}: {target.target}")
    return count, survivors


def main() -> int:
    begun = time.monotonic()
    with running_stack() as stack, ThreadPoolExecutor(WORKERS) as pool:
        shares = list(pool.map(try_share, [stack.database_url] * WORKERS, range(WORKERS)))
    count = sum(tried for tried, _ in shares)
    survivors = sorted(name for _, names in shares for name in names)
    print(f"{count} mutations, {count - len(survivors)} noticed, in {time.monotonic() - begun:.0f} s")
    for survivor in survivors:
        print(f"not noticed: {survivor}", file=sys.stderr)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
