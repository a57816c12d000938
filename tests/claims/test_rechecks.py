"""Which scheduled contents are checked again, and in which order."""

import pytest

from tests.claims.test_gate import in_hours, scheduled
from tests.support.shelf import ClaimShelf
from tests.support.world import World

pytestmark = pytest.mark.anyio

QUEUED = """
  select payload ->> 'contentId' as id from private.jobs where queue = 'claims' and brand_id = %s
  order by priority desc, run_at, id
"""
READY = "select count(*) as n from private.jobs where queue = 'claims' and brand_id = %s and run_at <= now()"


async def test_the_next_to_be_published_come_first_and_later_ones_wait(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Soothes")
    paths = {hours: await scheduled(world, brand) for hours in (20, 200, 2, 9)}
    ids = {hours: path.rpartition("/")[2] for hours, path in paths.items()}
    world.rows("set session_replication_role = replica")
    for hours, content_id in ids.items():
        world.rows("update public.contents set scheduled_for = %s where id = %s", in_hours(hours), content_id)
    world.rows("set session_replication_role = origin")
    shelf.claim("Cures", "disallowed")
    world.rows("select public.queue_claim_checks(1000)")
    assert [job["id"] for job in world.rows(QUEUED, brand.id)] == [ids[2], ids[9], ids[20]]
    assert world.rows(READY, brand.id) == [{"n": 3}]
    world.rows("select public.queue_claim_checks(1000)")
    assert len(world.rows(QUEUED, brand.id)) == 3
