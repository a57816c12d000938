"""The steps of the main job. Each prints its result and stops the demo if it is not as expected."""

import asyncio
import time
from typing import Any

from local.demo.callers import Person
from local.demo.claims import ClaimsJourney
from local.demo.dashboard import Dashboard
from local.demo.outbound import OutboundJourney
from local.demo.publications import PublicationJourney
from local.demo.steps import accept, expect, say, title

EXPECTED_EVENTS = [
    "ContentCreated",
    "AIGenerationRequested",
    "ContentUpdated",
    "AIGenerationCompleted",
    "ContentUpdated",
    "ContentStatusChanged draft→pending_review",
    "WorkflowStarted",
    "TaskAssigned",
    "WorkflowCompleted",
    "ContentStatusChanged pending_review→approved",
    "ContentStatusChanged approved→published",
    "ContentPublished",
]


def describe(event: dict[str, Any]) -> str:
    """Describes an event: ``ContentStatusChanged draft→pending_review``, or its type alone."""
    data = event.get("data", event.get("payload", {}))
    moved = f" {data['from']}→{data['to']}" if event["type"] == "ContentStatusChanged" else ""
    return event["type"] + moved


class Journey:
    def __init__(self, origin: str, targets: str, mail: str) -> None:
        """``targets`` and ``mail``: the addresses of the stand-ins for channels, and for mails and webhooks."""
        self.origin = origin
        self.mail = mail
        self.targets = targets
        self.editor = Person(origin, "editor@aurora.test")
        self.reviewer = Person(origin, "viewer@aurora.test")
        self.admin = Person(origin, "admin@aurora.test")
        self.stranger = Person(origin, "editor@borealis.test")
        self.config: dict[str, str] = {}
        self.brand_id = ""
        self.content: dict[str, Any] = {}
        self.dashboard: Dashboard | None = None

    @property
    def path(self) -> str:
        return f"/contents/{self.content['id']}"

    @staticmethod
    def _accept(response: Any, status: int, what: str) -> Any:
        return accept(response, status, what)

    async def run(self) -> None:
        try:
            await self.sign_in()
            await self.subscribe()
            await self.create_and_generate()
            await self.review_and_publish()
            await self.compare_live_events()
            await self.be_a_stranger()
            await self.read_history()
            await ClaimsJourney(self.origin, self.stranger).run()
            people = {"editor": self.editor, "reviewer": self.reviewer, "admin": self.admin}
            await PublicationJourney(self.targets, **people).run(self.brand_id)
            await OutboundJourney(self.config, self.mail, **people).run(self.brand_id)
        finally:
            for person in (self.editor, self.reviewer, self.admin, self.stranger):
                await person.close()
            if self.dashboard:
                await self.dashboard.close()

    async def sign_in(self) -> None:
        title(1, "An editor of Aurora Skincare signs in")
        self._accept(await self.editor.sign_in(), 200, "sign in")
        me = self._accept(await self.editor.get("/users/me"), 200, "users/me")
        membership = me["memberships"][0]
        self.brand_id = membership["brandId"]
        say(f"{me['firstName']} {me['lastName']} <{me['email']}> is {membership['role']} of {membership['brandName']}")
        self.config = self._accept(await self.editor.get("/config"), 200, "config")

    async def subscribe(self) -> None:
        title(2, f"A dashboard subscribes to brand:{self.brand_id}")
        topic = f"brand:{self.brand_id}"
        self.dashboard = await Dashboard.open(self.config, self.editor.access_token, topic, api=self.editor.http)
        expect(self.dashboard.state == "SUBSCRIBED", f"the channel is {self.dashboard.state}")
        say("subscribed with the Supabase client, as the editor")

    async def create_and_generate(self) -> None:
        title(3, "The editor creates a content from a template; AI writes its fields")
        templates = self._accept(await self.editor.get("/templates", brandId=self.brand_id), 200, "templates")
        template = templates[0]
        body = {
            "brandId": self.brand_id,
            "templateId": template["id"],
            "title": "What cold wind does to skin",
            "fields": {"topic": "Skin in cold wind", "keywords": ["winter", "barrier"]},
            "tags": ["demo"],
        }
        self.content = self._accept(await self.editor.post("/contents", body), 201, "create")
        say(f'"{self.content["title"]}", {self.content["status"]}, version {self.content["version"]}')
        pieces = 0
        completed: dict[str, Any] = {}
        began = time.monotonic()
        first_token = 0.0
        request = {
            "contentId": self.content["id"],
            "instructions": "Mention wool scarves.",
            "length": "short",
            "regenerate": True,
        }
        async for name, data in self.editor.stream("/ai/generate", request):
            if name == "delta":
                pieces += 1
                first_token = first_token or time.monotonic() - began
            expect(name != "error", f"the generation failed: {data}")
            completed = data if name == "completed" else completed
        expect(pieces > 1 and bool(completed), "the generation did not stream to its end")
        tokens = completed["usage"]["completionTokens"]
        say(f"{pieces} pieces streamed, the first after {first_token:.2f} s, {tokens} tokens")
        written = completed["result"]["fields"]
        say(f'headline: "{written["headline"]}", by {completed["provider"]} ({completed["promptVersion"]})')
        self.content = self._accept(await self.editor.get(self.path), 200, "read")
        expect(self.content["fields"]["body"] == written["body"], "the fields were not written")
        origin = self.content["provenance"]["fields.body"]
        expect(origin["generationId"] == completed["requestId"], "the content does not say what wrote it")
        say(f"written into the content as version {self.content['version']}, which says so")
        await self.fail_over()

    async def fail_over(self) -> None:
        """Shows the fallback: the first provider of the chain answers with 500, and the next one does the work."""
        body = {"brandId": self.brand_id, "topic": f"Wool [[fault:500@azure_openai#{time.time_ns()}]]", "count": 3}
        titles = self._accept(await self.editor.post("/ai/titles", body), 200, "suggest titles")
        expect(titles["provider"] == "openai", f"{titles['provider']} answered, not openai")
        say(f"azure_openai fails, and {titles['provider']} suggests {len(titles['result']['titles'])} titles instead")

    async def review_and_publish(self) -> None:
        title(4, "Edit, submit, approve, publish")
        change = {"title": "What cold wind does to your skin"}
        stale = await self.editor.patch(self.path, self.content["version"] - 1, change)
        self.content = self._accept(await self.editor.patch(self.path, self.content["version"], change), 200, "edit")
        say(f"{self.editor.email} edits: version {self.content['version']}")
        expect(stale.status_code == 412, f"an edit of an older version answered {stale.status_code}, not 412")
        say("an edit that saw an older version is refused: 412")
        self._accept(await self.editor.post(f"{self.path}/submit"), 200, "submit")
        say(f"{self.editor.email} submits it for review")
        early = await self.editor.post(f"{self.path}/approve")
        expect(early.status_code == 403, f"its author approved it: {early.status_code}")
        say("its author may not approve it: 403")
        for person in (self.reviewer, self.admin):
            self._accept(await person.sign_in(), 200, "sign in")
        approved = self._accept(
            await self.reviewer.post(f"{self.path}/approve", {"comment": "Reads like us."}), 200, "approve"
        )
        expect(approved["status"] == "approved", f"after the approval it is {approved['status']}")
        say(f"{self.reviewer.email}, whom the workflow names, approves")
        self.content = self._accept(await self.admin.post(f"{self.path}/publish"), 200, "publish")
        expect(self.content["status"] == "published", f"it is {self.content['status']}")
        say(f"{self.admin.email} publishes: {self.content['status']} at {self.content['publishedAt']}")
        await self._read_as_a_website()

    async def _read_as_a_website(self) -> None:
        """Reads a published content without signing in: it has the text, and neither the brief nor names of people."""
        path = f"/delivery/aurora-skincare/contents/{self.content['slug']}"
        website = Person(str(self.editor.http.base_url).removesuffix("/api/v1/"), "nobody")
        answers = [await website.get(path)]
        # The purge that the publication causes may come after the first answer: then the kept one is stale once.
        while answers[-1].headers["x-vercel-cache"] != "HIT" and len(answers) < 20:
            await asyncio.sleep(0.1)
            answers.append(await website.get(path))
        await website.close()
        item = self._accept(answers[0], 200, "deliver")
        expect(set(item["fields"]) == {"headline", "teaser", "body"}, f"delivered are {sorted(item['fields'])}")
        cached = [answer.headers["x-vercel-cache"] for answer in answers]
        expect(cached[0] == "MISS" and cached[-1] == "HIT", f"the edge cache says {cached}")
        say(f"a website reads /api/v1{path}: 200, then from the edge")

    async def compare_live_events(self) -> None:
        title(5, "The dashboard saw each change as it happened")
        assert self.dashboard is not None
        await self.dashboard.wait_for("ContentPublished")
        ids = (self.content["id"],)
        seen = [
            describe(event)
            for event in self.dashboard.received
            if event["aggregateId"] in ids or event["data"].get("contentId") in ids
        ]
        for line in seen:
            say(line)
        expect(seen == EXPECTED_EVENTS, f"expected in this order: {EXPECTED_EVENTS}")

    async def be_a_stranger(self) -> None:
        title(6, "An editor of Borealis Coffee looks for it")
        self._accept(await self.stranger.sign_in(), 200, "sign in")
        read = await self.stranger.get(self.path)
        changed = await self.stranger.patch(self.path, self.content["version"], {"title": "Mine now"})
        say(f"reads it: {read.status_code}; changes it: {changed.status_code}")
        expect(read.status_code == changed.status_code == 404, "it should not exist for a stranger")
        listed = self._accept(await self.stranger.get("/contents", pageSize=100), 200, "list")
        found = self._accept(await self.stranger.get("/contents/search", q="cold wind"), 200, "search")
        mine = self._accept(await self.editor.get("/contents/search", q="cold wind"), 200, "search")
        foreign = [item for item in [*listed, *found] if item["brandId"] == self.brand_id]
        say(
            f"lists {len(listed)} contents and finds {len(found)}, none of Aurora's (Aurora's editor finds {len(mine)})"
        )
        expect(not foreign, "a stranger saw contents of the brand")
        expect(any(item["id"] == self.content["id"] for item in mine), "its own editor does not find it")
        channel = await Dashboard.open(self.config, self.stranger.access_token, f"brand:{self.brand_id}")
        say(f"joins brand:{self.brand_id}: {channel.state}")
        await channel.close()
        expect(channel.state == "CHANNEL_ERROR", "a stranger joined the brand's channel")

    async def read_history(self) -> None:
        title(7, "Who did what")
        history = self._accept(await self.editor.get(f"{self.path}/events", pageSize=100), 200, "events")
        for event in history:
            say(f"{event['occurredAt'][11:23]}  {(event['actor'] or {}).get('name') or '':<14} {describe(event)}")
        expect([describe(event) for event in history] == EXPECTED_EVENTS, "the log differs from what happened")
        versions = self._accept(await self.editor.get(f"{self.path}/versions", pageSize=100), 200, "versions")
        numbers = [version["version"] for version in versions]
        for version in versions:
            say(f'version {version["version"]}: {version["status"]}, "{version["title"]}"')
        expect(numbers == list(range(self.content["version"], 0, -1)), f"versions are {numbers}")
