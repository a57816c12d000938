"""Search: ranked, highlighted, in the brand's language, forgiving, filtered, counted; and titles as one types."""

import json
from pathlib import Path
from typing import Any

import pytest

from lib.core.texts import normalized
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio
GROUPS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "cases/search.json").read_text())["groups"]


async def search(brand: Brand, q: str, **query: Any) -> dict[str, Any]:
    response = await brand.viewer.get("/contents/search", q=q, **query)
    assert response.status_code == 200, response.text
    return response.json()


async def found(brand: Brand, q: str, **query: Any) -> list[str]:
    return [hit["title"] for hit in (await search(brand, q, **query))["data"]]


async def test_title_before_description_before_text(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    await world.draft(brand, title="In the text", body="<p>a quokka somewhere</p>")
    await world.draft(brand, title="In the description", metadata={"metaDescription": "a quokka"})
    await world.draft(brand, title="A quokka in the title")
    await world.draft(brand, title="In a field", fields={"topic": "the quokka", "headline": "h"})
    await world.draft(stranger, title="A quokka elsewhere")
    titles = await found(brand, "quokka")
    assert titles[:2] == ["A quokka in the title", "In the description"]
    assert set(titles[2:]) == {"In the text", "In a field"}
    assert await found(brand, "quokka", brandId=stranger.id) == []
    assert await found(stranger, "quokka") == ["A quokka elsewhere"]


async def test_words_are_stemmed_in_the_language_of_the_brand(world: World) -> None:
    english, german = await world.brand(), await world.brand()
    version = (await german.admin.get(f"/brands/{german.id}")).json()["data"]["version"]
    await german.admin.patch(f"/brands/{german.id}", version, {"language": "de"})
    await world.draft(english, title="Hydrating creams for winters")
    await world.draft(german, title="Die Häuser am See")
    assert await found(english, "hydrated cream winter") == ["Hydrating creams for winters"]
    assert await found(german, "Haus") == ["Die Häuser am See"]
    # After a change of the language, the schedule stems the existing contents again.
    version = (await english.admin.get(f"/brands/{english.id}")).json()["data"]["version"]
    await english.admin.patch(f"/brands/{english.id}", version, {"language": "fr"})
    world.rows("select public.refresh_search(100000)")
    row = world.rows("select language from private.content_search where brand_id = %s", english.id)
    assert row == [{"language": "fr"}]
    assert await found(english, "creams") == ["Hydrating creams for winters"]


@pytest.mark.parametrize("typed", ["moisturizr", "moistuirizer", "mositurizer routine", "moisturiz"])
async def test_typing_errors_are_forgiven(world: World, typed: str) -> None:
    brand = await world.brand()
    await world.draft(brand, title="Moisturizer routine")
    await world.draft(brand, title="Sunscreen for hikers")
    assert await found(brand, typed) == ["Moisturizer routine"]


async def test_highlights_mark_what_matched_and_escape_the_rest(world: World) -> None:
    brand = await world.brand()
    text = "<p>Skin &amp; wind: 5 &lt; 6. The quokka says <strong>hello</strong></p>"
    await world.draft(brand, title="Quokka & friends", body=text, fields={"topic": "<script>x</script> quokka 1 < 2"})
    hit = (await search(brand, "quokkas"))["data"][0]
    assert hit["titleHighlight"] == "<mark>Quokka</mark> &amp; friends"
    assert "<mark>quokka</mark>" in hit["textHighlight"]
    for tag in ("<script", "<strong", "<p>"):
        assert tag not in hit["textHighlight"]


async def test_filters_facets_orders_and_pages(world: World) -> None:
    brand = await world.brand()
    for number in range(5):
        await world.draft(brand, title=f"Quokka {number}", type="blog_post", tags=["zoo"])
    other = await world.draft(brand, title="Quokka of mine", by=brand.admin, tags=["zoo", "pet"])
    approved = await world.approved(brand, title="Quokka approved")
    whole = await search(brand, "quokka", pageSize=3)
    assert whole["pagination"] == {"page": 1, "pageSize": 3, "totalPages": 3, "totalItems": 7}
    assert whole["facets"] == {
        "type": {"blog_post": 5, "article": 2},
        "status": {"draft": 6, "approved": 1},
        "tag": {"zoo": 6, "pet": 1},
    }
    assert whole["isTruncated"] is False
    assert (await search(brand, '"quokka approved"'))["isTruncated"] is False
    seen = [hit["id"] for hit in whole["data"]]
    link = whole["links"]["next"]
    while link:
        page = (await brand.viewer.get(link.removeprefix("/api/v1"))).json()
        seen += [hit["id"] for hit in page["data"]]
        link = page["links"]["next"]
    assert len(seen) == len(set(seen)) == 7
    for query, expected in (
        ({"type": "article"}, {"Quokka of mine", "Quokka approved"}),
        ({"status": "approved"}, {"Quokka approved"}),
        ({"tag": ["zoo", "pet"]}, {"Quokka of mine"}),
        ({"createdBy": world.id_of(brand.admin)}, {"Quokka of mine"}),
        ({"updatedFrom": approved["updatedAt"]}, {"Quokka approved"}),
        ({"updatedTo": "2020-01-01T00:00:00Z"}, set()),
    ):
        assert set(await found(brand, "quokka", **query)) == expected, query
    assert (await found(brand, "quokka", sort="updatedAt"))[0] == "Quokka approved"
    assert (await found(brand, "quokka", sort="createdAt"))[:2] == ["Quokka approved", other["title"]]
    # As the list does: by the rules of Unicode, and not by the codes of letters.
    for title in ("quokka small", "Ä quokka", "Zoo of a quokka", "a quokka"):
        await world.draft(brand, title=title)
    listed = (await brand.viewer.get("/contents", brandId=brand.id, sort="title", pageSize=100)).json()["data"]
    by_title = await found(brand, "quokka", sort="title")
    assert by_title == [item["title"] for item in listed if "quokka" in item["title"].lower()]
    assert by_title[:2] == ["a quokka", "Ä quokka"]
    assert by_title != sorted(by_title)


async def test_what_changes_is_found_as_it_is_now(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, title="Quokka")
    path = f"/contents/{content['id']}"
    await brand.editor.patch(path, 1, {"title": "Wombat", "tags": ["zoo"]})
    assert await found(brand, "quokka") == []
    assert await found(brand, "wombat", tag="zoo") == ["Wombat"]
    await brand.editor.delete(path)
    assert await found(brand, "wombat") == []
    await brand.editor.post(f"{path}/restore")
    assert await found(brand, "wombat") == ["Wombat"]


@pytest.mark.parametrize(
    "query", ['"unbalanced', "a & | ! b", "'; drop table contents; --", "(((", "<script>", "%", "-"]
)
async def test_queries_that_find_nothing(world: World, query: str) -> None:
    brand = await world.brand()
    await world.draft(brand, title="Quokka")
    assert await found(brand, query) == []


@pytest.mark.parametrize(
    "query",
    [{}, {"q": ""}, {"q": "x" * 201}, {"q": "x", "status": "old"}, {"q": "x", "page": 51}, {"q": "x", "sort": "rank"}],
)
async def test_questions_that_cannot_be(world: World, query: dict[str, Any]) -> None:
    person = await world.signed_in()
    assert_problem(await person.get("/contents/search", **query), 400, "VALIDATION_ERROR")


async def test_suggestions(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for title in ("Winter skin", "Winter care for hands", "Summer in winter coats", "Sunscreen"):
        await world.draft(brand, title=title)
    await world.draft(stranger, title="Winter elsewhere")

    async def suggested(typed: str, **query: Any) -> list[str]:
        response = await brand.viewer.get("/contents/suggest", q=typed, **query)
        assert response.status_code == 200, response.text
        return [item["title"] for item in response.json()["data"]]

    begins = {"Winter skin", "Winter care for hands"}
    assert set(await suggested("w")) == begins
    assert set((await suggested("WINT"))[:2]) == begins
    assert (await suggested("winter"))[2] == "Summer in winter coats"
    assert await suggested("sunscren") == ["Sunscreen"]
    assert await suggested("winter", brandId=stranger.id) == []
    assert len(await suggested("winter", limit=1)) == 1
    for hostile in ("%", "_", "\\", "w%", "'"):
        assert await suggested(hostile) == []
    for bad in ({}, {"q": ""}, {"q": "x" * 101}, {"q": "x", "limit": 21}):
        assert_problem(await brand.viewer.get("/contents/suggest", **bad), 400, "VALIDATION_ERROR")


async def test_a_score_has_its_parts(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    plain = await world.draft(brand, fields={"topic": "winter"})
    score = (await brand.viewer.get(f"/contents/{plain['id']}/score")).json()["data"]
    # One of two required fields; under fifty words, no meta title, no description, no image.
    assert score == {"completeness": 50, "quality": 40, "compliance": 100, "alignment": None, "score": 58.8}
    whole = await world.draft(
        brand,
        body="<p>" + "word " * 100 + "</p>",
        metadata={"metaTitle": "T", "metaDescription": "D", "ogImage": "https://a.test/i.png"},
    )
    assert whole["score"] == 100
    world.rows("select public.record_alignment(%s, 1, 50)", whole["id"])
    score = (await brand.viewer.get(f"/contents/{whole['id']}/score")).json()["data"]
    assert (score["alignment"], score["score"]) == (50, 90)
    assert (await brand.viewer.get(f"/contents/{whole['id']}")).json()["data"]["score"] == 90
    assert_problem(await stranger.admin.get(f"/contents/{whole['id']}/score"), 404, "NOT_FOUND")
    version = (await brand.viewer.get(f"/contents/{whole['id']}")).json()["data"]["version"]
    assert version == whole["version"], "a score is no change of the content"
    world.rows("select public.record_alignment(%s, 1, 50)", whole["id"])
    assert (await brand.viewer.get(f"/contents/{whole['id']}")).json()["data"]["version"] == version


async def test_pages_hold_each_match_once_also_beside_typing_errors(world: World) -> None:
    brand = await world.brand()
    lines = [
        {"line": number, "content": {"brand_id": brand.id, "title": title}}
        for number, title in enumerate(["Moisturizer"] * 15 + ["Moisturiser"] * 12, 1)
    ]
    api = world.data_api(brand.editor.access_token).http
    assert (await api.post("/rpc/create_contents", json={"lines": lines})).status_code == 200
    for page_size in (4, 10, 20):
        seen: list[str] = []
        link: str | None = f"/contents/search?q=moisturizer&pageSize={page_size}"
        while link:
            page = (await brand.viewer.get(link)).json()
            seen += [hit["id"] for hit in page["data"]]
            link = page["links"]["next"] and page["links"]["next"].removeprefix("/api/v1")
        assert len(seen) == len(set(seen)) == 27


@pytest.mark.parametrize("group", GROUPS, ids=[group["name"] for group in GROUPS])
async def test_cases_of_scripts_and_signs(world: World, group: dict[str, Any]) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for each in (brand, stranger):
        world.rows("update public.brands set language = %s where id = %s", group["language"], each.id)
        for document in group["documents"]:
            body = f"<p>{document.get('text', '')}</p>"
            await world.draft(each, title=document["title"], body=body, tags=document.get("tags", []), fields={})
    wrong: list[Any] = []
    for case in group["cases"]:
        answer = await search(brand, case["query"])
        titles = [hit["title"] for hit in answer["data"]]
        # Texts are stored in NFC, however they were typed.
        finds = [*map(normalized, case["finds"])]
        by_words, like = titles[: len(finds)], titles[len(finds) :]
        if sorted(by_words) != sorted(finds) or like != case.get("like", []):
            wrong.append((case["query"], titles))
        elif marks := case.get("marks"):
            [first] = [hit for hit in answer["data"] if hit["title"] == finds[0]]
            shown = first["titleHighlight"] + first["textHighlight"]
            marks = [*map(normalized, marks)]
            wrong += [(case["query"], mark, shown) for mark in marks if f"<mark>{mark}</mark>" not in shown]
    assert not wrong


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("cre", "Crème brûlée"),
        ("brule", "Crème brûlée"),
        ("STRA", "Straße nach Łódź"),
        ("lodz", "Straße nach Łódź"),
        ("深", "深度学习模型"),
        ("学习", "深度学习模型"),
        ("度学习", "深度学习模型"),
        ("🎉", "🎉 Launch"),
        ("dampf", "Donaudampfschiff"),
    ],
)
async def test_suggestions_of_scripts_and_signs(world: World, typed: str, title: str) -> None:
    brand = await world.brand()
    for each in ("Crème brûlée", "Straße nach Łódź", "深度学习模型", "🎉 Launch", "Donaudampfschiff", "Other"):
        await world.draft(brand, title=each)
    response = await brand.viewer.get("/contents/suggest", q=typed)
    assert [item["title"] for item in response.json()["data"]] == [title]


async def test_words_of_former_rules_are_found_until_they_are_made_anew(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, title="Die Häuser", body="<p>Crème brûlée</p>")
    world.rows(
        "update private.content_search set words_version = 1, plain = 'former', "
        "words = to_tsvector('simple', 'Die Häuser Crème brûlée, visit example.com www.example.org/a/b') "
        "|| %s::tsvector where content_id = %s",
        f"'brand:{brand.id}'",
        content["id"],
    )
    world.rows("insert into private.stale_searches (brand_id) values (%s) on conflict do nothing", brand.id)
    assert await found(brand, "brûlée") == ["Die Häuser"]
    assert await found(brand, "brulee") == []
    # One word by the former rules, and several by these.
    for address in ("example.com", '"visit example.com"', "www.example.org/a/b"):
        assert await found(brand, address) == ["Die Häuser"], address
        assert await found(brand, f"crème -{address}") == [], address
    world.rows("select public.refresh_search()")
    assert await found(brand, "brulee") == ["Die Häuser"]
    assert "<mark>brûlée</mark>" in (await search(brand, "brulee"))["data"][0]["textHighlight"]
    assert world.rows("select 1 from private.stale_searches where brand_id = %s", brand.id) == []
