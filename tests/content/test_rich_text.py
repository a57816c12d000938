"""A brand may take lists, headings, tables and images in its rich text; without the setting it takes none of them."""

import json
from typing import Any, Final
from uuid import uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from lib.content import markup
from lib.content.fields import Fields
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

RICH: Final = (
    "<h1>Head</h1><ul><li>One</li><li>Two</li></ul><table><tr><td>A</td><td>B</td></tr></table>"
    '<p>x<img src="https://x.test/a.png" alt="Alt" srcset="b 2x"><img src="data:image/png;base64,AA"></p>'
)
BASIC: Final = "<p>Head</p><p>One</p><p>Two</p><p>A B</p><p>x</p>"
WHOLE: Final = (
    "<h2>Head</h2><ul><li>One</li><li>Two</li></ul><table><tbody><tr><td>A</td><td>B</td></tr></tbody></table>"
    '<p>x<img src="https://x.test/a.png" alt="Alt" loading="lazy"></p>'
)
ALL: Final = ["lists", "headings", "tables", "images"]


async def take(brand: Brand, *elements: str) -> None:
    version = (await brand.admin.get(f"/brands/{brand.id}")).json()["data"]["version"]
    changed = await brand.admin.patch(f"/brands/{brand.id}", version, {"settings": {"richText": list(elements)}})
    assert changed.status_code == 200, changed.text
    assert changed.json()["data"]["settings"]["richText"] == list(elements)


async def create(brand: Brand, **content: Any) -> dict[str, Any]:
    response = await brand.editor.post("/contents", {"brandId": brand.id, "title": uuid4().hex} | content)
    assert response.status_code == 201, response.text
    return response.json()


async def body_of(brand: Brand, content_id: str) -> str:
    return (await brand.viewer.get(f"/contents/{content_id}")).json()["data"]["body"]


async def test_admins_of_the_brand_say_what_it_takes(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}"
    assert "richText" not in (await brand.admin.get(path)).json()["data"]["settings"]
    for refused in (["videos"], ["lists"] * 5, "lists", [1], [["lists"]]):
        answer = await brand.admin.patch(path, 1, {"settings": {"richText": refused}})
        assert_problem(answer, 400, "VALIDATION_ERROR")
    assert_problem(await brand.editor.patch(path, 1, {"settings": {"richText": ALL}}), 403, "FORBIDDEN")
    await take(brand, *ALL)
    version = (await brand.admin.get(path)).json()["data"]["version"]
    removed = await brand.admin.patch(path, version, {"settings": {"richText": None}})
    assert "richText" not in removed.json()["data"]["settings"]


@pytest.mark.parametrize("setting", ["videos", "", None, 1])
async def test_the_database_takes_no_other_setting(world: World, setting: Any) -> None:
    brand = await world.brand()
    with pytest.raises(Exception, match="brands_settings_check"):
        world.rows(
            "update public.brands set settings = jsonb_build_object('richText', jsonb_build_array(%s::jsonb)) "
            "where id = %s",
            json.dumps(setting) if setting is not None else '{"a": 1}',
            brand.id,
        )


async def test_each_part_is_taken_by_itself(world: World) -> None:
    brand = await world.brand()
    assert (await create(brand, body=RICH))["data"]["body"] == BASIC
    expected = {
        "lists": ("<ul><li>One</li><li>Two</li></ul>", "<p>One</p><p>Two</p>"),
        "headings": ("<h2>Head</h2>", "<p>Head</p>"),
        "tables": ("<table><tbody><tr><td>A</td><td>B</td></tr></tbody></table>", "<p>A B</p>"),
        "images": ('<img src="https://x.test/a.png" alt="Alt" loading="lazy">', ""),
    }
    for taken in ALL:
        await take(brand, taken)
        answer = await create(brand, body=RICH)
        body = answer["data"]["body"]
        for name, (whole, basic) in expected.items():
            assert (whole in body) == (name == taken), body
            assert basic in body or name == taken
        [removed] = answer["meta"]["sanitised"]
        assert ("ul" in removed["elements"]) == (taken != "lists")
    await take(brand, *ALL)
    answer = await create(brand, body=RICH, fields={"a": RICH})
    assert (answer["data"]["body"], answer["data"]["fields"]["a"]) == (WHOLE, WHOLE)
    assert answer["meta"]["sanitised"][0] == {
        "path": "body", "elements": ["h1"], "attributes": ["srcset"], "links": ["data:image/png;base64,AA"]
    }  # fmt: skip


async def test_what_is_stored_stays_until_it_is_written_again(world: World) -> None:
    brand = await world.brand()
    await take(brand, *ALL)
    content = (await create(brand, body=RICH, fields={"a": RICH, "b": "<p>b</p>"}))["data"]
    path = f"/contents/{content['id']}"
    await take(brand)
    changed = (await brand.editor.patch(path, 1, {"fields": {"b": RICH}})).json()["data"]
    assert (changed["body"], changed["fields"]) == (WHOLE, {"a": WHOLE, "b": BASIC})
    again = (await brand.editor.patch(path, 2, {"body": WHOLE})).json()
    assert again["data"]["body"] == BASIC
    assert again["meta"]["sanitised"][0]["elements"][:2] == ["h2", "ul"]
    restored = (await brand.editor.post(f"{path}/versions/1/restore", {})).json()["data"]
    assert restored["body"] == WHOLE
    # Comments are no text of the brand.
    await take(brand, *ALL)
    comment = (await brand.editor.post(f"{path}/comments", {"body": "<ul><li>One</li></ul>"})).json()["data"]
    assert comment["body"] == "<p>One</p>"


