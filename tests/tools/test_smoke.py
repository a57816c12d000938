"""Tests the checks of a deployment: they pass if all is well, name what is wrong, and leave nothing behind."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import httpx
import pytest

from local.demo.callers import PASSWORD
from local.stack.settings import CRON_SECRET, ROOT
from tests.support.servers import dead_server, functions_with
from tests.support.world import Brand, World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("room_for_sign_ins")]

NAMES = [
    "health",
    "refusal of strangers",
    "sign-in",
    "list",
    "write",
    "live event",
    "stored object",
    "scheduled run",
    "publish and purge",
    "sign-out",
]


@dataclass(frozen=True)
class Run:
    status: int
    output: str

    def outcomes(self) -> dict[str, str]:
        """Returns the result of each check by its name: ok, FAILED or skipped."""
        found: dict[str, str] = {}
        for line in self.output.splitlines():
            outcome, _, rest = line.partition(" ")
            number, _, name = rest.partition(" ")
            if outcome in ("ok", "FAILED", "skipped") and number.isdecimal():
                found[NAMES[int(number) - 1]] = outcome
                assert name.startswith(NAMES[int(number) - 1]), line
        return found

    def reason(self, name: str) -> str:
        """Returns the lines of one check."""
        lines = self.output.splitlines()
        start = next(index for index, line in enumerate(lines) if f" {NAMES.index(name) + 1} {name}" in line)
        rest = takewhile(lambda line: line.startswith("  "), lines[start + 1 :])
        return "\n".join([lines[start], *rest])


async def start(origin: str, *arguments: str, email: str, **environment: str) -> asyncio.subprocess.Process:
    settings = {"SMOKE_EMAIL": email, "SMOKE_PASSWORD": PASSWORD, "CRON_SECRET": CRON_SECRET} | environment
    inherited = {name: value for name, value in os.environ.items() if name not in settings}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.smoke", origin, *arguments),
        cwd=ROOT,
        env=inherited | {name: value for name, value in settings.items() if value},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # A job in the background of a shell ignores interrupts, and hands that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


async def smoke(origin: str, *arguments: str, email: str, **environment: str) -> Run:
    process = await start(origin, *arguments, email=email, **environment)
    output, _ = await process.communicate()
    return Run(process.returncode or 0, output.decode())


@pytest.fixture
async def brand(world: World) -> Brand:
    """Creates a brand with the workflow that docs/deploy.md describes."""
    made = await world.brand()
    slug = world.rows("select slug from public.brands where id = %s", made.id)[0]["slug"]
    text = (ROOT / "docs" / "deploy.md").read_text()
    blocks = [block.split("```")[0] for block in text.split("```sql\n")[1:]]
    (statement,) = [block for block in blocks if "Smoke test" in block]
    world.rows(statement.replace("<slug of the brand>", slug))
    return made


def left_behind(world: World, brand: Brand, email: str) -> dict[str, Any]:
    """Lists what a run of the checks did not delete."""
    person = world.ids[email]
    return {
        name: found
        for name, query, argument in (
            ("contents", "select title from public.contents where brand_id = %s and deleted_at is null", brand.id),
            ("picture", "select avatar_path from public.profiles where id = %s and avatar_path is not null", person),
            ("objects", "select name from storage.objects where name like %s", f"{person}/%"),
            (
                "sessions",
                "select id from public.user_sessions where user_id = %s and ended_at is null and user_agent <> 'tests'",
                person,
            ),
        )
        if (found := world.rows(query, argument))
    }


async def test_all_is_well(world: World, brand: Brand) -> None:
    run = await smoke(world.stack.urls["web"], email=brand.admin.email)
    assert run.outcomes() == dict.fromkeys(NAMES, "ok"), run.output
    assert (run.status, run.output.splitlines()[-1]) == (0, "10 ok, 0 failed, 0 skipped")
    assert left_behind(world, brand, brand.admin.email) == {}
    made = world.rows("select slug, status::text from public.contents where brand_id = %s", brand.id)
    assert [content["status"] for content in made] == ["archived"]
    assert world.rows(
        "select type from public.domain_events where brand_id = %s and type = 'ContentPublished'", brand.id
    )


async def test_the_demo_organisation(world: World) -> None:
    """Runs the command of docs/deploy.md for this machine."""
    run = await smoke(world.stack.urls["web"], email="admin@aurora.test")
    assert run.output.splitlines()[-1] == "10 ok, 0 failed, 0 skipped", run.output


async def test_checks_that_the_account_may_not_make_are_skipped_and_counted(world: World, brand: Brand) -> None:
    run = await smoke(world.stack.urls["web"], email=brand.editor.email, CRON_SECRET="")
    skipped = {"scheduled run", "publish and purge"}
    assert run.outcomes() == {name: "skipped" if name in skipped else "ok" for name in NAMES}, run.output
    assert run.status == 0
    assert "skipped 8 scheduled run: CRON_SECRET is not set" in run.output
    assert f"the account is editor of {brand.name}: only admins publish" in run.reason("publish and purge")
    assert run.output.splitlines()[-1] == "8 ok, 0 failed, 2 skipped"
    assert left_behind(world, brand, brand.editor.email) == {}


async def test_a_wrong_password(world: World, brand: Brand) -> None:
    run = await smoke(world.stack.urls["web"], email=brand.admin.email, SMOKE_PASSWORD="not-the-password")
    assert run.status == 1
    outcomes = run.outcomes()
    assert [name for name, outcome in outcomes.items() if outcome == "FAILED"] == ["sign-in"], run.output
    assert outcomes["write"] == outcomes["sign-out"] == "skipped"
    reason = run.reason("sign-in")
    assert "expected: 200 from POST" in reason
    assert "came:     401 " in reason
    assert "look at:  SMOKE_EMAIL and SMOKE_PASSWORD" in reason


async def test_a_wrong_secret_of_the_schedule(world: World, brand: Brand) -> None:
    """With neither the secret nor a call at once nothing purges the page; the data of earlier checks is deleted."""
    web = world.stack.urls["web"]
    with functions_with(world.stack.environment | {"FUNCTIONS_URL": dead_server()}) as origin:
        run = await smoke(origin, "--purge-seconds", "0", email=brand.admin.email, CRON_SECRET="x" * 32)
    failed = {"scheduled run", "publish and purge"}
    assert run.outcomes() == {name: "FAILED" if name in failed else "ok" for name in NAMES}, run.output
    assert run.status == 1
    assert "came:     401 " in run.reason("scheduled run")
    assert "CRON_SECRET" in run.reason("scheduled run")
    assert "came:     200 " in run.reason("publish and purge")
    assert "VERCEL_TOKEN" in run.reason("publish and purge")
    assert left_behind(world, brand, brand.admin.email) == {}
    async with httpx.AsyncClient(timeout=60) as platform:  # the schedule of the platform runs
        headers = {"Authorization": f"Bearer {CRON_SECRET}"}
        assert (await platform.get(f"{web}/api/v1/cron/minute", headers=headers)).status_code == 200


async def test_an_interrupt_leaves_nothing_behind(world: World, brand: Brand) -> None:
    process = await start(world.stack.urls["web"], email=brand.admin.email)
    assert process.stdout is not None
    async for line in process.stdout:
        if line.startswith(b"ok 6 live event"):
            break
    process.send_signal(signal.SIGINT)
    rest = (await process.stdout.read()).decode()
    assert await process.wait() == 1
    assert "ok 10 sign-out" in rest
    assert "ok 9 publish and purge" not in rest
    assert left_behind(world, brand, brand.admin.email) == {}


async def test_a_workflow_that_lets_nobody_decide_alone(world: World) -> None:
    brand = await world.brand()
    run = await smoke(world.stack.urls["web"], email=brand.admin.email)
    assert [name for name, outcome in run.outcomes().items() if outcome == "FAILED"] == ["publish and purge"]
    reason = run.reason("publish and purge")
    assert "came:     403 FORBIDDEN" in reason
    assert "the brand's workflow" in reason
    assert left_behind(world, brand, brand.admin.email) == {}


async def test_a_person_with_a_picture_keeps_it(world: World, brand: Brand) -> None:
    mine = f"{world.id_of(brand.admin)}/mine.webp"
    world.rows("update public.profiles set avatar_path = %s where id = %s", mine, world.id_of(brand.admin))
    run = await smoke(world.stack.urls["web"], email=brand.admin.email)
    assert run.outcomes()["stored object"] == "skipped", run.output
    assert world.rows("select avatar_path from public.profiles where id = %s", world.id_of(brand.admin)) == [
        {"avatar_path": mine}
    ]


@pytest.mark.parametrize(
    ("part", "failed"),
    [
        ("SUPABASE_URL", {"refusal of strangers", "sign-in", "scheduled run"}),
        ("UPSTASH_REDIS_REST_URL", {"sign-in", "scheduled run"}),
    ],
)
async def test_a_stopped_part(world: World, brand: Brand, part: str, failed: set[str]) -> None:
    with functions_with(world.stack.environment | {part: dead_server()}) as origin:
        run = await smoke(origin, email=brand.admin.email)
    assert {name for name, outcome in run.outcomes().items() if outcome == "FAILED"} == failed, run.output
    assert run.status == 1
    assert "came:     503 SERVICE_UNAVAILABLE" in run.reason("sign-in")
    assert "Supabase, Upstash" in run.reason("sign-in")
    assert "change_limits" in run.reason("scheduled run")


async def test_nothing_at_the_address(brand: Brand) -> None:
    run = await smoke(dead_server(), email=brand.admin.email)
    assert "came:     no answer (ConnectError" in run.reason("health")
    assert set(run.outcomes().values()) == {"FAILED", "skipped"}
    assert run.status == 1


@pytest.mark.parametrize(
    ("origin", "environment", "says"),
    [
        ("http://127.0.0.1:1", {"SMOKE_PASSWORD": ""}, "error: set SMOKE_PASSWORD"),
        ("app.example.com", {}, "is not an address as https://app.example.com"),
    ],
)
async def test_missing_settings_are_reported_at_once(origin: str, environment: dict[str, str], says: str) -> None:
    run = await smoke(origin, email="somebody@people.test", **environment)
    assert run.status == 2
    assert says in run.output
