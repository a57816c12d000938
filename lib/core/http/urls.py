"""One spelling of the addresses that people type: the scheme and the host in lower case, the host in ASCII.

Both make no difference (RFC 3986 §6.2.2.1), and browsers and phones capitalise what is typed. The rest is
case-sensitive and stays as it is.
"""

import re
from typing import Any, Final

from pydantic import BeforeValidator

from lib.core.http.emails import normal_domain
from lib.core.http.trimming import trimmed

_MAX_HEAD: Final = 400
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):")
_AUTHORITY: Final = re.compile(r"//((?:[^/?#@\s]*@)?)(\[[0-9A-Fa-f:.]+\]|[^/?#@:\s\[\]\\]*)")


def normal_url(value: Any) -> Any:
    """Returns an address in its one spelling, and a text without a scheme without the white space around it."""
    url = trimmed(value)
    scheme = _SCHEME.match(url) if isinstance(url, str) else None
    if scheme is None:
        return url
    begun, rest = f"{scheme[1].lower()}:", url[scheme.end() :]
    authority = _AUTHORITY.match(rest[:_MAX_HEAD])
    if authority is None:
        return begun + rest
    return f"{begun}//{authority[1]}{_host(authority[2])}{rest[authority.end() :]}"


def _host(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return normal_domain(host)
    except ValueError:
        return host  # what the address may be says its own rule


# Before the rule of an address: `Annotated[str, NORMAL_URL, StringConstraints(...)]`.
NORMAL_URL: Final = BeforeValidator(normal_url)
