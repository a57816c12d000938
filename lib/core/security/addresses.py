"""Tells which addresses belong to the open internet.

The tables are those of IANA's registries of special-purpose addresses, and not those of ``ipaddress``, which are as old
as the interpreter: https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry, as they were on 2025-10-09. Every block of them is refused,
also those that are globally reachable (AS112, AMT, anycast of protocols): no page is published there.
"""

import ipaddress
from typing import Final

# Global unicast: RFC 4291, section 2.4. IANA has assigned no unicast address outside of it that a page could have, so
# that future blocks of other prefixes need no entry.
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")

SPECIAL: Final = (
    ("0.0.0.0/8", "this network, RFC 791"),
    ("10.0.0.0/8", "private use, RFC 1918"),
    ("100.64.0.0/10", "shared address space of providers, RFC 6598"),
    ("127.0.0.0/8", "loopback, RFC 1122"),
    ("169.254.0.0/16", "link local, and the metadata of clouds, RFC 3927"),
    ("172.16.0.0/12", "private use, RFC 1918"),
    ("192.0.0.0/24", "IETF protocol assignments, RFC 6890"),
    ("192.0.2.0/24", "documentation, RFC 5737"),
    ("192.31.196.0/24", "AS112, RFC 7535"),
    ("192.52.193.0/24", "AMT, RFC 7450"),
    ("192.88.99.0/24", "relays of 6to4, deprecated, RFC 7526"),
    ("192.168.0.0/16", "private use, RFC 1918"),
    ("192.175.48.0/24", "AS112, RFC 7534"),
    ("198.18.0.0/15", "benchmarks, RFC 2544"),
    ("198.51.100.0/24", "documentation, RFC 5737"),
    ("203.0.113.0/24", "documentation, RFC 5737"),
    ("224.0.0.0/4", "multicast, RFC 5771"),
    ("240.0.0.0/4", "reserved, with the limited broadcast, RFC 1112"),
    # In no registry: https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16.
    ("168.63.129.16/32", "the platform of Azure"),
    ("::/96", "unspecified, loopback, and IPv4-compatible addresses, RFC 4291"),
    ("::ffff:0:0/96", "IPv4-mapped addresses, RFC 4291"),
    ("64:ff9b::/96", "NAT64, with an IPv4 address inside, RFC 6052"),
    ("64:ff9b:1::/48", "local NAT64, RFC 8215"),
    ("100::/64", "discarded, RFC 6666"),
    ("100:0:0:1::/64", "dummy prefix, RFC 9780"),
    ("2001::/23", "IETF protocol assignments: Teredo, benchmarks, ORCHID and more, RFC 2928"),
    ("2001:db8::/32", "documentation, RFC 3849"),
    ("2002::/16", "6to4, with an IPv4 address inside, RFC 3056"),
    ("2620:4f:8000::/48", "AS112, RFC 7534"),
    ("3ffe::/16", "6bone, returned, RFC 3701"),
    ("3fff::/20", "documentation, RFC 9637"),
    ("5f00::/16", "segment routing, RFC 9602"),
    ("fc00::/7", "unique local, RFC 4193"),
    ("fe80::/10", "link local, RFC 4291"),
    ("fec0::/10", "site local, deprecated, RFC 3879"),
    ("ff00::/8", "multicast, RFC 4291"),
)

_REFUSED: Final = tuple(ipaddress.ip_network(block) for block, _ in SPECIAL)


def is_public(address: str) -> bool:
    """Tells whether an address belongs to the open internet. An address with a zone does not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if parsed.version == 6 and (parsed.scope_id is not None or parsed not in _GLOBAL_UNICAST):
        return False
    return not any(parsed in block for block in _REFUSED if block.version == parsed.version)
