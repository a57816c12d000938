"""Transactional mail over SendGrid's v3 API (https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send).

A mail waits in a job, encrypted: it holds an address, and often a link that is as good as a password. A provider that
fails delays it and loses nothing; the queue tries again.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

import httpx

from lib.core.config import ConfigurationError, get_settings
from lib.core.data.db import Db, call, fetch_rows, run
from lib.core.http.client import get_http_client
from lib.core.http.deadline import time_left
from lib.core.security.crypto import DecryptionFailed, key_ring

if TYPE_CHECKING:
    from jinja2 import Environment

OWNER: Final = "jobs.mail"
QUEUE: Final = "mail"
# As many as can time out before their lease, or a function, ends.
BATCH: Final = 8
SEND_SECONDS: Final = 5.0

type TemplateName = Literal[
    "invitation",
    "password_reset",
    "password_changed",
    "lockout",
    "email_verification",
    "email_change",
    "email_change_requested",
    "email_changed",
]

SUBJECTS: Final[dict[TemplateName, str]] = {
    "invitation": "You are invited to {brand_name} on MixerAI",
    "password_reset": "Set a new password for MixerAI",
    "password_changed": "Your MixerAI password was changed",
    "lockout": "Your MixerAI account is locked for half an hour",
    "email_verification": "Confirm your e-mail address for MixerAI",
    "email_change": "Confirm your new e-mail address for MixerAI",
    "email_change_requested": "Somebody wants to change the e-mail address of your MixerAI account",
    "email_changed": "Your MixerAI e-mail address was changed",
}


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    template: TemplateName
    variables: dict[str, str] = field(default_factory=dict[str, str])


class MailFailed(Exception):
    """The provider did not take it. ``is_final``: it never will."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


def seal_mail(mail: Mail) -> str:
    """What a job carries."""
    return key_ring().encrypt(json.dumps(asdict(mail)), OWNER)


def _open(sealed: str) -> Mail:
    return Mail(**json.loads(key_ring().decrypt(sealed, OWNER)))


@lru_cache(maxsize=1)
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def compose(mail: Mail) -> dict[str, Any]:
    """The body of SendGrid's request: text and HTML, with all variables escaped."""
    # A line break in a name would otherwise begin a header of the sender's own.
    subject = " ".join(SUBJECTS[mail.template].format(**mail.variables).split())[:200]
    variables = mail.variables | {"subject": subject}
    texts = [
        {"type": f"text/{kind}", "value": _templates().get_template(f"{mail.template}.{suffix}").render(variables)}
        for kind, suffix in (("plain", "txt"), ("html", "html"))
    ]
    return {
        "personalizations": [{"to": [{"email": mail.to}]}],
        "from": {"email": get_settings().mail_from, "name": "MixerAI"},
        "subject": subject,
        "content": texts,
        # Links that sign somebody in must not lead through somebody else's counter.
        "tracking_settings": {"click_tracking": {"enable": False}, "open_tracking": {"enable": False}},
    }


async def _send(mail: Mail) -> None:
    settings = get_settings()
    if settings.sendgrid_api_key is None:
        raise ConfigurationError("SENDGRID_API_KEY: needed to send mail")
    try:
        response = await get_http_client().post(
            f"{settings.sendgrid_base_url}/v3/mail/send",
            json=compose(mail),
            headers={"Authorization": f"Bearer {settings.sendgrid_api_key}"},
            timeout=SEND_SECONDS,
        )
    except httpx.HTTPError as error:
        raise MailFailed(f"the provider did not answer: {type(error).__name__}", is_final=False) from error
    if response.status_code >= 300:
        # 400 and 413: this mail is wrong, and stays so. Others are about the account or the hour.
        raise MailFailed(f"the provider answered {response.status_code}", is_final=response.status_code in (400, 413))


async def deliver_mail(db: Db, *, seconds: float) -> dict[str, int]:
    """Sends what waits, until nothing does or the time is up; ``db`` is the service's."""
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
        await _send(_open(job["payload"]["mail"]))
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
