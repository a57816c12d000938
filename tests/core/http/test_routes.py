"""Tests that no route has a dependency that takes a thread, and that credentials are read as they are described."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from fastapi import Request
from fastapi.dependencies.models import Dependant

from api._routes.content import items
from lib.core.auth.principal import ACCESS_COOKIE, Presented
from lib.core.http.routes import Route
from local.stack.settings import ROOT
from tools.package import ENVIRONMENT, function_names

pytestmark = pytest.mark.anyio

FUNCTIONS = function_names()


def request_with(headers: dict[str, str]) -> Request:
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": encoded, "query_string": b""})


def within(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from within(each)


# In a process of its own, with the settings that the build has.
PROGRAM = """
import importlib, inspect, sys
from lib.core.http.routes import Route

def within(dependant):
    yield dependant.call
    for each in dependant.dependencies:
        yield from within(each)

for name in sys.argv[1:]:
    routes = importlib.import_module(f"api.{name}").app.state.routes
    assert routes, name
    for route in routes:
        if not isinstance(route, Route):
            print(f"{route.path}: make its router with route_class=Route")
        for call in within(route.dependant):
            if not (inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__)):
                print(f"{route.path}: make {call} an `async def`")
"""


def test_no_route_has_a_dependency_that_takes_a_thread() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *FUNCTIONS],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == ""


CREDENTIALS = (
    {},
    {"Authorization": "Bearer abc"},
    {"Authorization": "bearer abc", "X-API-Key": "key", "Cookie": f"{ACCESS_COOKIE}=cookie"},
    {"Authorization": "Basic abc", "X-API-Key": "key"},
    {"Authorization": "Bearer", "Cookie": f"{ACCESS_COOKIE}=cookie"},
    {"Authorization": "Bearer ", "X-API-Key": ""},
    {"X-API-Key": "key", "Cookie": f"{ACCESS_COOKIE}=cookie"},
    {"Cookie": f"{ACCESS_COOKIE}=cookie; other=1"},
    {"Cookie": f"{ACCESS_COOKIE}="},
)


@pytest.mark.parametrize("headers", CREDENTIALS)
async def test_credentials_are_read_as_the_description_names_them(headers: dict[str, str]) -> None:
    (route,) = (route for route in items.router.routes if isinstance(route, Route) and route.name == "list")
    (described,) = (each for each in within(route.dependant) if getattr(each.call, "__name__", "") == "_presented")
    request = request_with(headers)
    parts = {each.name: await each.call(request) for each in described.dependencies}  # type: ignore[misc]
    whole: Presented = await described.call(**parts)  # type: ignore[misc]
    read: Presented = await described.call.reads_request(request)  # type: ignore[union-attr]

    def used(presented: Presented) -> tuple[str | None, ...]:
        # The first of several counts.
        first = presented.bearer or presented.key or presented.cookie
        return (presented.bearer, first)

    assert used(read) == used(whole)
