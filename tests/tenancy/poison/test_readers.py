"""Rows that break the rules of the database, and every read route all the same at 200 without them.

The rows are planted past every constraint: a rule may be younger than a row, or be missing.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
import pytest
from psycopg.rows import dict_row

from local.demo.callers import Person
from local.stack.client import RunningStack, copied_stack
from tests.support.world import Brand, World
from tests.tenancy.poison.planting import Planted, poison_rows

pytestmark = pytest.mark.anyio

VALUES: Final = 4
"""Hostile values for each column: more make the lists longer than a page and the test slow."""

type Path = Callable[["Scene"], str]


@dataclass
class Scene:
    """A brand with a row of each table that has a read route, and the people who read them."""

    world: World
    brand: Brand
    stranger: Person
    admin: Person
    content: dict[str, Any]
    published: dict[str, Any]
    slug: str
    reviewed: dict[str, Any]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    planted: Planted = field(default_factory=Planted)


def superuser(stack: RunningStack) -> psycopg.Connection:
    url = stack.database_url.replace("postgres:postgres@", "supabase_admin:postgres@")
    return psycopg.connect(url, autocommit=True)


# Tables, each with the condition that finds the row to copy.
ROWS: Final = {
    "brands": "id = %(brand)s",
    "profiles": "id = %(viewer)s",
    "templates": "brand_id = %(brand)s",
    "template_versions": "template_id = %(template)s",
    "contents": "id = %(content)s",
    "content_versions": "content_id = %(content)s",
    "comments": "content_id = %(content)s",
    "domain_events": "aggregate_id = %(content)s",
    "audit_log": "brand_id = %(brand)s",
    "workflows": "id = %(workflow)s",
    "workflow_versions": "workflow_id = %(workflow)s",
    "workflow_instances": "content_id = %(reviewed)s",
    "workflow_step_runs": "content_id = %(reviewed)s",
    "workflow_tasks": "content_id = %(reviewed)s",
    "workflow_actions": "content_id = %(reviewed)s",
    "ai_generations": "brand_id = %(brand)s",
    "invitations": "brand_id = %(brand)s",
    "api_keys": "user_id = %(admin)s",
    "user_sessions": "user_id = %(editor)s",
    "trusted_devices": "user_id = %(editor)s",
    "notification_preferences": "user_id = %(viewer)s",
    "channels": "brand_id = %(brand)s",
    "channel_publications": "brand_id = %(brand)s",
}


STATEMENTS: Final = (
    """
    insert into public.ai_generations (brand_id, user_id, type, provider, model, prompt_version)
    values (%(brand)s, %(editor)s, 'content_generation', 'x', 'x', 'x')
    """,
    """
    insert into public.trusted_devices (user_id, name, token_hash, expires_at)
    values (%(editor)s, 'Laptop', repeat('a', 64), now() + interval '1 day')
    """,
    "insert into public.notification_preferences (user_id) values (%(viewer)s)",
    """
    insert into public.channels (brand_id, kind, name, settings, credentials)
    values (%(brand)s, 'webhook', 'Site', '{"url": "https://hooks.test/x"}', 'v1.' || repeat('a', 40))
    """,
    """
    insert into public.channel_publications (channel_id, content_id, brand_id)
    select id, %(content)s, brand_id from public.channels where brand_id = %(brand)s
    """,
)


async def build(world: World) -> Scene:
    brand = await world.brand()
    published = await world.published(brand)
    content, reviewed = await world.draft(brand), await world.draft(brand)
    assert (await brand.editor.post(f"/contents/{reviewed['id']}/submit")).status_code == 200
    stranger, admin = await world.signed_in(), await world.platform_admin()
    world.join(stranger, brand.id, "viewer")
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    scene = Scene(world, brand, stranger, admin, content, published, slug, reviewed)
    assert (await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "public"})).status_code == 200
    # One review that stays as it is, beside the one whose run is changed in place: a content has one active run.
    sound = await world.draft(brand)
    assert (await brand.editor.post(f"/contents/{sound['id']}/submit")).status_code == 200
    away = {"delegateId": world.id_of(stranger), "startsAt": "2090-01-01T00:00:00Z", "endsAt": "2090-02-01T00:00:00Z"}
    assert (await brand.viewer.post("/delegations", away)).status_code == 201
    body = {"body": "A remark"}
    assert (await brand.editor.post(f"/contents/{content['id']}/comments", body)).status_code == 201
    named = {
        "brand": brand.id,
        "template": brand.template_id,
        "content": content["id"],
        "workflow": brand.workflow_id,
        "reviewed": reviewed["id"],
        "admin": world.id_of(brand.admin),
        "editor": world.id_of(brand.editor),
        "viewer": world.id_of(brand.viewer),
    }
    for statement in STATEMENTS:
        world.database.execute(statement.encode(), named)
    for table, condition in ROWS.items():
        with world.database.cursor(row_factory=dict_row) as cursor:
            cursor.execute(f"select * from public.{table} where {condition} limit 1".encode(), named)
            row = cursor.fetchone()
        if row is not None:
            scene.rows[table] = row
    return scene


@pytest.fixture(scope="module")
async def scene(shared_stack: RunningStack) -> AsyncIterator[Scene]:
    """Yields a scene in a platform of its own: its rows would spoil the figures of others."""
    with copied_stack(shared_stack) as stack, psycopg.connect(stack.database_url, autocommit=True) as database:
        world = World(stack, database)
        built = await build(world)
        with superuser(stack) as connection:
            built.planted = poison_rows(connection, built.rows, most_values=VALUES)
            # The last position of the chain: no more could follow. The log is written by functions alone.
            connection.execute("set session_replication_role = replica")
            connection.execute("delete from public.audit_log where position > 1e15")
            connection.execute("reset session_replication_role")
        yield built
        await world.close()


# Lists in pages or by cursor, with their reader, and whether bad rows of the scene must have been left out of them.
LISTS: Final[list[tuple[str, str, bool]]] = [
    ("editor", "/contents?brandId={brand}", True),
    ("stranger", "/contents?sort=title", True),
    ("stranger", "/contents?sort=dueAt", True),
    ("stranger", "/contents?sort=score&expand=brand,template,people", True),
    ("admin", "/contents?brandId={brand}&fields=title,tags", True),
    ("stranger", "/contents/search?q=Title", False),
    ("stranger", "/contents/suggest?q=Tit", False),
    ("editor", "/contents/{content}/versions", True),
    ("stranger", "/contents/{content}/comments", True),
    ("stranger", "/contents/{content}/events", True),
    ("stranger", "/activity?brandId={brand}", True),
    ("stranger", "/events?brandId={brand}&limit=200", True),
    ("stranger", "/templates?brandId={brand}", True),
    ("stranger", "/templates/{template}/versions", True),
    ("stranger", "/workflows?brandId={brand}", True),
    ("stranger", "/workflows/{workflow}/versions", False),
    ("stranger", "/brands", True),
    ("admin", "/brands", True),
    ("editor", "/brands/{brand}/members", False),
    ("admin", "/users", False),
    ("admin", "/users?brandId={brand}", False),
    ("brand_admin", "/brands/{brand}/audit-log", True),
    ("editor", "/ai/generations?brandId={brand}", True),
    ("viewer", "/tasks?sort=priority", True),
    ("viewer", "/tasks?q=Title&workflowId={workflow}", False),
    ("viewer", "/tasks?state=done", False),
    ("brand_admin", "/tasks?scope=brand&brandId={brand}&sort=created", True),
    ("brand_admin", "/delegations?brandId={brand}", False),
    ("brand_admin", "/channels?brandId={brand}", True),
    ("stranger", "/users/me/permissions", False),
    ("stranger", "/content-types", False),
    ("stranger", "/countries", False),
    ("admin", "/admin/dead-letters", False),
    ("admin", "/audit-log", False),
    ("admin", "/sso-connections", False),
]
# Everything else that reads: its reader, and its path.
OTHERS: Final = [
    ("stranger", "/users/me"),
    ("stranger", "/users/me/export"),
    ("stranger", "/users/me/preferences"),
    ("editor", "/users/me"),
    ("editor", "/auth/sessions"),
    ("editor", "/auth/devices"),
    ("editor", "/auth/mfa/factors"),
    ("brand_admin", "/users/api-keys?brandId={brand}"),
    ("brand_admin", "/users/invitations?brandId={brand}"),
    ("stranger", "/contents/{content}"),
    ("stranger", "/contents/{content}/score"),
    ("stranger", "/contents/{reviewed}"),
    ("stranger", "/contents/{reviewed}/review"),
    ("stranger", "/contents/{published}/versions/compare?from=1&to=2"),
    ("stranger", "/brands/{brand}"),
    ("brand_admin", "/brands/{brand}/quota"),
    ("brand_admin", "/ai/budget?brandId={brand}"),
    ("stranger", "/ai/usage?brandId={brand}"),
    ("viewer", "/tasks/counts"),
    ("brand_admin", "/tasks/assignments?userId={viewer}"),
    ("brand_admin", "/review-analytics?brandId={brand}&from=2026-01-01T00:00:00Z"),
]


def reader(scene: Scene, name: str) -> Person:
    people = {"brand_admin": scene.brand.admin, "editor": scene.brand.editor, "viewer": scene.brand.viewer}
    return people.get(name) or {"stranger": scene.stranger, "admin": scene.admin}[name]


def filled(scene: Scene, path: str) -> str:
    return path.format(
        brand=scene.brand.id,
        content=scene.content["id"],
        published=scene.published["id"],
        template=scene.brand.template_id,
        workflow=scene.brand.workflow_id,
        reviewed=scene.reviewed["id"],
        viewer=scene.world.id_of(scene.brand.viewer),
    )


async def read_all(person: Person, path: str) -> tuple[list[dict[str, Any]], int, int | None]:
    """Reads all pages of a list. Returns the items, how many were left out, and the total of the first page."""
    items: list[dict[str, Any]] = []
    omitted = 0
    first_total: int | None = None
    separator = "&" if "?" in path else "?"
    following = (
        path
        if path.startswith(("/contents/suggest", "/countries", "/content-types", "/events"))
        else (f"{path}{separator}pageSize=100")
    )
    while following:
        response = await person.get(following)
        assert response.status_code == 200, f"{following}: {response.status_code} {response.text[:300]}"
        answer = response.json()
        items += answer["data"]
        omitted += answer["meta"]["omitted"]
        if first_total is None:
            first_total = answer.get("pagination", {}).get("totalItems")
        following = ((answer.get("links") or {}).get("next") or "").removeprefix("/api/v1")
    return items, omitted, first_total


async def test_every_list_survives_bad_rows(scene: Scene) -> None:
    assert scene.planted.count > 100
    problems: list[str] = []
    left_out = 0
    for name, path, has_bad_rows in LISTS:
        items, omitted, total = await read_all(reader(scene, name), filled(scene, path))
        left_out += omitted
        if total is not None and len(items) + omitted != total:
            problems.append(f"{path}: {len(items)} items and {omitted} left out of {total}")
        if has_bad_rows and omitted == 0:
            problems.append(f"{path}: nothing was left out of {len(items)}")
        # The only version of the template was changed in place.
        if not items and not path.startswith(
            ("/admin", "/sso", "/audit-log", "/contents/s", "/templates/{template}", "/tasks?state")
        ):
            problems.append(f"{path}: all is gone")
    assert problems == []
    print(f"\n{scene.planted.count} bad rows planted, {len(LISTS)} lists read, {left_out} rows left out of them")


async def test_everything_else_of_others_is_read(scene: Scene) -> None:
    problems: list[str] = []
    for name, path in OTHERS:
        response = await reader(scene, name).get(filled(scene, path))
        if response.status_code != 200:
            problems.append(f"{path}: {response.status_code} {response.text[:200]}")
    assert problems == []


async def test_a_bad_row_alone_is_refused_by_a_defined_error(scene: Scene) -> None:
    statuses: dict[int, int] = {}
    for table, path in (("contents", "/contents/{}"), ("templates", "/templates/{}"), ("brands", "/brands/{}")):
        for key in scene.planted.rows[table][:25]:
            response = await scene.admin.get(path.format(key["id"]))
            statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
            if response.status_code == 422:
                assert response.json()["error"]["code"] == "UNPROCESSABLE"
    assert statuses.keys() <= {200, 404, 422}, statuses  # 404: a time at which it was deleted was planted
    assert statuses[422] > 0


async def test_exports_and_websites_leave_them_out(scene: Scene) -> None:
    for form in ("json", "csv", "ndjson"):
        response = await scene.brand.admin.get(f"/contents/export?brandId={scene.brand.id}&format={form}")
        assert response.status_code == 200, response.text[:300]
        assert scene.content["id"] in response.text
    response = await scene.stranger.get(f"/delivery/{scene.slug}/contents")
    assert response.status_code == 200
    assert scene.published["id"] in response.text


async def test_every_scheduled_task_is_complete(scene: Scene) -> None:
    headers = {"Authorization": "Bearer local-cron-secret"}
    for interval in ("minute", "hour", "day"):
        response = await scene.stranger.http.get(f"/cron/{interval}", headers=headers)
        report = response.json()["data"]
        assert response.status_code == 200, {
            name: task for name, task in report["tasks"].items() if task["outcome"] != "done"
        }
