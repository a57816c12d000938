"""The settings of every context, since a function alone knows those of its own."""

from typing import Final

from lib.ai.settings import AiSettings
from lib.core.config import Settings
from lib.core.limits.numbers import LimitSettings
from lib.core.settings.registry import SettingsModel
from lib.identity.settings import IdentitySettings
from lib.notify.settings import MailSettings
from lib.publishing.settings import EdgeCacheSettings
from lib.webhooks.settings import WebhookSettings

MODELS: Final[tuple[type[SettingsModel], ...]] = (
    Settings,
    LimitSettings,
    IdentitySettings,
    MailSettings,
    EdgeCacheSettings,
    AiSettings,
    WebhookSettings,
)
