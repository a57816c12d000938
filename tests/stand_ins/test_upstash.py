"""Tests the façade with Upstash's own clients."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import redis
from upstash_ratelimit import FixedWindow, SlidingWindow, TokenBucket
from upstash_ratelimit.asyncio import Ratelimit
from upstash_redis.asyncio import Redis
from upstash_redis.errors import UpstashError

from local.stack.client import RunningStack

pytestmark = pytest.mark.anyio

TEXTS = ["plain", "", "OK", "ünïcödé ✓ 日本", 'quo"ted \\ and\nlined', "x" * 100_000]


@pytest.fixture(params=["base64", None], ids=["base64", "plain"])
async def kv(request: pytest.FixtureRequest, stack: RunningStack) -> AsyncIterator[Redis]:
    environment = stack.environment
    async with Redis(
        environment["UPSTASH_REDIS_REST_URL"],
        environment["UPSTASH_REDIS_REST_TOKEN"],
        rest_encoding=request.param,
        rest_retries=0,
        allow_telemetry=False,
    ) as client:
        yield client


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_texts(kv: Redis, text: str) -> None:
    key = uuid4().hex
    assert await kv.set(key, text, ex=60)
    assert await kv.get(key) == text
    assert await kv.getex(key, ex=120) == text
    assert 60 < await kv.ttl(key) <= 120
    assert await kv.delete(key) == 1
    assert await kv.get(key) is None


async def test_lists_hashes_sets_and_numbers(kv: Redis) -> None:
    key = uuid4().hex
    assert await kv.rpush(f"{key}:list", "a", "b", "ç") == 3
    assert await kv.lrange(f"{key}:list", 0, -1) == ["a", "b", "ç"]
    assert await kv.hset(f"{key}:hash", values={"f": "1", "g": "ß"}) == 2
    assert await kv.hgetall(f"{key}:hash") == {"f": "1", "g": "ß"}
    assert await kv.zadd(f"{key}:zset", {"m": 1.5, "n": 2}) == 2
    assert await kv.zrange(f"{key}:zset", 0, -1) == ["m", "n"]
    assert await kv.incrby(f"{key}:number", 5) == 5
    assert await kv.mget(f"{key}:number", f"{key}:nothing") == ["5", None]


async def test_scripts(kv: Redis) -> None:
    key = uuid4().hex
    assert await kv.eval("return {KEYS[1], ARGV[1], 7}", keys=[key], args=["ä"]) == [key, "ä", 7]
    with pytest.raises(UpstashError, match=r"boom.*, command was: .*redis\.error_reply"):
        await kv.eval("return redis.error_reply('boom')")


async def test_pipeline_and_transaction(kv: Redis) -> None:
    key = uuid4().hex
    pipeline = kv.pipeline()
    pipeline.set(key, "1")
    pipeline.incr(key)
    pipeline.get(key)
    assert await pipeline.exec() == [True, 2, "2"]
    transaction = kv.multi()
    transaction.incr(key)
    transaction.get(key)
    assert await transaction.exec() == [3, "3"]


async def test_transactions_beside_other_requests(kv: Redis) -> None:
    key = uuid4().hex

    async def read_twice() -> bool:
        transaction = kv.multi()
        transaction.incr(key)
        transaction.incrby(key, 0)
        first, second = await transaction.exec()
        return first == second

    async def read_between() -> bool:
        return await kv.incr(key) > 0

    assert all(await asyncio.gather(*(step() for step in [read_twice, read_between] * 20)))
    assert await kv.get(key) == "40"


async def test_a_refused_transaction_changes_nothing(kv: Redis) -> None:
    key = uuid4().hex
    transaction = kv.multi()
    transaction.set(key, "1")
    transaction.execute(["NO-SUCH-COMMAND"])
    with pytest.raises(UpstashError, match="EXECABORT"):
        await transaction.exec()
    assert await kv.get(key) is None


async def test_connections_that_redis_closes(kv: Redis, stack: RunningStack) -> None:
    key = uuid4().hex
    await kv.set(key, "kept")
    with redis.Redis.from_url(stack.redis_url) as server:
        own = server.client_id()
        database = str(server.connection_pool.connection_kwargs["db"])
        for client in server.client_list():
            if client["db"] == database and client["id"] != str(own):
                server.client_kill_filter(_id=client["id"])
    assert await kv.get(key) == "kept"


@pytest.mark.parametrize("command", ["MULTI", "watch", "SELECT", "BLPOP"])
async def test_commands_that_a_shared_connection_cannot_take(kv: Redis, command: str) -> None:
    with pytest.raises(UpstashError, match="not available"):
        await kv.execute([command, "0"])


async def test_errors_and_tokens(kv: Redis, stack: RunningStack) -> None:
    key = uuid4().hex
    await kv.set(key, "text")
    with pytest.raises(UpstashError, match="not an integer"):
        await kv.incr(key)
    stranger = Redis(stack.environment["UPSTASH_REDIS_REST_URL"], "wrong", rest_retries=0)
    with pytest.raises(UpstashError, match="WRONGPASS"):
        await stranger.get(key)
    await stranger.close()


@pytest.mark.parametrize(
    "limiter",
    [FixedWindow(3, 60), SlidingWindow(3, 60), TokenBucket(3, 1, 60)],
    ids=lambda limiter: type(limiter).__name__,
)
async def test_rate_limits(kv: Redis, limiter: FixedWindow | SlidingWindow | TokenBucket) -> None:
    ratelimit = Ratelimit(redis=kv, limiter=limiter, prefix=uuid4().hex)
    verdicts = [await ratelimit.limit("someone") for _ in range(4)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False]
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0]
