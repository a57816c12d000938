"""The address of the client, as the platform saw it."""

from ipaddress import ip_address, ip_network

from fastapi import Request


def seen_address(request: Request) -> str:
    """Returns the address that the platform saw, or ``unknown``. The platform replaces any that a client sends."""
    forwarded = request.headers.get("x-vercel-forwarded-for")
    address = forwarded.split(",")[0].strip() if forwarded else request.client.host if request.client else ""
    try:
        return str(ip_address(address))
    except ValueError:
        return "unknown"


def client_address(request: Request) -> str:
    """Returns the address that limits count by: of IPv6 the /64 network, since one household has a whole one."""
    address = seen_address(request)
    return str(ip_network((address, 64), strict=False)) if ":" in address else address
