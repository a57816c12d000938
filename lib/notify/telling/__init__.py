"""Tells people: the consumer of events, and the queues of mails, digests and messages to chats."""

from lib.notify.telling.chats import CHATS
from lib.notify.telling.consumer import TOLD_TYPES, tell_people
from lib.notify.telling.mails import NOTICES

__all__ = ["CHATS", "NOTICES", "TOLD_TYPES", "tell_people"]
