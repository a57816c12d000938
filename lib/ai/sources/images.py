"""Fetches and decodes images, and encodes them again for a model."""

import asyncio
import base64
import binascii
import re
from io import BytesIO
from typing import Final

from lib.ai.providers import Image
from lib.core.security.web import FetchRefused, fetch

IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
MAX_IMAGE_BYTES: Final = 15_000_000
MAX_IMAGE_PIXELS: Final = 60_000_000
# Providers scale images down to this many pixels on the longer side: larger ones would only take more time.
IMAGE_SIDE: Final = 1568
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_DATA_URI: Final = re.compile(r"data:([a-z]+/[a-z0-9.+-]+);base64,([A-Za-z0-9+/=\s]+)")


def _from_data_uri(uri: str) -> bytes:
    found = _DATA_URI.fullmatch(uri)
    if not found or found[1] not in IMAGE_TYPES:
        raise FetchRefused("the image must be PNG, JPEG, WebP or GIF, in base64")
    try:
        body = base64.b64decode(found[2], validate=False)
    except binascii.Error as error:
        raise FetchRefused("the data of the image is not base64") from error
    if len(body) > MAX_IMAGE_BYTES:
        raise FetchRefused(f"the image is larger than {MAX_IMAGE_BYTES // 1_000_000} MB")
    return body


def _normalise(body: bytes) -> Image:
    """Decodes an image and encodes it again: without metadata, and with at most IMAGE_SIDE pixels on each side."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        with Pillow.open(BytesIO(body), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_IMAGE_PIXELS:
                raise FetchRefused("the image has too many pixels")
            opened.draft("RGB", (IMAGE_SIDE, IMAGE_SIDE))
            picture = opened.convert("RGBA" if "A" in opened.getbands() or "transparency" in opened.info else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise FetchRefused("the image cannot be read") from error
    picture.thumbnail((IMAGE_SIDE, IMAGE_SIDE))
    written = BytesIO()
    if picture.mode == "RGBA":
        picture.save(written, "PNG")
        return Image("image/png", base64.b64encode(written.getvalue()).decode())
    picture.save(written, "JPEG", quality=85)
    return Image("image/jpeg", base64.b64encode(written.getvalue()).decode())


async def load_image(source: str) -> Image:
    """Loads an image from an http(s) URL or a data URI. Raises FetchRefused if it is not an image of at most 15 MB."""
    if source.startswith("data:"):
        body = _from_data_uri(source)
    else:
        body = (await fetch(source, media_types=IMAGE_TYPES, max_bytes=MAX_IMAGE_BYTES)).body
    return await asyncio.to_thread(_normalise, body)
