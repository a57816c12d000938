"""Mail: sealed into a job in the transaction that owes it, composed in the reader's language, sent by a provider."""

from lib.notify.mail.catalogues import register_texts
from lib.notify.mail.models import Category, Mail
from lib.notify.mail.queue import deliver_mail, queue_mails, register_recorder, seal_mail

__all__ = ["Category", "Mail", "deliver_mail", "queue_mails", "register_recorder", "register_texts", "seal_mail"]
