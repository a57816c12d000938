"""The planner's estimates come from the statistics of whole tables: nobody gets them at the data API."""

import psycopg
import pytest

from tests.support.world import World

pytestmark = pytest.mark.anyio

PLAN = "application/vnd.pgrst.plan+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Prefer": "count=planned"},
        {"Prefer": "count=estimated"},
        {"Prefer": "return=representation,  count=planned"},
        {"prefer": "handling=strict, count=estimated"},
        {"Accept": PLAN},
        {"Accept": f"application/json, {PLAN}; options=analyze"},
    ],
)
async def test_estimates_are_refused(world: World, headers: dict[str, str]) -> None:
    brand, other = await world.brand(), await world.brand()
    for token in (brand.admin.access_token, None):
        api = world.data_api(token).http
        for path in ("/contents", "/plans", "/rpc/list_contents"):
            answer = await api.get(path, params={"brand_id": f"eq.{other.id}"}, headers=headers)
            # A plan alone is refused before the database is asked, as by PostgREST.
            refusal = (answer.status_code, answer.json()["code"])
            assert refusal == ((406, "PGRST107") if headers.get("Accept") == PLAN else (400, "PT400"))
            assert "content-range" not in answer.headers


async def test_exact_counts_are_of_what_one_may_see(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await world.draft(other)
    await world.draft(brand)
    api = world.data_api(brand.admin.access_token).http
    answer = await api.get("/contents", headers={"Prefer": "count=exact"})
    assert answer.headers["content-range"] == "0-0/1"
    theirs = await api.get("/contents", params={"brand_id": f"eq.{other.id}"}, headers={"Prefer": "count=exact"})
    assert theirs.headers["content-range"] == "*/0"


def test_the_data_api_asks_before_each_request(database: psycopg.Connection) -> None:
    """As hosted: PostgREST reads the settings of its own role, and calls the function as the role of the caller."""
    (settings,) = database.execute(
        "select setconfig from pg_db_role_setting where setrole = 'authenticator'::regrole and setdatabase = 0"
    ).fetchall()[0]
    assert {"pgrst.db_pre_request=private.check_request", "pgrst.db_plan_enabled=false"} <= set(settings)
    for role in ("anon", "authenticated", "service_role"):
        assert database.execute(
            "select has_schema_privilege(%s, 'private', 'usage') "
            "and has_function_privilege(%s, 'private.check_request()', 'execute')",
            [role, role],
        ).fetchone() == (True,)
