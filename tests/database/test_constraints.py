"""Checks that a violated constraint reaches the client as a documented code and field, without names of the schema."""

import json
import subprocess
import sys
from importlib import import_module
from typing import Any

import psycopg
import pytest

from lib.core.data.errors import from_data_api
from lib.core.data.unique_fields import find_unique_field, register_unique_fields, registered_unique_fields
from local.stack.settings import ROOT
from tests.core.test_imports import FUNCTIONS
from tests.support.world import Brand, World
from tools.package import ENVIRONMENT

pytestmark = pytest.mark.anyio

# Each function registers the unique indexes of its contexts.
for function in FUNCTIONS:
    import_module(f"api.{function}")

NOBODY_HAS = "018f0000-0000-7000-8000-000000000000"
TEMPLATE = {
    "name": "T",
    "content_type": "article",
    "input_fields": [{"id": "a", "name": "A", "type": "short_text"}],
    "output_fields": [{"id": "b", "name": "B"}],
}


async def refusal(world: World, brand: Brand, method: str, path: str, body: dict[str, Any]) -> Any:
    api = world.data_api(brand.admin.access_token)
    answer = await api.http.request(method, path, json=body, headers={"Prefer": "return=minimal"})
    assert answer.status_code >= 400, answer.text
    problem = answer.json()
    error = from_data_api(problem["code"], problem["message"], problem.get("details"))
    assert error is not None, problem
    shown = f"{error.message} {error.details}"
    for inside in ("relation", "constraint", "column", "_check", "_key", "_idx", "private.", "public.", "Failing row"):
        assert inside not in shown
    return error


@pytest.mark.parametrize(
    ("path", "change", "expected"),
    [
        ("/templates", {"name": ""}, (400, "VALIDATION_ERROR", "name", "INVALID_FORMAT")),
        ("/templates", {"name": None}, (400, "VALIDATION_ERROR", "name", "REQUIRED_FIELD_MISSING")),
        ("/templates", {"name": "x" * 101}, (400, "VALIDATION_ERROR", "name", "INVALID_FORMAT")),
        ("/templates", {"content_type": "No Type"}, (400, "VALIDATION_ERROR", "contentType", "INVALID_FORMAT")),
        ("/templates", {"input_fields": []}, (400, "VALIDATION_ERROR", "inputFields", "INVALID_FORMAT")),
        ("/templates", {"name": "test ARTICLE"}, (409, "ALREADY_EXISTS", "name", "DUPLICATE_VALUE")),
        ("/comments", {"content_id": NOBODY_HAS}, (409, "CONFLICT", "contentId", "INVALID_FORMAT")),
        ("/comments", {"body": "  "}, (400, "VALIDATION_ERROR", "body", "INVALID_FORMAT")),
        ("/comments", {"range_start": 5}, (400, "VALIDATION_ERROR", None, None)),
        ("/comments", {"mentions": [NOBODY_HAS]}, (400, "VALIDATION_ERROR", "mentions", "INVALID_FORMAT")),
        ("/vetting_agencies", {"country_code": "GBR"}, (400, "VALIDATION_ERROR", "countryCode", "INVALID_FORMAT")),
        ("/vetting_agencies", {"priority": "Urgent"}, (400, "VALIDATION_ERROR", "priority", "INVALID_FORMAT")),
        ("/files", {"mime_type": "application/x-msdownload"}, (400, "VALIDATION_ERROR", "mimeType", "INVALID_FORMAT")),
        ("/files", {"size_bytes": 10**9}, (400, "VALIDATION_ERROR", "sizeBytes", "INVALID_FORMAT")),
        ("/files", {"name": "../x"}, (400, "VALIDATION_ERROR", "name", "INVALID_FORMAT")),
    ],
)  # fmt: skip
async def test_constraint(
    world: World, path: str, change: dict[str, Any], expected: tuple[int, str, str | None, str | None]
) -> None:
    status, code, field, item = expected
    brand = await world.brand()
    content = (await world.draft(brand))["id"]
    bodies: dict[str, dict[str, Any]] = {
        "/templates": TEMPLATE,
        "/comments": {"content_id": content, "body": "x"},
        "/vetting_agencies": {"name": "Agency"},
        "/files": {"name": "a.png", "mime_type": "image/png", "size_bytes": 1},
    }
    error = await refusal(world, brand, "POST", path, bodies[path] | {"brand_id": brand.id} | change)
    assert (error.status, error.code) == (status, code), error.message
    if field is None:
        assert error.details == []
    else:
        assert [(detail["field"], detail["code"]) for detail in error.details] == [(field, item)]


