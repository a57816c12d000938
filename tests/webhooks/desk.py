"""Webhooks of tests: rows behind the API, and a sender in the process of the test."""

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis

from lib.core import config
from lib.core.data.db import Db, connect_with
from lib.core.security.crypto import key_ring
from lib.core.security.webhook_signatures import make_secret
from lib.webhooks.sending.repository import add_deliveries
from lib.webhooks.service import secret_owner
from local.stack.client import RunningStack
from tests.support.world import World
from tests.webhooks.receivers import Receiver


class Desk:
    """Arranges webhooks. No other worker sends meanwhile."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.db: Db = connect_with(os.environ["SUPABASE_SECRET_KEY"])
        self.secrets: dict[str, str] = {}
        self._monkeypatch = monkeypatch
        self._hosts: list[str] = []

    def allow(self, *receivers: Receiver) -> None:
        """Lets the sender of this process send to receivers on this machine."""
        self._hosts += [one.host for one in receivers]
        self._monkeypatch.setenv("WEB_FETCH_PRIVATE_HOSTS", ",".join(self._hosts))
        config.get_settings.cache_clear()

    def webhook(self, brand_id: str, url: str, **columns: Any) -> str:
        """Adds a webhook and returns its id."""
        names = ["brand_id", "url", *columns]
        endpoint_id = self.world.rows(
            f"insert into public.webhook_endpoints ({', '.join(names)}) "
            f"values ({', '.join(['%s'] * len(names))}) returning id::text",
            brand_id,
            url,
            *columns.values(),
        )[0]["id"]
        self.add_secret(endpoint_id, brand_id)
        self.world.rows(
            "insert into private.webhook_states (endpoint_id, brand_id) values (%s, %s)", endpoint_id, brand_id
        )
        return endpoint_id

    def add_secret(self, endpoint_id: str, brand_id: str) -> str:
        secret_id, secret = uuid4(), make_secret()
        self.world.rows(
            "insert into private.webhook_secrets (id, endpoint_id, brand_id, secret) values (%s, %s, %s, %s)",
            secret_id,
            endpoint_id,
            brand_id,
            key_ring().encrypt(secret, secret_owner(secret_id)),
        )
        self.secrets[endpoint_id] = secret
        return secret

    def events(self, brand_id: str, count: int = 1, *, aggregate: UUID | None = None) -> list[str]:
        """Appends events to the log and returns their ids."""
        rows = self.world.rows(
            "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
            "select %s, 'content', coalesce(%s, gen_random_uuid()), 'ContentPublished', "
            "jsonb_build_object('title', 'x', 'publishedAt', now(), 'publishedBy', null) "
            "from generate_series(1, %s) returning id::text",
            brand_id,
            aggregate,
            count,
        )
        return [row["id"] for row in rows]

    async def add(self) -> None:
        """Adds deliveries for all events of the log. Those that wait for the end of an older transaction come later."""
        async with asyncio.timeout(30):
            while True:
                while (await add_deliveries(self.db, batch=20_000))["looked_at"]:
                    pass
                behind = self.world.rows(
                    "select 1 as event from public.domain_events as event, private.outbox_consumers as reader "
                    "where reader.name = 'webhooks' "
                    "and (event.transaction_id, event.id) > (reader.read_transaction_id, reader.read_event_id) limit 1"
                )
                if not behind:
                    break
                await asyncio.sleep(0.05)

    def deliveries(self, endpoint_id: str) -> list[dict[str, Any]]:
        return self.world.rows(
            "select id::text, event_id::text, status, attempts, error, response_status, "
            "extract(epoch from next_attempt_at - now())::float as due_in "
            "from public.webhook_deliveries where endpoint_id = %s order by event_id",
            endpoint_id,
        )

    def attempts(self, endpoint_id: str) -> list[dict[str, Any]]:
        return self.world.rows("select * from public.webhook_attempts where endpoint_id = %s order by id", endpoint_id)

    def make_due(self, endpoint_id: str) -> None:
        self.world.rows(
            "update public.webhook_deliveries set next_attempt_at = now() "
            "where endpoint_id = %s and next_attempt_at is not null",
            endpoint_id,
        )
        self.world.rows(
            "update private.webhook_states set paused_until = null, retry_until = null where endpoint_id = %s",
            endpoint_id,
        )


@contextmanager
def only_worker(stack: RunningStack) -> Generator[None]:
    """Holds the turns of the senders, so that the functions of the stack send nothing."""
    keys = [f"webhooks:{stack.environment['ENVIRONMENT']}:worker-{number}" for number in range(2)]
    with redis.Redis.from_url(stack.redis_url) as kv:
        for key in keys:
            kv.set(key, "1", ex=600)
        try:
            yield
        finally:
            kv.delete(*keys)
