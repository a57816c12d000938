"""Data calls of links, with the service role: nobody is known yet when a link is used."""

from uuid import UUID

from lib.core.data.db import call, command_once, run
from lib.identity.administration import connect_as_service
from lib.identity.links.models import KnownLink, Purpose, SpentLink


async def request_link(*, purpose: Purpose, email: str, token_hash: str, mail: str) -> None:
    """Stores a link and queues its sealed mail, if the address has an active account that the purpose suits."""
    token = {"purpose": purpose, "email": email, "tokenHash": token_hash, "mail": mail}
    await command_once(connect_as_service(), "request_link", {"token": token})


async def read_link(*, token_hash: str, purpose: Purpose) -> KnownLink | None:
    """Returns a link that still works; None for any other."""
    query = call(connect_as_service(), "read_link", {"token_hash": token_hash, "purpose": purpose})
    known = (await run(query)).data
    if known is None:
        return None
    return KnownLink(
        user_id=UUID(known["userId"]),
        email=known["email"],
        new_email=known["newEmail"],
        password_hashes=known["history"],
    )


async def spend_link(*, token_hash: str, is_spent: bool = True) -> SpentLink:
    """Marks a link as used, or with ``is_spent`` False as unused again."""
    arguments = {"token_hash": token_hash, "is_spent": is_spent}
    (answer,) = await command_once(connect_as_service(), "spend_link", arguments)
    return SpentLink(is_spent=answer["isSpent"], ended=answer["ended"])
