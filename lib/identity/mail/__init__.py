"""The mails of identity: their templates, their subjects, and a function for each that seals it into a job."""

from lib.identity.mail.delivery import send_waiting_mail
from lib.identity.mail.messages import (
    seal_email_change,
    seal_email_change_warning,
    seal_email_changed,
    seal_email_verification,
    seal_invitation,
    seal_lockout,
    seal_password_changed,
    seal_password_reset,
    seal_welcome,
)

__all__ = [
    "seal_email_change",
    "seal_email_change_warning",
    "seal_email_changed",
    "seal_email_verification",
    "seal_invitation",
    "seal_lockout",
    "seal_password_changed",
    "seal_password_reset",
    "seal_welcome",
    "send_waiting_mail",
]
