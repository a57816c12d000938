"""Seals each mail of identity. A sealed mail is encrypted text, which a job carries in its payload."""

from pathlib import Path
from uuid import UUID

from lib.notify import Mail, register_texts, seal_mail

register_texts(Path(__file__).parent / "languages")


def _masked(email: str) -> str:
    return f"{email[0]}•••@{email.split('@')[1]}"


def seal_invitation(to: str, *, link: str, brand_id: UUID, brand_name: str, inviter_name: str, role: str) -> str:
    """Seals the mail that invites ``to`` to a brand. ``link`` accepts the invitation."""
    variables = {"link": link, "brand_name": brand_name, "inviter_name": inviter_name, "role": role}
    return seal_mail(Mail(to, "invitation", variables, brand_id=brand_id, category="invitations"))


def seal_welcome(to: str) -> str:
    """Seals the mail that greets the person of a new account."""
    return seal_mail(Mail(to, "welcome", {"link": "/"}))


def seal_password_reset(to: str, *, link: str) -> str:
    """Seals the mail with the link to set a new password."""
    return seal_mail(Mail(to, "password_reset", {"link": link}))


def seal_password_changed(to: str) -> str:
    """Seals the mail that says that the password was changed."""
    return seal_mail(Mail(to, "password_changed"))


def seal_lockout(to: str) -> str:
    """Seals the mail that says that sign-in is locked after too many failures."""
    return seal_mail(Mail(to, "lockout"))


def seal_email_verification(to: str, *, link: str) -> str:
    """Seals the mail with the link that verifies the address of an account."""
    return seal_mail(Mail(to, "email_verification", {"link": link}))


def seal_email_change(to: str, *, link: str) -> str:
    """Seals the mail to a new address, with the link that verifies it."""
    return seal_mail(Mail(to, "email_change", {"link": link}))


def seal_email_change_warning(to: str, *, new_email: str) -> str:
    """Seals the mail that warns the old address of a requested change. It shows the new address masked."""
    return seal_mail(Mail(to, "email_change_requested", {"masked_email": _masked(new_email)}))


def seal_email_changed(to: str, *, new_email: str) -> str:
    """Seals the mail that tells the old address of the change. It shows the new address masked."""
    return seal_mail(Mail(to, "email_changed", {"masked_email": _masked(new_email)}))
