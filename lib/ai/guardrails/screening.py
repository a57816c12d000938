"""Screens texts for secrets before a model sees them (domain §7).

Card numbers and keys of services are refused; social security numbers are redacted.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from lib.ai.providers import CompletionRequest
from lib.core.http.errors import ErrorDetail, ValidationFailed

# Starts with a prefix of an issuer (ISO/IEC 7812): one of ten other long numbers passes the check digit as well.
_CARD: Final = re.compile(r"(?<!\d)(?<!\d\.)(?=3[04-9]|4|5|6|2[2-7])\d(?:[ -]?\d){12,18}(?!\.?\d)")
# Ids and checksums: one of ten passes the check digit by chance.
_ID: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?=\d*[a-fA-F])[0-9a-fA-F]{14,})"
    r"(?![0-9A-Za-z])"
)
SERVICE_KEY: Final = re.compile(
    r"\b(?:sk-[A-Za-z0-9_-]{20,}|sk_(?:live|test)_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}"
    r"|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{35}|mix_(?:live|test)_[A-Za-z0-9]{16,})\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
SOCIAL_SECURITY_NUMBER: Final = re.compile(r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b")


def _is_card(digits: str) -> bool:
    """Checks the check digit of ISO/IEC 7812 (Luhn)."""
    numbers = [int(digit) for digit in reversed(digits) if digit.isdecimal()]
    doubled = [number * 2 - 9 if number > 4 else number * 2 for number in numbers[1::2]]
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0


def cards_in(text: str) -> list[str]:
    """Returns the card numbers in a text, as they are written."""
    return [found[0] for found in _CARD.finditer(_ID.sub("id", text)) if _is_card(found[0])]


def _strings(value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{path}.{index}")


def check_input(values: dict[str, Any]) -> None:
    """Raises ValidationFailed if a text contains a card number or a key of a service.

    ``values`` may be nested; the details name the path of each text.
    """
    details: list[ErrorDetail] = []
    for path, text in _strings(values, ""):
        if cards_in(text):
            details.append({"field": path, "code": "INVALID_FORMAT", "message": "contains a card number"})
        if SERVICE_KEY.search(text):
            details.append({"field": path, "code": "INVALID_FORMAT", "message": "contains a key of a service"})
    if details:
        raise ValidationFailed("the texts contain secrets, which are not sent to a model", details=details)


def redact(text: str) -> str:
    """Replaces social security numbers by ``[redacted]``."""
    return SOCIAL_SECURITY_NUMBER.sub("[redacted]", text)


def redacted(request: CompletionRequest) -> CompletionRequest:
    """Redacts the texts of a request."""
    return replace(request, system=redact(request.system), prompt=redact(request.prompt))
