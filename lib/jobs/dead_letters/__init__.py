"""Background work that failed too often and was set aside: lists it, has it tried again, removes it."""

from lib.jobs.dead_letters.models import DeadLetter, DeadLetterQuery
from lib.jobs.dead_letters.service import ORDER, dismiss_letter, list_letters, requeue_letter

__all__ = ["ORDER", "DeadLetter", "DeadLetterQuery", "dismiss_letter", "list_letters", "requeue_letter"]
