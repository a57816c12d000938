"""How many mails a person and a domain get (domain §9). A mail over a limit waits: none is lost.

A domain is that of the receiver. The limits hold for each brand, so that no brand holds back the mails of another;
further ones, of all brands together, protect the person and the reputation of the platform's sender. Invitations have
windows of their own, and so have security mails: their person may have to get in now, but nobody may flood a mailbox
with them.
"""

import logging
import math
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.limits.windows import Window, WindowState, admit, is_admitted, refund
from lib.core.security.crypto import key_ring
from lib.core.telemetry.logs import log
from lib.notify.mail.models import Mail, MailHeld

HOUR: Final = 3600
DAY: Final = 24 * HOUR
PER_USER_HOUR: Final = 20
PER_USER_DAY: Final = 100
PER_DOMAIN_HOUR: Final = 500
PER_DOMAIN_DAY: Final = 5_000
# Limits of all brands together, in an hour.
USER_CEILING: Final = 3 * PER_USER_HOUR
DOMAIN_CEILING: Final = 40 * PER_DOMAIN_HOUR
# Links and codes have tighter limits where they are requested.
SECURITY_HOUR: Final = 30
# A mail that waits for a day's window is looked at again after this, since others may have left it earlier.
MAX_WAIT: Final = 6 * HOUR
STEP: Final = 10_000


class LimitReached(MailHeld):
    """The mail has to wait until a limit has room."""


@dataclass(frozen=True, slots=True)
class Charge:
    """The charge of a mail, so that it can be given back if no provider takes the mail."""

    windows: tuple[Window, ...] = ()
    at: float = 0


def _windows(mail: Mail, user_id: UUID | None) -> tuple[Window, ...]:
    address = mail.to.strip().lower()
    # Not the address itself: KV holds none in clear.
    person = str(user_id) if user_id else key_ring().digests(address, "mail_limit")[0]
    if mail.category == "security":
        return (Window("mail_security", SECURITY_HOUR, HOUR, person),)
    domain = address.rpartition("@")[2]
    kind = "mail_invitation" if mail.category == "invitations" else "mail"
    brand = mail.brand_id or "platform"
    return (
        Window(f"{kind}_user_hour", PER_USER_HOUR, HOUR, f"{brand}:{person}"),
        Window(f"{kind}_user_day", PER_USER_DAY, DAY, f"{brand}:{person}", step_milliseconds=STEP),
        Window(f"{kind}_domain_hour", PER_DOMAIN_HOUR, HOUR, f"{brand}:{domain}", step_milliseconds=STEP),
        Window(f"{kind}_domain_day", PER_DOMAIN_DAY, DAY, f"{brand}:{domain}", step_milliseconds=STEP),
        Window(f"{kind}_user_ceiling", USER_CEILING, HOUR, person),
        Window(f"{kind}_domain_ceiling", DOMAIN_CEILING, HOUR, domain, step_milliseconds=STEP),
    )


async def charge_mail(mail: Mail) -> Charge:
    """Counts a mail. Raises LimitReached. Without KV every mail is sent: a limit protects, and nobody waits for it."""
    windows = _windows(mail, mail.user_id)
    now = time.time()
    try:
        states, _ = await ask_kv(admit(*windows, now=now))
    except KvUnavailable as error:
        log(logging.WARNING, "the limits of mails are not counted", error=error)
        return Charge()
    if not is_admitted(states):
        raise LimitReached("a limit of mails is reached", seconds=_wait(states, now))
    return Charge(windows, now)


def _wait(states: list[WindowState], now: float) -> int:
    latest = max(state.reset for state in states if not state.has_room)
    return min(max(1, math.ceil(latest - now)), MAX_WAIT)


async def refund_mail(charge: Charge) -> None:
    """Takes back what a mail was charged that no provider has taken."""
    try:
        for window in charge.windows:
            await ask_kv(refund(window, window.cost, charged_at=charge.at))
    except KvUnavailable as error:
        log(logging.WARNING, "the limits of mails are not counted", error=error)
