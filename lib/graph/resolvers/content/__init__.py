"""Resolves contents: lib/graph/schema/content.graphql and its neighbours"""

from typing import Final

from lib.graph.resolvers.content import changes, comments, search, status, versions
from lib.graph.resolvers.content.contents import bindings

__all__ = ["ONLY_REST", "bindings", "changes", "comments", "search", "status", "versions"]

_FILES: Final = "files and streams travel by REST"

ONLY_REST: Final[dict[str, str]] = {
    "transfers.export": _FILES,
    "transfers.import": _FILES,
    "transfers.stream": _FILES,
}
