"""A brand with channels whose targets stand in for WordPress and receivers of webhooks, and the schedule's worker."""

import asyncio
import base64
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from local.stack.client import RunningStack
from tests.support.servers import dead_server, functions_with
from tests.support.world import Brand, World

PATIENCE_SECONDS = 30
SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
LIVE = ("running", "compensating")


@dataclass(frozen=True)
class Channel:
    """A receiver of webhooks at a path of its own."""

    id: str
    name: str
    path: str


class Desk:
    """Helpers of publication tests: add channels, make their targets fail, wait, and read the received requests."""

    def __init__(self, world: World, stack: RunningStack) -> None:
        self.world = world
        self.stack = stack
        self.targets = httpx.AsyncClient(base_url=stack.urls["channels"], timeout=30)
        self.functions = httpx.AsyncClient(base_url=f"{stack.urls['web']}/api/v1", timeout=70)

    async def close(self) -> None:
        await self.targets.aclose()
        await self.functions.aclose()

    async def channel(self, brand: Brand, **settings: Any) -> Channel:
        """Adds a channel to a brand."""
        name = f"hook-{uuid4().hex}"
        path = f"/hooks/{name}"
        response = await brand.admin.post(
            "/channels",
            {
                "brandId": brand.id,
                "kind": "webhook",
                "name": name,
                "settings": {"url": f"{self.stack.urls['channels']}{path}"},
                "credentials": {"secret": SECRET},
                **settings,
            },
        )
        assert response.status_code == 201, response.text
        return Channel(response.json()["data"]["id"], name, path)

    async def site(self, brand: Brand, *, user: str = "publisher", **settings: Any) -> Channel:
        """Adds a WordPress site to a brand, which refuses the user `contributor`."""
        name = f"site-{uuid4().hex}"
        response = await brand.admin.post(
            "/channels",
            {
                "brandId": brand.id,
                "kind": "wordpress",
                "name": name,
                "settings": {"siteUrl": f"{self.stack.urls['channels']}/sites/{name}", "userName": user},
                "credentials": {"applicationPassword": f"app {user} local"},
                **settings,
            },
        )
        assert response.status_code == 201, response.text
        return Channel(response.json()["data"]["id"], name, f"/sites/{name}")

    async def posts(self, site: Channel) -> list[dict[str, Any]]:
        """Returns what a WordPress site holds."""
        return (await self.targets.get("/state", params={"kind": "wordpress", "name": site.name})).json()

    async def messages(self, channel: Channel, event: str) -> list[dict[str, Any]]:
        """Returns the messages of a type that came in, each with its id."""
        found: list[dict[str, Any]] = []
        for request in await self.received(channel):
            message = json.loads(request["body"])
            if message["type"] == event:
                found.append(message | {"id": request["headers"]["webhook-id"]})
        return found

    async def fault(self, channel: Channel, **fault: Any) -> None:
        """Has the target answer the next requests so: status, headers, seconds, times, isAfterwards."""
        response = await self.targets.post("/faults", json={"path": channel.path} | fault)
        assert response.status_code == 204

    async def received(self, channel: Channel) -> list[dict[str, Any]]:
        """Returns what came in at the target."""
        return (await self.targets.get("/received", params={"path": channel.path})).json()

    async def until_received(self, channel: Channel, count: int = 1) -> None:
        """Waits until so many requests have come in."""
        for _ in range(200):
            if len(await self.received(channel)) >= count:
                return
            await self.work()
            await asyncio.sleep(0.1)
        raise AssertionError(f"{channel.path} got nothing")

    async def work(self) -> None:
        """Has the schedule run all work that is due."""
        headers = {"Authorization": f"Bearer {self.stack.environment['CRON_SECRET']}"}
        assert (await self.functions.post("/cron/events", headers=headers)).status_code == 202

    async def run_schedule(self) -> None:
        """Runs the tasks of a minute."""
        headers = {"Authorization": f"Bearer {self.stack.environment['CRON_SECRET']}"}
        assert (await self.functions.get("/cron/minute", headers=headers)).status_code in {200, 503}

    async def publication(self, brand: Brand, content: dict[str, Any]) -> dict[str, Any]:
        response = await brand.viewer.get(f"/contents/{content['id']}/publication")
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def hurry(self, content: dict[str, Any]) -> None:
        """Lets the time pass until the next attempts."""
        self.world.rows(
            "update private.publication_channels set due_at = now() where content_id = %s and leased_until is null",
            content["id"],
        )
        self.world.rows(
            "update private.publications set due_at = least(due_at, now()) "
            "where content_id = %s and status in ('running', 'compensating')",
            content["id"],
        )

    async def until_ended(self, brand: Brand, content: dict[str, Any], *, hurries: bool = False) -> dict[str, Any]:
        """Waits for the end of the publication, and returns it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.is_live(content):
                if hurries:
                    self.hurry(content)
                await self.work()
                await asyncio.sleep(0.2)
        return await self.publication(brand, content)

    def is_live(self, content: dict[str, Any]) -> bool:
        return bool(
            self.world.rows(
                "select 1 as n from private.publications where content_id = %s and status = any (%s)",
                content["id"],
                list(LIVE),
            )
        )

    async def content(self, brand: Brand, content: dict[str, Any]) -> dict[str, Any]:
        response = await brand.viewer.get(f"/contents/{content['id']}")
        assert response.status_code == 200, response.text
        return response.json()["data"]


@contextmanager
def without_prompt_work(stack: RunningStack) -> Generator[str]:
    """Yields the origin of functions that wake nobody: what their requests begin waits for a worker of the test."""
    with functions_with(stack.environment | {"FUNCTIONS_URL": dead_server()}) as origin:
        yield origin
