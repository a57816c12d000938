"""The address of the client, as the platform saw it."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request


def seen_address(request: Request) -> str:
    """Returns the address that the platform saw, or ``unknown``. The platform replaces any that a client sends.

    An IPv4 address in the form of an IPv6 one is an IPv4 address, since all of these share one /64 network. Without
    the scope of an IPv6 address, which may be any text.
    """
    forwarded = request.headers.get("x-vercel-forwarded-for")
    written = forwarded.split(",")[0].strip() if forwarded else request.client.host if request.client else ""
    try:
        address = ip_address(written)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address)))
    return str(address)


def client_address(request: Request) -> str:
    """Returns the address that limits count by: of IPv6 the /64 network, since one household has a whole one."""
    address = seen_address(request)
    return str(ip_network((address, 64), strict=False)) if ":" in address else address
