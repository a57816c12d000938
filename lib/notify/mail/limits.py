"""How many mails a person and a domain get (domain §9). A mail over a limit waits: none is lost.

A domain is that of the receiver. Security mails do not count for their person, who may have to get in now; a limit of
their own keeps anybody from flooding a mailbox with them.
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
from lib.notify.mail.models import Mail

HOUR: Final = 3600
DAY: Final = 24 * HOUR
PER_USER_HOUR: Final = 20
PER_USER_DAY: Final = 100
PER_DOMAIN_HOUR: Final = 500
PER_DOMAIN_DAY: Final = 5_000
# Links and codes have tighter limits where they are requested.
SECURITY_HOUR: Final = 30
# A mail that waits for a day's window is looked at again after this, since others may have left it earlier.
MAX_WAIT: Final = 6 * HOUR
STEP: Final = 10_000


class LimitReached(Exception):
    """The mail has to wait."""

    def __init__(self, seconds: int) -> None:
        """``seconds``: until the limit has room."""
        super().__init__("a limit of mails is reached")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Charge:
    """What a mail was charged, so that one that was not sent can be taken back."""

    windows: tuple[Window, ...] = ()
    at: float = 0


def _windows(mail: Mail, user_id: UUID | None) -> tuple[Window, ...]:
    address = mail.to.strip().lower()
    # Not the address itself: KV holds none in clear.
    person = str(user_id) if user_id else key_ring().digests(address, "mail_limit")[0]
    if mail.category == "security":
        return (Window("mail_security", SECURITY_HOUR, HOUR, person),)
    domain = address.rpartition("@")[2]
    return (
        Window("mail_user_hour", PER_USER_HOUR, HOUR, person),
        Window("mail_user_day", PER_USER_DAY, DAY, person, step_milliseconds=STEP),
        Window("mail_domain_hour", PER_DOMAIN_HOUR, HOUR, domain, step_milliseconds=STEP),
        Window("mail_domain_day", PER_DOMAIN_DAY, DAY, domain, step_milliseconds=STEP),
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
        raise LimitReached(_wait(states, now))
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
