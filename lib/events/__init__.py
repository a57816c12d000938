"""The event log as an outbox: each consumer gets the events of its types, at least once, with their ids alone."""

from lib.events.dispatcher import BATCH_EVENTS, has_events_to_come, queue_events, values_of
from lib.events.models import Consumer, Event

__all__ = ["BATCH_EVENTS", "Consumer", "Event", "has_events_to_come", "queue_events", "values_of"]
