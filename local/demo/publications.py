"""The step of the demo with channels: a publication that one of two fails is taken back from the other."""

import asyncio
import base64
from typing import Any
from uuid import uuid4

from local.demo.callers import Person
from local.demo.steps import accept, expect, say, title

PATIENCE_SECONDS = 60
BODY = "<p>Cold air holds little water, and skin loses its own to it. A rich cream keeps it in.</p>"


class PublicationJourney:
    """Aurora Skincare publishes to a receiver of webhooks and to a WordPress site that refuses its user."""

    def __init__(self, targets: str, *, editor: Person, reviewer: Person, admin: Person) -> None:
        self.targets = targets
        self.editor = editor
        self.reviewer = reviewer
        self.admin = admin
        self.channels: list[dict[str, Any]] = []

    async def run(self, brand_id: str) -> None:
        title(9, "Aurora publishes to two channels, of which one fails")
        try:
            await self._add_channels(brand_id)
            path = await self._write_and_approve(brand_id)
            await self._fail(path)
            await self._retry(path)
        finally:
            for channel in self.channels:
                await self.admin.delete(f"/channels/{channel['id']}?leavePublished=true")

    async def _add_channels(self, brand_id: str) -> None:
        name = uuid4().hex[:6]
        secret = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
        for channel in (
            {
                "kind": "webhook",
                "name": f"Website {name}",
                "settings": {"url": f"{self.targets}/hooks/{name}"},
                "credentials": {"secret": secret},
            },
            {
                "kind": "wordpress",
                "name": f"Blog {name}",
                "settings": {"siteUrl": f"{self.targets}/sites/{name}", "userName": "contributor"},
                "credentials": {"applicationPassword": "app contributor local"},
            },
        ):
            body = {"brandId": brand_id} | channel
            self.channels.append(accept(await self.admin.post("/channels", body), 201, "add a channel"))
        say("channels: a website that takes webhooks, and a blog whose user may not publish")

    async def _write_and_approve(self, brand_id: str) -> str:
        templates = accept(await self.editor.get("/templates", brandId=brand_id), 200, "templates")
        body = {
            "brandId": brand_id,
            "templateId": templates[0]["id"],
            "title": f"A cream for cold wind {uuid4().hex[:6]}",
            "fields": {"topic": "Skin in cold wind", "headline": "A cream for cold wind", "body": BODY},
        }
        content = accept(await self.editor.post("/contents", body), 201, "create")
        path = f"/contents/{content['id']}"
        accept(await self.editor.post(f"{path}/submit"), 200, "submit")
        accept(await self.reviewer.post(f"{path}/approve"), 200, "approve")
        return path

    async def _until_ended(self, path: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                item = accept(await self.reviewer.get(f"{path}/publication"), 200, "publication")
                if item["finishedAt"]:
                    return item
                await asyncio.sleep(0.5)

    async def _fail(self, path: str) -> None:
        begun = accept(await self.admin.post(f"{path}/publish"), 200, "publish")
        say(f"{self.admin.email} publishes: {begun['status']}, its publication is {begun['publication']['status']}")
        item = await self._until_ended(path)
        say(f"the publication is {item['status']} at {item['failedStep']}: {item['error']}")
        for channel in item["channels"]:
            say(f"{channel['kind']}: {channel['state']}")
        expect(item["status"] == "failed", f"the publication is {item['status']}")
        expect({channel["state"] for channel in item["channels"]} == {"withdrawn"}, "a channel still has it")
        content = accept(await self.reviewer.get(path), 200, "read")
        expect(content["status"] == "approved", f"the content is {content['status']}")

    async def _retry(self, path: str) -> None:
        blog = self.channels[1]
        accept(await self.admin.patch(f"/channels/{blog['id']}", blog["version"], {"isRequired": False}), 200, "change")
        accept(await self.admin.post(f"{path}/publication/retry"), 200, "retry")
        item = await self._until_ended(path)
        content = accept(await self.reviewer.get(path), 200, "read")
        states = ", ".join(f"{channel['kind']} {channel['state']}" for channel in item["channels"])
        say(
            f"with the blog as an optional channel: {item['status']} ({states}), and the content is {content['status']}"
        )
        expect(item["hasWarnings"] and content["status"] == "published", "it was not published with a warning")
