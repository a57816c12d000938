"""/api/v1/webhooks/*: the webhooks of a brand, their deliveries and attempts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from lib import webhooks
from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, version_tag
from lib.core.http.envelope import CursorPage, Success, cursor_page_of
from lib.core.http.preferences import shows_once
from lib.core.http.routes import Route
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

router = APIRouter(route_class=Route, prefix="/api/v1/webhooks", tags=["webhooks"])

type WebhookId = Annotated[UUID, Path(description="The id of the webhook.")]
type BrandFilter = Annotated[UUID, Query(alias="brandId", description="The id of the brand.")]


@router.get("", name="list", responses=documented(401, 403, 404))
async def list_webhooks(person: CurrentPerson, brand_id: BrandFilter) -> Success[list[Webhook]]:
    """Lists the webhooks of a brand, at most 50, the oldest first. Requires `integration.manage`."""
    return Success(data=await webhooks.list_webhooks(person, brand_id=brand_id))


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409))
@shows_once
async def create_webhook(person: CurrentPerson, response: Response, body: NewWebhook) -> Success[WebhookWithSecret]:
    """Creates a webhook that sends future events of a brand. The secret is not shown again.

    Requires `integration.manage`. A brand has at most 50 webhooks. Deliveries are signed as Standard Webhooks
    specifies: docs/webhooks.md shows how a receiver verifies them.
    """
    item = await webhooks.create_webhook(person, webhook=body)
    response.headers.update({"Location": f"/api/v1/webhooks/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get("/{webhook_id}", name="get", responses=documented(401, 403, 404, 422))
async def get_webhook(person: CurrentPerson, response: Response, webhook_id: WebhookId) -> Success[Webhook]:
    """Returns a webhook. Requires `integration.manage` in its brand."""
    item = await webhooks.get_webhook(person, webhook_id=webhook_id)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.patch("/{webhook_id}", name="update", responses=documented(401, 403, 404, 409, 412, 422, 428))
async def update_webhook(
    person: CurrentPerson,
    response: Response,
    webhook_id: WebhookId,
    version: Annotated[int, Depends(expected_version)],
    body: WebhookChanges,
) -> Success[Webhook]:
    """Changes a webhook, or switches it on or off. Requires `If-Match` with the version you read."""
    item = await webhooks.update_webhook(person, webhook_id=webhook_id, expected_version=version, changes=body)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.delete("/{webhook_id}", status_code=204, name="delete", responses=documented(401, 403, 404))
async def delete_webhook(person: CurrentPerson, webhook_id: WebhookId) -> Response:
    """Deletes a webhook with its deliveries and attempts. Pending deliveries are not sent."""
    await webhooks.delete_webhook(person, webhook_id=webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/rotate-secret", name="rotateSecret", responses=documented(401, 403, 404, 409, 422))
@shows_once
async def rotate_secret(
    person: CurrentPerson, response: Response, webhook_id: WebhookId, body: SecretRotation
) -> Success[WebhookWithSecret]:
    """Replaces the secret of a webhook. The new secret is not shown again.

    For `keepHours` (24 by default), deliveries are signed with the new and the former secret. At most two former
    secrets sign at the same time; a third rotation is then refused, unless `keepHours` is 0.
    """
    item = await webhooks.rotate_secret(person, webhook_id=webhook_id, rotation=body)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.post("/{webhook_id}/test", status_code=202, name="test", responses=documented(401, 403, 404, 409))
async def test_webhook(person: CurrentPerson, webhook_id: WebhookId) -> Success[WebhookDelivery]:
    """Sends an event of the type `WebhookTest`, regardless of the filters. List its attempts to read the response."""
    return Success(data=await webhooks.test_webhook(person, webhook_id=webhook_id))


@router.post("/{webhook_id}/replay", status_code=202, name="replay", responses=documented(401, 403, 404))
async def replay(person: CurrentPerson, webhook_id: WebhookId, body: WebhookReplay) -> Success[WebhookReplayed]:
    """Sends failed deliveries again, or all events since a time, at most 1,000 in one request.

    The `webhook-id` header is the same as in the first delivery, so receivers can drop duplicates. While `hasMore` is
    true, call again to continue.
    """
    return Success(data=await webhooks.replay(person, webhook_id=webhook_id, wanted=body))


@router.get("/{webhook_id}/deliveries", name="listDeliveries", responses=documented(401, 403, 404))
async def list_deliveries(
    person: CurrentPerson, webhook_id: WebhookId, query: Annotated[WebhookDeliveryQuery, Query()]
) -> CursorPage[WebhookDelivery]:
    """Lists deliveries of a webhook of the last 30 days by cursor, sorted by event, the latest first."""
    items, following = await webhooks.list_deliveries(person, webhook_id=webhook_id, query=query)
    path = f"/api/v1/webhooks/{webhook_id}/deliveries"
    return cursor_page_of(items, query.page_size, path, query, cursor=query.cursor, next_cursor=following)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    name="replayDelivery",
    responses=documented(401, 403, 404, 409),
)
async def replay_delivery(
    person: CurrentPerson,
    webhook_id: WebhookId,
    delivery_id: Annotated[UUID, Path(description="The id of the delivery.")],
) -> Success[WebhookDelivery]:
    """Sends a delivered or failed delivery again, with the same `webhook-id` header."""
    return Success(data=await webhooks.replay_delivery(person, webhook_id=webhook_id, delivery_id=delivery_id))


@router.get("/{webhook_id}/attempts", name="listAttempts", responses=documented(401, 403, 404))
async def list_attempts(
    person: CurrentPerson, webhook_id: WebhookId, query: Annotated[WebhookAttemptQuery, Query()]
) -> CursorPage[WebhookAttempt]:
    """Lists attempts of a webhook of the last 30 days by cursor, the latest first, with the start of each response."""
    items, following = await webhooks.list_attempts(person, webhook_id=webhook_id, query=query)
    path = f"/api/v1/webhooks/{webhook_id}/attempts"
    return cursor_page_of(items, query.page_size, path, query, cursor=query.cursor, next_cursor=following)
