"""Preconditions: tags as clients send them, and as proxies change them on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.http.conditional import (
    ANY_VERSION,
    access_tag,
    current_if_expected,
    expected_version,
    is_expected,
    is_unchanged,
    seen_version,
    version_tag,
)
from lib.core.http.errors import PreconditionFailed, ValidationFailed
from lib.core.telemetry.context import begin_context
from tests.support.cases import cases
from tests.support.errors import assert_problem
from tests.support.world import Brand, Person, World

pytestmark = pytest.mark.anyio


def stale(current: int) -> PreconditionFailed:
    return PreconditionFailed("x", details=[{"field": "version", "code": "CONFLICT", "message": str(current)}])


@pytest.mark.parametrize("case", cases("if_match"), ids=lambda case: case["header"])
async def test_versions(case: dict[str, Any]) -> None:
    begin_context("-")
    if case["versions"] is None:
        for read in (expected_version, seen_version):
            with pytest.raises(ValidationFailed) as refused:
                await read(case["header"])
            assert refused.value.details[0].get("field") == "If-Match"
    elif case["versions"] == "*":
        assert await expected_version(case["header"]) == ANY_VERSION
        assert current_if_expected(stale(7)) == 7
        assert await seen_version(case["header"]) is None
    else:
        assert await expected_version(case["header"]) == await seen_version(case["header"]) == case["versions"][0]
        for version in case["versions"]:
            assert is_expected(version, case["versions"][0])
        assert current_if_expected(stale(99)) is None
        assert current_if_expected(stale(case["versions"][-1])) == (
            case["versions"][-1] if len(case["versions"]) > 1 else None
        )


@pytest.mark.parametrize("case", cases("if_none_match"), ids=lambda case: f"{case['header']} {case['tag']}")
def test_tags_that_are_current(case: dict[str, Any]) -> None:
    assert is_unchanged(case["header"], case["tag"]) is case["isUnchanged"]


@given(st.text(max_size=40))
def test_no_header_breaks_the_reader(header: str) -> None:
    assert is_unchanged(header, '"no such tag"') is (header.strip() == "*")


@given(version=st.integers(0, 999_999_999), access=st.lists(st.text(max_size=5), max_size=3))
async def test_our_own_tags_are_read(version: int, access: list[str]) -> None:
    begin_context("-")
    for tag in (version_tag(version), access_tag(version, access)):
        for sent in (tag, f"W/{tag}", tag[:-1] + '-gzip"', f'"x", {tag}'):
            assert is_unchanged(sent, tag)
        assert await expected_version(f"W/{tag}") == version


async def change(person: Person, path: str, tag: str | list[str], body: dict[str, Any], method: str = "PATCH") -> Any:
    tags = [tag] if isinstance(tag, str) else tag
    headers = [("If-Match", each) for each in tags]
    return await person.http.request(method, path, json=body, headers=headers)


async def test_a_change_of_one_of_several_versions(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path, version = f"/contents/{content['id']}", content["version"]
    taken = [
        f'W/"{version}"', f'"77", "{version + 1}"', ['"77"', f'"{version + 2}"'], "*", f'"{version + 4}-gzip"',
    ]  # fmt: skip
    for number, tag in enumerate(taken):
        answer = await change(brand.editor, path, tag, {"title": f"Title {number}"})
        assert (answer.status_code, answer.json()["data"]["version"]) == (200, version + number + 1), answer.text
    for tag in (f'W/"{version}"', f'"{version}", "77"'):
        assert_problem(await change(brand.editor, path, tag, {"title": "Lost"}), 412, "CONFLICT")
    for tag in ("3", '"x"', '*, "3"'):
        assert_problem(await change(brand.editor, path, tag, {"title": "Lost"}), 400, "VALIDATION_ERROR")
    # Commands that take a version if there is one.
    assert (await change(brand.editor, f"{path}/submit", ['"1"', '"2"'], {}, "POST")).status_code == 412
    assert (await change(brand.editor, f"{path}/submit", f'"1", "{version + 5}"', {}, "POST")).status_code == 200
    assert (
        await change(brand.editor, "/contents/00000000-0000-7000-8000-ffffffffffff", "*", {"title": "x"})
    ).status_code == 404


async def things(world: World, brand: Brand) -> list[tuple[Person, str, str, dict[str, Any]]]:
    """One change of each kind of thing: who makes it, how, where, and its body."""
    hook = await brand.admin.post("/webhooks", {"brandId": brand.id, "url": "https://example.com/h"})
    channel = await brand.admin.post(
        "/channels",
        {"brandId": brand.id, "kind": "webhook", "name": "C", "settings": {"url": "https://example.com/c"},
         "credentials": {"secret": "whsec_" + "A" * 32}},
    )  # fmt: skip
    for made in (hook, channel):
        assert made.status_code == 201, made.text
    own = (await brand.admin.get("/users/me/preferences")).json()["data"]
    own.pop("version")
    return [
        (brand.admin, "PATCH", f"/brands/{brand.id}", {"description": "Changed"}),
        (brand.admin, "PATCH", f"/templates/{brand.template_id}", {"name": "Changed"}),
        (brand.admin, "PATCH", f"/webhooks/{hook.json()['data']['id']}", {"name": "Changed"}),
        (brand.admin, "PATCH", f"/channels/{channel.json()['data']['id']}", {"name": "Changed"}),
        (brand.admin, "PUT", f"/mail/settings/{brand.id}", {"senderName": "Changed"}),
        (brand.admin, "PUT", "/users/me/preferences", own),
    ]


async def test_any_version_of_everything(world: World) -> None:
    brand = await world.brand()
    for person, method, path, body in await things(world, brand):
        first = await change(person, path, "*", body, method)
        assert first.status_code == 200, (path, first.text)
        current = (await change(person, path, "*", body, method)).headers["ETag"]
        assert (await change(person, path, f'"76", W/{current}', body, method)).status_code == 200, path
        assert_problem(await change(person, path, ['"76"', 'W/"77"'], body, method), 412, "CONFLICT")
        assert_problem(await person.http.request(method, path, json=body), 428, "PRECONDITION_REQUIRED")
