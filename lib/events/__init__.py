"""The event log as an outbox: each consumer gets the events of its types, at least once, with their ids alone."""

from lib.events.dispatcher import queue_events, values_of
from lib.events.models import Consumer, Event

__all__ = ["Consumer", "Event", "queue_events", "values_of"]
