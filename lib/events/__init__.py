"""The event log as an outbox: each consumer receives every event, at least once, in the order of commits."""

from lib.events.dispatcher import drain
from lib.events.models import Consumer, Event

__all__ = ["Consumer", "Event", "drain"]
