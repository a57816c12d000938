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
    OwnInvitation,
)
from lib.identity.invitations.service import (
    accept,
    accept_own,
    cancel_invitation,
    decline_own,
    invite,
    join,
    list_invitations,
    list_own,
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
    "OwnInvitation",
    "accept",
    "accept_own",
    "cancel_invitation",
    "decline_own",
    "invite",
    "join",
    "list_invitations",
    "list_own",
    "read_offer",
    "record_delivery",
    "resend_invitation",
]
