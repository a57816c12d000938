"""The names of people and sessions at providers, as the database keeps them: encrypted, and hashed to be found."""

import json
from dataclasses import asdict
from uuid import UUID

from lib.core.security.crypto import key_ring, token_digest
from lib.identity.single_sign_on.responses import Subject


def _owner(session_id: UUID) -> str:
    return f"private.sso_sessions.subject:{session_id}"


def seal_subject(subject: Subject, *, session_id: UUID) -> str:
    """Encrypts the names of a person and a session at their provider."""
    return key_ring().encrypt(json.dumps(asdict(subject)), _owner(session_id))


def open_subject(sealed: str, *, session_id: UUID) -> Subject:
    """Decrypts the names of a person and a session at their provider. Raises DecryptionFailed."""
    return Subject(**json.loads(key_ring().decrypt(sealed, _owner(session_id))))


def subject_digest(connection_id: UUID, name: str) -> str:
    """Returns the hash by which a name of a provider is found again. Names of other connections have other hashes."""
    return token_digest(f"{connection_id} {name}")
