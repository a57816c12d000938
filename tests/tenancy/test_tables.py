"""Every table × select, insert, update, delete × every caller, against one matrix, with rows that are really there.

The tables come from the catalogue: one that is added without a line in the matrix, or of which the scene makes no row,
fails here by itself.
"""

import psycopg
import pytest

from tests.tenancy.matrix import SERVICE_ONLY_READS, TABLES
from tests.tenancy.probe import VERBS, Probe
from tests.tenancy.scene import Scene

COUNT_TABLES = (
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') "
    "order by relname"
)


def test_every_table_is_in_the_matrix(database: psycopg.Connection, scene: Scene) -> None:
    tables = {name for (name,) in database.execute(COUNT_TABLES).fetchall()}
    assert tables == set(TABLES)
    assert tables == set(scene.rows), "the scene makes no row of these: without one a test proves nothing"


def differences(probe: Probe, scene: Scene, table: str) -> list[str]:
    """Where what a caller can do is not what the matrix says, for one table."""
    found: list[str] = []
    for verb, expected in zip(VERBS, TABLES[table], strict=True):
        for name, caller in scene.callers.items():
            allowed = probe.allows(caller, verb, f"public.{table}", scene.rows[table])
            is_expected = (
                (verb == "select" or table not in SERVICE_ONLY_READS) if name == "service" else name in expected
            )
            if allowed != is_expected:
                found.append(f"{name} may {'' if allowed else 'not '}{verb} {table}")
    return found


@pytest.mark.parametrize("table", sorted(TABLES))
def test_table(probe: Probe, scene: Scene, table: str) -> None:
    assert differences(probe, scene, table) == []


def test_the_other_way_round(probe: Probe, scene: Scene) -> None:
    """The other brand's rows are nothing to this one's admin, and everything to its own."""
    mirrored = Scene(scene.other, scene.tenant, scene.platform, scene.rows | scene.other.rows)
    assert [line for table in sorted(TABLES) for line in differences(probe, mirrored, table)] == []


def test_count(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    checks = len(TABLES) * len(VERBS) * len(scene.callers)
    with capsys.disabled():
        print(
            f"\n{len(TABLES)} tables × {len(VERBS)} verbs × {len(scene.callers)} callers, both ways: {2 * checks} checks"
        )
    assert checks > 2000


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_list_without_filter_holds_own_rows_only(probe: Probe, scene: Scene, table: str) -> None:
    """Asked for everything, the other brand's admin is given nothing of this brand."""
    row = scene.rows[table]
    if table in ("plans", "countries", "ai_prices", "platform_settings", "feature_flags"):
        pytest.skip("belongs to nobody")
    key = probe.keys(f"public.{table}")
    with probe.acting(scene.callers["other"]) as cursor:
        cursor.execute("set local enable_seqscan = on")
        try:
            cursor.execute(f"select {', '.join(key)} from public.{table}".encode())
        except psycopg.errors.InsufficientPrivilege:
            return
        seen = [tuple(found.values()) for found in cursor.fetchall()]
    assert tuple(row[name] for name in key) not in seen
