"""Tests that a writer who waited for a row is judged by what they hold after the wait."""

import asyncio
import threading

import psycopg
import pytest

from tests.support.statements import caller
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_member_who_was_removed_while_waiting_changes_nothing(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    url, secret = world.stack.database_url, world.stack.environment["SIGNING_SECRET"]
    refusals: list[psycopg.Error] = []

    def change() -> None:
        with caller(url, brand.editor.access_token, secret) as editor:
            try:
                edit = {"content_id": content["id"], "changes": {"title": "Too late"}, "expected_version": 1}
                editor.run("update_content", edit)
            except psycopg.Error as error:
                refusals.append(error)

    with psycopg.connect(url) as holder:
        holder.execute("select from public.contents where id = %s for update", [content["id"]])
        writer = threading.Thread(target=change)
        writer.start()
        waiting: list[dict[str, object]] = []
        for _ in range(200):
            waiting = world.rows(
                "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like %s", "%run_command%"
            )
            if waiting:
                break
            await asyncio.sleep(0.02)
        assert waiting, f"the writer does not wait: {refusals}"
        world.rows(
            "delete from public.brand_members where user_id = %s and brand_id = %s",
            world.id_of(brand.editor),
            brand.id,
        )
        holder.rollback()
        writer.join(timeout=30)
    assert [error.sqlstate for error in refusals] == ["PT404"]
    assert world.rows("select title, version from public.contents where id = %s", content["id"]) == [
        {"title": content["title"], "version": 1}
    ]
