"""The event log as an outbox: each consumer hears of every event, at least once, in the order of commits."""

from lib.events.dispatcher import Consumer, drain
from lib.events.models import Event

__all__ = ["Consumer", "Event", "drain"]
