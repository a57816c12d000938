"""Pages of any origin may read what is delivered, and all of them get the same answer, also from the edge."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.servers import functions_with
from tests.support.waiting import until_told
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

WEB_APP = "https://app.example.com"
WEBSITES = ("https://shop.example.org", "https://blog.example.net", WEB_APP, "null")
COOKIE = {"Cookie": "__Host-mixerai-access=x"}


@pytest.fixture(scope="module")
def deployment(stack: RunningStack) -> Iterator[str]:
    """A deployment whose setting names one web app, behind an edge cache of its own."""
    with functions_with(stack.environment | {"CORS_ALLOWED_ORIGINS": WEB_APP}) as running:
        yield running


@pytest.fixture(params=["with the setting", "without it"])
def origin(request: pytest.FixtureRequest, deployment: str, stack: RunningStack) -> str:
    return deployment if request.param == "with the setting" else stack.urls["web"]


@pytest.fixture
async def browser(origin: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1", timeout=30) as client:
        yield client


def delivered(world: World, brand: Brand) -> str:
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    return f"/delivery/{slug}/contents"


def assert_for_everyone(answer: httpx.Response) -> None:
    assert answer.headers.get_list("Access-Control-Allow-Origin") == ["*"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "origin" not in answer.headers.get("Vary", "").lower()
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_the_edge_gives_every_origin_the_same_headers(world: World, browser: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    await until_told(world)
    for path in (delivered(world, brand), f"{delivered(world, brand)}/{content['slug']}"):
        kept: list[str] = []
        tag = ""
        # The edge keeps the first answer, whatever the origin of its request.
        for headers in ({"Origin": WEBSITES[0]} | COOKIE, {}, *({"Origin": origin} for origin in WEBSITES), COOKIE):
            answer = await browser.get(path, headers=headers)
            assert answer.status_code == 200, answer.text
            assert_for_everyone(answer)
            assert {"ETag", "X-Request-Id"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
            kept.append(answer.headers["x-vercel-cache"])
            tag = answer.headers["ETag"]
        assert kept == ["MISS"] + ["HIT"] * 6
        unchanged = await browser.get(path, headers={"Origin": WEBSITES[1], "If-None-Match": tag})
        assert unchanged.status_code == 304
        assert_for_everyone(unchanged)


async def test_private_answers_and_refusals_can_be_read_as_well(world: World, browser: httpx.AsyncClient) -> None:
    brand = await world.brand()
    await world.published(brand)
    path = delivered(world, brand)
    response = await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "private", "newKey": True})
    key = response.json()["data"]["key"]
    for origin in WEBSITES:
        answer = await browser.get(path, headers={"Origin": origin, "X-Delivery-Key": key} | COOKIE)
        assert (answer.status_code, answer.headers["x-vercel-cache"]) == (200, "BYPASS")
        assert_for_everyone(answer)
        refused = await browser.get(path, headers={"Origin": origin} | COOKIE)
        assert_problem(refused, 404, "NOT_FOUND")
        assert_for_everyone(refused)
        assert refused.headers["x-vercel-cache"] == "BYPASS"
    wrong = await browser.get(path, params={"pageSize": 0}, headers={"Origin": WEBSITES[0]})
    assert_problem(wrong, 400, "VALIDATION_ERROR")
    assert_for_everyone(wrong)


@pytest.mark.parametrize("asked", ["x-delivery-key", "if-none-match", "if-none-match,x-delivery-key"])
async def test_preflights(world: World, browser: httpx.AsyncClient, asked: str) -> None:
    brand = await world.brand()
    for origin in WEBSITES:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": asked,
        }
        answer = await browser.options(delivered(world, brand), headers=headers | COOKIE)
        assert answer.status_code == 204, answer.text
        assert_for_everyone(answer)
        allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
        assert set(asked.split(",")) <= allowed
        assert "GET" in answer.headers["Access-Control-Allow-Methods"]
        assert int(answer.headers["Access-Control-Max-Age"]) > 0
    # Without the headers of a preflight it lists the methods, as on every path.
    listed = await browser.options(delivered(world, brand))
    assert (listed.status_code, listed.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_other_routes_go_by_the_setting_and_stay_out_of_the_edge(
    world: World, deployment: str, stack: RunningStack
) -> None:
    brand = await world.brand()
    paths = ("/health", f"/brands/{brand.id}", "/contents")
    for origin, known in ((deployment, (WEB_APP,)), (stack.urls["web"], ())):
        token = {"Authorization": f"Bearer {brand.viewer.access_token}"}
        async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers=token, timeout=30) as browser:
            for path in paths:
                for page in WEBSITES:
                    answer = await browser.get(path, headers={"Origin": page})
                    assert answer.headers.get("Access-Control-Allow-Origin") == (page if page in known else None)
                    assert answer.headers["x-vercel-cache"] == "BYPASS"
                    asked = {"Origin": page, "Access-Control-Request-Method": "GET"}
                    preflight = await browser.options(path, headers=asked)
                    assert preflight.headers.get("Access-Control-Allow-Origin") == (page if page in known else None)
