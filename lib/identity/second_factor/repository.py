"""Data calls of second factors: with the service role, because a session reads nothing before it has passed one."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command_once, fetch_rows, run
from lib.identity.administration import connect_as_service
from lib.identity.second_factor.models import AddedFactor, CheckedProof, KnownFactor, PassedFactor


async def fetch_factors(db: Db) -> list[Row]:
    """Returns the caller's factors, the oldest first."""
    columns = "id,kind,name,verified_at,last_used_at,created_at"
    return await fetch_rows(db.from_("mfa_factors").select(columns).order("created_at"))


async def read_factors(*, user_id: UUID) -> list[KnownFactor]:
    """Returns the factors of a person with their encrypted secrets, the oldest first."""
    known = (await run(call(connect_as_service(), "read_factors", {"user_id": str(user_id)}))).data
    return [
        KnownFactor(
            id=UUID(factor["id"]),
            kind=factor["kind"],
            is_verified=factor["isVerified"],
            secret=factor["secret"],
            algorithm=factor["algorithm"],
            credential_id=factor["credentialId"],
            public_key=factor["publicKey"],
            transports=factor["transports"],
        )
        for factor in known["factors"]
    ]


async def add_factor(factor: AddedFactor, *, user_id: UUID, session_id: UUID) -> None:
    """Stores a factor, which counts once it was passed.

    Raises Unauthorized (MFA_REQUIRED) for a session that has not passed its factor, Forbidden
    (REAUTHENTICATION_REQUIRED), Conflict for an authenticator that is registered already and for an eleventh factor.
    """
    stored = {
        "id": str(factor.id),
        "userId": str(user_id),
        "sessionId": str(session_id),
        "kind": factor.kind,
        "name": factor.name,
        "secret": factor.secret,
        "algorithm": factor.algorithm,
        "credentialId": factor.credential_id,
        "publicKey": factor.public_key,
        "transports": factor.transports or [],
    }
    await command_once(connect_as_service(), "add_factor", {"factor": stored})


async def pass_factor(
    proof: CheckedProof,
    *,
    user_id: UUID,
    session_id: UUID,
    new_code_hashes: list[str],
    device_token_hash: str | None = None,
    device_name: str = "",
) -> PassedFactor:
    """Uses a proof up, and trusts the session from now on.

    With the first factor stores the backup codes of ``new_code_hashes``. Raises Unauthorized (MFA_REQUIRED) for a proof
    that was used before.
    """
    passed: dict[str, Any] = {
        "userId": str(user_id),
        "sessionId": str(session_id),
        "newCodeHashes": new_code_hashes,
        "step": proof.step,
        "signCount": proof.sign_count,
    }
    if proof.factor_id is not None:
        passed["factorId"] = str(proof.factor_id)
    else:
        passed["codeHashes"] = proof.code_hashes
    if device_token_hash is not None:
        passed |= {"deviceTokenHash": device_token_hash, "deviceName": device_name}
    (answer,) = await command_once(connect_as_service(), "pass_second_factor", {"passed": passed})
    return PassedFactor(is_first=answer["isFirst"], others=answer["others"], codes_left=answer["codesLeft"])


async def remove_factor(*, user_id: UUID, session_id: UUID, factor_id: UUID) -> None:
    """Removes a factor. Raises NotFound, Conflict for the last one of a platform admin."""
    arguments = {"user_id": str(user_id), "session_id": str(session_id), "factor_id": str(factor_id)}
    await command_once(connect_as_service(), "remove_factor", arguments)


async def renew_backup_codes(*, user_id: UUID, session_id: UUID, code_hashes: list[str]) -> None:
    """Replaces the backup codes of a person."""
    arguments = {"user_id": str(user_id), "session_id": str(session_id), "code_hashes": code_hashes}
    await command_once(connect_as_service(), "renew_backup_codes", arguments)
