"""The meaning of a receiver's answer, and the part of it that is shown."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

type Outcome = Literal["delivered", "failed", "final", "gone"]

SHOWN_CHARACTERS: Final = 1024
# So much is read: a secret that begins in the part that is shown is seen to its end.
MAX_ANSWER_BYTES: Final = 1536
# Receivers ask for more patience, and get at most so many seconds.
MAX_WAIT_SECONDS: Final = 3600
_BUSY: Final = (429, 503)
_GONE: Final = 410
# Texts that look like a secret or an e-mail address. An answer may repeat what was sent, or show a page of errors. The
# receiver chooses the text and the event loop waits: no part may try again from each place (no backtracking).
_SECRETS: Final = re.compile(
    r"(?i:bearer|basic)\s{1,20}+[\w.~+/=-]{8,}+|whsec_[\w+/=-]++|v1a?,[\w+/=-]{20,}+"
    r"|eyJ[\w-]{1,1500}+\.[\w-]++\.[\w-]*+"
    r"|[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,8}+|\b[\w+/-]{32,}+={0,2}|\b(?:\d[ -]?){13,19}\b"
    r"|(?i:(?:password|passwd|secret|token|api[_-]?key|authorization)[\"']?\s{0,20}+[:=]\s{0,20}+)[^\s,;&}]{1,200}+"
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


def outcome_of(status: int) -> tuple[Outcome, str | None]:
    """Returns what a status means, and why the attempt failed."""
    if 200 <= status < 300:
        return "delivered", None
    if status == _GONE:
        return "gone", "the receiver answered 410 Gone"
    if 300 <= status < 400:
        return "failed", f"the receiver answered {status}: redirects are not followed"
    return "failed", f"the receiver answered {status}"


def wait_seconds(status: int, headers: Mapping[str, str]) -> int | None:
    """Returns for how long a receiver asks to be left alone, at most an hour; None where it does not."""
    asked = headers.get("retry-after", "").strip()
    if status not in _BUSY or not asked:
        return None
    if asked.isascii() and asked.isdecimal():
        seconds = int(asked[:9])
    else:
        try:
            until = parsedate_to_datetime(asked)
            seconds = int((until.astimezone(UTC) - datetime.now(UTC)).total_seconds()) if until.tzinfo else 0
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return min(max(seconds, 0), MAX_WAIT_SECONDS)


def shown(body: bytes) -> str | None:
    """Returns the beginning of an answer as text, without what looks like a secret; None for an empty one."""
    text = _UNSTORABLE.sub("", body[:MAX_ANSWER_BYTES].decode(errors="replace"))
    parts, place = list[str](), 0
    for found in _SECRETS.finditer(text):
        if found.start() >= SHOWN_CHARACTERS:
            break
        parts += [text[place : found.start()], found[0] if _UUID.fullmatch(found[0]) else "[redacted]"]
        place = found.end()
    parts.append(text[place:SHOWN_CHARACTERS])
    return "".join(parts)[:SHOWN_CHARACTERS].strip() or None
