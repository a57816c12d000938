"""Texts of HTML in contents: titles, lengths, words and search; and what counts as filled."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.template.test_fields import template_with

pytestmark = pytest.mark.anyio

# Each shows nothing: white space, zero width, marks of direction, fillers, a selector, and a mark without a letter.
UNSEEN = ("\u00a0", "\u200b", "\u200e\u2066", "\u3164", "\u2800", "\ufe0f", "\u0301", " \u200b\t\uffa0")
UNSEEN_HTML = ("<p></p>", "<p>&nbsp;</p>", "<p><br></p>", "<p>\u200b</p>", "<p><strong> </strong></p>", "&#8203;")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<p>Tom &amp; Jerry&nbsp;eat</p>", "Tom & Jerry eat"),
        ("<p>He<strong>llo</strong></p><p>world</p>", "Hello world"),
        ("<p>5 &lt; 6</p>", "5 6"),
        ("<p>\u200b</p><p>One<br>Two</p>", "\u200b One Two"),
        ("<p></p>" * 400 + "<p>After much</p>", "After much"),
        ("&#8220;Quoted&#8221; &hellip;", "“Quoted” …"),
    ],
)
async def test_titles_from_bodies(world: World, body: str, title: str) -> None:
    brand = await world.brand()
    content = await brand.editor.post("/contents", {"brandId": brand.id, "body": body})
    assert content.json()["data"]["title"] == title


@pytest.mark.parametrize("body", UNSEEN_HTML)
async def test_bodies_that_show_nothing_give_no_title(world: World, body: str) -> None:
    brand = await world.brand()
    content = await brand.editor.post("/contents", {"brandId": brand.id, "body": body})
    assert content.json()["data"]["title"].startswith("Untitled ")


@pytest.mark.parametrize("title", UNSEEN)
async def test_titles_that_show_nothing_are_refused(world: World, title: str) -> None:
    brand = await world.brand()
    draft = await world.draft(brand)
    assert_problem(await brand.editor.post("/contents", {"brandId": brand.id, "title": title}), 400, "VALIDATION_ERROR")
    path = f"/contents/{draft['id']}"
    assert_problem(await brand.editor.patch(path, draft["version"], {"title": title}), 400, "VALIDATION_ERROR")
    # The database takes none either, also from callers of its own function.
    assert world.rows("select private.title_for(%s, '<p>a</p>') as title", title) == [{"title": "a"}]


@pytest.mark.parametrize(
    ("value", "length"),
    [
        ("<p>ab &amp; cd&nbsp;ef</p>", 10),
        ("<p>ab</p><p>cd</p><p>ef</p>", 8),
        ("<p>He<strong>ll</strong>o</p>", 5),
        ("<p>a</p>\n\n  <p>b</p>", 3),
        ("<p>&lt;&gt;&amp;</p>", 3),
    ],
)
async def test_lengths_count_what_is_seen(world: World, value: str, length: int) -> None:
    brand = await world.brand()
    for kind, bound in (("rich_text", "maxLength"), ("html", "maxChars")):
        for most, status in ((length, 201), (length - 1, 400)):
            text = {"id": "text", "name": "Text", "type": kind, bound: most}
            inputs, outputs = ([text], None) if kind == "rich_text" else ([{"id": "a", "type": "number"}], [text])
            template = await template_with(brand, *inputs, outputs=outputs)
            draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"text": value}}
            response = await brand.editor.post("/contents", draft)
            assert response.status_code == status, response.text


async def test_search_finds_words_of_html(world: World) -> None:
    brand = await world.brand()
    body = "<p>Salt &amp; pepper&nbsp;mill, <strong>un</strong>breakable</p><p>One</p><p>Twofold</p>"
    await world.draft(brand, title="Kitchen", body=body, fields={"topic": "caf&eacute; &amp; bar", "headline": "a < b"})
    for typed in ("pepper", "mill", "unbreakable", "twofold", '"salt pepper"'):
        hits = (await brand.viewer.get("/contents/search", q=typed)).json()["data"]
        assert [hit["title"] for hit in hits] == ["Kitchen"], typed
    (hit,) = (await brand.viewer.get("/contents/search", q="pepper")).json()["data"]
    assert "Salt &amp; <mark>pepper</mark> mill" in hit["textHighlight"]
    (row,) = world.rows("select plain from private.content_search where brand_id = %s", brand.id)
    assert "unbreakable" in row["plain"]
    # Which fields hold HTML is told by the template: a short text is as it was typed.
    assert "caf&eacute; &amp; bar" in row["plain"]


async def test_scores_count_words_of_html_and_ideographs(world: World) -> None:
    brand = await world.brand()
    scores: list[float] = []
    for text in ("word&nbsp;" * 120, "<strong>w</strong>ord " * 120, "深度学习模型需要大量训练数据" * 9, "word " * 20):
        content = await world.draft(brand, body=f"<p>{text}</p>")
        (row,) = world.rows(
            "select private.content_score(contents) as score from public.contents where id = %s", content["id"]
        )
        scores.append(row["score"]["quality"])
    assert scores[0] == scores[1] == scores[2] > scores[3]


BLANK: list[tuple[dict[str, Any], Any]] = [
    *(({"type": "short_text"}, value) for value in UNSEEN),
    *(({"type": "rich_text"}, value) for value in ("", *UNSEEN_HTML)),
    ({"type": "tags"}, [""]),
    ({"type": "tags"}, ["\u200b", ""]),
    ({"type": "product_selector", "allowMultiple": True}, []),
]


@pytest.mark.parametrize(("field", "value"), BLANK, ids=[ascii(case) for case in BLANK])
async def test_required_fields_must_show_something(world: World, field: dict[str, Any], value: Any) -> None:
    brand = await world.brand()
    template = await template_with(brand, field | {"id": "asked", "name": "Asked", "required": True})
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"asked": value}}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    error = assert_problem(await brand.editor.post(f"/contents/{content['id']}/submit"), 400, "VALIDATION_ERROR")
    assert [(each["field"], each["code"]) for each in error["details"]] == [("fields.asked", "REQUIRED_FIELD_MISSING")]


@pytest.mark.parametrize(
    "faq",
    [
        {},
        {"entries": []},
        {"entries": [{"id": "1", "question": "", "answerHtml": "<p></p>", "answerPlain": ""}]},
        {"entries": [{"id": "1", "question": "\u200b", "answerHtml": "&nbsp;"}]},
    ],
)
async def test_a_required_faq_must_have_an_entry(world: World, faq: dict[str, Any]) -> None:
    brand = await world.brand()
    outputs = [{"id": "faq", "name": "Faq", "type": "faq", "required": True}]
    template = await template_with(brand, {"id": "a", "type": "number"}, outputs=outputs)
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"faq": faq}}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    path = f"/contents/{content['id']}"
    assert_problem(await brand.editor.post(f"{path}/submit"), 400, "VALIDATION_ERROR")
    full = {"entries": [{"id": "1", "question": "Why?", "answerHtml": "<p>So</p>", "answerPlain": "So"}]}
    saved = await brand.editor.patch(path, content["version"], {"fields": {"faq": full}})
    assert saved.status_code == 200, saved.text
    assert (await brand.editor.post(f"{path}/submit")).status_code != 400


def test_an_image_alone_shows_something(database: psycopg.Connection) -> None:
    query = "select private.is_blank(to_jsonb(%s::text), 'html')"
    assert database.execute(query, ["<img src='https://a.test/a'>"]).fetchone() == (False,)


@pytest.mark.parametrize("value", ["", "<p></p>", "<p>&nbsp;</p>"])
async def test_conditions_know_what_is_empty(world: World, value: str) -> None:
    brand = await world.brand()
    hidden: dict[str, Any] = {"id": "detail", "type": "short_text", "required": True}
    hidden["conditional"] = {"field": "text", "operator": "not_empty"}
    template = await template_with(brand, {"id": "text", "type": "rich_text"}, hidden)
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"text": value}}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    path = f"/contents/{content['id']}"
    assert (await brand.editor.post(f"{path}/submit")).status_code != 400
    filled = (await brand.editor.post("/contents", draft | {"fields": {"text": "<p>a</p>"}})).json()["data"]
    assert_problem(await brand.editor.post(f"/contents/{filled['id']}/submit"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("body", [*UNSEEN, *UNSEEN_HTML])
async def test_comments_must_show_something(world: World, body: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    assert_problem(await brand.viewer.post(path, {"body": body}), 400, "VALIDATION_ERROR")
    made = (await brand.viewer.post(path, {"body": "First"})).json()["data"]
    assert_problem(
        await brand.viewer.http.patch(f"/comments/{made['id']}", json={"body": body}), 400, "VALIDATION_ERROR"
    )
    with pytest.raises(psycopg.Error, match="the comment shows nothing"):
        world.rows("update public.comments set body = %s where id = %s", body, made["id"])


async def test_comments_of_before_can_be_deleted(world: World) -> None:
    """A comment that shows nothing is older than the rule: it is read, resolved and deleted as any other."""
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    made = (await brand.viewer.post(path, {"body": "First"})).json()["data"]
    world.rows("alter table public.comments disable trigger guard_comment")
    world.rows("update public.comments set body = '<p></p>' where id = %s", made["id"])
    world.rows("alter table public.comments enable trigger guard_comment")
    assert (await brand.viewer.get(path)).json()["data"][0]["body"] == "<p></p>"
    assert (await brand.viewer.post(f"/comments/{made['id']}/resolve")).status_code == 200
    assert (await brand.viewer.delete(f"/comments/{made['id']}")).status_code == 204


async def wishes(world: World, brand: Brand, text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Returns a request for each kind of name and reason, with this text for it."""
    content = await world.draft(brand)
    field = {"id": "a", "name": "A", "type": "number"}
    output = {"id": "b", "name": "B", "type": "html"}
    template = {"brandId": brand.id, "contentType": "article", "inputFields": [field], "outputFields": [output]}
    name = f"T {uuid4().hex}"
    return [
        ("name", "/templates", template | {"name": text}),
        ("tags.0", "/templates", template | {"name": name, "tags": [text]}),
        ("inputFields.0.name", "/templates", template | {"name": name, "inputFields": [field | {"name": text}]}),
        ("tags.0", "/contents", {"brandId": brand.id, "tags": [text]}),
        ("name", "/workflows", {"brandId": brand.id, "name": text, "predefined": "simple_review"}),
        ("name", "/users/api-keys", {"brandId": brand.id, "name": text, "scopes": ["read"]}),
        ("reason", f"/contents/{content['id']}/reject", {"reason": text}),
        ("title", "/notifications", {"title": text}),
    ]


