"""Avatars: an image becomes a square WebP file in Storage, and its path stands in the profile."""

import io
import logging
from typing import Final
from uuid import UUID, uuid4

from lib.core.auth.principal import Person
from lib.core.http.errors import Unprocessable
from lib.core.http.heavy import run_heavy
from lib.core.security.images import ImageRefused, decode_image
from lib.core.telemetry.logs import log
from lib.identity.people import repository
from lib.identity.people.models import Profile
from lib.identity.people.service import get_profile
from lib.identity.people.storage import as_person, as_service, remove_object, upload_object

BUCKET: Final = "avatars"
PIXELS: Final = 512


def _square(image: bytes) -> bytes:
    """Draws the image again, so that metadata of the file (places, programs) is dropped."""
    from PIL import ImageOps

    try:
        decoded = decode_image(image, formats=("PNG", "JPEG", "WEBP"), side=PIXELS)
    except ImageRefused as error:
        message = str(error) if "pixels" in str(error) else "the body is not a PNG, JPEG or WebP image"
        raise Unprocessable(message) from error
    output = io.BytesIO()
    ImageOps.fit(decoded.convert("RGB"), (PIXELS, PIXELS)).save(output, "WEBP", quality=85)
    return output.getvalue()


async def _replace(principal: Person, former: str | None, path: str | None) -> None:
    """Writes the path of the avatar into the caller's profile, and deletes the former avatar."""
    await repository.update_profile(principal.db, user_id=principal.user_id, columns={"avatar_path": path})
    if former:
        await remove_object(BUCKET, former, headers=as_person(principal.access_token))


async def change_avatar(principal: Person, *, image: bytes) -> Profile:
    """Replaces the caller's avatar, and returns the profile.

    ``image`` is a PNG, JPEG or WebP file of at most 40 million pixels; it is cut to a square of 512 pixels. Raises
    Unprocessable for any other file, Forbidden and ServiceUnavailable of Storage.
    """
    former = (await get_profile(principal)).avatar_path
    # A new name each time, so that no cache shows the former avatar.
    path = f"{principal.user_id}/{uuid4().hex}.webp"
    headers = as_person(principal.access_token)
    await upload_object(BUCKET, path, await run_heavy(_square, image), media_type="image/webp", headers=headers)
    await _replace(principal, former, path)
    return await get_profile(principal)


async def remove_avatar(principal: Person) -> None:
    """Removes the caller's avatar. Succeeds if there is none."""
    await _replace(principal, (await get_profile(principal)).avatar_path, None)


def is_own_path(user_id: UUID, path: str) -> bool:
    """Tells whether a path stays in the folder of a person, with no part that Storage could take for another folder."""
    folder, *parts = path.split("/")
    return folder == str(user_id) and bool(parts) and not {"", ".", ".."} & {*parts}


async def remove_avatars_of_erased(user_id: UUID) -> None:
    """Deletes all pictures in the folder of an erased person, with the service role.

    The database lists the folder. A path that the person wrote into the profile is not looked at.
    """
    for path in await repository.fetch_avatar_paths(user_id=user_id):
        if is_own_path(user_id, path):
            await remove_object(BUCKET, path, headers=as_service())
        else:
            log(logging.ERROR, "an object to delete is not in the person's folder", fields={"userId": user_id})
