"""Publications: the steps by which a content gets to its channels, or is taken back from them (ADR 64)."""

from lib.publishing.saga.models import Publication, PublicationChannel, PublicationQuery, PublicationStep
from lib.publishing.saga.service import (
    PUBLICATION_ORDER,
    cancel_publication,
    get_publication,
    list_publications,
    retry_publication,
)

__all__ = [
    "PUBLICATION_ORDER",
    "Publication",
    "PublicationChannel",
    "PublicationQuery",
    "PublicationStep",
    "cancel_publication",
    "get_publication",
    "list_publications",
    "retry_publication",
]
