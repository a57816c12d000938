"""What each person wants to be told, where and when."""

from lib.notify.preferences.models import NotificationPreferences, NotificationPreferencesRead
from lib.notify.preferences.service import get_preferences, set_preferences

__all__ = ["NotificationPreferences", "NotificationPreferencesRead", "get_preferences", "set_preferences"]
