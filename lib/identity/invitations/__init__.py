"""Invitations to a brand: up to 50 at once, valid for seven days, accepted with a new or an existing account."""

from lib.identity.invitations.delivery import record_delivery
from lib.identity.invitations.models import (
    InvitationAcceptance,
    InvitationListed,
    InvitationOffer,
    InvitationOutcome,
    InvitationStatus,
    InvitationToken,
    JoinedBrand,
    NewInvitations,
)
from lib.identity.invitations.service import (
    accept,
    cancel_invitation,
    invite,
    join,
    list_invitations,
    read_offer,
    resend_invitation,
)

__all__ = [
    "InvitationAcceptance",
    "InvitationListed",
    "InvitationOffer",
    "InvitationOutcome",
    "InvitationStatus",
    "InvitationToken",
    "JoinedBrand",
    "NewInvitations",
    "accept",
    "cancel_invitation",
    "invite",
    "join",
    "list_invitations",
    "read_offer",
    "record_delivery",
    "resend_invitation",
]
