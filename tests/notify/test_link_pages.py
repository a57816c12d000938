"""The pages that links in mails open: they are there, run under the policy of the site, and do what they say."""

import re
from uuid import UUID

import httpx
import pytest

from lib.core import config
from lib.core.security import crypto
from lib.identity.links.service import PATHS
from lib.notify.mail.unsubscribing import make_token
from local.stack.settings import ROOT
from tests.identity.support import STRONG, mails_to, token_in
from tests.support.world import World

pytestmark = pytest.mark.anyio

CONTENT = "/contents/0190c0de-0000-7000-8000-000000000001"
PAGES = ("/verify-email", "/reset-password", "/accept-invitation", "/unsubscribe", CONTENT)


async def fetched(world: World, path: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=world.stack.urls["web"], follow_redirects=True) as http:
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


def test_links_of_identity_have_a_page() -> None:
    for path in {*PATHS.values(), "/accept-invitation", "/unsubscribe"}:
        assert (ROOT / "public" / path.lstrip("/") / "index.html").exists(), path


def test_the_script_calls_what_exists() -> None:
    import json

    paths = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())["paths"]
    script = (ROOT / "public" / "links.js").read_text()
    for called in [*re.findall(r'post\("(/[^"]+)"', script), "/users/invitations/accept", "/contents/{contentId}"]:
        assert f"/api/v1{called}" in paths, called


async def test_what_the_pages_send(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The requests of the script, with the tokens of mails."""
    person = await world.person()
    async with httpx.AsyncClient(base_url=f"{world.stack.urls['web']}/api/v1") as http:
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
