"""Administers accounts in Supabase Auth, with the service role."""

from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from lib.core.http.errors import Conflict, ServiceUnavailable
from lib.identity.auth_server import repository
from lib.identity.auth_server.client import ask_auth, auth_client
from lib.identity.auth_server.errors import ADDRESS_TAKEN, NOT_ACCEPTED

if TYPE_CHECKING:
    from supabase_auth.types import AdminUserAttributes

BANNED_FOR_LIFE: Final = "876000h"


async def create_user(attributes: dict[str, Any]) -> UUID:
    """Creates an account and returns its id. ``attributes`` are those of Auth's admin API.

    Raises Conflict (ALREADY_EXISTS) for an address that has an account.
    """
    request = auth_client().admin.create_user(cast("AdminUserAttributes", attributes))
    return UUID((await ask_auth(request, refused=Conflict(NOT_ACCEPTED))).user.id)


async def update_user(user_id: UUID, attributes: dict[str, Any]) -> None:
    """Changes an account. ``attributes`` are those of Auth's admin API.

    Raises Conflict (ALREADY_EXISTS) for an address that another person has.
    """
    email = attributes.get("email")
    if attributes.keys() & {"email", "password"}:
        await _permit_change(user_id, email)
    try:
        request = auth_client().admin.update_user_by_id(str(user_id), cast("AdminUserAttributes", attributes))
        await ask_auth(request, refused=Conflict(NOT_ACCEPTED))
    except ServiceUnavailable:
        if email is not None:  # Auth answers 500 if another person took the address in the meantime
            await _permit_change(user_id, email)
        raise


async def permit_password_change(user_id: UUID) -> None:
    """Permits the password change that the caller makes next with the person's own token."""
    await _permit_change(user_id, None)


async def _permit_change(user_id: UUID, email: str | None) -> None:
    """Permits one change in Auth. Raises Conflict (ALREADY_EXISTS) for an address that another person has."""
    if not await repository.permit_credential_change(user_id=user_id, email=email):
        raise Conflict(ADDRESS_TAKEN, code="ALREADY_EXISTS")


async def make_sign_in_token(user_id: UUID, email: str) -> str:
    """Returns a token that signs a person in once, without a password: for people whom a provider has identified.

    Raises Conflict if the address belongs to another account. Auth creates an account for an address that has none,
    even when sign-up is switched off; such an account is deleted again.
    """
    refused, admin = Conflict(NOT_ACCEPTED), auth_client().admin
    made = await ask_auth(admin.generate_link({"type": "magiclink", "email": email}), refused=refused)
    if made.user.id == str(user_id):
        return made.properties.hashed_token
    if made.properties.verification_type == "signup":
        await ask_auth(admin.delete_user(made.user.id), refused=refused)
    raise Conflict("the address belongs to another account")


async def anonymize_user(user_id: UUID, *, password: str) -> None:
    """Replaces the address and the password of an erased person, bans the account, and deletes Auth's other records.

    The row itself stays, because other rows refer to it. ``password`` must be one that nobody knows.
    """
    refused = Conflict("Auth does not know this person")
    known = await ask_auth(auth_client().admin.get_user_by_id(str(user_id)), refused=refused)
    attributes = {
        "email": f"erased-{user_id}@invalid.example",
        "password": password,
        "email_confirm": True,
        "ban_duration": BANNED_FOR_LIFE,
    }
    await update_user(user_id, attributes)
    # Afterwards, because Auth also records this change. Its log names the former address as well.
    await repository.forget_auth_records(user_id=user_id, address=known.user.email)
