"""Resolves webhooks: lib/graph/schema/webhooks.graphql and its neighbours"""

import asyncio
from typing import Any, Final
from uuid import UUID

from lib import template, webhooks
from lib.graph.engine.binding import Bindings, Info, loaded
from lib.graph.engine.paging import Connection, Paging, cursor_behind, cursor_connection
from lib.graph.resolvers import links
from lib.template import TemplateRead
from lib.webhooks import (
    NewWebhook,
    SecretRotation,
    Webhook,
    WebhookAttempt,
    WebhookAttemptQuery,
    WebhookChanges,
    WebhookDelivery,
    WebhookDeliveryQuery,
    WebhookReplay,
    WebhookReplayed,
    WebhookWithSecret,
)
from lib.webhooks.models import WebhookDeliveryStatus
from lib.webhooks.service import BY_EVENT, BY_TIME

ONLY_REST: Final[dict[str, str]] = {}
_MOST: Final = 50

bindings = Bindings()
bindings.represents(
    "Webhook", Webhook, WebhookWithSecret, omits={"secret": "in the payload of the mutation that makes it, once"}
)
bindings.represents("WebhookDelivery", WebhookDelivery)
bindings.represents("WebhookAttempt", WebhookAttempt)
bindings.represents("WebhookReplayed", WebhookReplayed)
bindings.link("Webhook", "brand", links.read_brand, links.brand_id_of)


@bindings.node("Webhook")
@bindings.query("webhook", operation="webhooks.get")
async def find_webhook(info: Info, id: UUID) -> Webhook:
    """Finds a webhook by its id."""
    info.context.person()
    return await info.context.once(webhooks.get_webhook, webhook_id=id)


@bindings.query("webhooks", operation="webhooks.list", many=_MOST)
async def list_webhooks(info: Info, *, brand_id: UUID) -> list[Webhook]:
    """Lists the webhooks of a brand."""
    return await webhooks.list_webhooks(info.context.person(), brand_id=brand_id)


@bindings.field("Webhook", "templates", many=_MOST)
async def templates_of(parent: Webhook, info: Info) -> list[TemplateRead]:
    """Returns the templates that the caller may read."""
    reading = (info.context.once(template.get_template, template_id=each) for each in parent.template_ids)
    return [each for each in await asyncio.gather(*map(loaded, reading)) if each is not None]


@bindings.field("Webhook", "deliveries", operation="webhooks.listDeliveries")
async def deliveries_of(
    parent: Webhook, info: Info, *, paging: Paging, status: WebhookDeliveryStatus | None = None
) -> Connection[WebhookDelivery]:
    """Lists the deliveries of a webhook."""
    paging.require_first()
    query = WebhookDeliveryQuery(status=status, page_size=paging.page_size, cursor=paging.cursor)
    items, following = await webhooks.list_deliveries(info.context.person(), webhook_id=parent.id, query=query)
    cursor_of = cursor_behind(BY_EVENT, key="event_id")
    return cursor_connection(items, paging, next_cursor=following, cursor_of=cursor_of)


async def _attempts(
    info: Info, paging: Paging, webhook_id: UUID, delivery_id: UUID | None
) -> Connection[WebhookAttempt]:
    paging.require_first()
    query = WebhookAttemptQuery(delivery_id=delivery_id, page_size=paging.page_size, cursor=paging.cursor)
    items, following = await webhooks.list_attempts(info.context.person(), webhook_id=webhook_id, query=query)
    return cursor_connection(items, paging, next_cursor=following, cursor_of=cursor_behind(BY_TIME))


@bindings.field("Webhook", "attempts", operation="webhooks.listAttempts")
async def attempts_of(
    parent: Webhook, info: Info, *, paging: Paging, delivery_id: UUID | None = None
) -> Connection[WebhookAttempt]:
    """Lists the attempts of a webhook."""
    return await _attempts(info, paging, parent.id, delivery_id)


@bindings.field("WebhookDelivery", "history", operation="webhooks.listAttempts")
async def history_of(parent: WebhookDelivery, info: Info, *, paging: Paging) -> Connection[WebhookAttempt]:
    """Lists the attempts of a delivery."""
    return await _attempts(info, paging, parent.webhook_id, parent.id)


for _type in ("WebhookDelivery", "WebhookAttempt"):
    bindings.link(_type, "webhook", webhooks.get_webhook, lambda item: {"webhook_id": item.webhook_id})


def _once_shown(made: WebhookWithSecret) -> dict[str, Any]:
    return {"webhook": made, "secret": made.secret}


@bindings.mutation(operation="webhooks.create")
async def create_webhook(info: Info, *, input: NewWebhook) -> dict[str, Any]:
    """Creates a webhook."""
    return _once_shown(await webhooks.create_webhook(info.context.person(), webhook=input))


@bindings.mutation(operation="webhooks.update")
async def update_webhook(info: Info, *, id: UUID, input: WebhookChanges, expected_version: int) -> dict[str, Any]:
    """Changes a webhook."""
    person = info.context.person()
    changed = await webhooks.update_webhook(person, webhook_id=id, expected_version=expected_version, changes=input)
    return {"webhook": changed}


@bindings.mutation(operation="webhooks.delete")
async def delete_webhook(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deletes a webhook."""
    await webhooks.delete_webhook(info.context.person(), webhook_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="webhooks.rotateSecret")
async def rotate_webhook_secret(info: Info, *, id: UUID, input: SecretRotation | None = None) -> dict[str, Any]:
    """Replaces a secret."""
    rotation = input or SecretRotation()
    return _once_shown(await webhooks.rotate_secret(info.context.person(), webhook_id=id, rotation=rotation))


@bindings.mutation("testWebhook", operation="webhooks.test")
async def send_test(info: Info, *, id: UUID) -> dict[str, Any]:
    """Sends an event of a test."""
    return {"delivery": await webhooks.test_webhook(info.context.person(), webhook_id=id)}


@bindings.mutation(operation="webhooks.replay")
async def replay_webhook(info: Info, *, id: UUID, input: WebhookReplay) -> dict[str, Any]:
    """Sends deliveries or events again."""
    return {"replay": await webhooks.replay(info.context.person(), webhook_id=id, wanted=input)}


@bindings.mutation(operation="webhooks.replayDelivery")
async def replay_webhook_delivery(info: Info, *, webhook_id: UUID, id: UUID) -> dict[str, Any]:
    """Sends a delivery again."""
    person = info.context.person()
    return {"delivery": await webhooks.replay_delivery(person, webhook_id=webhook_id, delivery_id=id)}
