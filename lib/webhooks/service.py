"""The use cases of webhooks: `(principal, *, …)`, with typed payloads."""

from typing import Any, Final
from uuid import UUID, uuid4

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.cursor import cut_page, decode_cursor
from lib.core.http.errors import NotFound
from lib.core.http.wake import wake_afterwards
from lib.core.security.crypto import key_ring
from lib.core.security.webhook_signatures import make_secret
from lib.webhooks import repository
from lib.webhooks.models import (
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

BY_EVENT: Final = "-event_id"
BY_TIME: Final = "-at"


def secret_owner(secret_id: UUID | str) -> str:
    """Returns the owner of an encrypted secret: see lib/core/security/crypto.py."""
    return f"private.webhook_secrets.secret:{secret_id}"


def _sealed() -> tuple[str, UUID, str]:
    """Returns a new secret, the id of its row, and its ciphertext."""
    secret, secret_id = make_secret(), uuid4()
    return secret, secret_id, key_ring().encrypt(secret, secret_owner(secret_id))


async def list_webhooks(principal: Principal, *, brand_id: UUID) -> list[Webhook]:
    """Lists the webhooks of a brand, at most 50, the oldest first. Raises NotFound, Forbidden."""
    return read_rows(Webhook, await repository.fetch_webhooks(principal.db, brand_id=brand_id))


async def get_webhook(principal: Principal, *, webhook_id: UUID) -> Webhook:
    """Returns a webhook. Raises NotFound, Forbidden."""
    row = await repository.fetch_webhook(principal.db, webhook_id=webhook_id)
    if row is None:
        raise NotFound("webhook not found")
    return read_row(Webhook, row)


async def create_webhook(principal: Principal, *, webhook: NewWebhook) -> WebhookWithSecret:
    """Creates a webhook with a secret, which is not shown again.

    Raises NotFound, Forbidden (also PLAN_LIMIT_EXCEEDED), Conflict for a brand that has 50 webhooks.
    """
    secret, secret_id, sealed = _sealed()
    request: dict[str, Any] = webhook.model_dump(mode="json") | {"secret_id": str(secret_id), "secret": sealed}
    row = await repository.create(principal.db, request=request)
    return read_row(WebhookWithSecret, row | {"secret": secret})


async def update_webhook(
    principal: Principal, *, webhook_id: UUID, expected_version: int, changes: WebhookChanges
) -> Webhook:
    """Changes a webhook. Raises NotFound, Forbidden, PreconditionFailed for a stale version."""
    row = await repository.update(
        principal.db,
        webhook_id=webhook_id,
        expected_version=expected_version,
        changes=changes.model_dump(mode="json", exclude_unset=True),
    )
    if changes.is_active:
        wake_afterwards()  # for deliveries that wait
    return read_row(Webhook, row)


async def delete_webhook(principal: Principal, *, webhook_id: UUID) -> None:
    """Deletes a webhook with its deliveries. Raises NotFound, Forbidden."""
    await repository.delete(principal.db, webhook_id=webhook_id)


async def rotate_secret(principal: Principal, *, webhook_id: UUID, rotation: SecretRotation) -> WebhookWithSecret:
    """Replaces the secret. Raises NotFound, Forbidden, Conflict while two former ones still sign."""
    secret, secret_id, sealed = _sealed()
    row = await repository.rotate(
        principal.db, webhook_id=webhook_id, secret_id=secret_id, secret=sealed, keep_hours=rotation.keep_hours
    )
    return read_row(WebhookWithSecret, row | {"secret": secret})


async def test_webhook(principal: Principal, *, webhook_id: UUID) -> WebhookDelivery:
    """Has an event ``WebhookTest`` sent. Raises NotFound, Forbidden, Conflict for a webhook that is off."""
    row = await repository.test(principal.db, webhook_id=webhook_id)
    wake_afterwards()
    return read_row(WebhookDelivery, row)


async def replay_delivery(principal: Principal, *, webhook_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Has a delivery sent once more. Raises NotFound, Forbidden, Conflict for one that waits to be sent."""
    row = await repository.replay_delivery(principal.db, webhook_id=webhook_id, delivery_id=delivery_id)
    wake_afterwards()
    return read_row(WebhookDelivery, row)


async def replay(principal: Principal, *, webhook_id: UUID, wanted: WebhookReplay) -> WebhookReplayed:
    """Has at most 1,000 deliveries sent once more. Raises NotFound, Forbidden."""
    since = wanted.since.isoformat() if wanted.since else None
    row = await repository.replay(principal.db, webhook_id=webhook_id, since=since, after=wanted.after)
    wake_afterwards()
    return read_row(WebhookReplayed, row)


async def list_deliveries(
    principal: Principal, *, webhook_id: UUID, query: WebhookDeliveryQuery
) -> tuple[list[WebhookDelivery], str | None]:
    """Lists deliveries, those of the latest events first, with the cursor of the next page.

    Raises NotFound, Forbidden, and ValidationFailed for a cursor of another list.
    """
    before = decode_cursor(query.cursor, BY_EVENT).id if query.cursor else None
    rows = await repository.fetch_deliveries(
        principal.db, webhook_id=webhook_id, status=query.status, before=before, count=query.page_size + 1
    )
    page, following = cut_page(rows, query.page_size, BY_EVENT, key="event_id")
    return read_rows(WebhookDelivery, page), following


async def list_attempts(
    principal: Principal, *, webhook_id: UUID, query: WebhookAttemptQuery
) -> tuple[list[WebhookAttempt], str | None]:
    """Lists attempts, the latest first, with the cursor of the next page. Raises what ``list_deliveries`` raises."""
    before = decode_cursor(query.cursor, BY_TIME).id if query.cursor else None
    rows = await repository.fetch_attempts(
        principal.db, webhook_id=webhook_id, delivery_id=query.delivery_id, before=before, count=query.page_size + 1
    )
    page, following = cut_page(rows, query.page_size, BY_TIME)
    return read_rows(WebhookAttempt, page), following
