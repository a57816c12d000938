"""The part of https://upstash.com/docs/redis/features/restapi that its clients use.

A command is a JSON array, posted to ``/``; several go to ``/pipeline`` or, as one transaction, to ``/multi-exec``.
With ``Upstash-Encoding: base64`` every string of an answer is base64, except ``OK``. Each error ends with the whole
command, as Upstash's do.

Every request of the platform comes through here, so it is a plain ASGI function without a framework.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

from hiredis import ReplyError
from starlette.types import ASGIApp, Receive, Scope, Send

from local.upstash.resp import Command, Redis

type Encode = Callable[[Any], Any]

ONE: Final = "/"
PIPELINE: Final = "/pipeline"
TRANSACTION: Final = "/multi-exec"
# They change the connection or wait on it, which all requests share; Upstash's REST API has none of them either.
UNAVAILABLE: Final = (
    *("AUTH", "CLIENT", "HELLO", "MONITOR", "PSYNC", "QUIT", "RESET", "SELECT", "SYNC", "WAIT"),
    *("DISCARD", "EXEC", "MULTI", "UNWATCH", "WATCH"),
    *("PSUBSCRIBE", "PUNSUBSCRIBE", "SUBSCRIBE", "UNSUBSCRIBE"),
    *("BLMOVE", "BLMPOP", "BLPOP", "BRPOP", "BRPOPLPUSH", "BZMPOP", "BZPOPMAX", "BZPOPMIN"),
)


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return [_as_text(item) for item in value] if isinstance(value, list) else value


def _as_base64(value: Any) -> Any:
    if isinstance(value, bytes):
        return "OK" if value == b"OK" else b64encode(value).decode()
    return [_as_base64(item) for item in value] if isinstance(value, list) else value


def _portable(command: Any) -> Command:
    """Removes the first line of ``EVAL "#!lua flags=allow-key-locking…"``: Redis does not know Upstash's flag.

    Raises ValueError for anything that is not a command.
    """
    if not isinstance(command, list) or not command:
        raise ValueError("expected an array of a command and its arguments")
    parts: Command = command
    name = str(parts[0]).upper()
    if name in UNAVAILABLE:
        raise ValueError(f"{name} is not available")
    if name == "EVAL" and len(parts) > 1 and str(parts[1]).startswith("#!"):
        _, _, script = str(parts[1]).partition("\n")
        return [name, script, *parts[2:]]
    return parts


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


class Upstash:
    def __init__(self, redis_url: str, token: str) -> None:
        self.redis = Redis(redis_url)
        self.authorization = f"Bearer {token}".encode()

    async def _run(self, path: str, body: Any) -> list[Any]:
        commands = [_portable(command) for command in (body if path != ONE else [body])]
        if not commands:
            raise ValueError("expected an array of commands")
        if path != TRANSACTION:
            return await self.redis.execute(commands)
        *_, outcome = await self.redis.execute([["MULTI"], *commands, ["EXEC"]])
        return [outcome] if isinstance(outcome, ReplyError) else outcome

    async def _answer(self, path: str, headers: dict[bytes, bytes], receive: Receive) -> tuple[int, Any]:
        """Returns the status and the content of the answer to a POST."""
        if not hmac.compare_digest(headers.get(b"authorization", b""), self.authorization):
            return 401, {"error": "WRONGPASS invalid or missing auth token"}
        encode: Encode = _as_base64 if headers.get(b"upstash-encoding") == b"base64" else _as_text
        try:
            body = json.loads(await _body(receive))
            replies = await self._run(path, body)
        except (ValueError, TypeError) as error:
            return 400, {"error": f"ERR failed to parse command: {error}"}
        except OSError as error:
            return 500, {"error": str(error)}
        answers = [
            {"error": f"{reply}, command was: {json.dumps(command, ensure_ascii=False)}"}
            if isinstance(reply, ReplyError)
            else {"result": encode(reply)}
            # One reply to a transaction that was refused.
            for reply, command in zip(replies, body if path != ONE else [body], strict=False)
        ]
        if path != ONE:
            return 200, answers
        return (400 if "error" in answers[0] else 200), answers[0]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/healthz":
            status, content = 200, {"status": "ok"}
        elif path not in (ONE, PIPELINE, TRANSACTION):
            status, content = 404, {"error": "Not Found"}
        elif scope["method"] != "POST":
            status, content = 405, {"error": "Method Not Allowed"}
        else:
            status, content = await self._answer(path, dict(scope["headers"]), receive)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def create_app(redis_url: str, token: str) -> ASGIApp:
    return Upstash(redis_url, token)
