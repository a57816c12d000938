"""Tells people: the consumer of events, and the queues of mails, digests and messages to chats."""

from lib.notify.telling.chat_queue import CHATS
from lib.notify.telling.consumer import TOLD_TYPES, tell_people
from lib.notify.telling.mails import NOTICES
from lib.notify.telling.upkeep import queue_digests, remove_old_notifications

__all__ = ["CHATS", "NOTICES", "TOLD_TYPES", "queue_digests", "remove_old_notifications", "tell_people"]
