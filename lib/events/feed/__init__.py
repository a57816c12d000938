"""The log of a brand for its members: by page, in an order in which nothing can be missed, and as a stream."""

from lib.events.feed.models import EventPage, EventQuery, LoggedEvent, Part, StreamQuery
from lib.events.feed.service import follow_events, list_events

__all__ = ["EventPage", "EventQuery", "LoggedEvent", "Part", "StreamQuery", "follow_events", "list_events"]
