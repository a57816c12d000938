"""Tests what a curious user of another brand, or an ambitious one of this brand, would try."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.world import World
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene

pytestmark = pytest.mark.anyio


async def test_private_schema_and_partitions_cannot_be_reached(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token)
    for path in ("/contents_default", "/platform_admins", "/rpc/brand_ids", "/rpc/append_event"):
        assert (await api.http.get(path)).status_code in (401, 403, 404, 406)
    hidden = await api.http.get("/platform_admins", headers={"Accept-Profile": "private"})
    assert hidden.status_code in (401, 403, 404, 406)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "published"),
        ("version", 99),
        ("brand_id", "other"),
        ("created_by", None),
        ("published_at", "2020-01-01T00:00:00Z"),
        ("deleted_at", "2020-01-01T00:00:00Z"),
    ],
)
async def test_members_cannot_write_columns_that_the_database_sets(world: World, column: str, value: Any) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.admin, other.id, "admin")
    content = await world.draft(brand)
    body = {column: other.id if value == "other" else value}
    response = await world.data_api(brand.admin.access_token).http.patch(
        "/contents", params={"id": f"eq.{content['id']}"}, json=body
    )
    assert response.status_code == 403, response.text
    assert (await brand.editor.get(f"/contents/{content['id']}")).json()["data"] == content


async def test_contents_are_written_by_commands_only(world: World) -> None:
    """Direct writes would bypass the checks of version and template."""
    brand, other = await world.brand(), await world.brand()
    api = world.data_api(brand.admin.access_token)
    planted = {"brand_id": brand.id, "type": "article", "title": "x", "template_id": other.template_id}
    assert (await api.http.post("/contents", json=planted)).status_code == 403
    content = await world.draft(brand)
    changed = await api.http.patch("/contents", params={"id": f"eq.{content['id']}"}, json={"title": "x"})
    assert changed.status_code == 403
    assert (await api.http.delete("/contents", params={"id": f"eq.{content['id']}"})).status_code == 403


async def test_a_template_of_another_brand_is_never_read(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    world.rows("update public.contents set template_id = %s where id = %s", other.template_id, content["id"])
    assert (await brand.editor.post("/ai/generate", {"contentId": content["id"]})).status_code == 409


async def test_nobody_raises_their_own_role(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.viewer.access_token)
    mine = {"user_id": f"eq.{world.id_of(brand.viewer)}"}
    assert (await api.http.patch("/brand_members", params=mine, json={"role": "admin"})).status_code == 403
    row = {"user_id": world.id_of(brand.viewer), "brand_id": brand.id, "role": "admin"}
    assert (await api.http.post("/brand_members", json=row)).status_code == 403
    url = f"{world.stack.environment['SUPABASE_URL']}/auth/v1/user"
    metadata = {"data": {"role": "admin", "platform_admin": True}}
    assert (await api.http.put(url, json=metadata)).status_code == 200
    await brand.viewer.sign_in()
    response = await brand.viewer.post("/contents", {"brandId": brand.id, "title": "x"})
    assert response.status_code == 403


# Rows of platform admins, and of the caller alone.
KEYS_WITHOUT_A_BRAND = {
    "ai_prices_pkey",
    "feature_flags_pkey",
    "notification_preferences_pkey",
    "platform_settings_pkey",
    "sso_connections_entity_id_key",
}


def test_no_key_that_callers_choose_spans_brands(probe: Probe) -> None:
    """A duplicate would tell that another brand has such a row, so unique keys that callers write hold the brand."""
    keys = probe.connection.execute(
        """
        select index.indexrelid::regclass::text as key
        from pg_catalog.pg_index as index
        inner join pg_catalog.pg_class as class on class.oid = index.indrelid
        where
          index.indisunique and class.relnamespace = 'public'::regnamespace
          and not exists (
            select from pg_catalog.pg_attribute as attribute
            where
              attribute.attrelid = index.indrelid
              and (
                attribute.attnum = any (index.indkey)
                or exists ( -- columns of an expression
                  select from pg_catalog.pg_depend as needed
                  where
                    needed.classid = 'pg_catalog.pg_class'::regclass and needed.objid = index.indexrelid
                    and needed.refobjid = index.indrelid and needed.refobjsubid = attribute.attnum
                )
              )
              and (
                attribute.attname = 'brand_id'
                or not has_column_privilege('authenticated', index.indrelid, attribute.attnum, 'insert')
              )
          )
        """
    ).fetchall()
    assert {key for (key,) in keys} == KEYS_WITHOUT_A_BRAND


def test_a_before_trigger_does_not_answer_before_the_policy(probe: Probe, scene: Scene) -> None:
    """A stranger who mentions, names or assigns users of another brand learns nothing from the refusal."""
    statement = "insert into public.comments (brand_id, content_id, body, mentions) values (%s, %s, 'x', %s)"
    answers: set[str | None] = set()
    for person in (scene.tenant.people["viewer"].user_id, uuid4()):
        with pytest.raises(psycopg.DatabaseError) as refusal, probe.acting(scene.callers["other"]) as cursor:
            cursor.execute(statement, [scene.tenant.brand_id, scene.tenant.contents["draft"], [person]])
        answers.add(refusal.value.sqlstate)
    assert answers == {"42501"}


def test_a_template_for_another_brand_tells_nothing_of_its_products_and_files(probe: Probe, scene: Scene) -> None:
    """The check of default values reads what the caller may not read, so it comes after the policies."""
    statement = (
        "insert into public.templates (brand_id, name, content_type, input_fields, output_fields) "
        "values (%s, 'x', 'article', %s, %s)"
    )
    answers: set[str | None] = set()
    written = {"id": "body", "name": "Body", "type": "html"}
    for product in (scene.rows["products"]["id"], uuid4()):
        field = {"id": "product", "name": "Product", "type": "product_selector", "defaultValue": str(product)}
        with pytest.raises(psycopg.DatabaseError) as refusal, probe.acting(scene.callers["other"]) as cursor:
            cursor.execute(statement, [scene.tenant.brand_id, Jsonb([field]), Jsonb([written])])
        answers.add(refusal.value.sqlstate)
    assert answers == {"42501"}


def test_a_row_never_moves_to_another_brand_even_for_its_owner(probe: Probe, scene: Scene) -> None:
    for table in ("vetting_agencies", "webhook_endpoints", "brand_knowledge", "files", "workflows", "invitations"):
        with pytest.raises(psycopg.DatabaseError) as refusal, probe.connection.transaction(force_rollback=True):
            probe.connection.execute(
                f"update public.{table} set brand_id = %s where id = %s".encode(),
                [scene.other.brand_id, scene.rows[table]["id"]],
            )
        assert refusal.value.sqlstate in ("PT403", "23503", "23514"), table


def test_names_in_front_of_the_path_change_no_function(probe: Probe, scene: Scene) -> None:
    """Functions with the rights of their owner resolve no name in a schema that the caller made."""
    with probe.connection.transaction(force_rollback=True):
        probe.connection.execute("create schema hostile")
        probe.connection.execute("grant all on schema hostile to authenticated")
        probe.connection.execute(
            "create function hostile.now() returns timestamptz language sql as 'select null::timestamptz'"
        )
        probe.connection.execute("create table hostile.contents (like public.contents)")
        probe.connection.execute("grant all on hostile.contents to authenticated")
        with probe.acting(scene.callers["other"]) as cursor:
            cursor.execute("set local search_path = hostile, public, pg_catalog")
            found = cursor.execute("select public.search_contents('secret') as found").fetchall()[0]["found"]
            figures = cursor.execute("select * from public.content_analytics()").fetchall()
            for row in (*found["items"], *figures):
                assert str(row["brand_id"]) != str(scene.tenant.brand_id)


@pytest.mark.parametrize(
    "query", ["secret", "sec:*", "'secret' | draft", '"secret draft"', "-nothing", "%", "secret or draft"]
)
def test_search_operators_reach_no_further(probe: Probe, scene: Scene, query: str) -> None:
    with probe.acting(scene.callers["other"]) as cursor:
        found = "select public.search_contents(%s, %s) as found"
        everywhere = cursor.execute(found, [query, Jsonb({})]).fetchall()[0]["found"]
        assert {row["brand_id"] for row in everywhere["items"]} <= {str(scene.other.brand_id)}
        named = cursor.execute(found, [query, Jsonb({"brand_id": str(scene.tenant.brand_id)})])
        nothing = {"type": {}, "status": {}, "tag": {}}
        assert named.fetchall()[0]["found"] == {"items": [], "total": 0, "facets": nothing, "is_truncated": False}


@pytest.mark.parametrize(
    "statement", ["select id from public.notifications", "update public.notifications set is_read = true"]
)
def test_former_members_reach_no_notifications_of_the_brand(probe: Probe, scene: Scene, statement: str) -> None:
    """Includes a statement that names no row: only the policy for updates applies to it."""
    former = scene.callers["viewer"]
    with probe.connection.transaction(force_rollback=True):
        brand = scene.rows["notifications"]["brand_id"]
        told = "insert into public.notifications (user_id, brand_id, event, title) values (%s, %s, 'task', 'A task')"
        probe.connection.execute(told, [former.user_id, brand])
        with probe.acting(former) as cursor:
            assert cursor.execute(statement.encode()).rowcount == 1
        probe.connection.execute(
            "delete from public.brand_members where user_id = %s and brand_id = %s", [former.user_id, brand]
        )
        with probe.acting(former) as cursor:
            assert cursor.execute(statement.encode()).rowcount == 0


async def test_files_have_no_path_but_their_own(world: World) -> None:
    """The service removes objects at these paths: not even a function of ours may write another one."""
    brand, other = await world.brand(), await world.brand()
    insert = (
        "insert into public.files (brand_id, path, name, mime_type, size_bytes) "
        "values (%s, '', %s, 'image/png', 1) returning id::text, path"
    )
    (file,) = world.rows(insert, brand.id, "face.png")
    assert file["path"] == f"{brand.id}/{file['id']}/face.png"
    for name in ("..", ".", "a/b", "a\\b", "a\n", ""):
        with pytest.raises(psycopg.errors.CheckViolation):
            world.rows(insert, brand.id, name)
    for path in (f"{other.id}/{file['id']}/face.png", f"{brand.id}/../{other.id}/face.png", f"{brand.id}/face.png"):
        with world.database.transaction(force_rollback=True):
            world.rows("alter table public.files disable trigger stamp_file")
            with pytest.raises(psycopg.errors.CheckViolation):
                world.rows("update public.files set path = %s where id = %s", path, file["id"])
