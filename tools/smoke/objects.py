"""Checks a stored object: uploads the account's picture, reads it by a signed address, deletes it."""

import struct
import zlib
from typing import Final

from tools.smoke.deployment import Deployment
from tools.smoke.outcomes import CheckFailed, CheckSkipped

BUCKET: Final = "avatars"
HINT: Final = "Storage in the Supabase project: the bucket avatars and the policies of storage.objects"
PATH: Final = "/api/v1/users/me/avatar"


def _picture(pixels: int = 16) -> bytes:
    """Makes a grey PNG (https://www.w3.org/TR/png-3/)."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", pixels, pixels, 8, 0, 0, 0, 0)
    rows = (b"\x00" + b"\x80" * pixels) * pixels
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def check_stored_object(deployment: Deployment) -> None:
    """Checks that a stored picture can be read by a signed address, and that a deleted one is not signed."""
    session = deployment.require_session()
    profile = (await deployment.ask("GET", "/api/v1/users/me/profile")).json()["data"]
    if profile["avatarPath"]:
        raise CheckSkipped(f"the account has a picture, which this would replace: DELETE {PATH} first")

    async def take_away() -> None:
        await deployment.ask("DELETE", PATH, expected=204)

    deployment.made("the account's picture", take_away)
    headers = {"Content-Type": "image/png"}
    answer = await deployment.ask("PUT", PATH, content=_picture(), headers=headers, look_at=HINT)
    path = answer.json()["data"]["avatarPath"]
    sign = f"/storage/v1/object/sign/{BUCKET}/{path}"
    signed = await deployment.ask_supabase(
        "POST", sign, token=session.access_token, json={"expiresIn": 60}, look_at=HINT
    )
    address = f"/storage/v1{signed.json()['signedURL']}"
    stored = await deployment.ask_supabase("GET", address, look_at=HINT)
    if stored.content[:4] != b"RIFF" or stored.content[8:12] != b"WEBP":
        raise CheckFailed(expected="a WebP image", came=repr(stored.content[:12]), look_at=HINT)
    await deployment.ask("DELETE", PATH, expected=204, look_at=HINT)
    # Storage answers 400 with the status 404 in the body, or 404. A deleted picture is not requested by its signed
    # address, because Supabase's own edge may keep it for a minute.
    await deployment.ask_supabase(
        "POST", sign, expected=(400, 404), token=session.access_token, json={"expiresIn": 60}, look_at=HINT
    )
