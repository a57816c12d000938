"""The queue of mails."""

from typing import Final

from lib.jobs.registry import BackgroundWork
from lib.notify.mail import MAILS

BACKGROUND: Final = BackgroundWork(handlers=(MAILS,))
