"""The part of https://upstash.com/docs/redis/features/restapi that its clients use.

A command is a JSON array, posted to ``/``; several go to ``/pipeline`` or, as one transaction, to ``/multi-exec``.
With ``Upstash-Encoding: base64`` every string of an answer is base64, except ``OK``. Each error ends with the whole
command, as Upstash's do.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import redis.asyncio as redis
from redis.exceptions import RedisError, ResponseError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from local.serve import healthz

type Command = list[Any]
type Reply = dict[str, Any]


def _encoder(*, base64: bool) -> Callable[[Any], Any]:
    def encode(value: Any) -> Any:
        if isinstance(value, list):
            return [encode(item) for item in value]
        if not isinstance(value, bytes):
            return value
        if base64 and value != b"OK":
            return b64encode(value).decode()
        return value.decode(errors="replace")

    return encode


def _portable(command: Command) -> Command:
    """Removes the first line of ``EVAL "#!lua flags=allow-key-locking…"``: Redis does not know Upstash's flag."""
    if len(command) > 1 and str(command[0]).upper() == "EVAL" and str(command[1]).startswith("#!"):
        _, _, script = str(command[1]).partition("\n")
        return [command[0], script, *command[2:]]
    return command


class Upstash:
    def __init__(self, redis_url: str, token: str) -> None:
        self.pool = redis.ConnectionPool.from_url(redis_url, max_connections=64, protocol=2)
        self.token = token

    async def _execute(self, connection: Any, commands: list[Command]) -> list[Any]:
        """Sends all commands, then reads all replies: raw, in order, an error as the exception object."""
        await connection.send_packed_command(connection.pack_commands([_portable(command) for command in commands]))
        replies: list[Any] = []
        for _ in commands:
            try:
                replies.append(await connection.read_response())
            except ResponseError as error:
                replies.append(error)
        return replies

    async def execute(self, commands: list[Command]) -> list[Any]:
        connection = await self.pool.get_connection()
        try:
            return await self._execute(connection, commands)
        finally:
            await self.pool.release(connection)

    async def answer(self, request: Request, run: Callable[[Any], Any]) -> JSONResponse:
        offered = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(offered.encode(), self.token.encode()):
            return JSONResponse({"error": "WRONGPASS invalid or missing auth token"}, status_code=401)
        encode = _encoder(base64=request.headers.get("upstash-encoding") == "base64")
        try:
            body = await request.json()
            replies = await run(body)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": f"ERR failed to parse command: {error}"}, status_code=400)
        except RedisError as error:
            return JSONResponse({"error": str(error)}, status_code=500)
        commands: list[Any] = [body] if request.url.path == "/" else body
        bodies: list[Reply] = [
            {"error": f"ERR {reply}, command was: {json.dumps(command, ensure_ascii=False)}"}
            if isinstance(reply, ResponseError)
            else {"result": encode(reply)}
            for reply, command in zip(replies, commands, strict=False)  # one reply to a transaction that was refused
        ]
        if request.url.path == "/":
            return JSONResponse(bodies[0], status_code=400 if "error" in bodies[0] else 200)
        return JSONResponse(bodies)

    async def command(self, request: Request) -> JSONResponse:
        return await self.answer(request, lambda body: self.execute([body]))

    async def pipeline(self, request: Request) -> JSONResponse:
        return await self.answer(request, self.execute)

    async def transaction(self, request: Request) -> JSONResponse:
        async def run(commands: list[Command]) -> list[Any]:
            *_, outcome = await self.execute([["MULTI"], *commands, ["EXEC"]])
            return [outcome] if isinstance(outcome, ResponseError) else outcome

        return await self.answer(request, run)


def create_app(redis_url: str, token: str) -> Starlette:
    upstash = Upstash(redis_url, token)
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/", upstash.command, methods=["POST"]),
            Route("/pipeline", upstash.pipeline, methods=["POST"]),
            Route("/multi-exec", upstash.transaction, methods=["POST"]),
        ]
    )
