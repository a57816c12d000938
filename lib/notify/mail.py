"""The queue of mails.

A mail waits in a job, encrypted: it holds an address, and often a link that is as good as a password. A failure of the
provider delays it: the queue tries again.
"""

import json
import time
from dataclasses import asdict
from typing import Any, Final
from uuid import uuid4

from lib.core.config import ConfigurationError
from lib.core.data.db import Db, call, fetch_rows, run
from lib.core.http.deadline import time_left
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.notify.composition import Mail, compose
from lib.notify.sendgrid import MailFailed, send

OWNER: Final = "jobs.mail"
QUEUE: Final = "mail"
# As many as can time out before their lease, or a function, ends.
BATCH: Final = 8


def seal_mail(mail: Mail) -> str:
    """Encrypts a mail for the payload of a job."""
    return key_ring().encrypt(json.dumps(asdict(mail)), OWNER)


def _open(sealed: str) -> Mail:
    return Mail(**json.loads(key_ring().decrypt(sealed, OWNER)))


async def deliver_mail(db: Db, *, seconds: float) -> dict[str, int]:
    """Sends waiting mails until none waits or ``seconds`` are over. ``db`` is the data API with the service role."""
    worker, until = uuid4().hex, time.monotonic() + min(seconds, time_left())
    counted = {"sent": 0, "failed": 0}
    while time.monotonic() < until:
        jobs = await fetch_rows(call(db, "claim_jobs", {"queue": QUEUE, "worker": worker, "batch": BATCH}))
        for job in jobs:
            if time.monotonic() > until:
                return counted  # the lease ends, and another takes them
            is_sent = await _deliver_job(db, job, worker)
            counted["sent" if is_sent else "failed"] += 1
        if len(jobs) < BATCH:
            break
    return counted


async def _deliver_job(db: Db, job: dict[str, Any], worker: str) -> bool:
    from jinja2 import TemplateError

    invitation = job["payload"].get("invitationId")
    state = "sent"
    try:
        await send(compose(_open(job["payload"]["mail"])))
    except (MailFailed, ConfigurationError, DecryptionFailed, TemplateError, KeyError, TypeError) as error:
        # A mail that cannot be read or written never will be; what the deployment lacks may come.
        is_final = error.is_final if isinstance(error, MailFailed) else not isinstance(error, ConfigurationError)
        failed = {"job_id": job["id"], "worker": worker, "error": str(error), "is_final": is_final}
        state = "failed" if (await run(call(db, "fail_job", failed))).data == "dead" else "queued"
    else:
        await run(call(db, "complete_jobs", {"ids": [job["id"]], "worker": worker}))
    if invitation:
        settled = {"invitation_id": invitation, "delivery": state}
        await run(call(db, "settle_invitation_mail", settled))
    return state == "sent"
