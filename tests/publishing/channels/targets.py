"""Brands with channels to the stand-ins of local/channels, each to a site, space or shop of its own."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from lib.publishing.channels import ChannelFailed, ChannelResult, publish_to_channel, unpublish_from_channel
from local.stack.client import RunningStack
from tests.ai.support import answered
from tests.support.world import Brand, World

SECRET = "whsec_bG9jYWwtd2ViaG9vay1zZWNyZXQtb2YtMzItYnl0ZXM="


@dataclass
class Targets:
    """The stand-ins, and what they got."""

    stack: RunningStack
    url: str

    async def state(self, kind: str, name: str) -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.url}/state", params={"kind": kind, "name": name})).json()

    async def received(self, path: str) -> list[dict[str, Any]]:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.url}/received", params={"path": path})).json()

    async def fault(self, path: str, **wished: Any) -> None:
        async with httpx.AsyncClient() as client:
            assert (await client.post(f"{self.url}/faults", json={"path": path, **wished})).status_code == 204

    def channel(self, kind: str, name: str, **settings: Any) -> dict[str, Any]:
        """Returns settings and credentials of a channel to a site, space or shop with this name."""
        made: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
            "webhook": ({"url": f"{self.url}/hooks/{name}"}, {"secret": SECRET}),
            "wordpress": (
                {"siteUrl": f"{self.url}/sites/{name}", "userName": "publisher"},
                {"applicationPassword": "app publisher local"},
            ),
            "contentful": (
                {"apiUrl": f"{self.url}/contentful", "spaceId": name, "contentTypeId": "article"},
                {"token": "CFPAT-local"},
            ),
            "shopify": (
                {"shopUrl": f"{self.url}/shops/{name}", "resource": "article", "blogId": "1"},
                {"accessToken": "shpat_local"},
            ),
            "s3": (
                {"bucket": name, "region": "eu-west-1", "endpointUrl": self.stack.urls["aws"]},
                {"accessKeyId": "AKIALOCAL", "secretAccessKey": "local-secret-access-key"},
            ),
        }
        given, credentials = made[kind]
        return {"kind": kind, "settings": given | settings, "credentials": credentials}


class Bucket:
    def __init__(self, targets: Targets, name: str) -> None:
        import boto3

        self.name = name
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=targets.stack.urls["aws"],
            region_name="eu-west-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        self.client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def keys(self) -> list[str]:
        return [item["Key"] for item in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]

    def read(self, key: str) -> Any:
        return self.client.get_object(Bucket=self.name, Key=key)


def new_name() -> str:
    return uuid4().hex[:20]


async def add(brand: Brand, channel: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Creates a channel as the brand's admin."""
    body = {"brandId": brand.id, "name": f"Channel {uuid4().hex[:12]}"} | channel | changes
    response = await brand.admin.post("/channels", body)
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def publish(db: Any, channel: dict[str, Any], content: dict[str, Any]) -> ChannelResult:
    """Publishes a content as the saga does."""
    return await publish_to_channel(db, channel_id=channel["id"], content_id=content["id"], version=content["version"])


async def unpublish(db: Any, channel: dict[str, Any], content: dict[str, Any]) -> None:
    """Takes a content back as the saga does."""
    await unpublish_from_channel(db, channel_id=channel["id"], content_id=content["id"])


async def failure(db: Any, channel: dict[str, Any], content: dict[str, Any]) -> ChannelFailed:
    """Returns how a publication fails."""
    try:
        await publish(db, channel, content)
    except ChannelFailed as error:
        return error
    raise AssertionError("the publication succeeded")


async def generated(world: World, brand: Brand) -> dict[str, Any]:
    """Returns a draft whose output fields a model wrote."""
    content = await world.draft(brand, fields={"topic": "Frost"})
    await answered(brand.editor, "generate", {"contentId": content["id"]})
    return (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]


async def edited(brand: Brand, content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Returns a content after a change by the brand's editor."""
    response = await brand.editor.patch(f"/contents/{content['id']}", content["version"], changes)
    assert response.status_code == 200, response.text
    return response.json()["data"]


def publication(world: World, channel: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Returns what we noted of a content at a channel."""
    query = "select * from public.channel_publications where channel_id = %s and content_id = %s"
    return world.rows(query, channel["id"], content["id"])[0]
