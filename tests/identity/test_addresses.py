"""E-mail addresses as people paste and type them, at every door that takes one."""

from typing import Any

import pytest

from local.demo.callers import PASSWORD
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("around", [" {} ", "\t{}\r\n", "\u00a0{}\u200b", "\ufeff{}"])
async def test_white_space_around_an_address(world: World, around: str) -> None:
    person = await world.person()
    typed = around.format(person.email.upper())
    answer = await person.http.post("/auth/login", json={"email": typed, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    for path in ("/auth/password/forgot", "/auth/sso/discover"):
        answer = await person.http.post(path, json={"email": typed})
        assert answer.status_code in (200, 202, 204), (path, answer.text)


async def test_an_invitation_is_for_one_spelling(world: World) -> None:
    brand = await world.brand()
    name = f"emil-{brand.id[-8:]}"
    body: dict[str, Any] = {
        "brandId": brand.id,
        "invitations": [
            {"email": f" {name}@Bücher.Example ", "role": "viewer"},
            {"email": f"{name}@xn--bcher-kva.example", "role": "viewer"},
        ],
    }
    answer = await brand.admin.post("/users/invitations", body)
    assert answer.status_code in (200, 201, 202), answer.text
    outcomes = answer.json()["data"]
    assert [each["email"] for each in outcomes] == [f"{name}@xn--bcher-kva.example"] * 2
    assert sorted(each["status"] for each in outcomes) == ["invited", "refused"]


@pytest.mark.parametrize(
    "address", ["a@b..com", ".a@b.com", "a..b@b.com", "a@-b.com", "a@b", "a@b.com.", "x" * 65 + "@b.com"]
)
async def test_addresses_that_receive_no_mail(world: World, address: str) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "invitations": [{"email": address, "role": "viewer"}]}
    error = assert_problem(await brand.admin.post("/users/invitations", body), 400, "VALIDATION_ERROR")
    assert error["details"][0]["field"] == "invitations.0.email"
    settings = {"replyTo": address}
    answer = await brand.admin.http.put(f"/mail/settings/{brand.id}", json=settings, headers={"If-Match": '"0"'})
    assert_problem(answer, 400, "VALIDATION_ERROR")


async def test_addresses_of_the_web_in_capitals(world: World) -> None:
    brand = await world.brand()
    tag = {"If-Match": "*"}
    logo = {"url": "HTTPS://CDN.Example.com/Logo.svg", "altText": "x", "type": "full"}
    changes = {"websiteUrls": ["HTTPS://EXAMPLE.com/Path"], "logo": logo}
    changed = await brand.admin.http.patch(f"/brands/{brand.id}", json=changes, headers=tag)
    assert changed.status_code == 200, changed.text
    data = changed.json()["data"]
    assert data["websiteUrls"] == ["https://example.com/Path"]
    assert data["logo"]["url"] == "https://cdn.example.com/Logo.svg"
    content = await world.draft(
        brand, metadata={"canonicalUrl": " HTTP://Example.COM/A ", "ogImage": "https://bücher.example/x"}
    )
    assert content["metadata"]["canonicalUrl"] == "http://example.com/A"
    assert content["metadata"]["ogImage"] == "https://xn--bcher-kva.example/x"
    hook = await brand.admin.post("/webhooks", {"brandId": brand.id, "url": "HTTPS://Example.com/Hook"})
    assert hook.json()["data"]["url"] == "https://example.com/Hook"
    delivery = {
        "mode": "public",
        "siteUrl": "HTTPS://WWW.Example.com/Journal",
        "urlPattern": "HTTPS://Example.com/{slug}",
    }
    answer = await brand.admin.http.put(f"/brands/{brand.id}/delivery", json=delivery, headers=tag)
    assert answer.json()["data"]["siteUrl"] == "https://www.example.com/Journal", answer.text
    assert answer.json()["data"]["urlPattern"] == "https://example.com/{slug}"