async def test_constraint_of_a_command(world: World) -> None:
    brand = await world.brand()
    long = await refusal(world, brand, "POST", "/rpc/create_content", {"brand_id": brand.id, "title": "<b>"})
    assert (long.status, long.details[0]["field"]) == (400, "title")
    slug = await refusal(
        world, brand, "POST", "/rpc/create_content", {"brand_id": brand.id, "title": "x", "slug": "A B"}
    )
    assert (slug.status, slug.details[0]["field"]) == (400, "slug")
    wrong_type = {"brand_id": brand.id, "title": "x", "due_at": "tomorrow-ish"}
    assert (await refusal(world, brand, "POST", "/rpc/create_content", wrong_type)).status == 400
    claim = {"text": {"original": "x"}, "level": "product", "status": "allowed", "subject_ids": []}
    nothing = await refusal(world, brand, "POST", "/rpc/create_claim", claim)
    assert (nothing.status, nothing.details[0]["field"]) == (400, "subjectIds")


def test_every_duplicate_that_a_caller_can_make_has_its_field(database: psycopg.Connection) -> None:
    """Lists unique indexes of tables that users may insert into, except those on ids and on generated values."""
    rows = database.execute(
        "select index_class.relname from pg_index as indexed "
        "join pg_class as index_class on index_class.oid = indexed.indexrelid "
        "where indexed.indisunique and index_class.relnamespace = 'public'::regnamespace "
        "and has_any_column_privilege('authenticated', indexed.indrelid, 'insert') "
        "and pg_get_indexdef(indexed.indexrelid) !~ '[(](id|user_id|claim_id|key_hash|token_hash|id, "
        "[a-z_]+|bucket, path)[)]'"
    ).fetchall()
    assert {name for (name,) in rows} - registered_unique_fields().keys() == set()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("ai", {"ai_budgets_pkey": "month", "ai_prices_pkey": "effectiveFrom"}),
        ("brands", {"brands_name_key": "name", "brands_slug_key": "slug", "brand_members_pkey": "userId"}),
        ("contents", {"content_assignees_pkey": "userId"}),
        ("governance", {"workflows_brand_id_name_key": "name", "workflows_default_idx": "isDefault"}),
        ("identity", {"invitations_pending_idx": "email", "sso_connections_entity_id_key": "entityId"}),
        ("templates", {"templates_name_idx": "name", "template_versions_pkey": "version"}),
        ("transfers", {"content_assignees_pkey": "userId"}),
    ],
)
def test_a_function_knows_the_indexes_of_its_contexts(function: str, expected: dict[str, str]) -> None:
    code = (
        f"import json, api.{function}; from lib.core.data.unique_fields import registered_unique_fields; "
        "print(json.dumps(registered_unique_fields()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout.splitlines()[-1]).items() >= expected.items()


def test_an_index_has_one_field() -> None:
    register_unique_fields({"test_of_one_field_key": "name"})
    register_unique_fields({"test_of_one_field_key": "name"})
    with pytest.raises(ValueError, match="test_of_one_field_key is registered for name already"):
        register_unique_fields({"test_of_one_field_key": "slug"})
    assert find_unique_field('duplicate key value violates unique constraint "test_of_one_field_key"') == "name"
    assert find_unique_field('duplicate key value violates unique constraint "nobody_knows_it"') is None
