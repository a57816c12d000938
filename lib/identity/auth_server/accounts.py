"""Administers accounts in Supabase Auth, with the service role."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from lib.core.http.errors import Conflict, ServiceUnavailable
from lib.identity.auth_server import repository
from lib.identity.auth_server.client import ask_auth, auth_client
from lib.identity.auth_server.errors import ADDRESS_TAKEN, NOT_ACCEPTED

if TYPE_CHECKING:
    from supabase_auth.types import AdminUserAttributes

BANNED_FOR_LIFE: Final = "876000h"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to create in Auth, whose address counts as verified."""

    email: str
    password: str
    first_name: str
    last_name: str
    facts: dict[str, str] = field(default_factory=dict[str, str])
    """Values of ``app_metadata``, which the database reads at the creation; the person cannot change them."""


async def create_user(account: NewAccount) -> UUID:
    """Creates an account and returns its id. Raises Conflict (ALREADY_EXISTS) for an address that has an account."""
    attributes = {
        "email": account.email,
        "password": account.password,
        "email_confirm": True,
        "user_metadata": {"first_name": account.first_name, "last_name": account.last_name},
        "app_metadata": account.facts,
    }
    request = auth_client().admin.create_user(cast("AdminUserAttributes", attributes))
    return UUID((await ask_auth(request, refused=Conflict(NOT_ACCEPTED))).user.id)


async def update_user(
    user_id: UUID,
    *,
    email: str | None = None,
    password: str | None = None,
    has_email_only: bool = False,
    is_banned: bool = False,
) -> None:
    """Changes the given values of an account, and marks its address as verified.

    ``has_email_only``: the account forgets that it had other providers. ``is_banned``: it is banned for life. Raises
    Conflict (ALREADY_EXISTS) for an address that another person has.
    """
    attributes: dict[str, Any] = {"email_confirm": True}
    if email is not None:
        attributes["email"] = email
    if password is not None:
        attributes["password"] = password
    if has_email_only:
        attributes["app_metadata"] = {"provider": "email", "providers": ["email"]}
    if is_banned:
        attributes["ban_duration"] = BANNED_FOR_LIFE
    if email is not None or password is not None:
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
    await update_user(user_id, email=f"erased-{user_id}@invalid.example", password=password, is_banned=True)
    # Afterwards, because Auth also records this change. Its log names the former address as well.
    await repository.forget_auth_records(user_id=user_id, address=known.user.email)
