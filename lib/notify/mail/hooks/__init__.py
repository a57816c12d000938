"""What providers report of mails: verified by their signatures, and recorded once."""

from lib.notify.mail.hooks.service import take_sendgrid_events, take_ses_message

__all__ = ["take_sendgrid_events", "take_ses_message"]
