"""Fetches and decodes images, and encodes them again for a model."""

import base64
import binascii
from io import BytesIO
from typing import Final

from lib.ai.providers import Image
from lib.core.http.heavy import run_heavy
from lib.core.security.images import ImageRefused, decode_image
from lib.core.security.web import FetchRefused, fetch

IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
MAX_IMAGE_BYTES: Final = 15_000_000
# The largest images take a second, and wait for another.
IMAGE_SECONDS: Final = 10.0
# Providers scale images down to this many pixels on the longer side: larger ones would only take more time.
IMAGE_SIDE: Final = 1568
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")


def _from_data_uri(uri: str) -> bytes:
    media_type, mark, data = uri.removeprefix("data:").partition(";base64,")
    if not mark or media_type not in IMAGE_TYPES:
        raise FetchRefused("the image must be PNG, JPEG, WebP or GIF, in base64")
    try:
        body = base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error as error:
        raise FetchRefused("the data of the image is not base64") from error
    if len(body) > MAX_IMAGE_BYTES:
        raise FetchRefused(f"the image is larger than {MAX_IMAGE_BYTES // 1_000_000} MB")
    return body


def _normalise(body: bytes) -> Image:
    """Decodes an image and encodes it again: without metadata, and with at most IMAGE_SIDE pixels on each side."""
    try:
        picture = decode_image(body, formats=_FORMATS, side=IMAGE_SIDE)
    except ImageRefused as error:
        raise FetchRefused(str(error)) from error
    picture.thumbnail((IMAGE_SIDE, IMAGE_SIDE))
    written = BytesIO()
    if picture.mode == "RGBA":
        picture.save(written, "PNG")
        return Image("image/png", base64.b64encode(written.getvalue()).decode())
    picture.save(written, "JPEG", quality=85)
    return Image("image/jpeg", base64.b64encode(written.getvalue()).decode())


def _read_data_uri(uri: str) -> Image:
    return _normalise(_from_data_uri(uri))


async def load_image(source: str) -> Image:
    """Loads an image from an http(s) URL or a data URI. Raises FetchRefused if it is not an image of at most 15 MB."""
    if source.startswith("data:"):
        return await run_heavy(_read_data_uri, source, seconds=IMAGE_SECONDS)
    body = (await fetch(source, media_types=IMAGE_TYPES, max_bytes=MAX_IMAGE_BYTES)).body
    return await run_heavy(_normalise, body, seconds=IMAGE_SECONDS)
