"""The providers of mail: SendGrid first, SES second."""

from lib.notify.mail.providers.models import Accepted, MailFailed
from lib.notify.mail.providers.order import SEND_SECONDS, note_success, send_by_any

__all__ = ["SEND_SECONDS", "Accepted", "MailFailed", "note_success", "send_by_any"]
