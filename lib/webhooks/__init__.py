"""Webhooks: endpoints of brands, the queue of deliveries with its attempts, and signed events of other systems."""

from lib.webhooks.incoming import require_supabase_secret, take_supabase_event
from lib.webhooks.limits import LIMITS
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
from lib.webhooks.service import (
    create_webhook,
    delete_webhook,
    get_webhook,
    list_attempts,
    list_deliveries,
    list_webhooks,
    replay,
    replay_delivery,
    rotate_secret,
    test_webhook,
    update_webhook,
)

__all__ = [
    "LIMITS",
    "NewWebhook",
    "SecretRotation",
    "Webhook",
    "WebhookAttempt",
    "WebhookAttemptQuery",
    "WebhookChanges",
    "WebhookDelivery",
    "WebhookDeliveryQuery",
    "WebhookReplay",
    "WebhookReplayed",
    "WebhookWithSecret",
    "create_webhook",
    "delete_webhook",
    "get_webhook",
    "list_attempts",
    "list_deliveries",
    "list_webhooks",
    "replay",
    "replay_delivery",
    "require_supabase_secret",
    "rotate_secret",
    "take_supabase_event",
    "test_webhook",
    "update_webhook",
]
