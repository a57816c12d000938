"""Every wait of a function fits its ``maxDuration``: by sums, by where something is waited for, over the wire."""

import ast
import json
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from lib.ai.opening import CLOSING_SECONDS
from lib.content.transfer.repository import PATIENT_SECONDS
from lib.core.app import MAX_SECONDS
from lib.core.config import Settings
from lib.core.deadline import AFTERWARDS_SECONDS, GRACE_SECONDS, RESERVE_SECONDS, waiting_seconds
from lib.core.http import TOTAL_SECONDS
from lib.core.kv import TIMEOUT_SECONDS
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.support.errors import assert_problem
from tests.support.recorder import Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio

LIMITS: dict[str, float] = {
    pattern: function["maxDuration"]
    for pattern, function in json.loads((ROOT / "vercel.json").read_text())["functions"].items()
}
FUNCTIONS = sorted(path.stem for path in (ROOT / "api").glob("*.py") if path.stem != "__init__")


def limit_of(function: str) -> float:
    return next(seconds for pattern, seconds in LIMITS.items() if fnmatch(f"api/{function}.py", pattern))


def constant_of_cron(name: str) -> float:
    """The module cannot be imported without the settings of a deployment."""
    tree = ast.parse((ROOT / "api" / "cron.py").read_text())
    values = (node.value for node in tree.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name)
    return ast.literal_eval(next(value for value in values if value is not None))


def said_limit(function: str) -> float:
    """What the function tells create_app."""
    tree = ast.parse((ROOT / "api" / f"{function}.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "create_app"]
    assert len(calls) == 1
    named = {keyword.arg: keyword.value for keyword in calls[0].keywords}
    return ast.literal_eval(named["max_seconds"]) if "max_seconds" in named else MAX_SECONDS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_its_limit(function: str) -> None:
    assert said_limit(function) == limit_of(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_all_that_a_function_may_wait_for_fits_its_limit(function: str) -> None:
    limit = limit_of(function)
    assert waiting_seconds(limit) + GRACE_SECONDS + AFTERWARDS_SECONDS + RESERVE_SECONDS <= limit
    assert min(GRACE_SECONDS, AFTERWARDS_SECONDS, RESERVE_SECONDS) > 0


def longest_usual_wait(function: str) -> float:
    """The waits of one request at their longest, where nothing is asked twice: no limit may cut these short."""
    usual = TIMEOUT_SECONDS + TOTAL_SECONDS
    match function:
        case "ai":
            # Begun, written by the models, and written down.
            return usual + Settings.model_fields["ai_total_seconds"].default + CLOSING_SECONDS
        case "transfers":
            return TIMEOUT_SECONDS + PATIENT_SECONDS
        case "cron":
            loops = ("DISPATCH_SECONDS", "EMBED_SECONDS", "MAIL_SECONDS")
            return sum(map(constant_of_cron, loops)) + TOTAL_SECONDS
        case _:
            return usual


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_usual_waits_fit_without_being_cut_short(function: str) -> None:
    assert longest_usual_wait(function) <= waiting_seconds(limit_of(function))


# Where a timeout or a client of something outside is made by other means than lib/core/deadline.py, and why that is
# within the request's time.
OWN_WAITS = {
    "lib/core/deadline.py": "makes them",
    "lib/core/middleware.py": "the end of the whole request",
    "lib/core/web.py": "each call is within()",
    "lib/ai/chain.py": "by its pace, which ends CLOSING_SECONDS before the request's time",
    "lib/ai/service.py": "the closing, which the pace leaves time for",
    "lib/ai/providers/openai.py": "called by the chain, within its pace",
    "lib/ai/providers/anthropic.py": "called by the chain, within its pace",
    "lib/identity/auth_api.py": "its client is that of lib/core/http.py",
}
WAITS = (
    "asyncio.timeout",
    "asyncio.timeout_at",
    "asyncio.wait_for",
    "anyio.move_on_after",
    "anyio.fail_after",
    "httpx.AsyncClient",
    "httpx.Client",
    "httpx.get",
    "httpx.post",
    "AsyncOpenAI",
    "AsyncAzureOpenAI",
    "AsyncAnthropic",
    "Redis",
)


def waits_in(path: Path) -> set[str]:
    calls = (ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {name for name in calls if name in WAITS}


def test_nothing_waits_in_a_way_of_its_own() -> None:
    files = [path for folder in ("lib", "api") for path in (ROOT / folder).rglob("*.py")]
    found = {str(path.relative_to(ROOT)): waits_in(path) for path in files}
    # The client of KV has no timeout at all: ask_kv gives it one, and nothing else may await its answers.
    assert found.pop("lib/core/kv.py") == {"Redis"}
    assert {name for name, waits in found.items() if waits} == set(OWN_WAITS)


@pytest.fixture(scope="module")
def slow(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    """Every answer comes just before the caller would give up waiting for it."""
    with recording(stack.environment) as (recorder, settings), functions_with(settings) as origin:
        recorder.delays = {"kv": TIMEOUT_SECONDS - 0.4, "supabase": TOTAL_SECONDS - 0.6}
        yield recorder, origin


async def test_signing_in_while_everything_is_slow(world: World, slow: tuple[Recorder, str]) -> None:
    """KV, Auth, KV and the database in a row: an answer of ours, in time, and not the platform's."""
    recorder, origin = slow
    person = await world.person(origin)
    began = time.monotonic()
    response = await person.sign_in()
    elapsed = time.monotonic() - began
    assert_problem(response, 503, "SERVICE_UNAVAILABLE")
    assert int(response.headers["Retry-After"]) > 0
    assert elapsed < limit_of("identity"), [(hop.path, hop.ended - hop.began) for hop in recorder.hops]


async def test_the_usual_two_hops_are_only_slow(world: World, slow: tuple[Recorder, str]) -> None:
    person = await world.signed_in(slow[1])
    assert (await person.get("/contents")).status_code == 200


async def test_what_follows_the_answer_ends_in_time_too(world: World, slow: tuple[Recorder, str]) -> None:
    """A refusal is recorded after its answer. There is no time for that here, and the next request is not held up."""
    brand = await world.brand()
    viewer = await world.signed_in(slow[1])
    world.join(viewer, brand.id, "viewer")
    began = time.monotonic()
    response = await viewer.post("/contents", {"brandId": brand.id, "title": "x"})
    assert_problem(response, 403, "FORBIDDEN")
    assert (await viewer.get("/contents")).status_code == 200
    assert time.monotonic() - began < 2 * limit_of("contents")
