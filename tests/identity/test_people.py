"""Profiles, avatars and preferences; searching people, and the impact of removing them."""

import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from psycopg.types.json import Jsonb

from lib.identity.people.avatars import is_own_path
from local.demo.callers import Person
from local.tls import TLS
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_profile(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    changes = {"firstName": "Jane", "phone": "+44 20 7946 0000", "timezone": "Europe/London", "language": "fr"}
    changed = (await person.http.patch("/users/me/profile", json=changes)).json()["data"]
    assert {name: changed[name] for name in changes} == changes
    kept = world.rows("select phone from public.profiles where id = %s", world.id_of(person))[0]["phone"]
    assert kept.startswith("v1.")
    # Colleagues see the name and not the phone number.
    direct = world.data_api(brand.admin.access_token)
    row = {"id": f"eq.{world.id_of(person)}"}
    assert (await direct.http.get("/profiles", params=row | {"select": "phone"})).status_code in (401, 403)
    assert (await direct.http.get("/profiles", params=row | {"select": "first_name"})).json() == [
        {"first_name": "Jane"}
    ]
    cleared = (await person.http.patch("/users/me/profile", json={"phone": ""})).json()["data"]
    assert (cleared["phone"], cleared["firstName"]) == (None, "Jane")
    # A number that no key of ours has encrypted is shown as null.
    await world.data_api(person.access_token).http.patch("/profiles", params=row, json={"phone": "v1." + "A" * 43})
    assert (await person.get("/users/me/profile")).json()["data"]["phone"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"firstName": "<b>Jane</b>"},
        {"firstName": "x" * 101},
        {"firstName": "nul\x00"},
        {"phone": "call me"},
        {"phone": "1" * 51},
        {"timezone": "Mars/Olympus"},
        {"language": "english"},
        {"email": "other@people.test"},
        {"isActive": True},
        {"id": "00000000-0000-7000-8000-000000000001"},
    ],
)
async def test_invalid_profiles_are_refused(world: World, changes: dict[str, Any]) -> None:
    person = await world.signed_in()
    assert_problem(await person.http.patch("/users/me/profile", json=changes), 400, "VALIDATION_ERROR")


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 60), **more: Any) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", size, "red").save(output, kind, **more)
    return output.getvalue()


async def put_avatar(person: Person, body: bytes, media_type: str = "image/png") -> Any:
    return await person.http.put("/users/me/avatar", content=body, headers={"Content-Type": media_type})


async def test_an_avatar(world: World) -> None:
    brand = await world.brand()
    exif = Image.Exif()
    exif[0x010E] = "where the picture was taken"
    first = await put_avatar(brand.editor, picture("JPEG", exif=exif), "image/jpeg")
    assert first.status_code == 200, first.text
    path = first.json()["data"]["avatarPath"]
    assert path.startswith(f"{world.id_of(brand.editor)}/")
    settings = world.stack.environment
    url = f"{settings['SUPABASE_URL']}/storage/v1/object/avatars/{path}"
    headers = {"apikey": settings["SUPABASE_PUBLISHABLE_KEY"], "Authorization": f"Bearer {brand.admin.access_token}"}
    stored = await brand.admin.http.get(url, headers=headers)
    assert stored.status_code == 200, stored.text
    with Image.open(io.BytesIO(stored.content)) as image:
        assert (image.format, image.size) == ("WEBP", (512, 512))
    assert b"where the picture" not in stored.content
    second = (await put_avatar(brand.editor, picture("WEBP"), "image/webp")).json()["data"]["avatarPath"]
    assert second != path
    assert (await brand.admin.http.get(url, headers=headers)).status_code in (400, 404)
    assert (await brand.editor.delete("/users/me/avatar")).status_code == 204
    assert (await brand.editor.get("/users/me")).json()["data"]["avatarPath"] is None


