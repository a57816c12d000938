"""GraphiQL as it is served: from this origin alone, for people who are signed in."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import httpx
import pytest

from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.support.world import World

pytestmark = pytest.mark.anyio

PAGE = ROOT / "public" / "api" / "graphiql"
# Files of the page and of GraphiQL that are named in the page, or in one another.
NAMED = re.compile(r'(?:src|href)="(/[^"]+)"|(?:from|import\(?) ?"(/[^"]+)"|= "(/vendor/[^"]+)"')
# Scripts of GraphiQL import each other by names beside them.
BESIDE = re.compile(r'(?:from|import) ?\(?"(\./[\w.-]+\.js)"')


async def test_all_files_come_from_here(stack: RunningStack) -> None:
    async with httpx.AsyncClient(base_url=stack.urls["web"], follow_redirects=True) as browser:
        page = await browser.get("/api/graphiql")
        assert page.status_code == 200
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src" not in policy
        waiting, seen = ["/api/graphiql/"], set[str]()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            waiting += [next(filter(None, found)) for found in NAMED.findall(answer.text)]
            if path.endswith(".js") and "/vendor/" in path:
                folder = path.rpartition("/")[0]
                waiting += [f"{folder}/{name.removeprefix('./')}" for name in BESIDE.findall(answer.text)]
    assert {path.rpartition("/")[2] for path in seen} >= {"graphiql.js", "graphiql.css", "page.js", "session.js"}
    folder = next((ROOT / "public" / "vendor").glob("graphiql-*"))
    workers = {f"{name}.worker.js" for name in ("editor", "graphql", "json")}
    assert workers <= {path.name for path in folder.iterdir()}


def test_nothing_is_loaded_from_elsewhere() -> None:
    folder = next((ROOT / "public" / "vendor").glob("graphiql-*"))
    versions = json.loads((ROOT / "tools" / "graphql" / "graphiql" / "package.json").read_text())["dependencies"]
    assert folder.name == f"graphiql-{versions['graphiql']}"
    for file in (*folder.iterdir(), *PAGE.iterdir()):
        if file.suffix in (".js", ".css", ".html"):
            text = file.read_text()
            loaded = re.findall(r"""(?:import\(?|from|src=|@import|url\()\s*["']?(https?:)?//""", text)
            assert loaded == [], file.name
            assert not re.search(r"url\([\"']?data:(?:font|application)", text), file.name


async def test_operations_are_sent_with_the_token_of_the_session(world: World, tmp_path: Path) -> None:
    brand = await world.brand()
    shutil.copy(PAGE / "fetcher.js", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    operations = [{"query": "{ __typename }", "operation": "query"}, {"query": "{ nothing }", "operation": "query"}]
    process = await asyncio.create_subprocess_exec(
        "node",
        str(Path(__file__).with_name("graphiql_page.mjs")),
        world.stack.urls["web"],
        brand.viewer.access_token,
        str(tmp_path / "fetcher.js"),
        json.dumps(operations),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, problems = await process.communicate()
    assert process.returncode == 0, problems.decode()
    named, refused, sent = [json.loads(line) for line in output.splitlines()]
    assert named["data"] == {"__typename": "Query"}
    assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert sent == [["/api/v1/graphql", "application/graphql-response+json"]] * 2
