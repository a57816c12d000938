"""The settings of outgoing mail, read from the environment once for each instance."""

import os
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from lib.core.settings.registry import CommaSeparated, Needed, SettingsModel, Url, read_model, register


@register
class MailSettings(SettingsModel):
    """Access to SendGrid and SES, which accept mails from verified senders only, and the keys of what they report."""

    sendgrid_api_key: Annotated[str | None, Needed("links, codes and invitations are not sent")] = None
    sendgrid_base_url: Url = "https://api.sendgrid.com"
    sendgrid_webhook_public_key: Annotated[str | None, Field(max_length=500)] = None
    """The verification key of the signed event webhook, in base64."""
    mail_from: Annotated[
        str,
        Field(pattern=r"^[^\s@<>\",]+@[^\s@<>\",]+$"),
        Needed("SendGrid refuses every mail", in_production=True, beside="SENDGRID_API_KEY"),
    ] = "no-reply@mixerai.com"
    ses_region: Annotated[str | None, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = None
    """The region of SES, which sends what SendGrid does not take; None: no second provider."""
    aws_access_key_id: Annotated[
        str | None, Field(max_length=128), Needed("SES refuses every mail", in_production=True, beside="SES_REGION")
    ] = None
    aws_secret_access_key: Annotated[
        str | None, Field(max_length=200), Needed("SES refuses every mail", in_production=True, beside="SES_REGION")
    ] = None
    mail_hash_key: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9+/_-]{43}=?$")] = None
    """32 bytes in base64, never changed: links to unsubscribe and suppressed addresses are valid under it. None: they
    are valid as long as the encryption key under which they were made."""
    ses_endpoint_url: Url | None = None
    """Where SES is, for stand-ins."""
    ses_configuration_set: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None
    """The configuration set that publishes events to the topic."""
    ses_topic_arns: CommaSeparated = ()
    """The topics of SNS that may report events of SES."""
    sns_endpoint_url: Url | None = None
    """Where certificates of SNS come from, for stand-ins; None: only sns.<region>.amazonaws.com by https."""


@lru_cache(maxsize=1)
def get_mail_settings() -> MailSettings:
    """Returns the settings of outgoing mail for this instance. Raises ConfigurationError."""
    return read_model(MailSettings, os.environ)
