"""E-mail addresses, wherever one is typed: one spelling of each, and no address that cannot receive mail.

White space around an address comes with copying it. A domain is stored in ASCII and in lower case (IDNA 2008,
https://www.rfc-editor.org/rfc/rfc5891), as Auth and the mail providers take it.
"""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from lib.core.http.trimming import trimmed

MAX_ADDRESS: Final = 254
MAX_LOCAL_PART: Final = 64
MAX_DOMAIN: Final = 253
ATOM: Final = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label is no number: that would be an IP address.
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")


def normal_domain(domain: str) -> str:
    """Returns a domain in ASCII and lower case. Raises ValueError for a name without two valid labels."""
    name = domain.lower()
    if not name.isascii() or "xn--" in name:
        import idna  # its tables, for the few domains that need them

        try:
            name = idna.encode(name, uts46=True, std3_rules=True).decode()
            idna.decode(name)
        except (idna.IDNAError, UnicodeError):
            raise ValueError("must have a domain that exists in the DNS") from None
    if len(name) > MAX_DOMAIN or _DOMAIN.fullmatch(name) is None:
        raise ValueError("must have a domain, such as example.com")
    return name


def normal_email(address: str) -> str:
    """Returns an address with its domain in ASCII and lower case. Raises ValueError for an invalid one."""
    local, _, domain = address.rpartition("@")
    if not 1 <= len(local.encode()) <= MAX_LOCAL_PART:
        raise ValueError(f"must have 1 to {MAX_LOCAL_PART} bytes before the @")
    normal = f"{local}@{normal_domain(domain)}"
    if len(normal) > MAX_ADDRESS:
        raise ValueError(f"must have at most {MAX_ADDRESS} characters")
    return normal


# An address of an account: of before, it may have dots that no new one may have, such as `.a@` and `a..b@`.
type EmailAddress = Annotated[
    str,
    BeforeValidator(trimmed),
    Field(
        min_length=3,
        max_length=MAX_ADDRESS,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        examples=["editor@aurora.test"],
        description="E-mail address; upper and lower case make no difference.",
    ),
    AfterValidator(normal_email),
]
# Supabase Auth takes these addresses for accounts: ASCII before the @
# (https://github.com/supabase/auth/blob/master/internal/api/mail.go). Mail providers refuse stray dots, and the whole
# mail with them.
type NewEmailAddress = Annotated[
    str,
    BeforeValidator(trimmed),
    Field(
        min_length=3,
        max_length=MAX_ADDRESS,
        pattern=rf"^{ATOM}(?:\.{ATOM})*@[^@\s]+\.[^@\s]+$",
        examples=["editor@aurora.test"],
        description="E-mail address, in ASCII before the @; upper and lower case make no difference.",
    ),
    AfterValidator(normal_email),
]
