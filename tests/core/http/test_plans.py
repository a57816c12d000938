"""Tests that a route answers by its plan as FastAPI itself would."""

from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.routing import APIRoute
from starlette.middleware import Middleware

from lib.content import ContentQuery
from lib.core.http.direct import DirectRoutes
from lib.core.http.envelope import PageRequest, Success, page_request
from lib.core.http.errors import NotFound, Unauthorized
from lib.core.http.handlers import EXCEPTION_HANDLERS
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.routes import Route

pytestmark = pytest.mark.anyio


class Item(ResponseModel):
    """The answer of the routes."""

    seen: list[str]
    """The values that the handler was given."""
    large_number: int = 0
    """A field with another name in JSON."""


class NewItem(RequestModel):
    """The body that the routes take."""

    name: str
    item_count: int = 1


async def counted(request: Request) -> int:
    request.state.calls = getattr(request.state, "calls", 0) + 1
    return request.state.calls


async def known(number: Annotated[int, Depends(counted)], x_name: Annotated[str | None, Header()] = None) -> str:
    if x_name == "nobody":
        raise Unauthorized("who are you?")
    return f"{number} {x_name}"


async def counted_response(response: Response, tasks: BackgroundTasks) -> None:
    response.headers["X-Set-Beside"] = "yes"
    assert tasks is not None


type Number = Annotated[int, Depends(counted)]


def make_router(route_class: type[APIRoute]) -> APIRouter:  # noqa: C901 - one of each kind
    router = APIRouter(route_class=route_class, prefix="/items", tags=["items"])

    @router.get("")
    async def list_items(  # pyright: ignore[reportUnusedFunction]
        name: Annotated[str, Depends(known)],
        again: Number,
        query: Annotated[ContentQuery, Query()],
    ) -> Success[Item]:
        return Success(data=Item(seen=[name, str(again), query.model_dump_json()]))

    @router.get("/fixed")
    async def fixed(page: Annotated[PageRequest, Depends(page_request)]) -> Success[Item]:  # pyright: ignore[reportUnusedFunction]
        return Success(data=Item(seen=[str(page.page), str(page.page_size)]))

    @router.get("/{item_id}")
    async def get_item(  # noqa: PLR0917 # pyright: ignore[reportUnusedFunction]
        item_id: UUID,
        response: Response,
        _: Annotated[None, Depends(counted_response)],
        fields: Annotated[list[str], Query(max_length=3)] = [],  # noqa: B006 - FastAPI copies it
        most: Annotated[int, Query(alias="mostItems", ge=1)] = 5,
        if_match: Annotated[str | None, Header(alias="If-Match")] = None,
        mark: Annotated[str, Cookie()] = "none",
    ) -> Success[Item]:
        response.headers["ETag"] = "x"
        fields.append("end")
        return Success(data=Item(seen=[str(item_id), *fields, str(most), str(if_match), mark]))

    @router.post("", status_code=201)
    async def create(response: Response, name: Annotated[str, Depends(known)], body: NewItem) -> Success[Item]:  # pyright: ignore[reportUnusedFunction]
        if body.name == "teapot":
            response.status_code = 418
        return Success(data=Item(seen=[name, body.name], large_number=body.item_count))

    @router.put("/{number}")
    async def replace(  # pyright: ignore[reportUnusedFunction]
        number: Annotated[int, Path(ge=2)], body: NewItem, why: Annotated[str, Body()]
    ) -> Success[Item]:
        return Success(data=Item(seen=[str(number), body.name, why]))

    @router.patch("/{number}")
    async def change(number: int, body: Annotated[dict[str, int] | None, Body()] = None) -> Success[Item]:  # pyright: ignore[reportUnusedFunction]
        return Success(data=Item(seen=[str(number), str(body)]))

    @router.delete("/{number}", status_code=204)
    async def delete(number: int) -> Response:  # pyright: ignore[reportUnusedFunction]
        if number == 0:
            raise NotFound("there is no such item")
        if number == 1:
            raise LookupError("a mistake")
        return Response(status_code=204, headers={"X-Deleted": str(number)})

    @router.get("/{number}/wrong")
    async def wrong(number: int) -> Success[Item]:  # pyright: ignore[reportUnusedFunction]
        return {"data": number}  # type: ignore[return-value]

    return router