@pytest.mark.parametrize("text", ["\u200b", "\u3164\u2800", "\u202e\ufe0f"])
async def test_names_and_reasons_must_show_something(world: World, text: str) -> None:
    brand = await world.brand()
    for field, path, body in await wishes(world, brand, text):
        error = assert_problem(await brand.admin.post(path, body), 400, "VALIDATION_ERROR")
        assert [each["field"] for each in error["details"]] == [field], path
    version = (await brand.admin.get(f"/brands/{brand.id}")).json()["data"]["version"]
    assert_problem(await brand.admin.patch(f"/brands/{brand.id}", version, {"name": text}), 400, "VALIDATION_ERROR")


def test_reasons_must_show_something_in_the_database(database: psycopg.Connection) -> None:
    for reason in (None, "", *UNSEEN):
        with pytest.raises(psycopg.Error, match="a reason is needed"):
            database.execute("select private.require_reason(%s, 'reason')", [reason])
    database.execute("select private.require_reason('.', 'reason')")


@pytest.mark.parametrize(("text", "status"), [("\u200b\u200ba", 400), ("a\u200bb\u200bc", 200), ("\u00a0\u00a0a", 400)])
async def test_least_lengths_count_what_shows(world: World, text: str, status: int) -> None:
    brand = await world.brand()
    template = await template_with(brand, {"id": "asked", "type": "short_text", "minLength": 3})
    draft = {"brandId": brand.id, "templateId": template, "title": "x", "fields": {"asked": text}}
    content = (await brand.editor.post("/contents", draft)).json()["data"]
    submitted = await brand.editor.post(f"/contents/{content['id']}/submit")
    assert (submitted.status_code == 400) == (status == 400), submitted.text


async def test_descriptions_for_search_engines_are_made_from_what_is_seen(world: World) -> None:
    (row,) = world.rows(
        "select private.made_metadata(jsonb_populate_record(null::public.contents, %s::jsonb)) ->> 'metaDescription' "
        "as made",
        '{"title": "T", "excerpt": "", "body": "<p>Salt &amp; <b>pep</b>per.</p><script>x</script><p>5 &lt;b 6.</p>", '
        '"metadata": {}}',
    )
    assert row == {"made": "Salt & pepper. 5 b 6."}
