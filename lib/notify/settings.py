"""The settings of outgoing mail, read from the environment once for each instance."""

import os
from functools import lru_cache
from typing import Annotated

from lib.core.settings.registry import Needed, SettingsModel, Url, read_model, register


@register
class MailSettings(SettingsModel):
    """Access to SendGrid, which accepts mails from verified senders only."""

    sendgrid_api_key: Annotated[str | None, Needed("links, codes and invitations are not sent")] = None
    sendgrid_base_url: Url = "https://api.sendgrid.com"
    mail_from: Annotated[str, Needed("SendGrid refuses every mail", in_production=True, beside="SENDGRID_API_KEY")] = (
        "no-reply@mixerai.com"
    )


@lru_cache(maxsize=1)
def get_mail_settings() -> MailSettings:
    """Returns the settings of outgoing mail for this instance. Raises ConfigurationError."""
    return read_model(MailSettings, os.environ)
