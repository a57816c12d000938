"""The pages that links in mails open: they are there, run under the policy of the site, and do what they say."""

import asyncio
import json
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from lib.core import config
from lib.core.security import crypto
from lib.identity.links.service import PATHS
from lib.notify.mail.unsubscribing import make_token
from local.demo.callers import PASSWORD, own_address
from local.stack.settings import ROOT
from tests.identity.support import STRONG, code_of, mails_to, token_in, with_totp
from tests.support.world import World

pytestmark = pytest.mark.anyio


CONTENT = "/contents/0190c0de-0000-7000-8000-000000000001"
PAGES = ("/verify-email", "/reset-password", "/accept-invitation", "/unsubscribe", CONTENT)


def browser(**options: Any) -> httpx.AsyncClient:
    """Returns a client with an address of its own: the platform limits how often one address may sign in."""
    return httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(local_address=own_address()), **options)


async def fetched(world: World, path: str) -> httpx.Response:
    async with browser(base_url=world.stack.urls["web"], follow_redirects=True) as http:
        return await http.get(path)


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_runs_under_the_policy(world: World, path: str) -> None:
    page = await fetched(world, path)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert re.findall(r"<script[^>]*>", page.text) == ['<script type="module" src="/links.js">']
    assert not re.search(r"\son\w+=|style=", page.text)
    script = await fetched(world, "/links.js")
    (form,) = re.findall(r'<form id="([^"]+)">', page.text)
    assert f'"{form}"' in script.text


async def test_links_of_identity_have_a_page() -> None:
    for path in {*PATHS.values(), "/accept-invitation", "/unsubscribe"}:
        assert (ROOT / "public" / path.lstrip("/") / "index.html").exists(), path


async def test_the_script_calls_what_exists() -> None:
    paths = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())["paths"]
    script = (ROOT / "public" / "links.js").read_text()
    for called in [
        *re.findall(r'post\("(/[^"]+)"', script),
        "/users/invitations/accept",
        "/contents/{contentId}",
        "/auth/mfa/verify",
        "/auth/mfa/webauthn/challenge",
    ]:
        assert f"/api/v1{called}" in paths, called


async def test_what_the_pages_send(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The requests of the script, with the tokens of mails."""
    person = await world.person()
    async with browser(base_url=f"{world.stack.urls['web']}/api/v1") as http:
        await http.post("/auth/password/forgot", json={"email": person.email})
        mail = (await mails_to(world, person.email))[0]
        link = re.search(r"https?://\S+", mail["content"][0]["value"])
        assert link
        assert link[0].startswith(f"{world.stack.environment['APP_URL']}/reset-password#token=")
        answer = await http.post("/auth/password/reset", json={"token": token_in(mail), "password": STRONG})
        assert answer.status_code == 204, answer.text
        for name, value in world.stack.environment.items():
            monkeypatch.setenv(name, value)
        config.get_settings.cache_clear()
        crypto.key_ring.cache_clear()
        token = make_token(UUID(world.id_of(person)), "tasks")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await http.post(f"/mail/unsubscribe?token={token}", content="List-Unsubscribe=One-Click", headers=form)
        assert answer.status_code == 200


async def opened(world: World, path: str, *submissions: tuple[str, dict[str, str]]) -> dict[str, Any]:
    """Opens a page, runs its script, submits forms one after the other, and returns what the page shows then."""
    script = str(ROOT / "tests/notify/page.mjs")
    process = await asyncio.create_subprocess_exec(
        "node", script, world.stack.urls["web"], path, json.dumps(submissions), own_address(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def test_a_password_is_reset_on_the_page(world: World) -> None:
    person = await world.person()
    async with browser(base_url=f"{world.stack.urls['web']}/api/v1") as http:
        await http.post("/auth/password/forgot", json={"email": person.email})
    token = token_in((await mails_to(world, person.email))[0])
    page = await opened(world, f"/reset-password#token={token}", ("reset-password", {"password": STRONG}))
    assert page["shown"]["done"]["text"] == "Your new password is set. You can sign in now."
    assert page["shown"]["reset-password"]["hidden"]
    # The token stays neither in the address bar nor in the history.
    assert page["moves"] == ["history /reset-password"]
    again = await opened(world, f"/reset-password#token={token}", ("reset-password", {"password": STRONG}))
    assert again["shown"]["problem"]["text"]
    assert not again["shown"]["reset-password"]["hidden"]


async def test_a_content_is_shown_to_a_person_with_a_second_factor(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    secret, _ = await with_totp(brand.editor)
    credentials = {"email": brand.editor.email, "password": PASSWORD}
    page = await opened(world, f"/contents/{content['id']}", ("content", credentials))
    assert page["shown"]["problem"]["text"] == "Enter the code of your authenticator app, or a backup code."
    assert not page["shown"]["factor"]["hidden"]
    page = await opened(
        world,
        f"/contents/{content['id']}",
        ("content", credentials),
        ("content", {"code": "000000"}),
        ("content", {"code": code_of(secret)}),
    )
    assert page["shown"]["title"]["text"] == content["title"], page
    assert not page["shown"]["shown"]["hidden"]
    assert page["requests"].count("POST /api/v1/auth/login 200") == 1


async def test_a_content_is_shown_to_its_brand_only(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    for person, is_shown in ((brand.viewer, True), (other.viewer, False)):
        credentials = {"email": person.email, "password": PASSWORD}
        page = await opened(world, f"/contents/{content['id']}", ("content", credentials))
        assert page["shown"]["shown"]["hidden"] is not is_shown, page
        assert bool(page["shown"]["problem"]["text"]) is not is_shown


async def test_an_invitation_is_accepted_by_somebody_with_an_account(world: World) -> None:
    brand, guest = await world.brand(), await world.person()
    invited = await brand.admin.post(
        "/users/invitations",
        {"brandId": brand.id, "invitations": [{"email": guest.email, "role": "viewer"}]},
    )
    assert invited.status_code == 200, invited.text
    mail = (await mails_to(world, guest.email))[0]
    assert mail["from"]["name"] == f"{brand.name} via MixerAI"
    token = token_in(mail)
    credentials = {"email": guest.email, "password": PASSWORD}
    page = await opened(world, f"/accept-invitation#token={token}", ("join", credentials))
    assert brand.name in page["shown"]["offer"]["text"]
    assert page["shown"]["done"]["text"] == "You have joined the brand.", page
