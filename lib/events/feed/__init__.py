"""The log of a brand for its members: by page, in an order in which nothing can be missed, and as a stream."""

from lib.events.feed.models import EventPage, EventQuery, Found, LogCursor, LoggedEvent, Part, StreamQuery
from lib.events.feed.open_streams import held
from lib.events.feed.service import LogReader, caller_of, find_cursor, follow_events, list_events, pause_after

__all__ = [
    "EventPage",
    "EventQuery",
    "Found",
    "LogCursor",
    "LogReader",
    "LoggedEvent",
    "Part",
    "StreamQuery",
    "caller_of",
    "find_cursor",
    "follow_events",
    "held",
    "list_events",
    "pause_after",
]
