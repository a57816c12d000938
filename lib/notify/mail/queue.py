"""The queue of mails.

A mail waits in a job, encrypted: it holds an address, and often a link that is as good as a password. While no provider
takes mail it waits, for a day at most, and no attempt is counted.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from lib.core.config import ConfigurationError
from lib.core.data.db import Db
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.jobs import Job, JobFailed, JobHandler, JobOutcome, each, work_off
from lib.notify.mail import repository
from lib.notify.mail.composition import MailNotComposed
from lib.notify.mail.models import MAX_KEY, Mail, MailHeld
from lib.notify.mail.providers import SEND_SECONDS, MailFailed
from lib.notify.mail.sending import Suppressed, send

OWNER: Final = "jobs.mail"
# As many as can time out before their lease, or a function, ends.
BATCH: Final = 4

type RecordDelivery = Callable[[Db, str, JobOutcome], Awaitable[None]]
"""Gets the data client of the service, the id that the job carries, and the outcome of an attempt."""

_recorders: Final[dict[str, RecordDelivery]] = {}


def register_recorder(payload_key: str, record: RecordDelivery) -> None:
    """Has ``record`` called after each attempt to send a mail whose job has this key in its payload, with its value.

    Call it when the package of the context is imported.
    """
    _recorders[payload_key] = record


def seal_mail(mail: Mail) -> str:
    """Encrypts a mail for the payload of a job."""
    return key_ring().encrypt(mail.to_json(), OWNER)


def _open(sealed: str) -> Mail:
    return Mail.from_json(key_ring().decrypt(sealed, OWNER))


async def queue_mails(db: Db, mails: Sequence[Mail], *, keys: Sequence[str]) -> None:
    """Queues mails by one statement, each under a key that names its one reason, at most 200 characters.

    A mail whose key was queued within 90 days is not queued again. ``db`` has the service role.
    """
    if not mails:
        return
    rows = [
        {
            "key": key[:MAX_KEY],
            "sealed": seal_mail(mail),
            "brandId": str(mail.brand_id) if mail.brand_id else None,
            "userId": str(mail.user_id) if mail.user_id else None,
            "template": mail.template,
            "category": mail.category,
        }
        for mail, key in zip(mails, keys, strict=True)
    ]
    await repository.queue(db, rows)


async def _deliver(db: Db, job: Job) -> None:
    """Sends one mail. Raises JobFailed, for good where the mail cannot be read, written or delivered."""
    try:
        await send(db, _open(job.payload["mail"]), mail_id=job.id)
    except MailFailed as error:
        raise JobFailed(str(error), is_final=error.is_final) from error
    except MailHeld as error:
        # The job is back in its queue: the worker finds that it has lost it, and no attempt was counted.
        await repository.postpone(db, job.id, seconds=error.seconds)
        raise JobFailed(str(error)) from error
    except Suppressed as error:
        # It is a failure only if a recorder waits for the outcome.
        if _recorders.keys() & job.payload.keys():
            raise JobFailed(str(error), is_final=True) from error
    except ConfigurationError as error:  # the deployment may get the missing setting later
        raise JobFailed(str(error)) from error
    except (DecryptionFailed, MailNotComposed, KeyError, TypeError, ValueError) as error:
        raise JobFailed(str(error), is_final=True) from error


async def _settle(db: Db, job: Job, outcome: JobOutcome) -> None:
    if outcome == "dead":
        await repository.end(db, job.id, "failed")
    for key in _recorders.keys() & job.payload.keys():
        if job.payload[key]:
            await _recorders[key](db, job.payload[key], outcome)


# The providers, and what is read and recorded before and after.
SECONDS: Final = SEND_SECONDS + 6
# Mails usually take less than MIN_SECONDS. Requests that queue one send it in the rest of their time.
MIN_SECONDS: Final = 3.0
MAILS: Final = JobHandler(
    queue="mail",
    handle=each(_deliver),
    batch=BATCH,
    seconds=SECONDS,
    min_seconds=MIN_SECONDS,
    is_prompt=True,
    settled=_settle,
)


async def deliver_mail(db: Db, *, seconds: float) -> dict[str, int]:
    """Sends waiting mails until none waits or ``seconds`` are over. ``db`` is the data API with the service role.

    Returns the numbers of attempts that are done and failed.
    """
    return await work_off(db, MAILS, seconds=seconds)
