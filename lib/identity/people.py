"""Who somebody is: their profile and preferences, and those whom one works with."""

import asyncio
import io
import logging
from datetime import datetime, time
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from lib.core.auth.principal import Person, Principal
from lib.core.data.db import call, command_once, fetch_listing, fetch_one, run
from lib.core.http.errors import NotFound, Unprocessable
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.telemetry.logs import log
from lib.identity import repository
from lib.identity.lockout import forget_failures, subject_of
from lib.identity.models import BrandRole, Membership
from lib.identity.sign_in import forget_sessions, require_kv

AVATAR_BUCKET: Final = "avatars"
AVATAR_PIXELS: Final = 512
MAX_SOURCE_PIXELS: Final = 40_000_000


def _check_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be a time zone of the IANA database")
    return name


type Name = Annotated[str, Field(max_length=100, pattern=r"^[^<>]*$", examples=["Emil"])]
type Timezone = Annotated[str, Field(max_length=64, examples=["Europe/London"]), AfterValidator(_check_timezone)]


class Me(ResponseModel):
    id: UUID
    email: str | None = Field(examples=["editor@aurora.test"])
    """Null for an API key."""
    first_name: str = Field(examples=["Emil"])
    last_name: str = Field(examples=["Editor"])
    timezone: str = Field(examples=["Europe/London"])
    language: str = Field(examples=["en"])
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    memberships: list[Membership]


class Profile(ResponseModel):
    """One's own, phone included."""

    id: UUID
    email: str = Field(examples=["editor@aurora.test"])
    first_name: str = Field(examples=["Emil"])
    last_name: str = Field(examples=["Editor"])
    phone: str | None = Field(examples=["+44 20 7946 0000"])
    timezone: str = Field(examples=["Europe/London"])
    language: str = Field(examples=["en"])
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    last_login_at: datetime | None
    created_at: datetime


class ProfileChanges(RequestModel):
    """What is not named stays as it is."""

    first_name: Name | None = None
    last_name: Name | None = None
    phone: Annotated[str, Field(max_length=50, pattern=r"^[0-9+() ./-]*$", examples=["+44 20 7946 0000"])] | None = None
    """Empty: none any more."""
    timezone: Timezone | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["en"])] | None = None


class Preferences(RequestModel):
    """Which mails somebody wants (domain §9); security and invitations always come."""

    email_enabled: bool = True
    content_updates: bool = True
    new_comments: bool = True
    task_reminders: bool = False
    marketing: bool = False
    digest: Literal["instant", "hourly", "daily", "weekly"] = "instant"
    quiet_from: time | None = None
    quiet_to: time | None = None


class PreferencesRead(ResponseModel):
    email_enabled: bool
    content_updates: bool
    new_comments: bool
    task_reminders: bool
    marketing: bool
    digest: Literal["instant", "hourly", "daily", "weekly"]
    quiet_from: time | None
    quiet_to: time | None
    version: int


class PersonFound(ResponseModel):
    id: UUID
    first_name: str = Field(examples=["Emil"])
    last_name: str = Field(examples=["Editor"])
    email: str = Field(examples=["e•••@aurora.test"])
    """Whole for those who manage the person, masked for others."""
    avatar_path: str | None = Field(examples=["0193…/avatar.webp"])
    is_active: bool


class RemovalImpact(ResponseModel):
    """What waits for a member or hangs on them."""

    role: BrandRole
    open_tasks: int
    unfinished_contents: int
    assigned_contents: int
    workflow_steps: int
    api_keys: int
    is_last_admin: bool


def _phone_owner(user_id: UUID) -> str:
    return f"public.profiles.phone:{user_id}"


async def get_me(principal: Principal) -> Me:
    row = await repository.fetch_profile(principal.db, user_id=principal.user_id)
    if row is None:
        raise NotFound("user not found")
    memberships = [
        Membership(brand_name=entry["brands"]["name"], brand_slug=entry["brands"]["slug"], **entry)
        for entry in row["brand_members"]
        if entry["brands"] is not None
    ]
    memberships.sort(key=lambda membership: membership.brand_name)
    return Me.model_validate(row | {"email": principal.email or None, "memberships": memberships})


async def get_profile(person: Person) -> Profile:
    row = await fetch_one(call(person.db, "my_profile", {}))
    if row is None:
        raise NotFound("user not found")
    try:
        phone = key_ring().decrypt(row["phone"], _phone_owner(person.user_id)) if row["phone"] else None
    except DecryptionFailed as error:
        log(logging.ERROR, "a phone number cannot be read", error=error)
        phone = None
    return Profile.model_validate(row | {"phone": phone, "email": person.email})


