"""Passkeys: a registration and an assertion by a key in software, and every way in which they can be invalid."""

import copy
from typing import Any

import cbor2
import pytest

from local.demo.callers import Person
from tests.identity.authenticator import USER_PRESENT, Authenticator, decoded, encoded
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


def key(world: World, **changes: Any) -> Authenticator:
    return Authenticator(**{"origin": world.stack.urls["web"], "rp_id": "127.0.0.1"} | changes)


async def options(person: Person, path: str) -> dict[str, Any]:
    response = await person.post(f"/auth/mfa/webauthn/{path}")
    assert response.status_code == 200, response.text
    return response.json()["data"]["options"]


async def registered(world: World, person: Person) -> Authenticator:
    authenticator = key(world)
    credential = authenticator.register(await options(person, "options"))
    response = await person.post("/auth/mfa/webauthn", {"name": "Key", "credential": credential})
    assert response.status_code == 201, response.text
    assert len(response.json()["data"]["codes"]) == 10
    return authenticator


async def proof(person: Person, authenticator: Authenticator) -> dict[str, Any]:
    return {"method": "webauthn", "credential": authenticator.sign(await options(person, "challenge"))}


async def test_the_options_for_the_authenticator(world: World) -> None:
    person = await world.signed_in()
    asked = await options(person, "options")
    assert asked["rp"] == {"id": "127.0.0.1", "name": "MixerAI"}
    assert asked["attestation"] == "direct"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert_problem(await person.post("/auth/mfa/webauthn/challenge"), 404, "NOT_FOUND")


async def test_registering_and_signing_in(world: World) -> None:
    person = await world.signed_in()
    authenticator = await registered(world, person)
    assert (await person.get("/users/me")).status_code == 200
    assert (await person.sign_in()).json()["data"]["factor"]["state"] == "pending"
    assert_problem(await person.get("/users/me"), 401, "MFA_REQUIRED")
    passed = await person.post("/auth/mfa/verify", await proof(person, authenticator))
    assert passed.status_code == 200, passed.text
    assert (await person.get("/users/me")).status_code == 200
    asked = await options(person, "options")
    assert [item["id"] for item in asked["excludeCredentials"]] == [authenticator.sign(asked)["id"]]


async def test_a_challenge_is_answered_once(world: World) -> None:
    person = await world.signed_in()
    authenticator = await registered(world, person)
    await person.sign_in()
    body = await proof(person, authenticator)
    assert (await person.post("/auth/mfa/verify", body)).status_code == 200
    assert_problem(await person.post("/auth/mfa/verify", body), 400, "VALIDATION_ERROR")
    # Nor the answer to another challenge.
    await options(person, "challenge")
    assert_problem(await person.post("/auth/mfa/verify", body), 400, "VALIDATION_ERROR")


async def test_a_copied_authenticator_is_refused(world: World) -> None:
    person = await world.signed_in()
    authenticator = await registered(world, person)
    await person.sign_in()
    authenticator.sign_count = 10
    clone = copy.copy(authenticator)
    assert (await person.post("/auth/mfa/verify", await proof(person, authenticator))).status_code == 200
    clone.sign_count = 5
    await person.sign_in()
    assert_problem(await person.post("/auth/mfa/verify", await proof(person, clone)), 401, "MFA_REQUIRED")


async def test_a_challenge_belongs_to_its_session(world: World) -> None:
    person, thief = await world.signed_in(), await world.signed_in()
    authenticator = await registered(world, person)
    await person.sign_in()
    body = await proof(person, authenticator)
    stolen = await registered(world, thief)
    await thief.sign_in()
    await options(thief, "challenge")
    assert_problem(await thief.post("/auth/mfa/verify", body), 401, "MFA_REQUIRED")
    assert stolen


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://127.0.0.1:24300.evil.test"},
        {"rp_id": "evil.test"},
        {"flags": USER_PRESENT},
        {"flags": 0},
    ],
)
async def test_invalid_registrations_are_refused(world: World, changes: dict[str, Any]) -> None:
    person = await world.signed_in()
    credential = key(world, **changes).register(await options(person, "options"))
    answer = await person.post("/auth/mfa/webauthn", {"name": "Key", "credential": credential})
    assert_problem(answer, 400, "VALIDATION_ERROR")
    assert (await person.get("/auth/mfa/factors")).json()["data"] == []


