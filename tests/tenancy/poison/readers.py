"""Everybody's reading: each GET of the API's description with the ids of the scene, and the runs of the schedule."""

import asyncio
import json
from collections import Counter
from typing import Any, Final

import httpx
import redis

from local.demo.callers import own_address
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from local.tls import TLS
from tests.support.accounts import Accounts
from tests.tenancy.scene import Caller, Scene

DOCUMENT: Final[dict[str, Any]] = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())
# Redirects to providers, and the schedule, which has a test of its own.
_LEFT_OUT: Final = ("/api/v1/cron/", "/api/v1/auth/oidc/", "/api/v1/auth/saml/")
# Answers of a machine under load, and how often a reading is repeated after them.
_LATE: Final = (503, 504)
_TRIES: Final = 4
# The routes that show the rows of a table, which are asked after each change of it.
ROUTES_OF: Final = {
    "brands": ("/api/v1/brands?limit=100", "/api/v1/brands/{brandId}"),
    "templates": ("/api/v1/templates?brandId={brandId}&limit=100", "/api/v1/templates/{templateId}"),
    "contents": ("/api/v1/contents?brandId={brandId}&limit=100", "/api/v1/contents/{contentId}"),
    "comments": ("/api/v1/contents/{contentId}/comments",),
    "workflows": ("/api/v1/workflows?brandId={brandId}&pageSize=100", "/api/v1/workflows/{workflowId}/versions"),
    "workflow_steps": ("/api/v1/workflows/{workflowId}",),
    "profiles": ("/api/v1/brands/{brandId}/members", "/api/v1/users?brandId={brandId}"),
    "notification_preferences": ("/api/v1/users/me/preferences", "/api/v1/notification-preferences"),
    "notifications": ("/api/v1/notifications", "/api/v1/notifications/counts"),
    "platform_settings": ("/api/v1/config",),
    "countries": ("/api/v1/countries",),
    "sso_connections": ("/api/v1/sso-connections",),
}


class Readers:
    """The people who read, each with a session, and the addresses that they ask."""

    def __init__(self, stack: RunningStack, scene: Scene) -> None:
        self.stack = stack
        self.scene = scene
        accounts = Accounts(stack)
        everybody: dict[str, Caller | None] = {
            "viewer": scene.tenant.people["viewer"],
            "editor": scene.tenant.people["editor"],
            "colleague": scene.tenant.people["second_admin"],
            "platform": scene.platform,
            "stranger": scene.other.people["admin"],
            "anonymous": None,
        }
        self.clients = {
            name: self._client(accounts.admit(caller.user_id, caller.session_id))
            if caller and caller.user_id and caller.session_id
            else self._client("")
            for name, caller in everybody.items()
        }
        accounts.close()

    def _client(self, token: str) -> httpx.AsyncClient:
        # Between two readings come seconds of writing, after which the server may be closing an idle connection.
        limits = httpx.Limits(keepalive_expiry=1)
        transport = httpx.AsyncHTTPTransport(local_address=own_address(), verify=TLS, limits=limits)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            base_url=self.stack.urls["web"], transport=transport, headers=headers, timeout=60, follow_redirects=False
        )

    async def close(self) -> None:
        for client in self.clients.values():
            await client.aclose()

    def fill(self, path: str) -> str:
        """Puts the ids of the scene into a path."""
        scene, rows = self.scene, self.scene.rows
        ids = {
            "brandId": scene.tenant.brand_id,
            "contentId": scene.tenant.contents["draft"],
            "claimId": rows["claims"]["id"],
            "evidenceId": scene.tenant.contents["evidence"],
            "generationId": rows["ai_generations"]["id"],
            "templateId": rows["templates"]["id"],
            "workflowId": rows["workflows"]["id"],
            "taskId": rows["workflow_tasks"]["id"],
            "notificationId": rows["notifications"]["id"],
            "delegationId": scene.tenant.delegation_id,
            "userId": scene.tenant.people["editor"].user_id,
            "connectionId": rows["sso_connections"]["id"],
            "channelId": rows["channels"]["id"],
            "brandSlug": rows["brands"]["slug"],
            "contentSlug": "secret-published",
            "version": 1,
        }
        for name, value in ids.items():
            path = path.replace(f"{{{name}}}", str(value))
        return path

    def paths(self) -> list[str]:
        """Lists every GET of the API that does not leave it."""
        found: list[str] = []
        for path, operations in DOCUMENT["paths"].items():
            if "get" not in operations or path.startswith(_LEFT_OUT):
                continue
            declared = operations["get"].get("parameters", [])
            names = {parameter.get("name") for parameter in declared}
            wanted = {parameter["name"] for parameter in declared if parameter.get("required")} | (
                names & {"brandId", "limit"}
            )
            values = {
                "brandId": "{brandId}",
                "userId": "{userId}",
                "limit": "100",
                "q": "secret",
                "from": "1",
                "to": "2",
            }
            query = "&".join(
                f"{name}={values[name]}" for name in sorted(wanted & values.keys()) if f"{{{name}}}" not in path
            )
            found.append(self.fill(path + (f"?{query}" if query else "")))
        return found

    async def sweep(self) -> dict[tuple[str, str], int]:
        """Asks every path as everybody; returns the statuses."""
        room = asyncio.Semaphore(4)
        self.make_room()

        async def ask(name: str, path: str) -> tuple[tuple[str, str], int]:
            async with room:
                return (name, path), await self._status(name, path)

        asked = [ask(name, path) for name in self.clients for path in self.paths()]
        return dict(await asyncio.gather(*asked))

    async def _status(self, name: str, path: str) -> int:
        """Asks a path, and again where the answer came too late for the load of the machine."""
        status = 0
        for _ in range(_TRIES + 1):
            # The body of a stream does not end: its status is enough.
            async with self.clients[name].stream("GET", path) as answer:
                status = answer.status_code
                if "/stream" not in path:
                    await answer.aread()
            if status not in _LATE:
                break
        return status

    async def ask_after(self, table: str) -> list[str]:
        """Asks the routes that show a table; lists those that do not answer as they should."""
        own = {"notification_preferences": "editor", "notifications": "editor"}
        asked = [
            (own.get(table, name), path) for path in ROUTES_OF.get(table, ()) for name in ("platform", "colleague")
        ]
        self.make_room()
        statuses = await asyncio.gather(*(self._status(name, self.fill(path)) for name, path in asked))
        return [
            f"{name} GET {path}: {status}"
            for (name, path), status in zip(asked, statuses, strict=True)
            if status >= 429
        ]

    def make_room(self) -> None:
        """Forgets how much everybody has asked, before a limit is reached: the stack is this worker's own."""
        with redis.Redis.from_url(self.stack.redis_url) as kv:
            if windows := list(kv.scan_iter("window:*", count=1000)):
                kv.delete(*windows)

    async def run_schedule(self) -> dict[str, str]:
        """Runs all tasks once; returns the outcomes of those that are not done."""
        headers = {"Authorization": f"Bearer {self.stack.environment['CRON_SECRET']}"}
        unfinished: dict[str, str] = {}
        for interval in ("minute", "hour", "day"):
            answer = await self.clients["anonymous"].get(f"/api/v1/cron/{interval}", headers=headers)
            reports = answer.json()["data"]["tasks"]
            unfinished |= {name: str(report) for name, report in reports.items() if report["outcome"] != "done"}
        return unfinished


def counted(statuses: dict[tuple[str, str], int]) -> str:
    return ", ".join(f"{status}: {count}" for status, count in sorted(Counter(statuses.values()).items()))