async def change_profile(person: Person, changes: ProfileChanges) -> Profile:
    named = changes.model_dump(exclude_unset=True, exclude_none=True)
    if "phone" in named:
        sealed = key_ring().encrypt(named["phone"], _phone_owner(person.user_id)) if named["phone"] else None
        named["phone"] = sealed
    if named and not await repository.update_profile(person.db, user_id=person.user_id, changes=named):
        raise NotFound("user not found")
    return await get_profile(person)


def _square(image: bytes) -> bytes:
    """Drawn anew: what else was in the file (places, programs) does not come along."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > MAX_SOURCE_PIXELS:
                raise Unprocessable("the image has too many pixels")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            fitted = ImageOps.fit(upright, (AVATAR_PIXELS, AVATAR_PIXELS))
            output = io.BytesIO()
            fitted.save(output, "WEBP", quality=85)
            return output.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unprocessable("this is no PNG, JPEG or WebP image") from error


async def change_avatar(person: Person, image: bytes) -> Profile:
    """Raises Unprocessable for what is no image."""
    from lib.identity.avatars import remove_objects, upload_object

    previous = (await get_profile(person)).avatar_path
    # A new name each time, so that no cache shows the one before.
    path = f"{person.user_id}/{uuid4().hex}.webp"
    await upload_object(person.access_token, AVATAR_BUCKET, path, _square(image), "image/webp")
    await repository.update_profile(person.db, user_id=person.user_id, changes={"avatar_path": path})
    if previous:
        await remove_objects(AVATAR_BUCKET, [previous], access_token=person.access_token)
    return await get_profile(person)


async def remove_avatar(person: Person) -> None:
    from lib.identity.avatars import remove_objects

    previous = (await get_profile(person)).avatar_path
    await repository.update_profile(person.db, user_id=person.user_id, changes={"avatar_path": None})
    if previous:
        await remove_objects(AVATAR_BUCKET, [previous], access_token=person.access_token)


async def get_preferences(person: Person) -> PreferencesRead:
    """Those of the domain for who has not set any: version 0."""
    row = await repository.fetch_preferences(person.db)
    return PreferencesRead.model_validate(row or Preferences().model_dump() | {"version": 0})


async def set_preferences(person: Person, wanted: Preferences, *, version: int) -> PreferencesRead:
    """Raises PreconditionFailed where they have changed since ``version``."""
    values: dict[str, Any] = wanted.model_dump(mode="json")
    arguments = {"preferences": values, "version": version}
    (row,) = await command_once(person.db, "set_notification_preferences", arguments)
    return PreferencesRead.model_validate(row)


async def search(
    principal: Principal, *, query: str, brand_id: UUID | None, page_size: int, offset: int
) -> tuple[list[PersonFound], int]:
    """Those of one's brands, by name; all for platform admins."""
    arguments = {
        "query": query,
        "brand_id": str(brand_id) if brand_id else None,
        "page_size": page_size,
        "page_offset": offset,
    }
    rows, total = await fetch_listing(call(principal.db, "search_people", arguments))
    return [PersonFound.model_validate(row) for row in rows], total


async def removal_impact(person: Person, *, user_id: UUID, brand_id: UUID) -> RemovalImpact:
    arguments = {"brand_id": str(brand_id), "user_id": str(user_id)}
    return RemovalImpact.model_validate((await run(call(person.db, "removal_impact", arguments))).data)


async def unlock(person: Person, user_id: UUID) -> None:
    """By a platform admin: the person may try again, password and second factor, before the half hour is over."""
    email = (await run(call(person.db, "unlock_user", {"user_id": str(user_id)}))).data
    subjects = [
        subject_of("email", email.lower()),
        subject_of("proof", str(user_id)),
        subject_of("second_factor", str(user_id)),
    ]
    await require_kv(asyncio.gather(*(forget_failures(subject) for subject in subjects)))


async def set_active(person: Person, user_id: UUID, *, is_active: bool) -> None:
    """By a platform admin, never oneself: a deactivated person's sessions and keys end at once."""
    await command_once(person.db, "set_user_active", {"user_id": str(user_id), "is_active": is_active})
    if not is_active:
        sessions = (await run(call(person.db, "living_sessions", {"user_id": str(user_id)}))).data
        await forget_sessions(sessions)
