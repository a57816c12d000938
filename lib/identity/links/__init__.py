"""Links in mails: requested, read, spent. Passwords and e-mail addresses are changed by them."""

from lib.identity.links.models import KnownLink, LinkRequest
from lib.identity.links.service import give_back_link, new_link, read_link, request_link, spend_link

__all__ = ["KnownLink", "LinkRequest", "give_back_link", "new_link", "read_link", "request_link", "spend_link"]
