"""Tests calls that name rows of two brands at once: what the caller may do with the one opens nothing of the other."""

import psycopg
import pytest

from tests.tenancy.functions import read_tasks
from tests.tenancy.mixed import MIXED, Mixed
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene


@pytest.mark.parametrize("line", MIXED, ids=[f"{index} {line.function}" for index, line in enumerate(MIXED)])
def test_a_row_of_another_brand_is_refused(probe: Probe, scene: Scene, line: Mixed) -> None:
    arguments = line.arguments(scene)
    named = ", ".join(f"{key} => %s" for key in arguments)
    with pytest.raises(psycopg.DatabaseError) as refusal, probe.acting(scene.callers["admin"]) as cursor:
        cursor.execute(f"select * from public.{line.function}({named})".encode(), list(arguments.values()))
    assert refusal.value.sqlstate == line.refusal, refusal.value


def test_of_many_tasks_those_of_another_brand_do_not_exist(probe: Probe, scene: Scene) -> None:
    foreign = scene.other.rows["workflow_tasks"]["id"]
    with probe.acting(scene.callers["admin"]) as cursor:
        cursor.execute(
            "select task_id, outcome, content_id, details from public.bulk_decide_tasks('approve', %s)",
            [read_tasks(scene, foreign)],
        )
        rows = {row["task_id"]: row for row in cursor.fetchall()}
    assert (rows[foreign]["outcome"], rows[foreign]["content_id"]) == (404, None)
    assert rows[scene.rows["workflow_tasks"]["id"]]["outcome"] in (200, 412)


@pytest.mark.parametrize("caller", ["other", "unverified", "expired"])
def test_the_content_of_a_task_is_not_told_to_who_may_not_read_it(probe: Probe, scene: Scene, caller: str) -> None:
    task = scene.rows["workflow_tasks"]["id"]
    with probe.acting(scene.callers[caller]) as cursor:
        cursor.execute(
            "select outcome, content_id, details from public.bulk_decide_tasks('approve', %s)",
            [read_tasks(scene, task)],
        )
        rows = cursor.fetchall()
    assert rows
    assert all(row["outcome"] in (401, 404) and row["content_id"] is None for row in rows), rows
