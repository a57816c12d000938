"""Signed messages to a receiver of the brand, by Standard Webhooks (https://www.standardwebhooks.com)."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from lib.core.security.webhook_signatures import signed_headers
from lib.publishing.channels.fields import mapped, whole
from lib.publishing.channels.settings import WebhookCredentials, WebhookSettings
from lib.publishing.channels.wire import Request, json_body
from lib.publishing.channels.work import ChannelProblem, ChannelResult, Work

MAX_BODY_BYTES: Final = 3_000_000

type _Work = Work[WebhookSettings, WebhookCredentials]


class WebhookAdapter:
    """Tells a receiver of each publication, each new version and each withdrawal."""

    def fields_of(self, settings: WebhookSettings) -> Mapping[str, str]:
        """Returns no field: the receiver gets the whole document."""
        return {}

    def takes(self, settings: WebhookSettings, target: str) -> bool:
        """Tells whether the name is easy to read as JSON."""
        return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", target) is not None

    def secrets(self, settings: WebhookSettings, credentials: WebhookCredentials) -> Sequence[str]:
        """Returns the secret that signs."""
        return [credentials.secret]

    def validate(self, work: _Work) -> list[ChannelProblem]:
        """Checks the size."""
        if len(json_body(self._values(work))) > MAX_BODY_BYTES:
            return [ChannelProblem("data", f"must have at most {MAX_BODY_BYTES:,} bytes")]
        return []

    async def publish(self, work: _Work) -> ChannelResult:
        """Sends `content.published`."""
        return await self._tell(work, "content.published")

    async def update(self, work: _Work) -> ChannelResult:
        """Sends `content.updated`."""
        return await self._tell(work, "content.updated")

    async def unpublish(self, work: _Work) -> None:
        """Sends `content.unpublished`."""
        await self._send(work, "content.unpublished", {"id": str(work.content_id)})

    async def check(self, work: _Work) -> str:
        """Sends `channel.checked`, which receivers answer with 200 and ignore."""
        await self._send(work, "channel.checked", {"channelId": str(work.channel_id)})
        return "the receiver took a signed message"

    @staticmethod
    def _values(work: _Work) -> dict[str, Any]:
        if not work.mapping:
            return whole(work.document)
        # The id is always there: a receiver has to know what to replace.
        return mapped(work.document, work.mapping) | {"id": str(work.content_id)}

    async def _tell(self, work: _Work, event: str) -> ChannelResult:
        await self._send(work, event, self._values(work))
        return ChannelResult(str(work.content_id), None)

    @staticmethod
    async def _send(work: _Work, event: str, data: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        version = work.document.get("version")
        # The same for each attempt of the same change, so that the receiver can tell a repetition.
        parts = (work.channel_id, work.channel_version, work.content_id, version, work.remote.round, event)
        seed = now.isoformat() if event == "channel.checked" else ""
        digest = hashlib.sha256("\n".join(map(str, (*parts, seed))).encode()).hexdigest()
        body = json_body({"type": event, "timestamp": now.isoformat(timespec="seconds"), "data": data})
        signed = signed_headers([work.credentials.secret], message_id=f"msg_{digest[:32]}", at=now, body=body.decode())
        signature = signed.pop("webhook-signature")
        request = Request(
            method="POST",
            url=work.settings.url,
            headers={"Content-Type": "application/json", **signed},
            secret_headers={"webhook-signature": signature},
            body=body,
        )
        await work.wire.send(request)


ADAPTER: Final = WebhookAdapter()
