"""Takes off what comes with copying a text from elsewhere: white space and invisible characters around it."""

from typing import Any, Final

_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
# White space is on the first plane only. A pattern would take quadratic time for long runs of it.
_EDGES: Final = _INVISIBLE + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


def trimmed(value: Any) -> Any:
    """Returns a text without white space and invisible characters around it; other values unchanged."""
    return value.strip(_EDGES) if isinstance(value, str) else value
