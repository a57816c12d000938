"""Repeats the proof over HTTP: calls the data API and Realtime with tokens of outsiders, past all our own code."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from local.demo.dashboard import Dashboard
from local.stack.client import RunningStack
from tests.support.data_api import DataApi
from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.matrix import EVERYONE, TABLES
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Caller, Scene

pytestmark = pytest.mark.anyio

REFUSED = (401, 403, 404, 405, 406)


def token_of(stack: RunningStack, caller: Caller) -> str | None:
    """Creates an access token as Supabase Auth would sign it; none for anonymous callers."""
    if caller.user_id is None:
        return None
    claims = caller.claims | {"aud": "authenticated", "exp": datetime.now(UTC) + timedelta(hours=1)}
    return jwt.encode(claims, stack.environment["SUPABASE_JWT_SECRET"], "HS256")


@pytest.fixture
async def outsiders(stack: RunningStack, live_scene: Scene) -> AsyncIterator[dict[str, DataApi]]:
    names = ("anonymous", "other", "expired", "restricted", "unverified")
    apis = {name: DataApi(stack.environment, token_of(stack, live_scene.callers[name])) for name in names}
    yield apis
    for api in apis.values():
        await api.close()


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(row, default=str))


async def test_every_table(outsiders: dict[str, DataApi], live_scene: Scene, probe: Probe) -> None:
    """Reading, changing each column, deleting and inserting return nothing and change nothing."""
    for table, (readers, *_) in TABLES.items():
        keys = probe.keys(f"public.{table}")
        row = as_json(live_scene.rows[table])
        this = {key: f"eq.{row[key]}" for key in keys}
        for name, api in outsiders.items():
            if name in readers or readers == EVERYONE:
                continue
            seen = await api.http.get(f"/{table}", params=this | {"select": ",".join(keys)})
            assert seen.status_code in REFUSED or seen.json() == [], f"{name} reads {table}: {seen.text}"
            for column in probe.columns(f"public.{table}", "authenticated", "update") or keys:
                changed = await api.http.patch(f"/{table}", params=this, json={column: row[column]})
                assert changed.status_code in REFUSED or changed.json() == [], f"{name} changes {table}: {changed.text}"
            deleted = await api.http.delete(f"/{table}", params=this)
            assert deleted.status_code in REFUSED or deleted.json() == [], f"{name} deletes {table}: {deleted.text}"


async def test_nothing_is_planted(outsiders: dict[str, DataApi], live_scene: Scene, probe: Probe) -> None:
    for table, (_, writers, *_) in TABLES.items():
        columns = probe.columns(f"public.{table}", "authenticated", "insert")
        row = as_json(live_scene.rows[table])
        for name, api in outsiders.items():
            if name in writers:
                continue
            new = {column: row[column] for column in columns} or row
            answer = await api.http.post(f"/{table}", json=new, headers={"Prefer": "return=minimal"})
            assert answer.status_code in (401, 403), f"{name} inserts into {table}: {answer.text}"


async def test_every_function(outsiders: dict[str, DataApi], live_scene: Scene) -> None:
    for name, function in FUNCTIONS.items():
        for caller, api in outsiders.items():
            if caller in function.allowed:
                continue
            arguments = as_plain(function.arguments(live_scene))
            answer = await api.http.post(f"/rpc/{name}", json=arguments)
            is_nothing = answer.status_code in REFUSED or function.gives_nothing(answer.json())
            assert is_nothing, f"{caller} calls {name}: {answer.text}"
            assert "Secret" not in answer.text


def as_plain(arguments: dict[str, Any]) -> dict[str, Any]:
    return {key: as_json({"value": getattr(value, "obj", value)})["value"] for key, value in arguments.items()}


EMBEDDINGS = [
    ("templates", "contents(*)"),
    ("profiles", "brand_members!brand_members_user_id_fkey(*)"),
    ("workflows", "workflow_steps(*),workflow_instances(*)"),
    ("products", "market_overrides(*),claim_subjects(*)"),
    ("countries", "claim_reviews(*)"),
    ("plans", "accounts(*)"),
    ("notification_preferences", "profiles(*)"),
]


@pytest.mark.parametrize(("table", "select"), EMBEDDINGS)
async def test_embedding_reaches_no_further_than_asking(
    outsiders: dict[str, DataApi], live_scene: Scene, table: str, select: str
) -> None:
    ids = [str(value) for row in live_scene.tenant.rows.values() for key, value in row.items() if key == "id"]
    answer = await outsiders["other"].http.get(f"/{table}", params={"select": f"*,{select}"})
    if answer.status_code in REFUSED:
        answer = await outsiders["other"].http.get(f"/{table}", params={"select": select})
    assert not [found for found in ids if found in answer.text]


@pytest.mark.parametrize(
    "filters",
    [
        {"title": "like.Secret*"},
        {"title": "fts.secret"},
        {"title": "match.^Secret"},
        {"fields->>topic": "eq.winter"},
        {"or": "(title.like.Secret*,status.eq.draft)"},
        {"not.and": "(title.eq.nothing)"},
        {"order": "title.desc"},
        {"title": "eq.1; select 1/0"},
    ],
)
async def test_filters_and_counts_tell_nothing(
    outsiders: dict[str, DataApi], live_scene: Scene, filters: dict[str, str]
) -> None:
    brand = {"brand_id": f"eq.{live_scene.tenant.brand_id}", "select": "id"}
    answer = await outsiders["other"].http.get("/contents", params=filters | brand, headers={"Prefer": "count=exact"})
    if answer.status_code == 200:
        assert answer.json() == []
        assert answer.headers["Content-Range"].endswith("/0")
    assert "Secret" not in answer.text


async def test_a_condition_that_fails_is_not_evaluated_on_rows_of_others(scene: Scene, probe: Probe) -> None:
    """A division by zero in a filter would reveal that a row exists: policies are evaluated first."""
    with probe.acting(scene.callers["other"]) as cursor:
        cursor.execute(
            "select count(*) from public.contents where brand_id = %s and 1 / (length(title) - length(title)) > 0",
            [scene.tenant.brand_id],
        )
        assert cursor.fetchall() == [{"count": 0}]


async def test_realtime(stack: RunningStack, live_scene: Scene) -> None:
    environment = stack.environment
    config = {
        "supabaseUrl": environment["SUPABASE_URL"],
        "supabasePublishableKey": environment["SUPABASE_PUBLISHABLE_KEY"],
    }
    states: dict[str, str] = {}
    for name in ("viewer", "other", "expired", "restricted", "unverified", "anonymous"):
        token = token_of(stack, live_scene.callers[name]) or environment["SUPABASE_PUBLISHABLE_KEY"]
        dashboard = await Dashboard.open(config, token, f"brand:{live_scene.tenant.brand_id}")
        states[name] = dashboard.state
        await dashboard.close()
    assert states == {name: "SUBSCRIBED" if name == "viewer" else "CHANNEL_ERROR" for name in states}


async def test_an_id_that_nobody_has_is_answered_like_one_of_another_brand(
    outsiders: dict[str, DataApi], live_scene: Scene
) -> None:
    api = outsiders["other"].http
    for name, key in (("publish_content", "content_id"), ("resolve_claims", "product_id"), ("remove_file", "file_id")):
        table = {"content_id": "contents", "product_id": "products", "file_id": "files"}[key]
        more = {"market": "GB"} if name == "resolve_claims" else {}
        theirs = await api.post(f"/rpc/{name}", json={key: str(live_scene.rows[table]["id"]), **more})
        nobodys = await api.post(f"/rpc/{name}", json={key: str(uuid4()), **more})
        assert (theirs.status_code, theirs.json()) == (nobodys.status_code, nobodys.json())
