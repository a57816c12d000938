"""Sends a request straight to its route, where the route answers by a plan (lib/core/http/routes.py).

The router of FastAPI tries each route of each router twice. Here a request is compared with the routes of its method
and of as many parts as its path has, in the same order. All others are left to FastAPI: those without a plan, unknown
paths and other methods.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.core.http.queries import refuse_unknown_parameters
from lib.core.http.routes import Route


class DirectRoutes:
    """The innermost middleware of a function."""

    def __init__(self, app: ASGIApp, routes: Sequence[APIRoute], handlers: Mapping[Any, Any]) -> None:
        """``routes``: all of the function, in their order; ``handlers``: of the exceptions that a route raises."""
        self.app = app
        self._answering = ExceptionMiddleware(self._answer, handlers=handlers)
        self._routes: dict[tuple[str, int], list[APIRoute]] = {}
        # A parameter with a type, such as `{name:path}`, may hold slashes: its path has any number of parts.
        is_simple = not any(":" in route.path for route in routes)
        for route in routes if is_simple else ():
            for method in route.methods or ():
                self._routes.setdefault((method, route.path.count("/")), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "http" and not scope.get("root_path"):
            path: str = scope["path"]
            for route in self._routes.get((scope["method"], path.count("/")), ()):
                found = route.path_regex.match(path)
                if found:
                    if not isinstance(route, Route) or route.plan is None:
                        break
                    scope["route"], scope["endpoint"] = route, route.endpoint
                    scope["path_params"] = found.groupdict()
                    await self._answering(scope, receive, send)
                    return
        await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, route = Request(scope, receive, send), scope["route"]
        if not route.takes(request):
            await self.app(scope, receive, send)
            return
        await refuse_unknown_parameters(request)
        response = await route.answer(request)
        await response(scope, receive, send)
