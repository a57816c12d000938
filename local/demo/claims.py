"""The last step of the demo: a violation of a claim is caught before it is published."""

from typing import Any
from uuid import uuid4

from local.demo.callers import Person
from local.demo.steps import accept, expect, say, title

BRAND_ID = "00000000-0000-7000-8000-00000000000b"


class ClaimsJourney:
    """Borealis Coffee may say of its coffee what its catalogue of claims allows."""

    def __init__(self, origin: str, editor: Person) -> None:
        self.editor = editor
        self.reviewer = Person(origin, "viewer@borealis.test")
        self.admin = Person(origin, "admin@borealis.test")

    async def run(self) -> None:
        title(8, "Borealis Coffee says too much, and is told before it is published")
        for person in (self.reviewer, self.admin):
            accept(await person.sign_in(), 200, "sign in")
        try:
            content = await self._write_and_approve()
            await self._correct_and_publish(content)
        finally:
            for person in (self.reviewer, self.admin):
                await person.close()

    async def _approve(self, path: str) -> None:
        accept(await self.editor.post(f"{path}/submit"), 200, "submit")
        accept(await self.reviewer.post(f"{path}/approve"), 200, "approve")

    async def _write_and_approve(self) -> dict[str, Any]:
        templates = accept(await self.editor.get("/templates", brandId=BRAND_ID), 200, "templates")
        body = {
            "brandId": BRAND_ID,
            "templateId": templates[0]["id"],
            "title": f"Why mornings begin here {uuid4().hex[:6]}",
            "fields": {
                "topic": "Mornings",
                "headline": "Mornings begin here",
                "body": "<p>Roasted to order within 24 hours. And <b>coffee</b> is good for your heart.</p>",
            },
        }
        content = accept(await self.editor.post("/contents", body), 201, "create")
        path = f"/contents/{content['id']}"
        [check] = accept(await self.editor.post(f"{path}/claims/check"), 200, "check")
        for found in check["findings"]:
            instead = found["replacement"]["text"] if found.get("replacement") else "nothing"
            say(f'{check["market"]}: "{found["sentence"]}" {found["verdict"]}, instead: {instead}')
        expect(check["violations"] == 1, f"{check['violations']} violations were found")
        await self._approve(path)
        refused = await self.admin.post(f"{path}/publish")
        expect(refused.status_code == 409, f"it was published: {refused.status_code}")
        problem = refused.json()["error"]
        say(f"publishing it is refused: 409, {problem['message']} ({problem['details'][0]['rule']})")
        return accept(await self.editor.get(path), 200, "read")

    async def _correct_and_publish(self, content: dict[str, Any]) -> None:
        path = f"/contents/{content['id']}"
        fields = content["fields"] | {"body": "<p>Roasted to order within 24 hours.</p>"}
        accept(await self.editor.patch(path, content["version"], {"fields": fields}), 200, "edit")
        await self._approve(path)
        unchecked = await self.admin.post(f"{path}/publish")
        expect(unchecked.status_code == 409, f"an unchecked text was published: {unchecked.status_code}")
        say("the corrected text has not been checked yet: 409 as well")
        accept(await self.editor.post(f"{path}/claims/check"), 200, "check")
        published = accept(await self.admin.post(f"{path}/publish"), 200, "publish")
        bill = accept(await self.reviewer.get(f"{path}/claims"), 200, "bill of materials")
        expect(bill["isPublished"] and bill["version"] == published["version"], "there is no bill of materials")
        say(f"checked and published; the bill of materials of version {bill['version']}:")
        for line in bill["items"]:
            said = f'"{line["sentence"]}" makes "{line["claimText"]}" (version {line["claimVersion"]})'
            say(f"{line['market']}: {said}, {line['claimStatus']}")
        expect(len(bill["items"]) == 1, "one claim was expected")
