"""ISO 639-1: the languages that have a code of two letters."""

from typing import Final

from lib.core.language_names import LANGUAGE_NAMES

LANGUAGES: Final = frozenset(LANGUAGE_NAMES)


def check_language(tag: str) -> str:
    """Returns a BCP 47 tag (``pt``, ``pt-BR``, ``zh-Hans``). Raises ValueError if its language is not in ISO 639-1."""
    if tag.split("-", maxsplit=1)[0].lower() not in LANGUAGES:
        raise ValueError("names no language of ISO 639-1")
    return tag
