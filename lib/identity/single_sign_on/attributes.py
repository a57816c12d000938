"""Reads the attributes of a person from a SAML assertion, by the names that providers give them."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

SAML: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_CLAIMS: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_MICROSOFT: Final = "http://schemas.microsoft.com/ws/2008/06/identity/claims"

# Plain names, the claims of WS-Federation (AD FS, Entra), and OIDs (LDAP, eduPerson). Compared without regard to case.
EMAIL: Final = (
    "email", "mail", "emailaddress", "email_address", "user.email", f"{_CLAIMS}/emailaddress",
    "http://schemas.xmlsoap.org/claims/emailaddress", "urn:oid:0.9.2342.19200300.100.1.3",
    "urn:oid:1.2.840.113549.1.9.1", "urn:mace:dir:attribute-def:mail",
)  # fmt: skip
FIRST_NAME: Final = (
    "firstname", "first_name", "givenname", "given_name", "user.firstname", f"{_CLAIMS}/givenname",
    "urn:oid:2.5.4.42", "urn:mace:dir:attribute-def:givenname",
)  # fmt: skip
LAST_NAME: Final = (
    "lastname", "last_name", "surname", "sn", "familyname", "family_name", "user.lastname", f"{_CLAIMS}/surname",
    "urn:oid:2.5.4.4", "urn:mace:dir:attribute-def:sn",
)  # fmt: skip
FULL_NAME: Final = (
    "displayname", "display_name", "name", "cn", "http://schemas.microsoft.com/identity/claims/displayname",
    "urn:oid:2.16.840.1.113730.3.1.241", "urn:oid:2.5.4.3",
)  # fmt: skip
# The names that stand for the default of a connection, "groups".
DEFAULT_GROUPS: Final = "groups"
GROUPS: Final = (
    "groups", "group", "memberof", "roles", "role", f"{_MICROSOFT}/groups", f"{_MICROSOFT}/role",
    "http://schemas.xmlsoap.org/claims/group", "urn:oid:1.3.6.1.4.1.5923.1.5.1.1", "urn:oid:1.2.840.113556.1.2.102",
    "https://aws.amazon.com/saml/attributes/groups",
)  # fmt: skip
# Sent in place of the groups by Entra, for people who are in more than 150 of them.
_OVERAGE: Final = ("http://schemas.microsoft.com/claims/groups.link",)
MAX_VALUES: Final = 2_000


class Attributes:
    """The attributes of an assertion. Values of attributes that are repeated are joined."""

    def __init__(self, assertion: "_Element") -> None:
        self._by_name: dict[str, list[str]] = {}
        self._by_friendly_name: dict[str, list[str]] = {}
        for attribute in assertion.iterfind(f"{SAML}AttributeStatement/{SAML}Attribute"):
            # A value may be an element, as the NameID of eduPersonTargetedID.
            values = ["".join(value.itertext()).strip() for value in attribute.iterfind(f"{SAML}AttributeValue")]
            for names, name in ((self._by_name, "Name"), (self._by_friendly_name, "FriendlyName")):
                key = (attribute.get(name) or "").strip().casefold()
                if key:
                    names.setdefault(key, []).extend(value for value in values if value)

    def values(self, *names: str) -> list[str]:
        """Returns the values of the first of some names that has any.

        The `FriendlyName` is for people, and providers may change it (saml-core-2.0-os, section 2.7.3.1): it counts
        only if no attribute has such a name.
        """
        for known in (self._by_name, self._by_friendly_name):
            for name in names:
                if found := known.get(name.casefold()):
                    return found
        return []

    def groups(self, name: str) -> tuple[str, ...] | None:
        """Returns the groups in the attribute ``name`` of a connection; the default stands for all usual names.

        Returns None if the provider does not say which groups the person is in, because there are too many.
        """
        names = GROUPS if name.casefold() == DEFAULT_GROUPS else (name,)
        found = [value for each in names for value in self._by_name.get(each.casefold(), [])]
        if not found:
            found = [value for each in names for value in self._by_friendly_name.get(each.casefold(), [])]
        if not found and self.values(*_OVERAGE):
            return None
        return tuple(dict.fromkeys(value[:255] for value in found))[:MAX_VALUES]

    def names(self) -> tuple[str, str]:
        """Returns first and last name, each at most 100 characters. A full name is divided at its last space."""
        first, last = ("".join(self.values(*names)[:1]) for names in (FIRST_NAME, LAST_NAME))
        if not (first and last):
            full = "".join(self.values(*FULL_NAME)[:1])
            head, _, tail = full.rpartition(" ")
            if head.strip() and "@" not in full:
                first, last = first or head, last or tail
        return first.strip()[:100], last.strip()[:100]

    def email(self, domains: list[str], name_id: str) -> str:
        """Returns the address in lower case: of several, the first with a domain of the connection; or the NameID."""
        offered = [value.lower() for value in self.values(*EMAIL)] or [name_id.strip().lower()]
        return next((each for each in offered if each.rpartition("@")[2] in domains), offered[0])
