"""For every table there is: rows of one brand are nothing to members of another, nor to anyone unknown.

The tables come from the catalogue. A table that is added without a policy, or of which the world below
makes no row, fails here by itself.
"""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from local.demo.callers import Dashboard
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

# How the rows of a brand are found where there is no brand_id.
BRAND_ROWS = {
    "brands": "select id from public.brands where id = %(brand)s",
    "profiles": "select user_id as id from public.brand_members where brand_id = %(brand)s",
}


def exposed_tables(database: psycopg.Connection) -> list[str]:
    rows = database.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') "
        "order by relname"
    ).fetchall()
    return [name for (name,) in rows]


async def full_brand(world: World) -> Brand:
    """A brand with at least one row in every table."""
    brand = await world.brand()
    content = await world.draft(brand)
    async for _ in brand.editor.stream("/ai/generate", {"contentId": content["id"]}):
        pass
    await world.published(brand)
    return brand


def key_columns(database: psycopg.Connection, table: str) -> list[str]:
    rows = database.execute(
        "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) "
        "where i.indisprimary and i.indrelid = %s::regclass",
        [f"public.{table}"],
    ).fetchall()
    return [name for (name,) in rows]


def rows_of(world: World, table: str, brand: Brand) -> list[dict[str, Any]]:
    found = f"id in ({BRAND_ROWS[table]})" if table in BRAND_ROWS else "brand_id = %(brand)s"
    with world.database.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(f"select * from public.{table} where {found}", {"brand": brand.id}).fetchall()


def columns_of(database: psycopg.Connection, table: str) -> list[str]:
    rows = database.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s", [table]
    ).fetchall()
    return [name for (name,) in rows]


