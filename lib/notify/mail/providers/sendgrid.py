"""The client of SendGrid's v3 API (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send)."""

from typing import Any, Final

import httpx

from lib.core.http.client import get_http_client
from lib.core.http.deadline import within
from lib.notify.mail.models import Composed
from lib.notify.mail.providers.models import PROVIDER_SECONDS, MailFailed
from lib.notify.settings import get_mail_settings

# These concern the account or the moment; any other 4xx is about this mail, and stays.
_NOT_ABOUT_THE_MAIL: Final = (401, 403, 404, 405, 408, 429)


class SendGrid:
    """Sends by SendGrid."""

    name = "sendgrid"

    def is_configured(self) -> bool:
        """Tells whether there is an API key."""
        return get_mail_settings().sendgrid_api_key is not None

    async def send(self, mail: Composed) -> str | None:
        """Sends a mail. Raises MailFailed."""
        settings = get_mail_settings()
        try:
            # The client's own limit holds for each wait alone.
            async with within(PROVIDER_SECONDS):
                response = await get_http_client().post(
                    f"{settings.sendgrid_base_url}/v3/mail/send",
                    json=_body(mail, settings.mail_from),
                    headers={"Authorization": f"Bearer {settings.sendgrid_api_key}"},
                    timeout=PROVIDER_SECONDS,
                )
        except (httpx.HTTPError, TimeoutError) as error:
            raise MailFailed(f"SendGrid did not answer: {type(error).__name__}", is_final=False) from error
        status = response.status_code
        if status >= 300:
            is_final = 400 <= status < 500 and status not in _NOT_ABOUT_THE_MAIL
            raise MailFailed(f"SendGrid answered {status}", is_final=is_final)
        return response.headers.get("X-Message-Id")


def _body(mail: Composed, sender: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "personalizations": [{"to": [{"email": mail.to}]}],
        "from": {"email": sender, "name": mail.sender.name},
        "subject": mail.subject,
        "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
        "headers": mail.headers,
        # Comes back with each event.
        "custom_args": {"mail_id": str(mail.id)},
        "categories": [mail.category],
        # Links that sign a person in must not lead through a third party.
        "tracking_settings": {
            "click_tracking": {"enable": mail.tracks},
            "open_tracking": {"enable": mail.tracks},
            "subscription_tracking": {"enable": False},
        },
    }
    if mail.sender.reply_to:
        body["reply_to"] = {"email": mail.sender.reply_to}
    return body
