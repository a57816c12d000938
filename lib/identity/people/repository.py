"""Data calls about people: as the caller, or with the service role where their own session no longer counts."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from lib.core.data.db import Db, Row, call, command_once, fetch_listing, fetch_one, fetch_rows, run
from lib.core.http.admission import admitted
from lib.core.http.envelope import PageRequest
from lib.identity.administration import connect_as_service
from lib.identity.people.models import Preferences


async def fetch_me(db: Db) -> Row | None:
    """Returns the caller with their memberships."""
    return await fetch_one(call(db, "get_me", {}))


async def fetch_colleague(db: Db, *, user_id: UUID) -> Row | None:
    """Returns what the caller may see of a person; None for strangers."""
    columns = "id,first_name,last_name,avatar_path,is_active"
    return await fetch_one(db.from_("profiles").select(columns).eq("id", str(user_id)).limit(1))


async def fetch_own_profile(db: Db) -> Row | None:
    """Returns the caller's profile with all columns; the phone number is encrypted."""
    return await fetch_one(call(db, "my_profile", {}))


async def update_profile(db: Db, *, user_id: UUID, columns: Mapping[str, Any]) -> bool:
    """Changes columns of the caller's profile. Returns whether there is a profile."""
    query = db.from_("profiles").update(dict(columns)).eq("id", str(user_id)).select("id")
    return bool(await fetch_rows(query))


async def fetch_preferences(db: Db) -> Row | None:
    """Returns the caller's notification preferences; None if the caller has never set any."""
    return await fetch_one(db.from_("notification_preferences").select("*").limit(1))


async def set_preferences(db: Db, *, preferences: Preferences, version: int) -> Row:
    """Replaces the caller's preferences. Raises PreconditionFailed if they have changed since ``version``."""
    arguments = {"preferences": preferences.model_dump(mode="json"), "version": version}
    (row,) = await command_once(db, "set_notification_preferences", arguments, expects="version")
    return row


async def search_people(db: Db, *, query: str, brand_id: UUID | None, page: PageRequest) -> tuple[list[Row], int]:
    """Returns a page of the people whom the caller may see, and the number of all."""
    arguments = {
        "query": query,
        "brand_id": str(brand_id) if brand_id else None,
        "page_size": page.page_size,
        "page_offset": page.offset,
    }
    await admitted()  # it may write to the audit log
    return await fetch_listing(call(db, "search_people", arguments))


async def fetch_removal_impact(db: Db, *, brand_id: UUID, user_id: UUID) -> Row:
    """Counts what depends on a member. Raises NotFound, Forbidden."""
    arguments = {"brand_id": str(brand_id), "user_id": str(user_id)}
    return (await run(call(db, "removal_impact", arguments))).data


async def announce_expired_memberships(db: Db) -> int:
    """Announces memberships that have expired, up to 500. Returns how many. ``db`` has the service role."""
    return int((await run(call(db, "announce_expired_memberships", {}))).data)


async def unlock_user(db: Db, *, user_id: UUID) -> str:
    """Records that a lock is lifted, and returns the address of the person. Raises Forbidden, NotFound."""
    return (await run(call(db, "unlock_user", {"user_id": str(user_id)}))).data


async def set_user_active(db: Db, *, user_id: UUID, is_active: bool) -> None:
    """Deactivates or reactivates a person. Raises Forbidden, NotFound."""
    await command_once(db, "set_user_active", {"user_id": str(user_id), "is_active": is_active})


async def fetch_cached_sessions(db: Db, *, user_id: UUID) -> list[str]:
    """Returns the ids of the sessions of a person that KV may still hold, ended ones included."""
    return (await run(call(db, "living_sessions", {"user_id": str(user_id)}))).data


async def export_person(db: Db) -> Row:
    """Returns all personal data of the caller; phone number and IP addresses are encrypted."""
    await admitted()  # it writes to the audit log
    return (await run(call(db, "export_person", {}))).data


async def erase_person(*, user_id: UUID, session_id: UUID) -> list[str]:
    """Erases a person at their own request, and returns the ids of the deleted sessions.

    Raises Conflict for platform admins, Forbidden (REAUTHENTICATION_REQUIRED) if the person last authenticated more
    than 30 minutes ago.
    """
    arguments = {"user_id": str(user_id), "session_id": str(session_id)}
    (sessions,) = await command_once(connect_as_service(), "erase_person", arguments)
    return cast("list[str]", sessions)


async def fetch_avatar_paths(*, user_id: UUID) -> list[str]:
    """Returns the paths of the pictures in the folder of a person, at most 1,000."""
    return (await run(call(connect_as_service(), "avatar_paths", {"user_id": str(user_id)}))).data


async def next_email_indexes(db: Db, *, newest: int, batch: int) -> Sequence[Row]:
    """Returns up to ``batch`` people whose e-mail index is under an older key: {userId, email}."""
    return (await run(call(db, "next_email_indexes", {"newest": newest, "batch": batch}))).data


async def replace_email_index(db: Db, *, user_id: str, email: str, email_index: str) -> bool:
    """Replaces the e-mail index of a person whose address is still the same. Returns whether it was."""
    changed = {"user_id": user_id, "email": email, "email_index": email_index}
    return bool((await run(call(db, "replace_email_index", changed))).data)