async def test_every_table(world: World, database: psycopg.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    brand, other = await full_brand(world), await full_brand(world)
    stranger = world.data_api(other.admin.access_token)
    anonymous = world.data_api(None)
    member = world.data_api(brand.viewer.access_token)
    tables = exposed_tables(database)
    checks = 0
    for table in tables:
        rows = rows_of(world, table, brand)
        assert rows, f"the test makes no row in {table}: without one it proves nothing"
        keys = key_columns(database, table)
        columns = columns_of(database, table)
        for row in rows:
            this = {key: f"eq.{row[key]}" for key in keys}
            assert await member.count(table, this) == 1, f"a member does not see the row of {table}"
            for caller in (stranger, anonymous):
                assert await caller.count(table, this) == 0, f"{table} can be read"
                same = _as_json(row)
                for column in columns:
                    changed = await caller.http.patch(f"/{table}", params=this, json={column: same[column]})
                    assert_in_vain(changed, f"{column} of {table} can be changed")
                deleted = await caller.http.delete(f"/{table}", params=this)
                assert_in_vain(deleted, f"{table} can be deleted from")
                for new in (same | {keys[0]: str(uuid4())}, {name: same[name] for name in same if name != "id"}):
                    # Refused by privilege or policy: a 409 would say that only uniqueness stood in the way, and
                    # asking for the row back would let the policy on reading do the refusing.
                    inserted = await caller.http.post(f"/{table}", json=new, headers={"Prefer": "return=minimal"})
                    assert inserted.status_code in (401, 403), f"{table} can be inserted into: {inserted.text}"
                checks += 4 + len(columns)
        assert rows_of(world, table, brand) == rows, f"{table} was changed by someone outside of the brand"
    with capsys.disabled():
        print(f"\n{checks} attempts on {len(tables)} tables, all in vain")


def assert_in_vain(response: httpx.Response, message: str) -> None:
    """Refused, or done to no row at all."""
    assert response.status_code in (401, 403) or response.json() == [], f"{message}: {response.text}"


def _as_json(row: dict[str, Any]) -> dict[str, Any]:
    plain = (dict, list, int, float, bool, type(None))
    return {name: value if isinstance(value, plain) else str(value) for name, value in row.items()}


async def test_lists_without_filter_hold_own_rows_only(world: World, database: psycopg.Connection) -> None:
    brand, other = await full_brand(world), await full_brand(world)
    stranger = world.data_api(other.viewer.access_token)
    for table in exposed_tables(database):
        response = await stranger.http.get(f"/{table}", params={"select": "*", "limit": "1000"})
        seen = response.json()
        assert seen, f"a member of a brand sees nothing of {table}"
        if table == "profiles":
            own = {world.id_of(person) for person in (other.admin, other.editor, other.viewer)}
            assert {row["id"] for row in seen} == own
        else:
            column = "id" if table == "brands" else "brand_id"
            assert {row[column] for row in seen} <= {other.id, None}
    for relation in ("contents", "workflow_instances", "brand_members", "domain_events"):
        response = await stranger.http.get("/brands", params={"select": f"id,{relation}(*)", "id": f"eq.{brand.id}"})
        assert response.json() == []


async def test_every_command_and_function(world: World, database: psycopg.Connection) -> None:
    """Whatever can be called with ids of another brand tells nothing and does nothing."""
    brand, other = await full_brand(world), await full_brand(world)
    contents = rows_of(world, "contents", brand)
    generation = rows_of(world, "ai_generations", brand)[0]
    functions = dict(
        database.execute(
            "select proname, proargnames from pg_proc where pronamespace = 'public'::regnamespace order by 1"
        ).fetchall()
    )
    assert functions
    known: dict[str, Any] = {
        "content_id": str(contents[0]["id"]),
        "generation_id": str(generation["id"]),
        "brand_id": brand.id,
        "brand": brand.id,
        "template_id": brand.template_id,
        "expected_version": contents[0]["version"],
        "changes": {"title": "Taken"},
        "title": "Planted",
        "query": "title",
        "provider": "x",
        "model": "x",
        "prompt_version": "x",
        "output": {"headline": "Taken"},
        "prompt_tokens": 1,
        "completion_tokens": 1,
        "latency_ms": 1,
        "error": "x",
    }
    before = {table: rows_of(world, table, brand) for table in exposed_tables(database)}
    for name, arguments in functions.items():
        body = {argument: known[argument] for argument in arguments or [] if argument in known}
        for token in (other.admin.access_token, None):
            response = await world.data_api(token).http.post(f"/rpc/{name}", json=body)
            assert response.status_code in (400, 401, 403, 404) or response.json() == [], f"{name}: {response.text}"
            for row in contents:
                assert row["title"] not in response.text
    assert {table: rows_of(world, table, brand) for table in before} == before


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
async def test_members_cannot_write_what_the_database_writes(world: World, column: str, value: Any) -> None:
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
    """Past them neither the version nor the template of another brand would be checked."""
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
    api = world.data_api(brand.editor.access_token)
    body = {"content_id": content["id"], "provider": "x", "model": "x", "prompt_version": "x"}
    assert (await api.http.post("/rpc/request_generation", json=body)).status_code == 409


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


@pytest.mark.parametrize("kind", ["brand", "content", "workflow", "ai", "user"])
async def test_every_topic(world: World, kind: str) -> None:
    brand, other = await full_brand(world), await full_brand(world)
    subject = {
        "brand": brand.id,
        "content": rows_of(world, "contents", brand)[0]["id"],
        "workflow": rows_of(world, "workflow_instances", brand)[0]["id"],
        "ai": rows_of(world, "ai_generations", brand)[0]["id"],
        "user": world.id_of(brand.viewer),
    }[kind]
    environment = world.stack.environment
    config = {
        "supabaseUrl": environment["SUPABASE_URL"],
        "supabasePublishableKey": environment["SUPABASE_PUBLISHABLE_KEY"],
    }
    tokens = (brand.viewer.access_token, other.admin.access_token, environment["SUPABASE_PUBLISHABLE_KEY"])
    states: list[str] = []
    for token in tokens:
        dashboard = await Dashboard.open(config, token, f"{kind}:{subject}")
        states.append(dashboard.state)
        await dashboard.close()
    assert states == ["SUBSCRIBED", "CHANNEL_ERROR", "CHANNEL_ERROR"]
