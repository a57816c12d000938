"""Decodes images that people send, with little time and memory. It takes up to a second: call it in a thread.

A file of 100 kB can hold 100 million pixels. The size is read from the head of the file, before anything is decoded.
"""

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

# 40 million pixels take 160 MB.
MAX_PIXELS: Final = 40_000_000
# Other modes, such as palettes and 16 bits, cannot be reduced.
_PLAIN: Final = ("RGB", "RGBA", "L", "LA")


class ImageRefused(ValueError):
    """The bytes are no image of these formats, or one with too many pixels. The message is for the caller."""


def _check_size(opened: "Image") -> None:
    if opened.width * opened.height > MAX_PIXELS:
        raise ImageRefused(f"the image has more than {MAX_PIXELS:,} pixels")


def decode_image(body: bytes, *, formats: tuple[str, ...], side: int) -> "Image":
    """Decodes the first frame of an image and turns it upright; the result has at most twice ``side`` pixels across.

    ``formats`` are names of Pillow. Raises ImageRefused.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(body), formats=formats)
        with opened:
            _check_size(opened)
            # JPEG is decoded at a smaller size.
            opened.draft("RGB", (side, side))
            factor = min(opened.size) // side
            has_alpha = "A" in opened.getbands() or "transparency" in opened.info
            plain = opened if opened.mode in _PLAIN else opened.convert("RGBA" if has_alpha else "RGB")
            smaller = plain.reduce(factor) if factor > 1 else plain
            return ImageOps.exif_transpose(smaller).convert("RGBA" if has_alpha else "RGB")
    except ImageRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageRefused("the image cannot be read") from error
