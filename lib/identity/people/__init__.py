"""People: profiles, preferences, avatars; search; deactivation and unlocking; export and erasure of personal data."""

from lib.identity.people.avatars import change_avatar, remove_avatar
from lib.identity.people.erasure import ERASURES, finish_erasures
from lib.identity.people.models import (
    Erasure,
    Me,
    Membership,
    PersonExport,
    PersonFound,
    PersonKnown,
    Preferences,
    PreferencesRead,
    Profile,
    ProfileChanges,
    RemovalImpact,
)
from lib.identity.people.privacy import erase_person, export_person
from lib.identity.people.service import (
    announce_expired_memberships,
    change_profile,
    get_me,
    get_person,
    get_preferences,
    get_profile,
    get_removal_impact,
    search_people,
    set_active,
    set_preferences,
    unlock,
)

__all__ = [
    "ERASURES",
    "Erasure",
    "Me",
    "Membership",
    "PersonExport",
    "PersonFound",
    "PersonKnown",
    "Preferences",
    "PreferencesRead",
    "Profile",
    "ProfileChanges",
    "RemovalImpact",
    "announce_expired_memberships",
    "change_avatar",
    "change_profile",
    "erase_person",
    "export_person",
    "finish_erasures",
    "get_me",
    "get_person",
    "get_preferences",
    "get_profile",
    "get_removal_impact",
    "remove_avatar",
    "search_people",
    "set_active",
    "set_preferences",
    "unlock",
]
