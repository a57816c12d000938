"""Web pages and images that a tool is to look at, made fit for a prompt."""

import asyncio
import base64
import binascii
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from lib.ai.providers import Image
from lib.core.security.web import Fetched, FetchRefused, fetch

PAGE_TYPES: Final = ("text/html", "application/xhtml+xml", "text/plain")
MAX_PAGE_BYTES: Final = 3_000_000
IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
MAX_IMAGE_BYTES: Final = 15_000_000
MAX_IMAGE_PIXELS: Final = 60_000_000
# What providers scale an image down to by themselves; sending more costs time and nothing else.
IMAGE_SIDE: Final = 1568
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_DATA_URI: Final = re.compile(r"data:([a-z]+/[a-z0-9.+-]+);base64,([A-Za-z0-9+/=\s]+)")
_NOISE: Final = ("script", "style", "noscript", "template", "svg", "nav", "header", "footer", "aside", "form", "iframe")


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    title: str
    description: str
    text: str


def _decode(found: Fetched) -> str:
    try:
        return found.body.decode(found.charset or "utf-8", errors="replace")
    except (LookupError, ValueError):  # a charset that is none, or none for texts
        return found.body.decode("utf-8", errors="replace")


def read_page(found: Fetched) -> Page:
    """The words of a page without what surrounds them. Raises FetchRefused where there are none."""
    from selectolax.lexbor import LexborHTMLParser

    if found.media_type == "text/plain":
        title, description, text = "", "", _decode(found)
    else:
        tree = LexborHTMLParser(_decode(found))
        head = tree.css_first("title")
        meta = tree.css_first('meta[name="description"]')
        title = head.text(strip=True) if head else ""
        description = (meta.attributes.get("content") or "") if meta else ""
        for node in tree.css(", ".join(_NOISE)):
            node.decompose()
        body = tree.css_first("main") or tree.css_first("article") or tree.body
        text = body.text(separator=" ") if body else ""
    text = re.sub(r"\s+", " ", text.replace("\x00", "")).strip()
    if not text:
        raise FetchRefused("the page has no text")
    return Page(found.url, title[:300], description[:500], text)


async def fetch_page(url: str) -> Page:
    return read_page(await fetch(url, media_types=PAGE_TYPES, max_bytes=MAX_PAGE_BYTES))


def _from_data_uri(uri: str) -> bytes:
    found = _DATA_URI.fullmatch(uri)
    if not found or found[1] not in IMAGE_TYPES:
        raise FetchRefused("an image is PNG, JPEG, WebP or GIF, in base64")
    try:
        body = base64.b64decode(found[2], validate=False)
    except binascii.Error as error:
        raise FetchRefused("the data of the image is not base64") from error
    if len(body) > MAX_IMAGE_BYTES:
        raise FetchRefused(f"the image is larger than {MAX_IMAGE_BYTES // 1_000_000} MB")
    return body


def _normalise(body: bytes) -> Image:
    """Decoded and written anew: whatever calls itself an image is one, without its metadata, and not too large."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        with Pillow.open(BytesIO(body), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_IMAGE_PIXELS:
                raise FetchRefused("the image has too many pixels")
            opened.draft("RGB", (IMAGE_SIDE, IMAGE_SIDE))
            picture = opened.convert("RGBA" if "A" in opened.getbands() or "transparency" in opened.info else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        raise FetchRefused("this is not an image that can be read") from error
    picture.thumbnail((IMAGE_SIDE, IMAGE_SIDE))
    written = BytesIO()
    if picture.mode == "RGBA":
        picture.save(written, "PNG")
        return Image("image/png", base64.b64encode(written.getvalue()).decode())
    picture.save(written, "JPEG", quality=85)
    return Image("image/jpeg", base64.b64encode(written.getvalue()).decode())


async def load_image(source: str) -> Image:
    """From an http(s) URL or a data URI. Raises FetchRefused for whatever is not an image."""
    if source.startswith("data:"):
        body = _from_data_uri(source)
    else:
        body = (await fetch(source, media_types=IMAGE_TYPES, max_bytes=MAX_IMAGE_BYTES)).body
    return await asyncio.to_thread(_normalise, body)
