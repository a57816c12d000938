"""Checks limits of hosted services that are stated in several places, or that truncate results without notice."""

import ast
import re
import tomllib

import pytest

from local.stack.settings import ROOT
from tests.support.world import World

pytestmark = pytest.mark.anyio

CONFIG = tomllib.loads((ROOT / "supabase" / "config.toml").read_text())
# Functions that may return more than one row without a `limit`, and why a thousand rows are enough.
MANY = {
    "active_flags": "flags are few",
    "bulk_decide_tasks": "one for each of at most 100 tasks",
    "bulk_contents": "one for each of at most 100 contents",
    "chase_tasks": "a batch of 200",
    "content_analytics": "may be more: ask for fewer days, or one brand",
    "create_contents": "one for each line of a chunk of 50",
    "find_nodes": "one for each id",
    "get_claim": "one",
    "get_generation": "one",
    "generation_analytics": "may be more: ask for fewer days, or one brand",
    "my_profile": "one",
    "publish_due_contents": "two batches of 100",
    "refresh_analytics": "three",
    "resolve_claims": "claims of one product in one market",
    "review_analytics": "may be more: ask for fewer days, or one brand",
    "time_out_runs": "a batch of 100",
    "texts_to_embed": "one for each of 60 jobs",
    "verify_audit_log": "one that is broken is enough",
}


async def test_functions_that_return_many_rows_say_why_a_thousand_are_enough(world: World) -> None:
    """Commands return the row that they changed: their type is that of a table. All others limit themselves."""
    rows = world.rows(
        r"select proname from pg_proc where pronamespace = 'public'::regnamespace and proretset "
        r"and prosrc !~* '\mlimit\M' and (provolatile <> 'v' or prorettype = 'record'::regtype)"
    )
    assert CONFIG["api"]["max_rows"] == 1000
    assert {row["proname"] for row in rows} == MANY.keys()


# Queries of Python without a limit, by the function that makes them, and why a thousand rows are enough.
UNLIMITED_QUERIES = {
    "lib/identity/sessions/repository.py: fetch_devices": "the remembered devices of one person",
    "lib/identity/second_factor/repository.py: fetch_factors": "the second factors of one person",
    "lib/identity/sessions/repository.py: fetch_sessions": "five of one person are alive at most",
}


def test_queries_without_a_limit_say_why_a_thousand_rows_are_enough() -> None:
    found: set[str] = set()
    for path in sorted((ROOT / "lib").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            text = ast.unparse(node)
            # One row by its id, or a page.
            is_limited = re.search(r"\.limit\(|\.range\(|\.eq\('id'|\.maybe_single\(|\.single\(", text)
            # DataApi.from_ only begins the queries of others.
            if ".from_(" in text and node.name != "from_" and not is_limited:
                found.add(f"{path.relative_to(ROOT)}: {node.name}")
    assert found == UNLIMITED_QUERIES.keys()


async def test_the_limit_of_uploads_is_the_same_everywhere(world: World) -> None:
    """The bucket's row, the project's setting, and the page that states what the Free plan allows."""
    limit = 100 * 1024 * 1024
    assert CONFIG["storage"]["file_size_limit"] == "100MiB"
    (bucket,) = world.rows("select file_size_limit from storage.buckets where id = 'brand-files'")
    assert bucket["file_size_limit"] == limit
    page = re.sub(r"\s+", " ", (ROOT / "docs" / "deploy.md").read_text())
    assert "`brand-files` takes files of up to 100 MiB" in page
    assert "The Free plan stops at 50 MB" in page
