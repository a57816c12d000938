"""Tests a client that a generator wrote from the description: signs in, creates, reads, changes and lists contents."""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.demo.callers import PASSWORD, own_address
from local.stack.settings import ROOT
from tests.support.world import World
from tools.contract.__main__ import python_client_command

PATHS = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())["paths"]
pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of the generated package, which can be imported."""
    folder: Path = tmp_path_factory.mktemp("client")
    command = [str(part) for part in python_client_command(folder / "mixerai_client")]
    made = subprocess.run(command, check=False, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout
    sys.path.insert(0, str(folder))
    yield "mixerai_client"
    sys.path.remove(str(folder))


def part(package: str, name: str) -> Any:
    return importlib.import_module(f"{package}.{name}")


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[ .]", "_", name).lower()


def operation(package: str, method: str, path: str) -> Any:
    """Returns the module of an operation, which the generator names by tag and operation id."""
    described = PATHS[path][method]
    return part(package, f"api.{snake(described['tags'][0])}.{snake(described['operationId'])}")


def body_of(package: str, method: str, path: str) -> Any:
    """Returns the class of an operation's body."""
    reference = PATHS[path][method]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return getattr(part(package, "models"), reference.rsplit("/", 1)[1])


def test_every_module_can_be_imported(package: str) -> None:
    root = Path(part(package, "client").__file__).parent
    modules = [".".join(path.relative_to(root).with_suffix("").parts) for path in root.rglob("*.py")]
    assert len(modules) > 300
    for module in modules:
        if not module.endswith("__init__"):
            part(package, module)


async def test_the_client_works(package: str, world: World) -> None:
    brand = await world.brand()
    client_of = part(package, "client")
    origin, contents = world.stack.urls["web"], "/api/v1/contents"

    login, credentials = (each(package, "post", "/api/v1/auth/login") for each in (operation, body_of))
    # Sign-ins are limited by address.
    network = {"transport": httpx.AsyncHTTPTransport(local_address=own_address())}
    async with client_of.Client(base_url=origin, httpx_args=network) as public:
        signed_in = await login.asyncio(client=public, body=credentials(email=brand.editor.email, password=PASSWORD))
        refused = await login.asyncio_detailed(client=public, body=credentials("nobody@aurora.test", "wrong"))
        assert (refused.status_code, refused.parsed.error.code) == (401, "INVALID_CREDENTIALS")

    async with client_of.AuthenticatedClient(base_url=origin, token=signed_in.data.access_token) as client:
        create, new_content = (each(package, "post", contents) for each in (operation, body_of))
        wished = new_content(brand_id=brand.id, title="Made by a client")
        created = await create.asyncio_detailed(client=client, body=wished, idempotency_key="made-by-a-client")
        assert (created.status_code, created.headers["Idempotency-Replayed"]) == (201, "false")
        content = created.parsed.data

        one = f"{contents}/{{contentId}}"
        read = operation(package, "get", one)
        assert (await read.asyncio(content.id, client=client)).data.title == "Made by a client"

        update, changes = (each(package, "patch", one) for each in (operation, body_of))
        tag = created.headers["ETag"]
        changed = await update.asyncio(content.id, client=client, body=changes(title="Changed"), if_match=tag)
        assert changed.data.version == content.version + 1
        stale = await update.asyncio_detailed(content.id, client=client, body=changes(title="Lost"), if_match=tag)
        assert (stale.status_code, stale.parsed.error.code) == (412, "CONFLICT")

        listing = operation(package, "get", contents)
        listed = await listing.asyncio(client=client, status=[changed.data.status], page_size=5)
        assert [each.title for each in listed.data] == ["Changed"]
        assert listed.pagination.total_items == 1
