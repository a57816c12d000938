"""What the law lets people have of themselves: all of it, and that it is forgotten (domain §12)."""

from typing import Any

from pydantic import Field

from lib.core.auth.principal import Person
from lib.core.data.db import call, run
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.identity import administration
from lib.identity.models import OldPassword
from lib.identity.sign_in import forget_sessions, prove_password


class PersonExport(ResponseModel):
    """What is kept of somebody, in clear; of their work what leads to it, the latest ten thousand of a kind."""

    email: str = Field(examples=["editor@aurora.test"])
    profile: dict[str, Any] = Field(examples=[{"first_name": "Emil", "phone": "+44 20 7946 0000"}])
    memberships: list[dict[str, Any]] = Field(examples=[[{"brand_name": "Aurora Skincare", "role": "editor"}]])
    sessions: list[dict[str, Any]] = Field(examples=[[{"device_name": "Laptop", "address": "203.0.113.7"}]])
    devices: list[dict[str, Any]] = Field(examples=[[{"name": "Laptop"}]])
    files: list[dict[str, Any]] = Field(examples=[[{"name": "packshot.png"}]])
    factors: list[dict[str, Any]] = Field(examples=[[{"kind": "totp", "name": "Phone"}]])
    api_keys: list[dict[str, Any]] = Field(examples=[[{"name": "Website", "prefix": "mix_live_a1B2c3"}]])
    notification_preferences: dict[str, Any] | None = Field(examples=[{"digest": "daily"}])
    notifications: list[dict[str, Any]] = Field(examples=[[{"title": "A task for you"}]])
    contents_created: list[dict[str, Any]] = Field(examples=[[{"title": "Winter skin, explained"}]])
    comments: list[dict[str, Any]] = Field(examples=[[{"body": "<p>Shorter, please</p>"}]])
    audit: list[dict[str, Any]] = Field(examples=[[{"action": "auth.login", "outcome": "success"}]])


class Erasure(RequestModel):
    password: OldPassword | None = None
    """Of who has one."""


def _opened(ciphertext: str | None, owner: str) -> str | None:
    try:
        return key_ring().decrypt(ciphertext, owner) if ciphertext else None
    except DecryptionFailed:
        return None


async def export_person(person: Person) -> PersonExport:
    """Everything that is kept of the caller, in clear."""
    kept: dict[str, Any] = (await run(call(person.db, "export_person", {}))).data
    profile = kept["profile"]
    profile["phone"] = _opened(profile["phone"], f"public.profiles.phone:{profile['id']}")
    for session in kept["sessions"]:
        session["address"] = _opened(session["address"], f"public.user_sessions.address:{session['id']}")
    return PersonExport.model_validate(kept)


async def erase_person(person: Person, password: str | None) -> None:
    """For good, at once: what they did stays in place, by somebody whom nobody can name any more.

    Without a password, as of who signs in by a provider, the last proof must be younger than half an hour. Raises what
    prove_password raises; Conflict for platform admins, who hand the flag over first.
    """
    if password is not None:
        await prove_password(person, password)
    arguments = {"user_id": str(person.user_id), "session_id": str(person.session_id)}
    sessions = await administration.tell("erase_person", arguments)
    await forget_sessions(sessions)


async def finish_erasure() -> None:
    """Has Auth forget the person, by a job that erase_person queued. Call it after the answer: the person is erased
    already, and the scheduler does what is not done here."""
    await administration.finish_erasures(batch=1)
