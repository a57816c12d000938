"""The poison matrix: every hostile value through every door that a role has, and then everybody reads as before."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.tenancy.poison.doors import Attempt, Outcome, through_functions, through_tables
from tests.tenancy.poison.readers import Readers, counted
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene, build_scene

pytestmark = pytest.mark.anyio


@pytest.fixture
def poisoned(database: psycopg.Connection) -> Scene:
    """Returns brands of their own, in which the written values stay."""
    return build_scene(database)


@pytest.fixture
async def readers(stack: RunningStack, poisoned: Scene) -> AsyncIterator[Readers]:
    made = Readers(stack, poisoned)
    yield made
    await made.close()


DOORS: dict[str, Callable[[Probe, Scene], Iterator[Attempt]]] = {
    "tables": through_tables,
    "functions": through_functions,
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", DOORS)
async def test_what_may_be_written_hurts_no_reader_and_no_task(
    database: psycopg.Connection,
    poisoned: Scene,
    readers: Readers,
    record_property: Callable[[str, object], None],
    kind: str,
) -> None:
    assert await readers.run_schedule() == {}, "before any poison"
    before = await readers.sweep()
    assert {place: status for place, status in before.items() if status >= 500} == {}, "before any poison"
    dead_before = dead_jobs(database, poisoned)

    # One value of each door after another, so that a row has many at a time when it is read.
    attempts = sorted(DOORS[kind](Probe(database), poisoned), key=lambda attempt: attempt.number)
    outcomes, faults, wrong = await _make_all(attempts, database, readers)
    unfinished = await readers.run_schedule()
    after = await readers.sweep()
    changed = {place: (before[place], status) for place, status in after.items() if before[place] != status}

    record_property(
        "figure",
        f"{len({attempt.door for attempt in attempts})} doors ({kind}): {outcomes.total()} hostile writes, "
        f"{outcomes['refused']} refused, {outcomes['accepted']} harmless; {len(after)} readings as before "
        f"({counted(after)})",
    )
    assert faults == []
    assert wrong == []
    assert unfinished == {}
    assert changed == {}
    assert dead_jobs(database, poisoned) == dead_before


async def _make_all(
    attempts: Sequence[Attempt], database: psycopg.Connection, readers: Readers
) -> tuple[Counter[Outcome], list[str], list[str]]:
    """Makes the attempts, and reads a row before a value in it is replaced; returns the faults and bad readings too."""
    outcomes: Counter[Outcome] = Counter()
    faults: list[str] = []
    wrong: list[str] = []
    unread: dict[str, dict[str, str]] = {}

    async def read(table: str) -> None:
        wrong.extend(f"{problem} after {unread[table]}" for problem in await readers.ask_after(table))
        unread[table] = {}

    for attempt in attempts:
        if attempt.door in unread.get(attempt.table, {}):
            await read(attempt.table)
        outcome, state = attempt.make(database)
        outcomes[outcome] += 1
        if outcome == "fault":
            faults.append(f"{attempt.title}: {state}")
        elif outcome == "accepted" and attempt.table:
            unread.setdefault(attempt.table, {})[attempt.door] = attempt.poison.name
    for table in unread:
        await read(table)
    return outcomes, faults, wrong


def dead_jobs(database: psycopg.Connection, scene: Scene) -> list[tuple[str, str, str]]:
    """Lists the dead jobs of all other brands, and of none, as (queue, id, error).

    Without chats: the destinations of a scene have made-up addresses, and what is sent to them is set aside.
    """
    return database.execute(
        "select queue, id::text, last_error from private.dead_jobs "
        "where brand_id is distinct from %s and queue <> 'notification_chat' order by id",
        [scene.tenant.brand_id],
    ).fetchall()
