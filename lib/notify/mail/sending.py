"""One attempt to send a mail: whether its address gets any, how it is addressed, and by which provider."""

from typing import Final
from uuid import UUID

from lib.core.config import get_settings
from lib.core.data.db import Db, Row
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.security.crypto import key_ring
from lib.notify.mail import repository
from lib.notify.mail.catalogues import find_language
from lib.notify.mail.composition import SENDER_NAME, Addressing, compose, visible
from lib.notify.mail.limits import charge_mail, refund_mail
from lib.notify.mail.models import ALWAYS_SENT, Mail, Sender
from lib.notify.mail.providers import MailFailed, send_by_any
from lib.notify.mail.unsubscribing import make_token

MAX_NAME: Final = 100


class Suppressed(Exception):
    """The address gets no mail: one to it bounced, or its reader complained."""


async def send(db: Db, mail: Mail, *, mail_id: UUID) -> None:
    """Sends a mail, unless a provider took it in an earlier attempt. ``db`` has the service role.

    Raises Suppressed, LimitReached, MailFailed, MailNotComposed and ConfigurationError.
    """
    begun = await repository.begin(db, _noted(mail, mail_id))
    if begun["is_sent"]:
        return
    if begun["suppression"]:
        await repository.end(db, mail_id, "suppressed")
        raise Suppressed(f"the address is suppressed: {begun['suppression']}")
    composed = compose(mail, _addressing(mail, begun, mail_id))
    charge = await charge_mail(mail)
    try:
        accepted = await send_by_any(composed)
    except MailFailed:
        await refund_mail(charge)
        raise
    # The provider has it: a record that is missing would send it once more.
    with at_least(OWN_SECONDS):
        await repository.end(db, mail_id, "sent", provider=accepted.provider, provider_id=accepted.message_id)


def _noted(mail: Mail, mail_id: UUID) -> Row:
    return {
        "id": str(mail_id),
        "brandId": str(mail.brand_id) if mail.brand_id else None,
        "userId": str(mail.user_id) if mail.user_id else None,
        "template": mail.template,
        "category": mail.category,
        "emailIndexes": key_ring().blind_indexes(mail.to.strip().lower(), "email"),
    }


def _sender(brand: Row | None) -> Sender:
    if brand is None:
        return Sender(SENDER_NAME)
    # The platform is named always: a brand could call itself a bank.
    name = visible(brand["sender_name"] or brand["name"]).replace("<", "").replace(">", "").replace('"', "")
    return Sender(f"{name[:MAX_NAME]} via {SENDER_NAME}", brand["reply_to"])


def _addressing(mail: Mail, begun: Row, mail_id: UUID) -> Addressing:
    brand = begun["brand"]
    language = find_language(mail.language, begun["language"], brand["language"] if brand else None)
    if mail.category in ALWAYS_SENT or mail.user_id is None:
        return Addressing(mail_id, language, _sender(brand))
    settings = get_settings()
    token = make_token(mail.user_id, mail.category)
    return Addressing(
        id=mail_id,
        language=language,
        sender=_sender(brand),
        one_click_url=f"{settings.functions_url or settings.app_url}/api/v1/mail/unsubscribe?token={token}",
        unsubscribe_url=f"{settings.app_url}/unsubscribe#token={token}",
        tracks=bool(brand and brand["tracks"]),
    )
