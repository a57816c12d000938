"""The step of the demo in which people and systems are notified of a submission: live, by mail and by a webhook."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
from standardwebhooks import Webhook

from local.demo.callers import Person
from local.demo.dashboard import Dashboard
from local.demo.steps import accept, expect, say, title
from local.tls import TLS

PATIENCE_SECONDS = 30


class OutboundJourney:
    """An editor of Aurora Skincare submits a content. The reviewer and a system of the brand are notified."""

    def __init__(self, config: dict[str, str], mail: str, *, editor: Person, reviewer: Person, admin: Person) -> None:
        """``mail``: the address of the stand-in that takes mails and webhooks."""
        self.config = config
        self.mail = mail
        self.editor = editor
        self.reviewer = reviewer
        self.admin = admin

    async def run(self, brand_id: str) -> None:
        title(10, "A submission reaches its reviewer and a system")
        path = f"/hooks/demo-{uuid4().hex[:8]}"
        body = {"brandId": brand_id, "url": f"{self.mail}{path}", "eventTypes": ["ContentStatusChanged"]}
        webhook = accept(await self.admin.post("/webhooks", body | {"name": "Demo"}), 201, "create a webhook")
        me = accept(await self.reviewer.get("/users/me"), 200, "users/me")
        inbox = await Dashboard.open(self.config, self.reviewer.access_token, f"user:{me['id']}")
        try:
            expect(inbox.state == "SUBSCRIBED", f"the channel of the reviewer is {inbox.state}")
            content = await self._submit(brand_id)
            began = time.monotonic()
            await self._hear_live(inbox, content, began)
            await self._read_mail(me["email"], content)
            await self._verify(path, webhook["secret"], content)
        finally:
            await inbox.close()
            await self.admin.delete(f"/webhooks/{webhook['id']}")

    async def _submit(self, brand_id: str) -> dict[str, Any]:
        templates = accept(await self.editor.get("/templates", brandId=brand_id), 200, "templates")
        body = {
            "brandId": brand_id,
            "templateId": templates[0]["id"],
            "title": f"A scarf for cold wind {uuid4().hex[:6]}",
            "fields": {"topic": "Skin in cold wind", "headline": "A scarf for cold wind", "body": "<p>Wool keeps.</p>"},
        }
        content = accept(await self.editor.post("/contents", body), 201, "create")
        accept(await self.editor.post(f"/contents/{content['id']}/submit"), 200, "submit")
        say(f'{self.editor.email} submits "{content["title"]}"')
        return content

    @staticmethod
    async def _until(find: Callable[[], Awaitable[Any]], what: str) -> Any:
        until = time.monotonic() + PATIENCE_SECONDS
        while not (found := await find()):
            expect(time.monotonic() < until, f"{what} did not come within {PATIENCE_SECONDS} seconds")
            await asyncio.sleep(0.05)
        return found

    async def _hear_live(self, inbox: Dashboard, content: dict[str, Any], began: float) -> None:
        async def find() -> dict[str, Any] | None:
            told = [message for message in inbox.received if "notificationId" in message]
            return next((message for message in told if content["title"] in message["title"]), None)

        message = await self._until(find, "the notification")
        say(f'live on user:{{id}} after {time.monotonic() - began:.2f} s: "{message["title"]}"')
        listed = accept(await self.reviewer.get("/notifications"), 200, "notifications")
        expect(any(item["id"] == message["notificationId"] for item in listed), "the centre does not list it")
        counts = accept(await self.reviewer.get("/notifications/counts"), 200, "counts")
        say(f"in the notification centre: {counts['unread']} unread")

    async def _read_mail(self, address: str, content: dict[str, Any]) -> None:
        async with httpx.AsyncClient(base_url=self.mail, verify=TLS) as mail:

            async def find() -> dict[str, Any] | None:
                mails = (await mail.get("/messages", params={"to": address})).json()
                return next((found for found in mails if content["id"] in found["content"][0]["value"]), None)

            found = await self._until(find, "the mail")
        unsubscribe = found.get("headers", {}).get("List-Unsubscribe", "")
        say(f'by mail: "{found["subject"]}", with one-click unsubscription')
        expect("/mail/unsubscribe" in unsubscribe, "the mail cannot be unsubscribed from")

    async def _verify(self, path: str, secret: str, content: dict[str, Any]) -> None:
        async with httpx.AsyncClient(base_url=self.mail, verify=TLS) as receiver:

            async def find() -> dict[str, Any] | None:
                hooks = (await receiver.get("/received-hooks", params={"path": path})).json()
                return next((hook for hook in hooks if content["id"] in hook["body"]), None)

            hook = await self._until(find, "the webhook")
        event = Webhook(secret).verify(hook["body"], hook["headers"])
        say(f"by a webhook, whose receiver verified its signature: {event['type']} {hook['headers']['webhook-id']}")
        answer = accept(
            await self.admin.get("/events", brandId=content["brandId"], aggregateId=content["id"]), 200, "events"
        )
        ids = [entry["id"] for entry in answer]
        expect(hook["headers"]["webhook-id"] in ids, "the log has no event with the id of the webhook")
        say(f"the log of the brand has the same id, among {len(ids)} events of the content")