@pytest.mark.parametrize("changes", [{"origin": "https://evil.test"}, {"rp_id": "evil.test"}, {"flags": USER_PRESENT}])
async def test_invalid_assertions_are_refused(world: World, changes: dict[str, Any]) -> None:
    person = await world.signed_in()
    authenticator = await registered(world, person)
    await person.sign_in()
    for name, value in changes.items():
        setattr(authenticator, name, value)
    answer = await person.post("/auth/mfa/verify", await proof(person, authenticator))
    assert_problem(answer, 400, "VALIDATION_ERROR")
    assert_problem(await person.get("/users/me"), 401, "MFA_REQUIRED")


async def test_a_signature_of_another_key_is_refused(world: World) -> None:
    person = await world.signed_in()
    authenticator = await registered(world, person)
    await person.sign_in()
    forger = key(world, credential_id=authenticator.credential_id)
    assert_problem(await person.post("/auth/mfa/verify", await proof(person, forger)), 400, "VALIDATION_ERROR")


NO_CREDENTIALS: tuple[dict[str, Any], ...] = (
    {},
    {"id": "x"},
    {"id": 1, "rawId": 2, "response": 3, "type": 4},
    {"response": {}},
    {"response": {"clientDataJSON": "%%%", "attestationObject": "x"}},
    {"response": {"clientDataJSON": "e30", "attestationObject": "e30"}},
    {"rawId": "Ag", "type": "x", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
    {"response": []},
)


@pytest.mark.parametrize("part", NO_CREDENTIALS)
async def test_malformed_credentials_are_refused(world: World, part: dict[str, Any]) -> None:
    credential = {"id": "AQ", "rawId": "AQ", "type": "public-key"} | part if part else {}
    person = await world.signed_in()
    await options(person, "options")
    answer = await person.post("/auth/mfa/webauthn", {"name": "Key", "credential": credential})
    assert_problem(answer, 400, "VALIDATION_ERROR")
    authenticator = await registered(world, person)
    await person.sign_in()
    await options(person, "challenge")
    body = {"method": "webauthn", "credential": credential | {"id": authenticator.sign({"challenge": "x"})["id"]}}
    assert_problem(await person.post("/auth/mfa/verify", body), 400, "VALIDATION_ERROR")


async def test_a_key_belongs_to_one_person(world: World) -> None:
    first, second = await world.signed_in(), await world.signed_in()
    authenticator = await registered(world, first)
    credential = authenticator.register(await options(second, "options"))
    answer = await second.post("/auth/mfa/webauthn", {"name": "Key", "credential": credential})
    assert_problem(answer, 409, "CONFLICT")


@pytest.mark.parametrize(
    "statement",
    [
        {"alg": -7, "sig": b"x", "x5c": []},
        {"alg": -7, "sig": b"x", "x5c": [b"x"]},
        {"alg": "x", "sig": 1},
        {},
        {"sig": None},
    ],
)
@pytest.mark.parametrize("kind", ["packed", "fido-u2f", "android-key", "apple", "tpm", "none", "unheard-of"])
async def test_broken_attestations(world: World, kind: str, statement: dict[str, Any]) -> None:
    person = await world.signed_in()
    credential = key(world).register(await options(person, "options"))
    whole = cbor2.loads(decoded(credential["response"]["attestationObject"]))
    broken = cbor2.dumps(whole | {"fmt": kind, "attStmt": statement})
    credential["response"]["attestationObject"] = encoded(broken)
    answer = await person.post("/auth/mfa/webauthn", {"name": "Key", "credential": credential})
    if answer.status_code != 201:  # attestation is optional
        assert_problem(answer, 400, "VALIDATION_ERROR")
    else:
        assert kind == "none"