async def test_the_avatar_of_someone_else_stays(world: World) -> None:
    """The erasure of a person deletes their avatar as the service: no path may lead it to another's."""
    victim, person = await world.signed_in(), await world.signed_in()
    victims = (await put_avatar(victim, picture())).json()["data"]["avatarPath"]
    own = world.id_of(person)
    api, this = world.data_api(person.access_token).http, {"id": f"eq.{own}", "select": "id"}
    for path in (victims, f"{own}/../{victims}", f"{own}/..", f"{own}/", f"x{own}/face.png", f"{own}/face.png\n"):
        refused = await api.patch("/profiles", params=this, json={"avatar_path": path})
        assert refused.status_code == 400, f"{path}: {refused.text}"
    stored = await api.patch("/profiles", params=this, json={"avatar_path": f"{own}/face.png"})
    assert stored.status_code == 200, stored.text

    # Pictures that the profile does not name go as well.
    settings = world.stack.environment
    storage = f"{settings['SUPABASE_URL']}/storage/v1/object/avatars"
    key = {"apikey": settings["SUPABASE_PUBLISHABLE_KEY"]}
    for name in ("face.png", "older/my face.png"):
        headers = {"apikey": settings["SUPABASE_SECRET_KEY"], "Content-Type": "image/png"}
        async with httpx.AsyncClient(verify=TLS) as http:
            kept = await http.post(f"{storage}/{own}/{name}", headers=headers, content=picture())
        assert kept.status_code == 200, kept.text
    find = "select name from storage.objects where bucket_id = 'avatars' and name like %s || '%%'"
    assert len(world.rows(find, own)) == 2

    # As an older deployment queued it: with a path that the person wrote.
    payload = Jsonb({"userId": own, "avatarPath": victims})
    queued = "select private.enqueue_job('erasure', 'erase_account', null, %s, now(), null, 50)"
    world.rows(queued, payload)
    cron = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as http:
        await http.get(f"{world.stack.urls['web']}/api/v1/cron/minute", headers=cron)
    assert world.rows("select email from auth.users where id = %s", own)[0]["email"] != person.email
    assert world.rows(find, own) == []
    headers = key | {"Authorization": f"Bearer {victim.access_token}"}
    assert (await victim.http.get(f"{storage}/{victims}", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        ("{0}/face.png", True),
        ("{0}/older/my face.png", True),
        ("{1}/face.png", False),
        ("{0}", False),
        ("{0}/", False),
        ("{0}/..", False),
        ("{0}/../{1}/face.png", False),
        ("{0}/./face.png", False),
        ("{0}//face.png", False),
        ("/{0}/face.png", False),
        ("../{0}/face.png", False),
        ("{0}x/face.png", False),
    ],
)
def test_the_service_deletes_in_the_folder_of_the_person_only(path: str, is_own: bool) -> None:
    own, other = uuid4(), uuid4()
    assert is_own_path(own, path.format(own, other)) == is_own


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
# Created by the tests that need them: an image of 81 million pixels takes a second.
NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"x",
    "svg": lambda: SVG,
    "cut": lambda: picture()[:40],
    "bomb": lambda: picture("PNG", (9000, 9000)),
    "gif": lambda: picture("GIF"),
    "broken": lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
}


@pytest.mark.parametrize("name", NO_PICTURES)
async def test_files_that_are_no_image_are_refused(world: World, name: str) -> None:
    person = await world.signed_in()
    answer = await put_avatar(person, NO_PICTURES[name]())
    assert answer.status_code in (415, 422), answer.text
    assert (await person.get("/users/me")).json()["data"]["avatarPath"] is None


async def test_preferences(world: World) -> None:
    person = await world.signed_in()
    first = await person.get("/users/me/preferences")
    defaults = first.json()["data"]
    assert (defaults["taskReminders"], defaults["marketing"], defaults["contentUpdates"]) == (False, False, True)
    assert first.headers["ETag"] == '"0"'
    wanted = {"digest": "daily", "quietFrom": "22:00:00", "quietTo": "07:00:00"}
    assert_problem(await person.http.put("/users/me/preferences", json=wanted), 428, "PRECONDITION_REQUIRED")

    async def put(version: int, body: dict[str, Any]) -> Any:
        return await person.http.put("/users/me/preferences", json=body, headers={"If-Match": f'"{version}"'})

    kept = await put(0, wanted)
    assert kept.status_code == 200, kept.text
    assert kept.json()["data"]["digest"] == "daily"
    version = kept.json()["data"]["version"]
    assert_problem(await put(0, {}), 412, "CONFLICT")
    assert (await put(version, {"digest": "weekly"})).json()["data"]["digest"] == "weekly"
    assert_problem(await put(version, {}), 412, "CONFLICT")
    assert_problem(await put(version + 1, {"digest": "never"}), 400, "VALIDATION_ERROR")


