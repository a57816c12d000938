"""Documents of GraphQL by their text or their hash: parsed, validated and measured once in an instance.

A document of the platform's own applications is known by its SHA-256 and needs no check
(lib/graph/documents). Others may be registered by a first request that carries text and hash, as Apollo's automatic
persisted queries are; KV keeps them for a day. A hash names one text, however it is registered,
and the text is compared with the hash whenever it is read.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, parse, validate

from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.limits.numbers import DOCUMENTS
from lib.core.limits.windows import admit, is_admitted
from lib.core.memory import Memory
from lib.graph.engine.kept_costs import Costs
from lib.graph.engine.limits import check_text
from lib.graph.engine.plans import Plans
from lib.graph.engine.schema import get_schema

FOLDER: Final = Path(__file__).parent.parent / "documents"
REGISTERED_SECONDS: Final = 24 * 3600
_DIGEST: Final = re.compile("[0-9a-f]{64}")
# Characters of documents that an instance keeps: 100 to 800 bytes each once they are parsed and planned.
_KEPT: Final = 200_000
# The plans of a document have as many fields as it has characters, or so many: 130 to 300 bytes each.
_PLANNED: Final = 100
_KEPT_SECONDS: Final = 3600.0
_MAX_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was parsed."""

    node: DocumentNode
    problems: tuple[GraphQLError, ...] = ()
    """The reasons why it cannot be executed."""
    plans: Plans | None = None
    """The plans of its executions."""
    costs: Costs = field(default_factory=Costs)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Returns the operation of a request. Raises ValidationFailed for a name that it does not have."""
        found = [node for node in self.node.definitions if isinstance(node, OperationDefinitionNode)]
        if name is not None:
            found = [node for node in found if node.name and node.name.value == name]
        if len(found) != 1:
            raise _refused("operationName", "must be the name of an operation of the document")
        return found[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of GraphQL."""

    query: str | None
    digest: str | None
    """The SHA-256 of the document, in hexadecimal digits."""
    operation_name: str | None
    variables: dict[str, Any]


class Malformed(ValidationFailed):
    """The body is no request of GraphQL."""


_documents: Final = Memory[str, Document](_KEPT)
# Callers with many documents do not displace them.
_own_documents: Final = Memory[str, Document](100)


def _refused(field: str, message: str, code: str = "INVALID_FORMAT") -> ValidationFailed:
    detail: ErrorDetail = {"field": field, "code": code, "message": message}
    return ValidationFailed("the request is not valid", details=[detail])


def _malformed(field: str, message: str, code: str = "INVALID_FORMAT") -> Malformed:
    detail: ErrorDetail = {"field": field, "code": code, "message": message}
    return Malformed("the request is not valid", details=[detail])


def read_request(body: Any) -> Asked:
    """Reads the JSON of a request. Raises Malformed for another shape, such as a batch of several."""
    if not isinstance(body, dict):
        raise _malformed("body", "must be an object: one operation for each request")
    query, name = body.get("query"), body.get("operationName")
    variables, extensions = body.get("variables"), body.get("extensions")
    if not isinstance(query, str | None):
        raise _malformed("query", "must be a string")
    if not isinstance(name, str | None):
        raise _malformed("operationName", "must be a string")
    if not isinstance(variables, dict | None):
        raise _malformed("variables", "must be an object")
    if not isinstance(extensions, dict | None):
        raise _malformed("extensions", "must be an object")
    persisted = (extensions or {}).get("persistedQuery")
    digest = body.get("id") or (persisted.get("sha256Hash") if isinstance(persisted, dict) else None)
    if not isinstance(digest, str | None):
        raise _malformed("id", "must be a string")
    if not query and not digest:
        raise _malformed("query", "is required", "REQUIRED_FIELD_MISSING")
    return Asked(query or None, digest, name or None, variables or {})


@lru_cache(maxsize=1)
def own_texts() -> dict[str, str]:
    """Returns the documents of the platform's own applications by their hashes."""
    known = FOLDER / "ids.json"
    if not known.exists():
        return {}
    paths: dict[str, str] = json.loads(known.read_text(encoding="utf-8"))
    return {digest: (FOLDER / path).read_text(encoding="utf-8") for digest, path in paths.items()}


def digest_of(text: str) -> str:
    """Returns the SHA-256 of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def _key(digest: str) -> str:
    return f"graphql:{get_settings().environment}:{digest}"


async def find_document(asked: Asked) -> Document:
    """Returns the document of a request. Raises ValidationFailed with PERSISTED_QUERY_NOT_FOUND for an unknown hash."""
    if asked.query is not None:
        digest = _checked(asked.query, asked.digest)
        return _documents.get(digest) or _keep(digest, asked.query)
    assert asked.digest is not None
    found = _own_documents.get(asked.digest) or _documents.get(asked.digest)
    if found is not None:
        return found
    own = own_texts().get(asked.digest)
    if own is not None:
        return _keep(asked.digest, own, is_own=True)
    text = await _registered(asked.digest)
    if text is None:
        raise ValidationFailed("PersistedQueryNotFound", code="PERSISTED_QUERY_NOT_FOUND")
    return _keep(asked.digest, text)


def _checked(text: str, claimed: str | None) -> str:
    digest = digest_of(text)
    if claimed is not None and claimed != digest:
        raise _refused("extensions.persistedQuery.sha256Hash", "is not the SHA-256 of the document")
    return digest


def _keep(digest: str, text: str, *, is_own: bool = False) -> Document:
    document = read_own(text) if is_own else _read(text)
    if is_own:
        _own_documents.put(digest, document, _KEPT_SECONDS)
    else:
        _documents.put(digest, document, _KEPT_SECONDS, weight=len(text))
    return document


def read_own(text: str) -> Document:
    """Reads a document of the platform's own. Tests have validated it."""
    node = parse(text, no_location=True)
    return Document(node, plans=Plans(node))


def _read(text: str) -> Document:
    node = check_text(text)
    problems = tuple(validate(get_schema(), node, max_errors=_MAX_ERRORS))
    return Document(node, problems, None if problems else Plans(node, max(_PLANNED, len(text))))


async def register(asked: Asked, identifier: str) -> None:
    """Keeps a document that was sent with its hash, for requests with the hash alone. Its caller has been admitted.

    ``identifier``: by which the limits count the caller. Documents beyond the limit of a caller are not kept.
    """
    text, digest = asked.query, asked.digest
    if text is None or digest is None or digest in own_texts():
        return
    try:
        states, _ = await ask_kv(admit(DOCUMENTS.window(identifier)))
        if not is_admitted(states):
            return
        await ask_kv(get_kv().set(_key(digest), text, ex=REGISTERED_SECONDS, nx=True))
    except KvUnavailable:
        return  # the client sends the text again


async def _registered(digest: str) -> str | None:
    if not _DIGEST.fullmatch(digest):
        return None
    try:
        text = await ask_kv(get_kv().get(_key(digest)))
    except KvUnavailable:
        return None
    return text if isinstance(text, str) and digest_of(text) == digest else None
