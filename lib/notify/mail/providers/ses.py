"""The client of SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html)."""

import asyncio
import time
from functools import lru_cache
from typing import Any, Final

from lib.core.http.deadline import within
from lib.notify.mail.models import Composed
from lib.notify.mail.providers.models import PROVIDER_SECONDS, MailFailed
from lib.notify.settings import get_mail_settings

# Errors about this mail. All others concern the account or the moment.
_ABOUT_THE_MAIL: Final = ("MessageRejected", "BadRequestException")
# A call that had to wait longer for its thread could end after its time.
MAX_DELAY: Final = 0.4


@lru_cache(maxsize=1)
def _client() -> Any:
    import boto3
    from botocore.config import Config

    settings = get_mail_settings()
    # One attempt: a mail that fails is tried again by its queue. It ends before PROVIDER_SECONDS do: a thread cannot be
    # cancelled, and would send the mail after it was given to nobody.
    config = Config(connect_timeout=1, read_timeout=2.5, retries={"total_max_attempts": 1})
    make: Any = boto3.client
    return make("sesv2", region_name=settings.ses_region, endpoint_url=settings.ses_endpoint_url, config=config)


class Ses:
    """Sends by SES."""

    name = "ses"

    def is_configured(self) -> bool:
        """Tells whether a region is named."""
        return get_mail_settings().ses_region is not None

    async def send(self, mail: Composed) -> str | None:
        """Sends a mail. Raises MailFailed."""
        try:
            async with within(PROVIDER_SECONDS):
                return await asyncio.to_thread(_send, mail, time.monotonic())
        except TimeoutError as error:
            raise MailFailed("SES did not answer in time", is_final=False) from error


def _send(mail: Composed, asked_at: float) -> str | None:
    from botocore.exceptions import BotoCoreError, ClientError

    if time.monotonic() - asked_at > MAX_DELAY:
        raise MailFailed("no thread was free", is_final=False)
    try:
        return _client().send_email(**_arguments(mail))["MessageId"]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        # SES rejects mails of senders that are not verified by the same code: that is about the account.
        is_final = code in _ABOUT_THE_MAIL and "not verified" not in str(error)
        raise MailFailed(f"SES answered {code[:50]}", is_final=is_final) from error
    except BotoCoreError as error:
        raise MailFailed(f"SES did not answer: {type(error).__name__}", is_final=False) from error


def _arguments(mail: Composed) -> dict[str, Any]:
    settings = get_mail_settings()
    # The account or the configuration set would decide otherwise, and lead links that sign a person in through AWS.
    tracks = "ENABLED" if mail.tracks else "DISABLED"
    arguments: dict[str, Any] = {
        "FromEmailAddress": _mailbox(mail.sender.name, settings.mail_from),
        "Destination": {"ToAddresses": [mail.to]},
        "Content": {
            "Simple": {
                "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": mail.text, "Charset": "UTF-8"},
                    "Html": {"Data": mail.html, "Charset": "UTF-8"},
                },
                "Headers": [{"Name": name, "Value": value} for name, value in mail.headers.items()],
            }
        },
        # Comes back with each event.
        "EmailTags": [{"Name": "mail_id", "Value": str(mail.id)}, {"Name": "category", "Value": mail.category}],
        "ConfigurationOverrides": {"Tracking": {"OpenTrackingEnabled": tracks, "ClickTrackingEnabled": tracks}},
    }
    if mail.sender.reply_to:
        arguments["ReplyToAddresses"] = [mail.sender.reply_to]
    if settings.ses_configuration_set:
        arguments["ConfigurationSetName"] = settings.ses_configuration_set
    return arguments


def _mailbox(name: str, address: str) -> str:
    """Returns a name and an address as SES takes them: characters outside of ASCII as RFC 2047 encodes them."""
    from email.utils import formataddr

    return formataddr((name, address))
