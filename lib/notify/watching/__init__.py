"""Watching contents: watchers are notified of decisions, comments and changes."""

from lib.notify.watching.models import Watching
from lib.notify.watching.service import is_watching, list_watchers, set_watching

__all__ = ["Watching", "is_watching", "list_watchers", "set_watching"]
