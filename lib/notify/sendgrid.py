"""The client of SendGrid's v3 API (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send)."""

from typing import Final

import httpx

from lib.core.config import ConfigurationError
from lib.core.http.client import get_http_client
from lib.notify.composition import Composed
from lib.notify.settings import get_mail_settings

SEND_SECONDS: Final = 5.0
SENDER_NAME: Final = "MixerAI"


class MailFailed(Exception):
    """Raised if the provider has not accepted a mail. ``is_final`` says that it never will."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


async def send(mail: Composed) -> None:
    """Sends a mail, within ``SEND_SECONDS``.

    Raises MailFailed, and ConfigurationError if the deployment has no API key of SendGrid.
    """
    settings = get_mail_settings()
    if settings.sendgrid_api_key is None:
        raise ConfigurationError("SENDGRID_API_KEY: needed to send mail")
    body = {
        "personalizations": [{"to": [{"email": mail.to}]}],
        "from": {"email": settings.mail_from, "name": SENDER_NAME},
        "subject": mail.subject,
        "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
        # Links that sign a person in must not lead through a third party.
        "tracking_settings": {"click_tracking": {"enable": False}, "open_tracking": {"enable": False}},
    }
    try:
        response = await get_http_client().post(
            f"{settings.sendgrid_base_url}/v3/mail/send",
            json=body,
            headers={"Authorization": f"Bearer {settings.sendgrid_api_key}"},
            timeout=SEND_SECONDS,
        )
    except httpx.HTTPError as error:
        raise MailFailed(f"the provider did not answer: {type(error).__name__}", is_final=False) from error
    if response.status_code >= 300:
        # 400 and 413 mean that this mail is wrong, and stays wrong. Others concern the account or the moment.
        raise MailFailed(f"the provider answered {response.status_code}", is_final=response.status_code in (400, 413))
