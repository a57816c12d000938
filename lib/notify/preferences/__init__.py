"""Notification preferences: categories, channels, digests and quiet hours of each person."""

from lib.notify.preferences.models import NotificationPreferences, NotificationPreferencesRead
from lib.notify.preferences.service import get_preferences, set_preferences

__all__ = ["NotificationPreferences", "NotificationPreferencesRead", "get_preferences", "set_preferences"]
