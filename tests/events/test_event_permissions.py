"""Tests that the policy of the events and the function that Realtime and webhooks ask have one list."""

import re

import pytest

from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_the_policy_has_the_list_of_the_function(world: World) -> None:
    policy = world.rows(
        "select pg_get_expr(polqual, polrelid) as text from pg_policy "
        "where polrelid = 'public.domain_events'::regclass and polcmd = 'r'"
    )[0]["text"]
    branches = re.findall(r"WHEN (.*?) THEN (.*?)(?=WHEN|ELSE)", policy, flags=re.DOTALL)
    listed = {
        aggregate: re.search(r"brands_permitting\('([a-z.]+)'", permission)
        for condition, permission in branches
        for aggregate in re.findall(r"'([a-z_]+)'", condition)
    }
    assert len(listed) > 10
    found = {
        aggregate: world.rows("select private.event_permission(%s) as name", aggregate)[0]["name"]
        for aggregate in (*listed, "delegation", "content")
    }
    otherwise = re.search(r"ELSE .*brands_permitting\('([a-z.]+)'", policy, flags=re.DOTALL)
    assert found == {
        aggregate: (listed.get(aggregate) or otherwise or ["", ""])[1]
        for aggregate in (*listed, "delegation", "content")
    }
