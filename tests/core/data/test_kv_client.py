"""Tests that our client of KV sends what the original sends, and reads answers as it does.

``Kv`` replaces parts of the original with private names: this notices when a new version has others.
"""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from upstash_redis.asyncio import Redis
from upstash_redis.errors import UpstashError

from lib.core.data.transport import Kv, repeatable_script
from tests.support.faulty import Faulty, Request, faulty_peer

pytestmark = pytest.mark.anyio
TOKEN = "a-token"
# Headers that belong to the HTTP client, and not to the request.
OF_THE_CLIENT = {"accept", "accept-encoding", "connection", "host", "user-agent"}

type Ask = Callable[[Redis], Awaitable[Any]]


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


async def in_a_pipeline(kv: Redis) -> Any:
    pipeline = kv.pipeline()
    pipeline.set("a", "1").get("b")
    return await pipeline.exec()


async def in_a_transaction(kv: Redis) -> Any:
    transaction = kv.multi()
    transaction.delete("a").hset("b", values={"c": "ä"})
    return await transaction.exec()


async def reading_in_a_pipeline(kv: Redis) -> Any:
    pipeline = kv.pipeline()
    pipeline.get("a").get("b")
    return await pipeline.exec()


CALLS: dict[str, tuple[Ask, Any]] = {
    "get": (lambda kv: kv.get("kéy"), {"result": encoded("välue")}),
    "nothing": (lambda kv: kv.get("a"), {"result": None}),
    "set": (lambda kv: kv.set("a", json.dumps({"b": "ü"}), ex=5, nx=True), {"result": "OK"}),
    "script": (
        lambda kv: kv.eval("return 1", keys=["a", ""], args=["1"]),
        {"result": [encoded("record"), [[1, 2, 3]], None]},
    ),
    "hash": (lambda kv: kv.hset("a", values={"b": 1.5}), {"result": 1}),
    "pipeline": (in_a_pipeline, [{"result": "OK"}, {"result": encoded("x")}]),
    "multi": (in_a_transaction, [{"result": 1}, {"result": 1}]),
    "error": (lambda kv: kv.get("a"), {"error": "WRONGTYPE Operation against a key"}),
    "error in a pipeline": (in_a_pipeline, [{"result": "OK"}, {"error": "ERR no"}]),
    "no JSON": (lambda kv: kv.get("a"), "<html>"),
}


@pytest.fixture
def peer() -> Iterator[Faulty]:
    with faulty_peer() as made:
        yield made


@pytest.fixture
async def ours(peer: Faulty) -> AsyncIterator[Kv]:
    made = Kv(peer.url, TOKEN)
    yield made
    await made.close()


def answer(body: Any, status: str = "200 OK") -> bytes:
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nUpstash-Sync-Token: next\r\n\r\n"
    return head.encode() + content


def sent(request: Request) -> tuple[bytes, dict[str, str], bytes]:
    """Returns the first line, the headers and the body of a request."""
    line, *headers = request.head.strip().split(b"\r\n")
    pairs = dict(header.decode().split(":", 1) for header in headers)
    return (
        line,
        {name.lower(): value.strip() for name, value in pairs.items() if name.lower() not in OF_THE_CLIENT},
        request.body,
    )


async def outcome(ask: Ask, kv: Redis) -> Any:
    """Returns the answer or the error of a call. Each parser of JSON has its own kind of ValueError."""
    try:
        return await ask(kv)
    except UpstashError as error:
        return type(error), str(error)
    except ValueError:
        return ValueError


@pytest.mark.parametrize("name", CALLS)
async def test_the_same_as_the_original(peer: Faulty, ours: Kv, name: str) -> None:
    ask, body = CALLS[name]
    peer.answer = answer(body, "400 Bad Request" if name.startswith("error") else "200 OK")
    original = Redis(url=peer.url, token=TOKEN, rest_retries=0, allow_telemetry=False)
    # The second call sends the sync token of the first answer.
    expected = [await outcome(ask, original) for _ in range(2)]
    assert [await outcome(ask, ours) for _ in range(2)] == expected
    await original.close()
    first, second, *own = [sent(request) for request in peer.requests]
    assert own == [first, second]
    assert vars(original).keys() == vars(ours).keys()
    assert vars(original._http).keys() == vars(ours._http).keys()  # pyright: ignore[reportPrivateUsage]


READ_TWICE = "return redis.call('GET', KEYS[1])"


async def test_only_commands_without_a_second_effect_are_repeated(peer: Faulty, ours: Kv) -> None:
    repeatable_script(READ_TWICE)
    repeated: list[Ask] = [
        lambda kv: kv.get("a"),
        lambda kv: kv.eval(READ_TWICE, keys=["a"]),
        reading_in_a_pipeline,
    ]
    once: list[Ask] = [
        lambda kv: kv.set("a", "1", nx=True),
        lambda kv: kv.getdel("a"),
        lambda kv: kv.eval("return redis.call('INCR', KEYS[1])", keys=["a"]),
        in_a_pipeline,
    ]
    for ask in repeated:
        peer.requests.clear()
        peer.answer = answer([{"result": None}] * 2 if ask is repeated[-1] else {"result": None})
        peer.faults = [(b"POST", "before")]
        await ask(ours)
        assert len(peer.requests) == 2
    for ask in once:
        peer.requests.clear()
        peer.faults = [(b"POST", "before")]
        with pytest.raises(Exception, match="disconnected"):
            await ask(ours)
        assert len(peer.requests) == 1
