"""The scheduled tasks of sessions, and the queue of erasures."""

from typing import Final

import lib.identity.invitations  # noqa: F401 - registers its recorder  # pyright: ignore[reportUnusedImport]
from lib.identity.people import ERASURES, announce_expired_memberships
from lib.identity.sessions import end_expired_sessions, end_stolen_sessions, forget_ended_sessions
from lib.jobs import ScheduledTask
from lib.jobs.registry import BackgroundWork

BACKGROUND: Final = BackgroundWork(
    tasks=(
        ScheduledTask("end_stolen_sessions", "minute", end_stolen_sessions),
        ScheduledTask("end_expired_sessions", "minute", end_expired_sessions),
        ScheduledTask("announce_expired_memberships", "minute", announce_expired_memberships),
        ScheduledTask("forget_ended_sessions", "hour", forget_ended_sessions),
    ),
    handlers=(ERASURES,),
)
