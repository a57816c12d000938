"""Checks that read and write in the account's brand."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import uuid4

from tools.smoke.deployment import LOG_HINT, Deployment
from tools.smoke.outcomes import CheckFailed

# A content type of its own, for which a brand can have a workflow in which the creator decides alone.
CONTENT_TYPE: Final = "smoke_test"
DATABASE_HINT: Final = "whether all migrations are applied, SIGNING_SECRET, and the log by the request id"


async def check_list(deployment: Deployment) -> None:
    """Checks that a page of contents holds only contents of the brand, and that an unknown id gives 404."""
    brand = deployment.require_session().brand
    path = f"/api/v1/contents?brandId={brand['brandId']}&pageSize=5"
    page = (await deployment.ask("GET", path, look_at=DATABASE_HINT)).json()
    strangers = [item["id"] for item in page["data"] if item["brandId"] != brand["brandId"]]
    if strangers or page["pagination"]["pageSize"] != 5:
        expected = f"five contents of {brand['brandName']} at most"
        raise CheckFailed(expected=expected, came=f"{page['pagination']}, of others: {strangers}", look_at=LOG_HINT)
    await deployment.ask("GET", f"/api/v1/contents/{uuid4()}", expected=404)


async def check_write(deployment: Deployment) -> None:
    """Checks that two requests with one Idempotency-Key create one draft, and that its HTML is sanitised."""
    brand = deployment.require_session().brand
    body = {
        "brandId": brand["brandId"],
        "type": CONTENT_TYPE,
        "title": f"Smoke test of {datetime.now(UTC):%Y-%m-%d %H:%M:%S}, {uuid4().hex[:8]}",
        "body": "<p>Made by a smoke test<script>alert(1)</script></p>",
    }
    create = partial(
        deployment.ask,
        "POST",
        "/api/v1/contents",
        expected=201,
        json=body,
        headers={"Idempotency-Key": uuid4().hex},
        look_at=DATABASE_HINT,
    )

    async def take_away() -> None:
        # Without a response it is unknown whether the draft was created. A second request with the key returns its id.
        content: dict[str, Any] = deployment.content or (await create()).json()["data"]
        await _delete(deployment, content["id"])

    deployment.made(f'the content "{body["title"]}"', take_away)
    deployment.content = (await create()).json()["data"]
    again = await create()
    content = deployment.require_content()
    if again.json()["data"]["id"] != content["id"] or again.headers.get("Idempotency-Replayed") != "true":
        came = f"{again.json()['data']['id']}, Idempotency-Replayed: {again.headers.get('Idempotency-Replayed')}"
        raise CheckFailed(expected=f"the same content, {content['id']}, replayed", came=came, look_at=LOG_HINT)
    read = (await deployment.ask("GET", f"/api/v1/contents/{content['id']}")).json()["data"]
    if read["body"] != "<p>Made by a smoke test</p>" or read["version"] != 1:
        came = f"version {read['version']}: {read['body']}"
        raise CheckFailed(expected="version 1, without the script", came=came, look_at=LOG_HINT)


async def change_title(deployment: Deployment) -> dict[str, Any]:
    """Changes the title of the content at its current version."""
    path = f"/api/v1/contents/{deployment.require_content()['id']}"
    content = (await deployment.ask("GET", path)).json()["data"]
    change = {"title": f"{content['title']}, changed"}
    headers = {"If-Match": f'"{content["version"]}"'}
    answer = await deployment.ask("PATCH", path, json=change, headers=headers, look_at=DATABASE_HINT)
    deployment.content = answer.json()["data"]
    return answer.json()["data"]


async def _delete(deployment: Deployment, content_id: str) -> None:
    path = f"/api/v1/contents/{content_id}"
    answer = await deployment.ask("GET", path, expected=(200, 404))
    if answer.status_code == 404:
        return
    if answer.json()["data"]["status"] in ("published", "scheduled"):
        await deployment.ask("POST", f"{path}/archive")
    await deployment.ask("DELETE", path, expected=204)
    await deployment.ask("GET", path, expected=404)
