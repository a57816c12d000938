"""Tests that the page of public/ shows what happens, with the client that it is delivered with."""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from local.demo.callers import PASSWORD, Person, own_address
from local.stack.settings import ROOT
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

VENDOR = ROOT / "public" / "vendor" / "supabase-js-2.105.0" / "supabase.js"


class Page:
    """The page in its own process; stores what a person sees."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.seen: list[tuple[str, Any]] = []

    async def see(self, kind: str, value: Any = None, seconds: float = 20) -> Any:
        """Returns the next entry of a kind, or the next of a kind with this value."""
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                while line := await self.process.stdout.readline():
                    self.seen.append(tuple(json.loads(line)))
                    if self.seen[-1][0] == kind and value in (None, self.seen[-1][1]):
                        return self.seen[-1][1]
        except TimeoutError:
            raise AssertionError(f"no {kind} {value or ''} came: {self.seen}") from None
        raise AssertionError(f"the page ended: {self.seen}")

    async def see_event(self, event_type: str) -> list[str]:
        while (event := await self.see("event"))[1] != event_type:
            pass
        return event

    async def do(self, **what: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    async def token(self) -> str:
        """Returns the token of the channels."""
        await self.do(token=True)
        return await self.see("token")

    def events(self) -> list[str]:
        seen = [value[1] for kind, value in self.seen if kind == "event"]
        # Events of just before the page was opened may come from the log.
        return [event for event in seen if event not in ("BrandCreated", "WorkflowCreated")]


@asynccontextmanager
async def opened(world: World, brand: Brand, folder: Path) -> AsyncGenerator[Page]:
    """Signs in as the brand's viewer, and waits until messages flow."""
    for path in (ROOT / "public").glob("*.js"):
        shutil.copy(path, folder)
    # The page tells a browser that these are modules.
    (folder / "package.json").write_text('{"type": "module"}')
    order = {
        "origin": world.stack.urls["web"],
        "address": own_address(),
        "page": str(folder / "dashboard.js"),
        "vendor": str(VENDOR),
        "modules": str(ROOT / "local" / "node_modules") + "/",
        "email": brand.viewer.email,
        "password": PASSWORD,
    }
    process = await asyncio.create_subprocess_exec(
        "node",
        str(ROOT / "tests" / "stand_ins" / "dashboard_page.mjs"),
        json.dumps(order),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        page = Page(process)
        await page.see("live", "live")
        yield page
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_an_import_is_one_message_and_the_list_is_read_again(world: World, tmp_path: Path) -> None:
    brand = await world.brand()
    async with opened(world, brand, tmp_path) as page:
        titles = {f"Row {number}" for number in range(25)}
        rows = [{"title": title} for title in titles]
        answer = await brand.editor.post("/contents/import", {"brandId": brand.id, "format": "json", "data": rows})
        assert answer.status_code == 200, answer.text
        what, event_type, about = await page.see_event("ContentsChanged")
        assert (what, event_type) == ("import_contents", "ContentsChanged")
        assert about.startswith("25 contents ")
        while set(await page.see("contents")) != titles:
            pass
        assert page.events() == ["ContentsChanged"]


async def test_a_page_with_a_wrong_clock_and_a_token_that_ends_misses_nothing(world: World, tmp_path: Path) -> None:
    brand = await world.brand()
    async with opened(world, brand, tmp_path) as page:
        content = await world.draft(brand)
        await page.see_event("ContentCreated")
        await page.do(close=True)
        await page.see("live", "connecting")
        await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Missed"})
        await page.see("live", "live")
        await page.see_event("ContentUpdated")
        # The log returns events that the channel has brought already.
        assert page.events().count("ContentCreated") == 1

        # By now more than a second old, so that a new one differs.
        first = await page.token()
        # It is about to expire: a heartbeat requests a new one.
        await page.do(later=15 * 60_000 - 60_000)
        await page.do(heartbeat=True)
        assert await page.see("refreshed") == 200
        for _ in range(100):
            if await page.token() != first:
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("the channel keeps the old token")
        await brand.editor.patch(f"/contents/{content['id']}", 2, {"title": "Heard"})
        await page.see_event("ContentUpdated")


async def test_going_to_another_brand_and_back(world: World, tmp_path: Path) -> None:
    one, other = await world.brand(), await world.brand()
    world.join(one.viewer, other.id, "viewer")
    async with opened(world, one, tmp_path) as page:
        for brand in (other, one, other):
            await page.do(brand=brand.id)
        await page.see("live", "live")
        await world.draft(one)
        content = await world.draft(other)
        await page.see_event("ContentCreated")
        await page.see("contents", [content["title"]])
        assert page.events() == ["ContentCreated"]


async def test_a_page_is_left_when_its_session_ends(world: World, tmp_path: Path) -> None:
    brand = await world.brand()
    async with opened(world, brand, tmp_path) as page:
        elsewhere = Person(world.stack.urls["web"], brand.viewer.email)
        world.people.append(elsewhere)
        assert (await elsewhere.sign_in()).status_code == 200
        assert (await elsewhere.http.post("/auth/logout", params={"scope": "others"})).status_code == 204
        await page.see("reload")


async def test_a_brand_is_left_when_the_membership_ends(world: World, tmp_path: Path) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.viewer, other.id, "viewer")
    content = await world.draft(other)
    async with opened(world, brand, tmp_path) as page:
        await page.do(brand=brand.id)
        await page.see("live", "live")
        removed = await brand.admin.delete(f"/brands/{brand.id}/members/{world.id_of(brand.viewer)}")
        assert removed.status_code == 204
        while await page.see("contents") != [content["title"]]:
            pass
        removed = await other.admin.delete(f"/brands/{other.id}/members/{world.id_of(brand.viewer)}")
        assert removed.status_code == 204
        await page.see("live", "no brand")
