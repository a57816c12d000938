"""Payloads tell what sanitising removed from the texts of each mutation, as `meta.sanitised` of REST does."""

import pytest

from tests.support.graph import ask
from tests.support.world import World

pytestmark = pytest.mark.anyio

REMOVED = "sanitised { path elements attributes links } problem { __typename }"
BODY = '<p onclick="x">Cold</p><script>x</script><a href="javascript:alert(1)">air</a>'


async def test_what_was_removed_is_told_by_each_mutation(world: World) -> None:
    brand = await world.brand()
    document = f"""mutation($one: CreateContentInput!, $two: CreateContentInput!) {{
      one: createContent(input: $one) {{ content {{ id version body }} {REMOVED} }}
      two: createContent(input: $two) {{ content {{ id }} {REMOVED} }}
      bad: createContent(input: {{brandId: "winter"}}) {{ content {{ id }} {REMOVED} }} }}"""
    given = {"brandId": brand.id, "title": "Cold", "body": BODY}
    made = await ask(brand.editor, document, one=given, two={"brandId": brand.id, "body": "<p>Clean</p>"})
    by_rest = (await brand.editor.post("/contents", given)).json()
    assert made["one"]["content"]["body"] == by_rest["data"]["body"]
    told = by_rest["meta"]["sanitised"]
    assert made["one"]["sanitised"] == told
    assert told[0]["elements"] == ["script"]
    assert (made["two"]["sanitised"], made["bad"]["sanitised"]) == ([], None)
    content_id = made["one"]["content"]["id"]
    document = f"""mutation($id: ID!, $body: String!) {{
      updateContent(id: $id, input: {{body: $body}}, expectedVersion: 1) {{ {REMOVED} }}
      createComment(contentId: $id, input: {{body: $body}}) {{ comment {{ body }} {REMOVED} }}
      changeContents(input: {{operation: UPDATE, contentIds: [$id], changes: {{body: $body}}}}) {{ {REMOVED} }}
      submitContent(id: $id) {{ {REMOVED} }} }}"""
    changed = await ask(brand.editor, document, id=content_id, body=BODY)
    assert changed["updateContent"]["sanitised"] == told
    comment = await brand.editor.post(f"/contents/{content_id}/comments", {"body": BODY})
    assert changed["createComment"]["sanitised"] == comment.json()["meta"]["sanitised"]
    many = {"operation": "update", "contentIds": [content_id], "changes": {"body": BODY}}
    by_rest = (await brand.editor.post("/contents/bulk", many)).json()
    assert changed["changeContents"]["sanitised"] == by_rest.get("meta", {}).get("sanitised", [])
    assert changed["submitContent"]["sanitised"] == []
