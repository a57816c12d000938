"""The queue of mails about notifications: each says whether a mail is still needed, and composes it (domain §9)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.core.config import get_settings
from lib.core.data.db import Db
from lib.core.data.reading import read_row, read_rows
from lib.jobs import Job, JobFailed, JobHandler
from lib.notify.mail.models import Category, Mail
from lib.notify.mail.queue import queue_mails
from lib.notify.telling import repository
from lib.notify.telling.models import Digest, NotificationMail

# The mails of domain §9, by the occasion of the notification; others have one for all.
TEMPLATES: Final = {
    "task_assigned": "task_assigned",
    "changes_requested": "changes_requested",
    "content_approved": "content_approved",
    "content_rejected": "content_rejected",
    "sla_warning": "sla_warning",
    "sla_breach": "escalation",
    "escalation": "escalation",
    "quota_alert": "quota_alert",
    "budget_alert": "quota_alert",
}
_CATEGORIES: Final[dict[str, Category]] = {
    "tasks": "tasks", "content": "content", "comments": "comments", "quota": "quota", "system": "system",
    "security": "security", "invitations": "invitations",
}  # fmt: skip
_WORDS: Final = {
    "tasks": "reviews", "content": "decisions and publications", "comments": "comments", "quota": "budgets and quotas",
    "system": "news of the brands", "marketing": "news of the product",
}  # fmt: skip


def link_to(path: str | None) -> str:
    """Returns the address of a path of the product."""
    return f"{get_settings().app_url}{path or '/'}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # known to the database only
        return UTC


def _written(moment: datetime | None, zone: str) -> str:
    return moment.astimezone(_zone(zone)).strftime("%Y-%m-%d %H:%M %Z") if moment else "-"


def mail_of(notification: NotificationMail) -> Mail:
    """Returns the mail about a notification."""
    due = notification.due_at
    hours = max(0, round((due - datetime.now(UTC)).total_seconds() / 3600)) if due else None
    variables = {
        "title": notification.title,
        "message": notification.message or notification.title,
        "link": link_to(notification.action_url),
        "review_link": link_to(notification.action_url),
        "assignee_name": notification.assignee_name or notification.first_name or "-",
        "step_name": notification.step or "Review",
        "content_title": notification.content_title,
        "brand_name": notification.brand_name,
        "submitter_name": notification.author_name or "",
        "due_date": _written(due, notification.timezone),
        "hours_remaining": "-" if hours is None else str(hours),
        "reviewer_comments": notification.message,
        "percent": notification.percent,
        "metric": notification.metric or "AI",
        "month": notification.last_at.strftime("%Y-%m"),
        "next_steps": "It can be published." if notification.event == "content_approved" else "",
    }
    return Mail(
        notification.email,
        TEMPLATES.get(notification.event, "notification"),
        variables,
        brand_id=notification.brand_id,
        user_id=notification.user_id,
        category=_CATEGORIES.get(notification.category, "system"),
        language=notification.language,
    )


def digest_mail(digest: Digest, *, user_id: UUID, since: datetime) -> Mail:
    """Returns the mail that says how many things changed since a time, by kind, and names the most urgent."""
    lines = [f"{each.count} × {_WORDS.get(each.category, each.category)}" for each in digest.counts]
    lines += [f"{item.brand_name}: {item.title}" if item.brand_name else item.title for item in digest.items]
    brands = {item.brand_name for item in digest.items if item.brand_name}
    variables = {
        "brand_name": brands.pop() if len(brands) == 1 else "MixerAI",
        "since": _written(since, digest.timezone),
        "items": "\n".join(lines),
        "link": link_to("/"),
    }
    return Mail(digest.email, "digest", variables, user_id=user_id, category="digests", language=digest.language)


async def _queue_digest(db: Db, job: Job) -> None:
    user_id, since = UUID(job.payload["userId"]), datetime.fromisoformat(job.payload["since"])
    began_at, ends_at = job.payload["beganAt"], job.payload["endsAt"]
    row = await repository.take_digest(db, user_id=user_id, digest_id=job.id, began_at=began_at, ends_at=ends_at)
    if row is None or not row["total"]:
        return
    mail = digest_mail(read_row(Digest, row), user_id=user_id, since=since)
    await queue_mails(db, [mail], keys=[f"digest:{job.id}"])


async def _queue(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
    """Queues the mails of these jobs. Again is no harm: each mail has a key."""
    try:
        ids = [UUID(job.payload["notificationId"]) for job in jobs if job.kind == "notification"]
    except (KeyError, ValueError) as error:
        raise JobFailed("this is no notification", is_final=True) from error
    rows = read_rows(NotificationMail, await repository.fetch_mails(db, ids=ids)) if ids else []
    mails = [mail_of(each) for each in rows]
    await queue_mails(db, mails, keys=[f"notification:{each.id}" for each in rows])
    for job in jobs:
        if job.kind == "digest":
            await _queue_digest(db, job)
    return {}


NOTICES: Final = JobHandler(
    queue="notification_mail", handle=_queue, batch=100, jobs_per_call=100, seconds=10, min_seconds=1, is_prompt=True
)
