"""Tests the local Supabase with the unmodified clients of both languages."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import httpx
import pytest
from storage3.exceptions import StorageApiError
from supabase_auth.errors import AuthApiError
from supabase_auth.types import SignInWithPasswordCredentialsOptions

from local.demo.callers import PASSWORD
from local.stack.settings import ROOT
from supabase import AsyncClient, AsyncClientOptions, acreate_client
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


type Connect = Callable[..., Awaitable[AsyncClient]]


@pytest.fixture
def connect(world: World, http: httpx.AsyncClient) -> Connect:
    environment = world.stack.environment

    async def make(key: str = "SUPABASE_PUBLISHABLE_KEY") -> AsyncClient:
        options = AsyncClientOptions(httpx_client=http, auto_refresh_token=False)
        client = await acreate_client(environment["SUPABASE_URL"], environment[key], options)
        # It also sends its key as a bearer token, which no service accepts.
        for headers in (client.options.headers, client.auth._headers, client.auth.admin._headers):
            headers.pop("Authorization", None)
        return client

    return make


async def test_the_python_client_signs_in_and_reads_as_its_user(world: World, connect: Connect) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    client = await connect()
    solved: SignInWithPasswordCredentialsOptions = {"captcha_token": "human"}
    session = await client.auth.sign_in_with_password(
        {"email": brand.viewer.email, "password": PASSWORD, "options": solved}
    )
    assert session.user is not None
    assert session.user.email == brand.viewer.email
    # Without our own sign-in there is no session of ours, so the policies show nothing.
    assert (await client.table("contents").select("id").eq("id", content["id"]).execute()).data == []
    await client.auth.set_session(brand.viewer.access_token, brand.viewer.refresh_token)
    rows = (
        await client.table("contents")
        .select("id, brands!contents_brand_id_fkey(name)")
        .eq("id", content["id"])
        .execute()
    ).data
    assert rows == [{"id": content["id"], "brands": {"name": brand.name}}]
    refreshed = await client.auth.refresh_session()
    assert refreshed.session is not None
    await client.auth.sign_out()
    with pytest.raises(AuthApiError):
        await client.auth.sign_in_with_password({"email": brand.viewer.email, "password": "wrong", "options": solved})


async def test_the_admin_calls_have_the_shapes_of_supabase_auth(world: World, connect: Connect) -> None:
    client = await connect("SUPABASE_SECRET_KEY")
    email = f"{uuid4().hex}@people.test"
    made = await client.auth.admin.create_user({"email": email, "password": PASSWORD, "email_confirm": True})
    assert made.user is not None
    with pytest.raises(AuthApiError, match="already been registered"):
        await client.auth.admin.create_user({"email": email, "password": PASSWORD})
    assert (await client.auth.admin.get_user_by_id(made.user.id)).user.email == email
    changed = await client.auth.admin.update_user_by_id(made.user.id, {"user_metadata": {"a": 1}})
    assert changed.user.user_metadata["a"] == 1
    listed = await client.auth.admin.list_users(per_page=1000)
    assert any(user.id == made.user.id for user in listed)
    await client.auth.admin.delete_user(made.user.id)
    with pytest.raises(AuthApiError, match="not found"):
        await client.auth.admin.get_user_by_id(made.user.id)


async def test_the_publishable_key_is_no_admin(world: World, connect: Connect) -> None:
    client = await connect()
    with pytest.raises(AuthApiError):
        await client.auth.admin.list_users()


async def test_storage_keeps_bytes(world: World, connect: Connect) -> None:
    client = await connect("SUPABASE_SECRET_KEY")
    bucket, path = uuid4().hex, "a file.txt"
    await client.storage.create_bucket(bucket)
    files = client.storage.from_(bucket)
    await files.upload(path, b"bytes", {"content-type": "text/plain"})
    assert await files.download(path) == b"bytes"
    signed = await files.create_signed_url(path, 60)
    assert (await client.storage.session.get(signed["signedURL"])).content == b"bytes"
    await files.remove([path])
    with pytest.raises(StorageApiError, match=r"(?i)not.found"):
        await files.download(path)


async def test_storage_asks_the_policies(world: World, connect: Connect) -> None:
    person = await world.signed_in()
    admin = await connect("SUPABASE_SECRET_KEY")
    bucket = uuid4().hex
    await admin.storage.create_bucket(bucket)
    await admin.storage.from_(bucket).upload("a.txt", b"secret", {"content-type": "text/plain"})
    client = await connect()
    client.storage._headers["Authorization"] = f"Bearer {person.access_token}"
    for attempt in (client.storage.from_(bucket).download("a.txt"), client.storage.from_(bucket).upload("b.txt", b"x")):
        with pytest.raises(Exception, match=r"(?i)not.found|security|unauthorized|denied"):
            await attempt


async def test_the_javascript_client(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    environment = world.stack.environment
    order = {
        "url": environment["SUPABASE_URL"],
        "key": environment["SUPABASE_PUBLISHABLE_KEY"],
        "email": brand.editor.email,
        "tokens": [brand.editor.access_token, brand.editor.refresh_token],
        "strangerTokens": [other.editor.access_token, other.editor.refresh_token],
        "password": PASSWORD,
        "brandId": brand.id,
        "contentId": content["id"],
        "path": f"{uuid4().hex}.txt",
    }
    # Modules are resolved from the folder of the script, so it runs where they are installed.
    script = ROOT / "local" / "node_modules" / ".supabase_client_test.mjs"
    await asyncio.to_thread(shutil.copyfile, ROOT / "tests" / "stand_ins" / "supabase_client.mjs", script)
    process = await asyncio.create_subprocess_exec(
        "node", str(script), json.dumps(order), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"joined\n"
        await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "From us"})
        output, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
    seen = json.loads(output.decode().splitlines()[-1])
    assert seen["user"] == seen["right"] == brand.editor.email
    assert seen["wrong"] == "invalid_credentials"
    assert seen["rows"] == [{"title": content["title"], "brands": {"name": brand.name}}]
    assert (seen["strangerRows"], seen["count"]) == ([], 1)
    assert seen["statuses"] == {"member": "SUBSCRIBED", "stranger": "CHANNEL_ERROR"}
    assert seen["events"][0] == ["ContentUpdated", "From us"]
    assert seen["change"] == "this is for the platform's own functions"
    assert seen["storage"]
