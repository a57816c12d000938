"""Times in SAML documents."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

# How far the clocks of provider and platform may be apart, as with Shibboleth and with Supabase Auth.
SKEW_SECONDS: Final = 180
# xs:dateTime in UTC, as SAML writes it (saml-core-2.0-os, section 1.3.3). Some providers write an offset.
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)?")


def instant(text: str | None) -> float | None:
    """Returns the Unix time of an instant in a document; None if it is absent. Raises ValueError."""
    if text is None:
        return None
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a time: {text}"[:100])
    moment = datetime.fromisoformat(found[1] + (found[3] or "Z"))
    return moment.astimezone(UTC).timestamp() + float(found[2] or 0)


def is_current(element: "_Element", *, now: float, ends: str = "NotOnOrAfter") -> bool:
    """Whether the time of an element has come and is not over, if it has one; clocks may be apart."""
    begins_at, ends_at = instant(element.get("NotBefore")), instant(element.get(ends))
    return (begins_at is None or begins_at <= now + SKEW_SECONDS) and (ends_at is None or now < ends_at + SKEW_SECONDS)
