"""One attempt to send a mail: whether its address gets any, how it is addressed, and by which provider."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Final
from uuid import UUID

from lib.core.config import get_settings
from lib.core.data.db import Db, Row
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.texts import cut
from lib.notify.mail import repository
from lib.notify.mail.catalogues import find_language
from lib.notify.mail.composition import SENDER_NAME, Addressing, compose, visible
from lib.notify.mail.hashing import address_indexes
from lib.notify.mail.limits import charge_mail, refund_mail
from lib.notify.mail.models import ALWAYS_SENT, Composed, Mail, MailHeld, Sender
from lib.notify.mail.providers import Accepted, MailFailed, note_success, send_by_any
from lib.notify.mail.unsubscribing import make_token

MAX_NAME: Final = 100
# For so long a mail waits for a provider that takes it. As long as a circuit is open, another attempt is in vain.
PATIENCE: Final = 24 * 3600
MIN_WAIT: Final = 30
MAX_WAIT: Final = 900


class Suppressed(Exception):
    """The address gets no such mail: one to it bounced, or its reader complained or does not want it."""


async def send(db: Db, mail: Mail, *, mail_id: UUID) -> None:
    """Sends a mail, unless a provider took it in an earlier attempt. ``db`` has the service role.

    Raises Suppressed, MailHeld, MailFailed, MailNotComposed and ConfigurationError.
    """
    begun = await repository.begin(db, _noted(mail, mail_id))
    if begun["is_sent"]:
        return
    if begun["suppression"]:
        await repository.end(db, mail_id, "suppressed")
        raise Suppressed(f"the address is suppressed: {begun['suppression']}")
    if begun["is_unwanted"]:
        await repository.end(db, mail_id, "suppressed")
        raise Suppressed("its person has turned such mails off")
    composed = compose(mail, _addressing(mail, begun, mail_id))
    charge = await charge_mail(mail)
    try:
        accepted = await _send(composed)
    except MailFailed as error:
        await refund_mail(charge)
        if error.is_final or begun["waited"] > PATIENCE:
            raise
        seconds = min(max(begun["waited"] // 2, MIN_WAIT), MAX_WAIT)
        raise MailHeld(str(error), seconds=seconds) from error
    await _finished(_record(db, mail_id, accepted))
    await note_success(accepted)


async def _send(mail: Composed) -> Accepted:
    """Sends a mail; once more as the platform's own where it is refused as its brand addresses it."""
    try:
        return await send_by_any(mail)
    except MailFailed as error:
        if not error.is_final or mail.sender == Sender(SENDER_NAME):
            raise
    return await send_by_any(replace(mail, sender=Sender(SENDER_NAME)))


async def _record(db: Db, mail_id: UUID, accepted: Accepted) -> None:
    with at_least(OWN_SECONDS):
        await repository.end(db, mail_id, "sent", provider=accepted.provider, provider_id=accepted.message_id)


async def _finished(record: Coroutine[None, None, None]) -> None:
    """Waits for a record also where the attempt is ended: the provider has the mail, and would get it once more."""
    task = asyncio.ensure_future(record)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _noted(mail: Mail, mail_id: UUID) -> Row:
    return {
        "id": str(mail_id),
        "brandId": str(mail.brand_id) if mail.brand_id else None,
        "userId": str(mail.user_id) if mail.user_id else None,
        "to": mail.to.strip(),
        "template": mail.template,
        "category": mail.category,
        "emailIndexes": address_indexes(mail.to),
    }


def _sender(brand: Row | None) -> Sender:
    if brand is None:
        return Sender(SENDER_NAME)
    # The platform is named always: a brand could call itself a bank.
    name = visible(brand["sender_name"] or brand["name"]).replace("<", "").replace(">", "").replace('"', "")
    return Sender(f"{cut(name, MAX_NAME)} via {SENDER_NAME}", brand["reply_to"])


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