async def test_searching_people(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    name = f"Zz{uuid4().hex[:10]}"
    await brand.editor.http.patch("/users/me/profile", json={"firstName": name})
    found = (await brand.admin.get("/users", q=name.lower())).json()
    assert found["pagination"]["totalItems"] == 1
    assert found["data"][0]["email"] == brand.editor.email
    # Members who do not manage people read masked addresses, and cannot search by the hidden parts.
    for viewer, count in ((brand.editor, 1), (brand.viewer, 0), (other.admin, 0)):
        rows = (await viewer.get("/users", q=name)).json()["data"]
        assert len(rows) == count
    world.rows("update public.brand_members set role = 'editor' where user_id = %s", world.id_of(brand.viewer))
    (masked,) = (await brand.viewer.get("/users", q=name)).json()["data"]
    assert masked["email"] == f"{brand.editor.email[0]}•••@people.test"
    assert (await brand.viewer.get("/users", q=brand.editor.email)).json()["data"] == []
    assert len((await brand.admin.get("/users", q=brand.editor.email)).json()["data"]) == 1
    assert_problem(await other.admin.get("/users", brandId=brand.id), 404, "NOT_FOUND")
    platform = await world.platform_admin()
    assert len((await platform.get("/users", q=name)).json()["data"]) == 1
    for wild in ("%", "_", "\\"):
        assert (await brand.admin.get("/users", q=wild)).json()["data"] == []


async def test_reading_addresses_of_others_is_in_the_audit_log(world: World) -> None:
    brand, second = await world.brand(), await world.brand()
    world.join(brand.admin, second.id, "admin")

    async def found(person: Person, **asked: str) -> set[str]:
        response = await person.get("/users", **asked)
        assert response.status_code == 200, response.text
        return {one["id"] for one in response.json()["data"]}

    def views(person: Person) -> list[tuple[str | None, list[str]]]:
        rows = world.rows(
            "select brand_id::text, details from public.audit_log "
            "where action = 'data.view' and actor_id = %s order by id",
            world.id_of(person),
        )
        return [(row["brand_id"], row["details"]["people"]) for row in rows]

    own, others = world.id_of(brand.admin), [world.id_of(person) for person in (brand.editor, brand.viewer)]
    assert await found(brand.admin, brandId=brand.id) == {own, *others}
    assert views(brand.admin) == [(brand.id, sorted(others))]
    # Reading some of them again within minutes is recorded once; masked and own addresses are not.
    assert await found(brand.admin, q=brand.editor.email) == {others[0]}
    assert await found(brand.admin, q=brand.admin.email) == {own}
    assert await found(brand.editor, brandId=brand.id) == {own, *others}
    assert views(brand.editor) == []
    assert len(views(brand.admin)) == 1
    # For a search in all brands, the log of each brand names its own people.
    seconds = [world.id_of(person) for person in (second.admin, second.editor, second.viewer)]
    assert await found(brand.admin) == {own, *others, *seconds}
    assert views(brand.admin)[1:] == [(second.id, sorted(seconds))]
    platform = await world.platform_admin()
    assert await found(platform, q=brand.editor.email) == {others[0]}
    assert views(platform) == [(None, [others[0]])]


async def test_the_impact_of_removing_a_member(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    await brand.editor.post(f"/contents/{content['id']}/submit")
    path = f"/users/{world.id_of(brand.viewer)}/removal-impact"
    impact = (await brand.admin.get(path, brandId=brand.id)).json()["data"]
    assert (impact["openTasks"], impact["workflowSteps"], impact["role"], impact["isLastAdmin"]) == (
        1,
        1,
        "viewer",
        False,
    )
    own = (await brand.admin.get(f"/users/{world.id_of(brand.admin)}/removal-impact", brandId=brand.id)).json()["data"]
    assert own["isLastAdmin"]
    assert_problem(await brand.editor.get(path, brandId=brand.id), 403, "FORBIDDEN")
    assert_problem(await other.admin.get(path, brandId=brand.id), 404, "NOT_FOUND")
    stranger = f"/users/{world.id_of(other.admin)}/removal-impact"
    assert_problem(await brand.admin.get(stranger, brandId=brand.id), 404, "NOT_FOUND")
