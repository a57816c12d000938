"""Mail: sealed into a job in the transaction that owes it, composed from a context's templates, sent by SendGrid."""

from lib.notify.composition import Mail, register_templates
from lib.notify.mail import deliver_mail, register_recorder, seal_mail

__all__ = ["Mail", "deliver_mail", "register_recorder", "register_templates", "seal_mail"]
