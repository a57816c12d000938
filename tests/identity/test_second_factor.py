"""Second factors: enrolling, passing them once, and no access anywhere before that."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from local.demo.callers import PASSWORD, Person
from local.demo.dashboard import Dashboard
from tests.identity.support import code_of, sees, with_totp
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def owing(world: World, brand: Brand) -> tuple[Person, str, list[str]]:
    """Returns the brand's editor, signed in again with a pending factor; its secret and backup codes."""
    secret, codes = await with_totp(brand.editor)
    response = await brand.editor.sign_in()
    factor = response.json()["data"]["factor"]
    assert factor["state"] == "pending"
    assert sorted(factor["methods"]) == ["backup_code", "totp"]
    return brand.editor, secret, codes


async def test_enrolling(world: World) -> None:
    person = await world.signed_in()
    enrolled = (await person.post("/auth/mfa/totp", {"name": "Phone"})).json()["data"]
    uri = urlsplit(enrolled["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    query = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert query["secret"] == enrolled["secret"]
    assert query["algorithm"] == "SHA256"
    assert query["issuer"] == "MixerAI"
    # Absent parameters have the defaults of the Key Uri Format: six digits, thirty seconds.
    assert (query.get("digits", "6"), query.get("period", "30")) == ("6", "30")
    assert enrolled["qrCode"].startswith("data:image/svg+xml")
    kept = world.rows("select secret from public.mfa_factors where id = %s", enrolled["factorId"])[0]["secret"]
    assert kept.startswith("v1.")
    assert enrolled["secret"] not in kept
    # No session must pass it yet.
    assert (await person.get("/users/me")).status_code == 200
    path = f"/auth/mfa/totp/{enrolled['factorId']}/confirm"
    assert_problem(await person.post(path, {"code": "000000"}), 401, "MFA_REQUIRED")
    codes = (await person.post(path, {"code": code_of(enrolled["secret"])})).json()["data"]["codes"]
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", code) for code in codes)
    hashes = world.rows("select code_hash from private.mfa_backup_codes where user_id = %s", world.id_of(person))
    assert len(hashes) == 10
    assert (await person.get("/users/me")).status_code == 200
    assert_problem(await person.post(path, {"code": code_of(enrolled["secret"], 1)}), 409, "CONFLICT")


async def test_a_pending_session_sees_nothing_anywhere(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    config = (await brand.editor.get("/config")).json()["data"]
    person, secret, _ = await owing(world, brand)
    for request in (
        person.get("/users/me"),
        person.get("/contents"),
        person.get(f"/contents/{content['id']}"),
        person.patch(f"/contents/{content['id']}", 1, {"title": "x"}),
        person.get("/auth/sessions"),
        person.post("/ai/titles", {"brandId": brand.id, "topic": "x"}),
        person.post("/auth/mfa/totp", {"name": "Another"}),
        person.post("/auth/reauthenticate", {"password": PASSWORD}),
        person.get("/auth/mfa/factors"),
        person.post("/auth/mfa/backup-codes"),
    ):
        assert_problem(await request, 401, "MFA_REQUIRED")
    # At the data API and at Realtime the policies refuse the same token.
    direct = world.data_api(person.access_token)
    for table in ("brands", "contents", "profiles", "mfa_factors", "user_sessions", "domain_events"):
        answer = await direct.http.get(f"/{table}", params={"select": "*"})
        assert answer.status_code in (401, 403) or answer.json() == [], table
    written = await direct.http.post("/rpc/create_content", json={"brand_id": brand.id, "title": "x"})
    assert written.status_code == 401, written.text
    dashboard = await Dashboard.open(config, person.access_token, f"brand:{brand.id}")
    assert dashboard.state == "CHANNEL_ERROR"
    await dashboard.close()
    # The session may be read, and ended.
    assert (await person.get("/auth/session")).json()["data"]["factor"]["state"] == "pending"

    passed = await person.post("/auth/mfa/verify", {"method": "totp", "code": code_of(secret)})
    assert passed.status_code == 200, passed.text
    assert passed.json()["data"]["backupCodesLeft"] == 10
    assert (await person.get(f"/contents/{content['id']}")).status_code == 200
    assert await sees(world, person.access_token, brand.id) == 1


async def test_a_pending_session_may_sign_out(world: World) -> None:
    person, _, _ = await owing(world, await world.brand())
    assert (await person.post("/auth/logout")).status_code == 204


async def test_a_code_counts_once(world: World) -> None:
    person, secret, _ = await owing(world, await world.brand())
    code = code_of(secret)
    answers = await asyncio.gather(
        *(person.post("/auth/mfa/verify", {"method": "totp", "code": code}) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    await person.sign_in()
    assert_problem(await person.post("/auth/mfa/verify", {"method": "totp", "code": code}), 401, "MFA_REQUIRED")
    # Nor a code of an earlier step.
    earlier = {"method": "totp", "code": code_of(secret, -1)}
    assert_problem(await person.post("/auth/mfa/verify", earlier), 401, "MFA_REQUIRED")
    later = {"method": "totp", "code": code_of(secret, 1)}
    assert (await person.post("/auth/mfa/verify", later)).status_code == 200


@pytest.mark.parametrize("step", [-3, 3])
async def test_codes_outside_of_the_window_are_refused(world: World, step: int) -> None:
    person, secret, _ = await owing(world, await world.brand())
    body = {"method": "totp", "code": code_of(secret, step)}
    assert_problem(await person.post("/auth/mfa/verify", body), 401, "MFA_REQUIRED")


async def test_five_wrong_codes_lock_the_factor(world: World) -> None:
    person, secret, codes = await owing(world, await world.brand())
    answers = await asyncio.gather(
        *(person.post("/auth/mfa/verify", {"method": "totp", "code": f"{guess:06}"}) for guess in range(12))
    )
    assert sorted({answer.json()["error"]["code"] for answer in answers}) == ["ACCOUNT_LOCKED", "MFA_REQUIRED"]
    assert sum(answer.json()["error"]["code"] == "MFA_REQUIRED" for answer in answers) == 5
    for body in ({"method": "totp", "code": code_of(secret)}, {"method": "backup_code", "code": codes[0]}):
        locked = await person.post("/auth/mfa/verify", body)
        assert_problem(locked, 429, "ACCOUNT_LOCKED")
        assert 0 < int(locked.headers["Retry-After"]) <= 1800


async def test_backup_codes(world: World) -> None:
    person, _, codes = await owing(world, await world.brand())
    body = {"method": "backup_code", "code": codes[3].replace("-", "").lower()}
    passed = await person.post("/auth/mfa/verify", body)
    assert passed.json()["data"]["backupCodesLeft"] == 9
    await person.sign_in()
    assert_problem(await person.post("/auth/mfa/verify", body), 401, "MFA_REQUIRED")
    assert (await person.post("/auth/mfa/verify", {"method": "backup_code", "code": codes[0]})).status_code == 200
    renewed = (await person.post("/auth/mfa/backup-codes")).json()["data"]["codes"]
    await person.sign_in()
    old = {"method": "backup_code", "code": codes[1]}
    assert_problem(await person.post("/auth/mfa/verify", old), 401, "MFA_REQUIRED")
    assert (await person.post("/auth/mfa/verify", {"method": "backup_code", "code": renewed[0]})).status_code == 200


async def test_a_backup_code_of_another_person(world: World) -> None:
    _, _, codes = await owing(world, await world.brand())
    thief, _, _ = await owing(world, await world.brand())
    body = {"method": "backup_code", "code": codes[0]}
    assert_problem(await thief.post("/auth/mfa/verify", body), 401, "MFA_REQUIRED")


async def test_other_sessions_must_pass_a_first_factor_too(world: World) -> None:
    brand = await world.brand()
    there = Person(world.stack.urls["web"], brand.editor.email)
    world.people.append(there)
    await there.sign_in()
    await with_totp(brand.editor)
    assert_problem(await there.get("/users/me"), 401, "MFA_REQUIRED")
    assert await sees(world, there.access_token, brand.id) == 0
    assert (await brand.editor.get("/users/me")).status_code == 200


async def test_a_remembered_device_needs_no_factor(world: World) -> None:
    person, secret, codes = await owing(world, await world.brand())
    body = {"method": "totp", "code": code_of(secret), "rememberDevice": True, "deviceName": "Laptop"}
    token = (await person.post("/auth/mfa/verify", body)).json()["data"]["deviceToken"]
    (device,) = (await person.get("/auth/devices")).json()["data"]
    assert device["name"] == "Laptop"
    login = {"email": person.email, "password": PASSWORD, "deviceToken": token}
    signed_in = (await person.post("/auth/login", login)).json()["data"]
    assert signed_in["factor"]["state"] == "passed"
    wrong = login | {"deviceToken": token[:-1] + ("A" if token[-1] != "A" else "B")}
    assert (await person.post("/auth/login", wrong)).json()["data"]["factor"]["state"] == "pending"
    # The token of another person's device does not count.
    other, _, _ = await owing(world, await world.brand())
    stolen = {"email": other.email, "password": PASSWORD, "deviceToken": token}
    assert (await other.post("/auth/login", stolen)).json()["data"]["factor"]["state"] == "pending"
    person.http.headers["Authorization"] = f"Bearer {signed_in['accessToken']}"
    assert (await person.delete(f"/auth/devices/{device['id']}")).status_code == 204
    assert (await person.post("/auth/login", login)).json()["data"]["factor"]["state"] == "pending"
    assert codes


async def test_removing_the_last_factor(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    await with_totp(person)
    (factor,) = (await person.get("/auth/mfa/factors")).json()["data"]
    assert_problem(await brand.admin.delete(f"/auth/mfa/factors/{factor['id']}"), 404, "NOT_FOUND")
    assert (await person.delete(f"/auth/mfa/factors/{factor['id']}")).status_code == 204
    signed_in = (await person.sign_in()).json()["data"]
    assert signed_in["factor"] == {"state": "none", "methods": [], "isEnrollmentRequired": False}
    assert world.rows("select * from private.mfa_backup_codes where user_id = %s", world.id_of(person)) == []


async def test_platform_admins_have_no_rights_before_their_factor(world: World) -> None:
    brand = await world.brand()
    person = await world.signed_in()
    world.rows("insert into private.platform_admins (user_id) values (%s)", world.id_of(person))
    signed_in = (await person.sign_in()).json()["data"]
    assert signed_in["factor"] == {"state": "none", "methods": [], "isEnrollmentRequired": True}
    assert_problem(await person.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")
    secret, _ = await with_totp(person)
    assert (await person.get(f"/brands/{brand.id}")).status_code == 200
    (factor,) = (await person.get("/auth/mfa/factors")).json()["data"]
    assert_problem(await person.delete(f"/auth/mfa/factors/{factor['id']}"), 409, "CONFLICT")
    # A remembered device does not replace their factor.
    await person.sign_in()
    body = {"method": "totp", "code": code_of(secret), "rememberDevice": True}
    token = (await person.post("/auth/mfa/verify", body)).json()["data"]["deviceToken"]
    login = {"email": person.email, "password": PASSWORD, "deviceToken": token}
    assert (await person.post("/auth/login", login)).json()["data"]["factor"]["state"] == "pending"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"method": "sms", "code": "123456"},
        {"method": "totp"},
        {"method": "totp", "code": ["1"]},
        {"method": "totp", "code": "1" * 21},
        {"method": "webauthn"},
        {"method": "webauthn", "credential": "x"},
        {"method": "totp", "code": "123456", "userId": "x"},
    ],
)
async def test_malformed_proofs(world: World, body: dict[str, object]) -> None:
    person = await world.signed_in()
    assert_problem(await person.post("/auth/mfa/verify", body), 400, "VALIDATION_ERROR")


async def test_a_code_of_letters_is_only_wrong(world: World) -> None:
    person, _, _ = await owing(world, await world.brand())
    for code in ("abcdef", "12-456"):
        answer = await person.post("/auth/mfa/verify", {"method": "totp", "code": code})
        assert_problem(answer, 401, "MFA_REQUIRED")
    for code in ("١٢٣٤٥٦", "１２３４５６", "12 456", ""):
        answer = await person.post("/auth/mfa/verify", {"method": "totp", "code": code})
        assert_problem(answer, 400, "VALIDATION_ERROR")


async def test_a_pending_session_ends_no_other_session(world: World) -> None:
    brand = await world.brand()
    await with_totp(brand.editor)
    thief = Person(world.stack.urls["web"], brand.editor.email)
    world.people.append(thief)
    await thief.sign_in()
    for scope in ("all", "others"):
        assert_problem(await thief.http.post("/auth/logout", params={"scope": scope}), 401, "MFA_REQUIRED")
    assert (await brand.editor.get("/users/me")).status_code == 200
