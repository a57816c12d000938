"""A dry run shows what would be sent, which is what the target gets then; and it changes nothing."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from lib.core.data.db import Db
from tests.publishing.channels.targets import Bucket, Targets, add, edited, new_name, publish
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio
PATHS = {
    "webhook": "/hooks/{}",
    "wordpress": "/sites/{}/",
    "contentful": "/contentful/spaces/{}/",
    "shopify": "/shops/{}/",
}
SECRETS = (
    "app publisher local",
    "cHVibGlzaGVyOmFwcC",
    "CFPAT-local",
    "shpat_local",
    "whsec",
    "local-secret-access-key",
)
# They tell the time of the attempt.
OF_THE_MOMENT = {"webhook-timestamp", "timestamp"}


def shown(requests: list[dict[str, Any]]) -> list[Any]:
    """Returns what a dry run answered in the form of what arrives."""
    return [
        (
            each["method"],
            urlsplit(each["url"]).path,
            urlsplit(each["url"]).query,
            without_moment(each["body"]),
            {name.lower(): value for name, value in each["headers"].items() if name.lower() not in OF_THE_MOMENT},
        )
        for each in requests
    ]


def arrived(requests: list[dict[str, Any]], planned: list[dict[str, Any]]) -> list[Any]:
    found: list[Any] = []
    for each, plan in zip(requests, planned, strict=True):
        headers = {
            name.lower(): "[redacted]" if value == "[redacted]" else each["headers"][name.lower()]
            for name, value in plan["headers"].items()
            if name.lower() not in OF_THE_MOMENT
        }
        body = without_moment(json.loads(each["body"])) if each["body"] else None
        found.append((each["method"], each["path"], each["query"], body, headers))
    return found


def without_moment(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    cleaned = {name: value for name, value in body.items() if name not in OF_THE_MOMENT}
    if isinstance(cleaned.get("data"), dict):
        # The content is not published yet.
        cleaned["data"] = {name: value for name, value in cleaned["data"].items() if name != "publishedAt"}
    return cleaned


async def dry_run(brand: Brand, channel: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    response = await brand.admin.post(f"/channels/{channel['id']}/dry-run", {"contentId": content["id"]})
    assert response.status_code == 200, response.text
    assert not [secret for secret in SECRETS if secret in response.text]
    return response.json()["data"]


@pytest.mark.parametrize("kind", PATHS)
async def test_a_dry_run_shows_the_requests(world: World, targets: Targets, service: Db, kind: str) -> None:
    brand, name = await world.brand(), new_name()
    channel = await add(brand, targets.channel(kind, name))
    content = await world.draft(brand, body="<p>Cold air</p>", excerpt="Short", tags=["winter"])
    path = PATHS[kind].format(name)
    for action in ("publish", "update"):
        before = len(await targets.received(path))
        planned = await dry_run(brand, channel, content)
        assert (planned["action"], planned["problems"], planned["isPublishable"]) == (action, [], True)
        sent = (await targets.received(path))[before:]
        assert len(sent) == len([each for each in planned["requests"] if each["wasSent"]])
        await publish(service, channel, content)
        got = (await targets.received(path))[before + len(sent) :]
        assert arrived(got, planned["requests"]) == shown(planned["requests"])
        content = await edited(brand, content, title=f"Title of {name}")


async def test_a_dry_run_writes_no_file(world: World, targets: Targets, bucket: Bucket) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("s3", bucket.name, prefix="site"))
    content = await world.draft(brand)
    planned = await dry_run(brand, channel, content)
    assert [(each["method"], each["wasSent"]) for each in planned["requests"]] == [
        ("HEAD", True), ("HEAD", True), ("PUT", False), ("PUT", False)
    ]  # fmt: skip
    put = planned["requests"][2]
    assert put["url"].endswith(f"/{bucket.name}/site/{content['slug']}.json")
    assert (put["headers"]["Authorization"], put["body"]["title"]) == ("[redacted]", content["title"])
    assert bucket.keys() == []


async def test_problems_are_told(world: World, targets: Targets) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("contentful", new_name()))
    content = await world.draft(brand, body=f"<p>{'a' * 50_000}</p>")
    planned = await dry_run(brand, channel, content)
    assert planned["problems"] == [{"field": "body", "message": "must have at most 50,000 characters"}]
    wrong = targets.channel("wordpress", new_name()) | {"credentials": {"applicationPassword": "not it"}}
    planned = await dry_run(brand, await add(brand, wrong), content)
    assert [problem["field"] for problem in planned["problems"]] == ["target"]
    assert [each["wasSent"] for each in planned["requests"]] == [True]


async def test_only_managers_of_integrations_see_contents_of_their_brand(world: World, targets: Targets) -> None:
    brand, other = await world.brand(), await world.brand()
    channel = await add(brand, targets.channel("webhook", new_name()))
    theirs, ours = await world.draft(other), await world.draft(brand)
    path = f"/channels/{channel['id']}"
    assert_problem(await brand.admin.post(f"{path}/dry-run", {"contentId": theirs["id"]}), 404, "NOT_FOUND")
    for action, body in (("dry-run", {"contentId": ours["id"]}), ("check", None)):
        assert_problem(await brand.editor.post(f"{path}/{action}", body), 403, "FORBIDDEN")
        assert_problem(await other.admin.post(f"{path}/{action}", body), 404, "NOT_FOUND")
