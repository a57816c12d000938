"""The queue of mails.

A mail waits in a job, encrypted: it holds an address, and often a link that is as good as a password. A failure of the
provider delays it: the queue tries again.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Final

from lib.core.config import ConfigurationError
from lib.core.data.db import Db
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.jobs import Job, JobFailed, JobHandler, JobOutcome, each, work_off
from lib.notify.composition import Mail, compose
from lib.notify.sendgrid import SEND_SECONDS, MailFailed, send

OWNER: Final = "jobs.mail"
# As many as can time out before their lease, or a function, ends.
BATCH: Final = 8

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
    return key_ring().encrypt(json.dumps(asdict(mail)), OWNER)


def _open(sealed: str) -> Mail:
    return Mail(**json.loads(key_ring().decrypt(sealed, OWNER)))


async def _deliver(_: Db, job: Job) -> None:
    """Sends one mail. Raises JobFailed, for good where the mail cannot be read or written."""
    from jinja2 import TemplateError

    try:
        await send(compose(_open(job.payload["mail"])))
    except MailFailed as error:
        raise JobFailed(str(error), is_final=error.is_final) from error
    except ConfigurationError as error:  # the deployment may get the missing setting later
        raise JobFailed(str(error)) from error
    except (DecryptionFailed, TemplateError, KeyError, TypeError) as error:
        raise JobFailed(str(error), is_final=True) from error


async def _settle(db: Db, job: Job, outcome: JobOutcome) -> None:
    for key in _recorders.keys() & job.payload.keys():
        if job.payload[key]:
            await _recorders[key](db, job.payload[key], outcome)


# Mails usually take less than MIN_SECONDS. Requests that queue one send it in the rest of their time.
MIN_SECONDS: Final = 3.0
MAILS: Final = JobHandler(
    queue="mail",
    handle=each(_deliver),
    batch=BATCH,
    seconds=SEND_SECONDS + 1,
    min_seconds=MIN_SECONDS,
    settled=_settle,
)


async def deliver_mail(db: Db, *, seconds: float) -> dict[str, int]:
    """Sends waiting mails until none waits or ``seconds`` are over. ``db`` is the data API with the service role.

    Returns the numbers of attempts that are done and failed.
    """
    return await work_off(db, MAILS, seconds=seconds)
