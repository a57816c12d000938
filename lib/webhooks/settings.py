"""The settings of webhooks, read from the environment once for each instance."""

import os
from functools import lru_cache

from pydantic import Field

from lib.core.settings.registry import SettingsModel, read_model, register


@register
class WebhookSettings(SettingsModel):
    """The secrets of systems that send us events."""

    # Optional: without it the schedule and our own requests hand over events, and no database webhook is taken.
    supabase_hook_secret: str | None = Field(default=None, min_length=32)


@lru_cache(maxsize=1)
def get_webhook_settings() -> WebhookSettings:
    """Returns the settings of webhooks for this instance. Raises ConfigurationError."""
    return read_model(WebhookSettings, os.environ)
