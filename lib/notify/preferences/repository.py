"""The data calls of notification preferences, as the caller."""

from lib.core.data.db import Db, Row, command_once, fetch_one


async def fetch_preferences(db: Db) -> Row | None:
    """Returns the caller's preferences; None if the caller has never set any."""
    return await fetch_one(db.from_("notification_preferences").select("*").limit(1))


async def set_preferences(db: Db, *, preferences: Row, version: int) -> Row:
    """Replaces the caller's preferences. Raises PreconditionFailed if they have changed since ``version``."""
    arguments = {"preferences": preferences, "version": version}
    (row,) = await command_once(db, "set_notification_preferences", arguments, expects="version")
    return row
