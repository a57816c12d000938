"""One server for the whole origin: a file of public/ first, then the function that a rewrite names."""

from importlib import import_module
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.web.routing import Routing, load_routing

ROOT = Path(__file__).resolve().parents[2]


class Origin:
    def __init__(self, routing: Routing, functions: dict[str, ASGIApp], static: ASGIApp) -> None:
        self.routing = routing
        self.functions = functions
        self.static = static

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        path = scope["path"]
        headers = self.routing.headers_for(path)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in headers.items():
                    sent[name] = value
            await send(message)

        if path == "/healthz":
            application: ASGIApp = JSONResponse({"status": "ok"})
        else:
            function = self.routing.function_for(path)
            application = self.functions[function] if function else self.static
        return await application(scope, receive, send_with_headers)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


class PublicFiles(StaticFiles):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await Response(status_code=404)(scope, receive, send)
        return await super().__call__(scope, receive, send)


def create_app() -> Origin:
    routing = load_routing(ROOT / "vercel.json")
    names = {destination.removeprefix("/") for _, destination in routing.rewrites}
    functions = {name: import_module(name.replace("/", ".")).app for name in names}
    return Origin(routing, functions, PublicFiles(directory=ROOT / "public", html=True))
