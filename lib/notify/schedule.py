"""Background work of notifications: events, digests, chats, mails, and the removal of old rows."""

from typing import Final

from lib.events import Consumer
from lib.jobs import ScheduledTask
from lib.jobs.registry import BackgroundWork, sql_task
from lib.notify.mail.queue import MAILS
from lib.notify.telling import (
    CHATS,
    NOTICES,
    TOLD_TYPES,
    queue_digests,
    remove_old_notifications,
    tell_people,
)

BACKGROUND: Final = BackgroundWork(
    tasks=(
        ScheduledTask("queue_digests", "minute", queue_digests),
        sql_task("forget_old_mail", every="day"),
        ScheduledTask("remove_old_notifications", "hour", remove_old_notifications),
    ),
    handlers=(NOTICES, MAILS, CHATS),
    consumers=(Consumer("notifications", TOLD_TYPES, tell_people, is_prompt=True),),
)
