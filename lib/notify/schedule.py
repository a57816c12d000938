"""The queue of mails, and the removal of what is known of old ones."""

from typing import Final

from lib.jobs.registry import BackgroundWork, sql_task
from lib.notify.mail.queue import MAILS

BACKGROUND: Final = BackgroundWork(tasks=(sql_task("forget_old_mail", every="day"),), handlers=(MAILS,))