def make_app(route_class: type[APIRoute]) -> FastAPI:
    router = make_router(route_class)
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    is_direct = route_class is Route
    middleware = [Middleware(DirectRoutes, routes=routes, handlers=EXCEPTION_HANDLERS)] if is_direct else []
    app = FastAPI(middleware=middleware, exception_handlers=EXCEPTION_HANDLERS, redirect_slashes=False)
    app.state.routes = routes
    app.include_router(router)
    return app


ID = "0192a280-c100-7893-83d3-e6e800a1da33"
REQUESTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/items", {}),
    ("GET", "/items?status=draft&status=published&sort=title&page=2", {"headers": {"X-Name": "Ann"}}),
    ("GET", f"/items?brandId={ID}&pageSize=5&fields=title,status&expand=brand", {}),
    ("GET", "/items?sort=title&sort=title", {}),
    ("GET", "/items?page=0&pageSize=x&sort=no&brandId=1", {}),
    ("GET", "/items?page=&status=", {"headers": {"X-Name": "nobody"}}),
    ("GET", "/items/fixed?page=3", {}),
    ("GET", "/items/fixed?page=x&pageSize=1000", {}),
    ("GET", f"/items/{ID}", {}),
    ("GET", f"/items/{ID}?fields=a&fields=b&mostItems=2", {"headers": {"If-Match": "1", "Cookie": "mark=m"}}),
    ("GET", f"/items/{ID}?fields=a&fields=b&fields=c&fields=d&mostItems=0", {}),
    ("GET", "/items/no-id?mostItems=x", {}),
    ("GET", "/items/a%2Fb", {}),
    ("GET", "/items/", {}),
    ("GET", "/nothing", {}),
    ("GET", "/items/3/wrong", {}),
    ("POST", "/items", {"json": {"name": "n", "itemCount": 3}}),
    ("POST", "/items", {"json": {"name": "teapot"}}),
    ("POST", "/items", {"json": {"name": 1, "itemCount": "x", "other": 1}}),
    ("POST", "/items", {"json": {"name": "n"}, "headers": {"X-Name": "nobody"}}),
    ("POST", "/items", {"json": []}),
    ("POST", "/items", {"json": None}),
    ("POST", "/items", {}),
    ("POST", "/items", {"content": b"{bad", "headers": {"Content-Type": "application/json; charset=utf-8"}}),
    ("POST", "/items", {"content": b"\xff", "headers": {"Content-Type": "application/json"}}),
    ("POST", "/items", {"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}),
    ("POST", "/items", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
    ("POST", "/items", {"content": b'{"name": "n"}', "headers": {"Content-Type": "application/vnd.x+json"}}),
    ("POST", "/items", {"content": b'{"name": "n"}'}),
    ("PUT", "/items/3", {"json": {"body": {"name": "n"}, "why": "so"}}),
    ("PUT", "/items/1", {"json": {"body": {"name": 2}}}),
    ("PUT", "/items/3", {"json": [1]}),
    ("PUT", "/items/3", {}),
    ("PATCH", "/items/3", {"json": {"a": 1}}),
    ("PATCH", "/items/3", {"json": {"a": "x"}}),
    ("PATCH", "/items/3", {"json": None}),
    ("PATCH", "/items/3", {}),
    ("DELETE", "/items/3", {}),
    ("DELETE", "/items/0", {}),
    ("DELETE", "/items/1", {}),
    ("OPTIONS", "/items/3", {}),
    ("POST", "/items/3", {}),
)


async def answer_of(app: FastAPI, method: str, path: str, options: dict[str, Any]) -> Any:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        try:
            response = await http.request(method, path, **options)
        except Exception as error:  # noqa: BLE001 - both raise the same
            return type(error)
    text = response.text
    if "timestamp" in text:
        body = response.json()
        del body["meta"]["timestamp"]
        text = str(body)
    return response.status_code, sorted(response.headers.multi_items()), text


DIRECT, COMPLETE = make_app(Route), make_app(APIRoute)


def test_all_of_these_routes_have_a_plan() -> None:
    assert [route.path for route in DIRECT.state.routes if route.plan is None] == []


@pytest.mark.parametrize(("method", "path", "options"), REQUESTS)
async def test_a_request_is_answered_as_fastapi_answers_it(method: str, path: str, options: dict[str, Any]) -> None:
    answer = await answer_of(DIRECT, method, path, options)
    expected = await answer_of(COMPLETE, method, path, options)
    if isinstance(expected, tuple):
        # The length differs with the timestamp.
        answer, expected = (
            (status, [header for header in headers if header[0] != "content-length"], text)
            for status, headers, text in (answer, expected)
        )
    assert answer == expected
