"""Checks that the stand-in of the edge cache stores, serves and purges as the platform documents it."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from local.web.edge_cache import API_PATHS, EdgeCache

pytestmark = pytest.mark.anyio

TOKEN = "token"
KEEP = {"Vercel-CDN-Cache-Control": "public, max-age=60, stale-while-revalidate=60", "Vercel-Cache-Tag": "a, b"}


class Function:
    """Answers with the number of requests that it got."""

    def __init__(self, headers: dict[str, str], status: int = 200) -> None:
        self.headers = headers
        self.status = status
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await Response(str(self.asked), status_code=self.status, headers=self.headers)(scope, receive, send)


def client(function: Function) -> httpx.AsyncClient:
    edge = EdgeCache(TOKEN)

    async def origin(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in API_PATHS:
            await (await edge.purge(Request(scope, receive)))(scope, receive, send)
        else:
            await edge.answer(function, scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=origin), base_url="http://edge")


async def purge(edge: httpx.AsyncClient, how: str, tags: list[str], token: str = TOKEN) -> int:
    path = next(path for path, kind in API_PATHS.items() if kind == how)
    answer = await edge.post(
        path, params={"projectIdOrName": "p"}, json={"tags": tags}, headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code


async def test_kept_until_it_is_purged_by_one_of_its_tags() -> None:
    async with client(Function(KEEP)) as edge:
        first, second = await edge.get("/x"), await edge.get("/x")
        assert (first.text, first.headers["x-vercel-cache"]) == ("1", "MISS")
        assert (second.text, second.headers["x-vercel-cache"]) == ("1", "HIT")
        assert "vercel-cache-tag" not in first.headers
        assert (await edge.get("/x?y=1")).text == "2"  # another query, another entry
        assert await purge(edge, "delete", ["c"]) == 200
        assert (await edge.get("/x")).text == "1"
        assert await purge(edge, "invalidate", ["b"]) == 200
        stale = await edge.get("/x")
        assert (stale.text, stale.headers["x-vercel-cache"]) == ("1", "STALE")
        assert await purge(edge, "delete", ["a"]) == 200
        assert (await edge.get("/x")).headers["x-vercel-cache"] == "MISS"


@pytest.mark.parametrize(
    ("headers", "status", "request_headers"),
    [
        ({}, 200, {}),
        (KEEP | {"Cache-Control": "private"}, 200, {}),
        (KEEP | {"Set-Cookie": "a=b"}, 200, {}),
        (KEEP, 500, {}),
        (KEEP, 200, {"Authorization": "Bearer x"}),
        (KEEP, 200, {"Range": "bytes=0-1"}),
    ],
)
async def test_what_is_not_kept(headers: dict[str, str], status: int, request_headers: dict[str, str]) -> None:
    function = Function(headers, status)
    async with client(function) as edge:
        for number in (1, 2):
            answer = await edge.get("/x", headers=request_headers)
            assert (answer.text, answer.headers["x-vercel-cache"]) == (str(number), "BYPASS")


async def test_purging_needs_the_token() -> None:
    async with client(Function(KEEP)) as edge:
        await edge.get("/x")
        assert await purge(edge, "delete", ["a"], token="wrong") == 403
        assert await purge(edge, "delete", [str(number) for number in range(17)]) == 400
        assert (await edge.get("/x")).headers["x-vercel-cache"] == "HIT"
