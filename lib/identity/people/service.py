"""Profiles and preferences of the caller, the people the caller works with, and what platform admins do to accounts."""

import asyncio
from uuid import UUID

from lib.core.auth.principal import Person, Principal
from lib.core.data.db import Db
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound
from lib.identity.people import repository
from lib.identity.people.models import (
    Me,
    PersonFound,
    PersonKnown,
    Preferences,
    PreferencesRead,
    Profile,
    ProfileChanges,
    RemovalImpact,
)
from lib.identity.people.phones import open_phone, seal_phone
from lib.identity.sessions import forget_failures, forget_sessions, require_kv, subject_of


async def get_me(principal: Principal) -> Me:
    """Returns the caller with their roles. Raises NotFound for an account without a profile."""
    row = await repository.fetch_me(principal.db)
    if row is None:
        raise NotFound("user not found")
    found = read_row(Me, row | {"email": principal.email or None})
    found.memberships.sort(key=lambda membership: membership.brand_name)
    return found


async def get_person(principal: Principal, *, user_id: UUID) -> PersonKnown:
    """Returns a person of the caller's brands. Raises NotFound."""
    row = await repository.fetch_colleague(principal.db, user_id=user_id)
    if row is None:
        raise NotFound("user not found")
    return read_row(PersonKnown, row)


async def get_profile(principal: Person) -> Profile:
    """Returns the caller's profile. Raises NotFound for an account without one."""
    row = await repository.fetch_own_profile(principal.db)
    if row is None:
        raise NotFound("user not found")
    phone = open_phone(row["phone"], user_id=principal.user_id)
    return read_row(Profile, row | {"phone": phone, "email": principal.email})


async def change_profile(principal: Person, *, changes: ProfileChanges) -> Profile:
    """Changes the caller's profile. Raises NotFound for an account without one."""
    columns = changes.model_dump(exclude_unset=True, exclude_none=True)
    if "phone" in columns:
        columns["phone"] = seal_phone(columns["phone"], user_id=principal.user_id)
    if columns and not await repository.update_profile(principal.db, user_id=principal.user_id, columns=columns):
        raise NotFound("user not found")
    return await get_profile(principal)


async def get_preferences(principal: Person) -> PreferencesRead:
    """Returns the caller's notification preferences; the defaults of domain §9 with version 0 if none were set."""
    row = await repository.fetch_preferences(principal.db)
    return read_row(PreferencesRead, row or Preferences().model_dump() | {"version": 0})


async def set_preferences(principal: Person, *, preferences: Preferences, version: int) -> PreferencesRead:
    """Replaces the caller's preferences. Raises PreconditionFailed if they have changed since ``version``."""
    row = await repository.set_preferences(principal.db, preferences=preferences, version=version)
    return read_row(PreferencesRead, row)


async def search_people(
    principal: Principal, *, query: str, brand_id: UUID | None, page: PageRequest
) -> tuple[list[PersonFound], int]:
    """Searches people by name, and by address where the caller may see it. Returns a page and the number of all.

    Finds the people of the caller's brands, or of one brand; platform admins find everybody. Raises NotFound for a
    brand that the caller does not see, Forbidden without the permission to read its members.
    """
    rows, total = await repository.search_people(principal.db, query=query, brand_id=brand_id, page=page)
    return read_rows(PersonFound, rows), total


async def get_removal_impact(principal: Person, *, user_id: UUID, brand_id: UUID) -> RemovalImpact:
    """Counts what depends on a member of a brand. Raises NotFound, Forbidden."""
    impact = await repository.fetch_removal_impact(principal.db, brand_id=brand_id, user_id=user_id)
    return read_row(RemovalImpact, impact)


async def announce_expired_memberships(db: Db) -> int:
    """Tells people whose membership has expired, and returns how many. ``db`` is the data API with the service role."""
    return await repository.announce_expired_memberships(db)


async def unlock(principal: Person, *, user_id: UUID) -> None:
    """Lifts the locks of a person: on sign-in, on proofs of the password and on second factors.

    Raises Forbidden unless the caller is a platform admin, NotFound, ServiceUnavailable without KV.
    """
    email = await repository.unlock_user(principal.db, user_id=user_id)
    subjects = [
        subject_of("email", email.lower()),
        subject_of("proof", str(user_id)),
        subject_of("second_factor", str(user_id)),
    ]
    await require_kv(asyncio.gather(*(forget_failures(subject) for subject in subjects)))


async def set_active(principal: Person, *, user_id: UUID, is_active: bool) -> None:
    """Deactivates a person, which ends their sessions and API keys at once, or reactivates them.

    Raises Forbidden unless the caller is a platform admin, or for the caller's own account; NotFound.
    """
    await repository.set_user_active(principal.db, user_id=user_id, is_active=is_active)
    if not is_active:
        await forget_sessions(await repository.fetch_cached_sessions(principal.db, user_id=user_id))
