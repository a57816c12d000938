"""Templates by GraphQL: what REST answers, changes and their problems, and strangers."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

PROBLEM = """problem { __typename
  ... on ValidationProblem { code details { field code } }
  ... on ConflictProblem { code message }
  ... on StaleVersion { code currentVersion }
}"""
CREATE = f"""mutation($input: CreateTemplateInput!) {{ createTemplate(input: $input, clientMutationId: "a") {{
  clientMutationId template {{ id name version usage {{ count }} problems {{ code }} brand {{ id name }} }} {PROBLEM}
}} }}"""
UPDATE = f"""mutation($id: ID!, $input: UpdateTemplateInput!, $version: Int!) {{
  updateTemplate(id: $id, input: $input, expectedVersion: $version) {{
    template {{ id name version inputFields {{ id }} usage {{ count lastUsedAt }} updatedBy {{ id }} }} {PROBLEM}
  }}
}}"""
DELETE = f"mutation($id: ID!) {{ deleteTemplate(id: $id) {{ deletedId {PROBLEM} }} }}"
READ = "query($id: ID!) { template(id: $id) { id } }"

# With each option of each type.
INPUTS: list[dict[str, Any]] = [
    {"id": "topic", "name": "Topic", "type": "short_text", "required": True, "minLength": 1, "maxLength": 80,
     "minWords": 1, "maxWords": 9, "label": "What about?", "placeholder": "Frost", "helpText": "One topic",
     "order": 0, "width": "half", "aiSuggester": True, "validation": {"pattern": "[A-Z].*"}},
    {"id": "about", "name": "About", "type": "long_text", "rows": 2, "maxRows": 8},
    {"id": "intro", "name": "Intro", "type": "rich_text", "allowImages": True, "toolbar": ["bold"],
     "defaultValue": "<p>Hello</p>"},
    {"id": "pages", "name": "Pages", "type": "number", "step": 0.5, "defaultValue": 3,
     "validation": {"min": 1, "max": 10}},
    {"id": "day", "name": "Day", "type": "date", "disablePast": True, "includeTime": False},
    {"id": "time", "name": "Time", "type": "datetime", "disableFuture": False},
    {"id": "kind", "name": "Kind", "type": "select",
     "choices": [{"label": "Launch", "value": "launch"}, {"label": "Other", "value": "other"}]},
    {"id": "why", "name": "Why", "type": "short_text",
     "conditional": {"field": "kind", "operator": "not_in", "value": ["launch"]}},
    {"id": "words", "name": "Words", "type": "tags", "maxTags": 3, "suggestions": ["frost"]},
    {"id": "address", "name": "Address", "type": "slug", "sourceField": "topic", "prefix": "a-"},
    {"id": "picture", "name": "Picture", "type": "image", "maxSizeMB": 1.5, "allowedTypes": ["image/png"]},
    {"id": "goods", "name": "Goods", "type": "product_selector", "allowMultiple": True},
]  # fmt: skip
OUTPUTS: list[dict[str, Any]] = [
    {"id": "headline", "name": "Headline", "aiPrompt": "About {{topic}}", "minChars": 1, "maxChars": 60,
     "maxLength": 80, "minWords": 1, "maxWords": 9, "maxTokens": 100, "useToneOfVoice": True},
    {"id": "text", "name": "Text", "type": "html", "allowedTags": ["p", "h2"], "sanitize": True, "required": True,
     "useBrandIdentity": True, "useGuardrails": True, "aiAutoComplete": False},
    {"id": "questions", "name": "Questions", "type": "faq", "allowSections": True},
]  # fmt: skip


def in_capitals(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns fields with the names of the enums."""
    written: list[dict[str, Any]] = []
    for field in fields:
        each = field | {name: field[name].upper() for name in ("type", "width") if name in field}
        if "allowedTags" in field:
            each["allowedTags"] = [tag.upper() for tag in field["allowedTags"]]
        if "conditional" in field:
            each["conditional"] = field["conditional"] | {"operator": field["conditional"]["operator"].upper()}
        written.append(each)
    return written


def body(brand: Brand, **changes: Any) -> dict[str, Any]:
    """Returns a template as REST takes it."""
    return {
        "brandId": brand.id,
        "name": f"T {uuid4().hex}",
        "description": "An article",
        "icon": "newspaper",
        "category": "Editorial",
        "tags": ["web"],
        "contentType": "article",
        "inputFields": INPUTS,
        "outputFields": OUTPUTS,
    } | changes


