"""The log of a brand for its members: by page, in an order in which nothing can be missed, and as a stream."""

from lib.events.feed.models import EventPage, EventQuery, LogCursor, LoggedEvent, Part, StreamQuery
from lib.events.feed.service import find_cursor, follow_events, list_events

__all__ = [
    "EventPage",
    "EventQuery",
    "LogCursor",
    "LoggedEvent",
    "Part",
    "StreamQuery",
    "find_cursor",
    "follow_events",
    "list_events",
]