async def test_many_contents_of_brands_that_differ(world: World) -> None:
    wide, lists, basic = [await world.brand() for _ in range(3)]
    editor = wide.editor
    for brand in (lists, basic):
        world.join(editor, brand.id, "editor")
    await take(wide, *ALL)
    await take(lists, "lists")
    ids = {brand.id: (await create(brand))["data"]["id"] for brand in (wide, lists, basic)}
    request = {"contentIds": list(ids.values()), "operation": "update", "changes": {"body": RICH}}
    headers = {"Idempotency-Key": uuid4().hex}
    for is_again in (False, True):
        answer = await editor.http.post("/contents/bulk", json=request, headers=headers)
        assert answer.json()["data"]["succeeded"] == 3, (is_again, answer.text)
        assert answer.json()["meta"]["sanitised"][0]["path"] == "body"
        versions = {item["version"] for item in answer.json()["data"]["items"]}
        assert versions == {2}
    assert await body_of(wide, ids[wide.id]) == WHOLE
    assert await body_of(basic, ids[basic.id]) == BASIC
    assert "<ul><li>One</li><li>Two</li></ul>" in await body_of(lists, ids[lists.id])
    assert "<h2>" not in await body_of(lists, ids[lists.id])


async def test_files_and_streams(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    editor = brand.editor
    world.join(editor, other.id, "editor")
    await take(brand, *ALL)
    rows = [{"title": "One", "body": RICH}, {"title": "Two", "body": "<p>x</p>"}]
    headers = {"Idempotency-Key": uuid4().hex}
    for _ in range(2):
        request = {"brandId": brand.id, "data": rows}
        answer = await editor.http.post("/contents/import", json=request, headers=headers)
        report = answer.json()["data"]
        assert (report["created"], report["problems"], answer.status_code) == (2, [], 200)
        assert await body_of(brand, report["contentIds"][0]) == WHOLE
    lines = [{"brandId": each.id, "title": uuid4().hex, "body": RICH} for each in (brand, other, brand)]
    body = "\n".join(map(json.dumps, lines))
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": uuid4().hex}

    async def send() -> list[dict[str, Any]]:
        async with editor.http.stream("POST", "/contents/stream", content=body, headers=headers) as streamed:
            return [json.loads(line) async for line in streamed.aiter_lines()]

    first = await send()
    assert [result["status"] for result in first[:3]] == [201] * 3
    made = [result["contentId"] for result in first[:3]]
    assert [await body_of(brand, made[0]), await body_of(other, made[1])] == [WHOLE, BASIC]
    # The same lines again are the same, also if the brand takes less by now.
    await take(brand)
    again = await send()
    assert [(result["contentId"], result["replayed"]) for result in again[:3]] == [(each, True) for each in made]


def test_what_is_sent_beside_the_texts() -> None:
    """Nothing for most texts; the elements that were taken only where they make a difference."""
    assert markup.write_texts("<p>x</p>", {"a": "b & c"}).rich() == {
        "texts": {"a": {"html": "b &amp; c", "is_markup": False}}
    }
    assert markup.write_texts("<p>x</p>", {"a": "b"}).rich() is None
    assert markup.write_texts(RICH, None).rich() == {"elements": []}


def test_keys_within_values_are_sanitised_too() -> None:
    assert markup.write_texts(None, {"a": {"<b>x": "y"}}).rich() == {
        "texts": {"a": {"html": {"x": "y"}, "is_markup": True}}
    }


@pytest.mark.parametrize(
    "value", [{"<b>": "x"}, [{"a": {"<img src=x onerror=alert(1)>": "x"}}], {"entries": [{"<b>answerHtml": "x"}]}]
)
def test_no_key_has_a_tag(value: Any) -> None:
    with pytest.raises(ValidationError, match="a key with a tag"):
        TypeAdapter[Any](Fields).validate_python({"a": value})
    kept = {"a": {"5 < 6 & 7": [{"question?": "<b>x</b>"}]}}
    assert TypeAdapter[Any](Fields).validate_python(kept) == kept


async def test_strangers_learn_nothing_of_the_setting(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    await take(brand, *ALL)
    content = (await create(brand, body=RICH))["data"]
    for refused in (
        await stranger.editor.post("/contents", {"brandId": brand.id, "title": "x", "body": RICH}),
        await stranger.editor.patch(f"/contents/{content['id']}", 1, {"body": RICH}),
    ):
        assert_problem(refused, 404, "NOT_FOUND")
        assert "lists" not in refused.text
    viewer = await brand.viewer.patch(f"/contents/{content['id']}", 1, {"body": RICH})
    assert_problem(viewer, 403, "FORBIDDEN")


async def test_an_edit_of_an_older_version_is_refused_before_anything_else(world: World) -> None:
    brand = await world.brand()
    await take(brand, *ALL)
    content = (await create(brand, body=RICH))["data"]
    assert_problem(await brand.editor.patch(f"/contents/{content['id']}", 7, {"body": RICH}), 412, "CONFLICT")