def given(brand: Brand, **changes: Any) -> dict[str, Any]:
    """Returns a template as GraphQL takes it."""
    fields = {"inputFields": in_capitals(INPUTS), "outputFields": in_capitals(OUTPUTS)}
    return body(brand) | fields | changes


async def made_by_rest(brand: Brand, **changes: Any) -> dict[str, Any]:
    response = await brand.admin.post("/templates", body(brand, **changes))
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def test_a_template_is_the_same_as_by_rest(world: World) -> None:
    brand = await world.brand()
    made = await made_by_rest(brand)
    await world.draft(brand, templateId=made["id"], fields={"topic": "Frost"})
    for person in (brand.admin, brand.viewer):
        told = (await person.get(f"/templates/{made['id']}")).json()["data"]
        assert told["usage"]["count"] == 1
        await assert_alike(person, "template(id: $id)", "Template", told, declared="$id: ID!", id=made["id"])


async def test_a_list_is_the_same_as_by_rest(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    made = await made_by_rest(brand, category="Of this test", contentType="recipe")
    name = f"Global {uuid4().hex}"
    response = await platform.post("/templates", body(brand, brandId=None, name=name))
    assert response.status_code == 201, response.text
    asked: list[tuple[str, dict[str, Any]]] = [
        ('brandId: $id, category: "Of this test"', {"category": "Of this test"}),
        ('brandId: $id, contentType: "recipe"', {"contentType": "recipe"}),
        (f'brandId: $id, q: "{made["name"]}"', {"q": made["name"]}),
        (f'brandId: $id, q: "{name}"', {"q": name}),
        ("brandId: $id, active: false", {"active": "false"}),
    ]
    for filters, query in asked:
        told = (await brand.viewer.get("/templates", brandId=brand.id, pageSize=100, **query)).json()["data"]
        # `problems` is null in lists of REST.
        told = [{field: value for field, value in each.items() if field != "problems"} for each in told]
        if query.get("active"):
            assert told == [], "no template of a new brand is switched off"
            continue
        field = f"templates(filter: {{{filters}}}, first: 100)"
        await assert_alike(brand.viewer, field, "Template", told, declared="$id: ID!", id=brand.id)


async def test_pages_and_what_lists_lack(world: World) -> None:
    brand = await world.brand()
    made = [await made_by_rest(brand, category="Mine") for _ in range(3)]
    query = """query($id: ID!, $after: String, $pagination: Pagination, $first: Int) {
      templates(filter: {brandId: $id, category: "Mine"}, first: $first, after: $after, pagination: $pagination) {
        nodes { id problems { code } brand { id name } inputFields { id } }
        totalCount pageInfo { hasNextPage endCursor }
      }
    }"""
    begin = (await ask(brand.viewer, query, id=brand.id, first=2))["templates"]
    rest = (await ask(brand.viewer, query, id=brand.id, first=2, after=begin["pageInfo"]["endCursor"]))["templates"]
    assert (begin["totalCount"], begin["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)
    found = [*begin["nodes"], *rest["nodes"]]
    assert [each["id"] for each in found] == [each["id"] for each in sorted(made, key=lambda each: each["name"])]
    assert all(each["brand"] == {"id": brand.id, "name": brand.name} for each in found)
    assert all(each["problems"] == [] for each in found)
    second = (await ask(brand.viewer, query, id=brand.id, pagination={"page": 2, "pageSize": 2}))["templates"]
    assert second["nodes"] == rest["nodes"]


async def test_versions(world: World) -> None:
    brand = await world.brand()
    made = await made_by_rest(brand)
    path = f"/templates/{made['id']}"
    assert (await brand.admin.patch(path, 1, {"name": "Renamed", "inputFields": INPUTS[:1]})).status_code == 200
    told = (await brand.viewer.get(f"{path}/versions/1")).json()["data"]
    await assert_alike(
        brand.viewer,
        "templateVersion(templateId: $id, version: 1)",
        "TemplateVersion",
        told,
        declared="$id: ID!",
        id=made["id"],
    )
    query = """query($id: ID!) { template(id: $id) { version
      versions(first: 1) { nodes { version name template { name } } totalCount pageInfo { hasNextPage } }
      atVersion(number: 1) { version name inputFields { id } createdBy { id } } missing: atVersion(number: 9) { name }
    } }"""
    found = (await ask(brand.viewer, query, id=made["id"]))["template"]
    assert found["version"] == 2
    assert found["versions"]["nodes"] == [{"version": 2, "name": "Renamed", "template": {"name": "Renamed"}}]
    assert (found["versions"]["totalCount"], found["versions"]["pageInfo"]["hasNextPage"]) == (2, True)
    assert [each["id"] for each in found["atVersion"]["inputFields"]] == [each["id"] for each in INPUTS]
    assert (found["atVersion"]["name"], found["atVersion"]["createdBy"]) == (
        made["name"],
        made["createdBy"] and {"id": made["createdBy"]["id"]},
    )
    assert found["missing"] is None
    (error,) = await refused(
        brand.viewer, "query($id: ID!) { templateVersion(templateId: $id, version: 0) { name } }", id=made["id"]
    )
    assert error["extensions"]["code"] == "VALIDATION_ERROR"


async def test_the_template_of_a_content(world: World) -> None:
    brand = await world.brand()
    made = await made_by_rest(brand)
    content = await world.draft(brand, templateId=made["id"], fields={"topic": "Frost"})
    assert (await brand.admin.patch(f"/templates/{made['id']}", 1, {"inputFields": INPUTS[:1]})).status_code == 200
    assert (await brand.admin.patch(f"/templates/{made['id']}", 2, {"outputFields": OUTPUTS[:1]})).status_code == 200
    # Fields that the list has itself, and others: the reference of the list is not enough for these.
    query = """query($id: ID!) {
      brief: contents(filter: {brandId: $id}) { nodes { template { id name version contentType isActive } } }
      full: contents(filter: {brandId: $id}) { nodes { template { name description outputFields { id } usage { count }
        brand { id } createdBy { id } allowedActions problems { code } versions { totalCount } } } }
      content(id: "CONTENT") { templateVersion template { version icon }
        templateForm { version inputFields { id } outputFields { id } } }
    }""".replace("CONTENT", content["id"])
    found = await ask(brand.viewer, query, id=brand.id)
    (brief,), (full,) = found["brief"]["nodes"], found["full"]["nodes"]
    head = {"id": made["id"], "name": made["name"], "version": 3, "contentType": "article", "isActive": True}
    assert brief["template"] == head
    assert full["template"] == {
        "name": made["name"],
        "description": "An article",
        "outputFields": [{"id": "headline"}],
        "usage": {"count": 1},
        "brand": {"id": brand.id},
        "createdBy": made["createdBy"] and {"id": made["createdBy"]["id"]},
        "allowedActions": ["read"],
        "problems": [],
        "versions": {"totalCount": 3},
    }
    of_content = found["content"]
    assert (of_content["templateVersion"], of_content["template"]) == (1, {"version": 3, "icon": "newspaper"})
    assert [each["id"] for each in of_content["templateForm"]["inputFields"]] == [each["id"] for each in INPUTS]
    assert [each["id"] for each in of_content["templateForm"]["outputFields"]] == [each["id"] for each in OUTPUTS]


async def test_a_template_is_created_changed_and_deleted(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    wanted = given(brand)
    made = (await ask(brand.admin, CREATE, input=wanted))["createTemplate"]
    assert (made["clientMutationId"], made["problem"]) == ("a", None)
    template = made["template"]
    assert (template["name"], template["usage"], template["problems"]) == (wanted["name"], {"count": 0}, [])
    assert template["brand"] == {"id": brand.id, "name": brand.name}
    stored = (await brand.viewer.get(f"/templates/{template['id']}")).json()["data"]
    by_rest = (await brand.viewer.get(f"/templates/{(await made_by_rest(brand))['id']}")).json()["data"]
    for name in ("inputFields", "outputFields", "tags", "category", "aiEnabled", "isActive", "description", "icon"):
        assert stored[name] == by_rest[name]
    changes = {"name": f"X {uuid4().hex}", "inputFields": in_capitals(INPUTS[:1])}
    changed = (await ask(brand.admin, UPDATE, id=template["id"], input=changes, version=1))["updateTemplate"]
    assert changed == {
        "template": {
            "id": template["id"],
            "name": changes["name"],
            "version": 2,
            "inputFields": [{"id": "topic"}],
            "usage": {"count": 0, "lastUsedAt": None},
            "updatedBy": {"id": world.id_of(brand.admin)},
        },
        "problem": None,
    }
    stale = (await ask(brand.admin, UPDATE, id=template["id"], input=changes, version=1))["updateTemplate"]
    assert (stale["template"], stale["problem"]["__typename"]) == (None, "StaleVersion")
    assert (await ask(platform, DELETE, id=template["id"]))["deleteTemplate"] == {
        "deletedId": template["id"],
        "problem": None,
    }
    (error,) = await refused(brand.admin, READ, id=template["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
