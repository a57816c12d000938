"""Sends the mails that wait, from a request that queued one."""

from typing import Final

from lib.identity.administration import connect_as_service
from lib.notify import deliver_mail

MAIL_SECONDS: Final = 8.0


async def send_waiting_mail() -> None:
    """Sends waiting mails, for at most ``MAIL_SECONDS``.

    Call it after the answer: otherwise the time of the answer would tell whether a mail was queued.
    """
    await deliver_mail(connect_as_service(), seconds=MAIL_SECONDS)
