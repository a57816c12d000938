"""Mail that people must get: sealed into a job in the transaction that owes it, sent when that is done."""

from lib.notify.mail import Mail, deliver_mail, seal_mail

__all__ = ["Mail", "deliver_mail", "seal_mail"]
