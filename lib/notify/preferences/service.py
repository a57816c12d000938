"""Reads and replaces notification preferences.

The table has a switch for the categories of domain §9 that have one there, and besides it what differs by channel.
"""

from typing import Final

from lib.core.auth.principal import Person
from lib.core.data.db import Row
from lib.core.data.reading import read_row
from lib.notify.preferences import repository
from lib.notify.preferences.models import (
    CATEGORIES,
    CHANNELS,
    NotificationPreferences,
    NotificationPreferencesRead,
)

# The switches of whole categories, with their defaults.
_SWITCHES: Final = {"content": "content_updates", "comments": "new_comments", "marketing": "marketing"}
_DEFAULTS: Final[Row] = {
    "email_enabled": True,
    "content_updates": True,
    "new_comments": True,
    "task_reminders": False,
    "marketing": False,
    "digest": "instant",
    "quiet_from": None,
    "quiet_to": None,
    "channels": {},
    "muted_brands": [],
    "version": 0,
}


def _effective(row: Row) -> Row:
    """Returns a row with the channels of each category as they have effect."""
    chosen = row["channels"]
    categories = {
        category: {
            channel: bool(row[_SWITCHES[category]] if category in _SWITCHES else True)
            and chosen.get(category, {}).get(channel, True)
            for channel in CHANNELS
        }
        for category in CATEGORIES
    }
    return row | {"categories": categories}


def _stored(preferences: NotificationPreferences) -> Row:
    """Returns the columns of preferences: a category that is silent is switched off, others say what is off."""
    row = preferences.model_dump(mode="json", exclude={"categories"})
    channels: dict[str, dict[str, bool]] = {}
    for category in CATEGORIES:
        wanted = getattr(preferences.categories, category)
        if category in _SWITCHES:
            row[_SWITCHES[category]] = not wanted.is_silent
            if wanted.is_silent:
                continue
        off = {channel: False for channel in CHANNELS if not getattr(wanted, channel)}
        if off:
            channels[category] = off
    return row | {"channels": channels}


async def get_preferences(principal: Person) -> NotificationPreferencesRead:
    """Returns the caller's preferences; the defaults of domain §9 with version 0 if none were set."""
    row = await repository.fetch_preferences(principal.db)
    return read_row(NotificationPreferencesRead, row or _DEFAULTS, shape=_effective)


async def set_preferences(
    principal: Person, *, preferences: NotificationPreferences, version: int
) -> NotificationPreferencesRead:
    """Replaces the caller's preferences. Raises PreconditionFailed if they have changed since ``version``."""
    row = await repository.set_preferences(principal.db, preferences=_stored(preferences), version=version)
    return read_row(NotificationPreferencesRead, row, shape=_effective)
