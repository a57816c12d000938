"""Tests that every wait of a function fits its ``maxDuration``: by sums, by reading the code, and over HTTP."""

import ast
import asyncio
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lib.ai.generations.begin import CLOSING_SECONDS
from lib.ai.settings import AiSettings
from lib.core.auth.verification import JWKS_SECONDS
from lib.core.data.kv import TIMEOUT_SECONDS
from lib.core.http.app import MAX_SECONDS
from lib.core.http.client import PATIENT_SECONDS, TOTAL_SECONDS
from lib.core.http.deadline import AFTERWARDS_SECONDS, GRACE_SECONDS, RESERVE_SECONDS, waiting_seconds
from lib.identity.sessions import captcha
from lib.identity.sessions.timing import STEP_SECONDS
from local.stack.client import RunningStack
from local.stack.settings import LOGS, ROOT
from tests.support.errors import assert_problem
from tests.support.recorder import Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import World
from tools.package import function_names

pytestmark = pytest.mark.anyio

LIMITS: dict[str, float] = {
    pattern: function["maxDuration"]
    for pattern, function in json.loads((ROOT / "vercel.json").read_text())["functions"].items()
}
FUNCTIONS = function_names()


def limit_of(function: str) -> float:
    return next(seconds for pattern, seconds in LIMITS.items() if fnmatch(f"api/{function}.py", pattern))


def said_limit(function: str) -> float:
    """Reads the maximum that the function passes to create_app."""
    tree = ast.parse((ROOT / "api" / f"{function}.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "create_app"]
    assert len(calls) == 1
    named = {keyword.arg: keyword.value for keyword in calls[0].keywords}
    return ast.literal_eval(named["max_seconds"]) if "max_seconds" in named else MAX_SECONDS


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_knows_its_limit(function: str) -> None:
    assert said_limit(function) == limit_of(function)


def test_there_is_time_after_the_waits() -> None:
    # Responses that must not reveal whether an account exists are held until the next step.
    assert GRACE_SECONDS > STEP_SECONDS
    assert min(AFTERWARDS_SECONDS, RESERVE_SECONDS) > 0


KV, CALL = TIMEOUT_SECONDS, TOTAL_SECONDS


def usual_waits(function: str) -> list[float]:
    """The longest waits of one request that calls nothing twice: no limit may cut these short."""
    match function:
        case "ai":
            # Begin the generation, let the models write, record the result.
            return [KV, CALL, AiSettings.model_fields["ai_total_seconds"].default, CLOSING_SECONDS]
        case "transfers":
            return [KV, PATIENT_SECONDS]
        case "cron":
            return [waiting_seconds(limit_of(function))]  # which its tasks share: lib/jobs/scheduler.py
        case _:
            return [KV, CALL]


def worst_waits(function: str) -> list[float]:
    """The waits of the longest chain in the code of a function."""
    match function:
        case "identity":
            # Signing in: the rate limits, the captcha, Auth, the keys of its tokens, the session in the database and in
            # KV.
            return [KV, captcha.SECONDS, CALL, JWKS_SECONDS, CALL, KV]
        case _:
            return usual_waits(function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_usual_waits_fit_without_being_cut_short(function: str) -> None:
    assert sum(usual_waits(function)) <= waiting_seconds(limit_of(function))


def test_which_functions_rely_on_the_deadline() -> None:
    """The longest chains of all other functions fit by themselves."""
    late = {name for name in FUNCTIONS if sum(worst_waits(name)) > waiting_seconds(limit_of(name))}
    assert late == {"identity"}


# Timeouts and clients of outside services that are made without lib/core/http/deadline.py, and why each stays within
# the request's time.
OWN_WAITS = {
    "lib/core/http/connections.py": "its callers are within()",
    "lib/core/http/client.py": "its transport is within()",
    "lib/core/security/outgoing_addresses.py": "the lookup goes on for others, and callers are within()",
    "lib/webhooks/sender.py": "waits for the next event of its own loop, which ends in time",
    "lib/core/http/deadline.py": "makes them",
    "lib/core/http/heavy.py": "the shorter of its own time and the request's",
    "lib/core/http/middleware.py": "the end of the whole request",
    "lib/core/security/web.py": "each call is within()",
    "lib/ai/providers/fallback_chain.py": "by its limits, which end CLOSING_SECONDS before the request's time",
    "lib/ai/generations/stream.py": "the closing, which the limits leave time for",
    "lib/ai/providers/server_events.py": "the end of an answer that was read: a moment",
    "lib/ai/providers/answers.py": "called by the chain, within its limits",
    "lib/ai/providers/openai.py": "called by the chain, within its limits",
    "lib/ai/providers/anthropic.py": "called by the chain, within its limits",
    "lib/jobs/scheduler.py": "slices of the request's time",
    "lib/graph/subscriptions/ears.py": "waits for the next event of a stream, which ends by its own clock",
    "lib/graph/subscriptions/running.py": "waits for the next event until the stream or its token ends",
    "lib/graph/subscriptions/transport_sse.py": "waits for the reader to take an event, and between pings",
    "lib/graph/subscriptions/transport_ws.py": "waits for the first message, and for the reader to take an event",
    "lib/graph/subscriptions/upstream.py": "waits for the socket of Realtime, in a stream that ends by its own clock",
    "lib/ai/generations/texts.py": "waits for the next piece of a text that is being written",
    "lib/identity/auth_server/client.py": "its client is that of lib/core/http/client.py",
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
    "aiohttp.ClientSession",
    "Kv",
    "Redis",
)


def waits_in(path: Path) -> set[str]:
    calls = (ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {name for name in calls if name in WAITS}


def test_nothing_waits_in_a_way_of_its_own() -> None:
    files = [path for folder in ("lib", "api") for path in (ROOT / folder).rglob("*.py")]
    found = {str(path.relative_to(ROOT)): waits_in(path) for path in files}
    # The client of KV has no timeout at all: ask_kv gives it one, and nothing else may await its responses.
    assert found.pop("lib/core/data/kv.py") == {"Kv"}
    assert {name for name, waits in found.items() if waits} == set(OWN_WAITS)


@pytest.fixture(scope="module")
def slow(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    """Every response comes just before the caller would give up."""
    with recording(stack.environment) as (recorder, settings), functions_with(settings) as origin:
        recorder.delays = {"kv": TIMEOUT_SECONDS - 0.4, "supabase": TOTAL_SECONDS - 0.6}
        yield recorder, origin


async def test_signing_in_while_everything_is_slow(world: World, slow: tuple[Recorder, str]) -> None:
    """KV, Auth, KV and the database in a row are slow: the error is ours, in time, and not the platform's."""
    person = await world.person(slow[1])
    response = await person.sign_in()
    # From the call for which no time was left, or from the middleware: both say when to retry.
    assert response.json()["error"]["code"] in ("SERVICE_UNAVAILABLE", "TIMEOUT"), response.text
    assert int(response.headers["Retry-After"]) > 0


async def test_the_usual_two_hops_are_only_slow(world: World, slow: tuple[Recorder, str]) -> None:
    person = await world.signed_in(slow[1])
    assert (await person.get("/contents")).status_code == 200


async def test_work_after_the_response_ends_in_time_too(world: World, slow: tuple[Recorder, str]) -> None:
    """A refusal is recorded after its response. If there is no time for that, the function still ends in time."""
    recorder, origin = slow
    brand = await world.brand()
    viewer = await world.signed_in(origin)
    world.join(viewer, brand.id, "viewer")
    response = await viewer.post("/contents", {"brandId": brand.id, "title": "x"})
    assert_problem(response, 403, "FORBIDDEN")
    log = LOGS / f"functions-{urlsplit(origin).port}.log"
    cut: list[str] = []
    for _ in range(200):
        cut = messages_in(log, response.headers["X-Request-Id"])
        if "request" in cut:
            break
        await asyncio.sleep(0.1)
    # From the wait itself or from the middleware: both end at the same moment.
    late = ("a denial could not be recorded", "the work after the response took too long")
    assert cut in [[each, "request"] for each in late]
    assert recorder.hops[-1].path == "rest/v1/rpc/record_denial"


def messages_in(log: Path, request_id: str) -> list[str]:
    """Returns the log lines of a request. Raises AssertionError if the platform stopped a function."""
    text = log.read_text()
    assert "ended after" not in text
    lines = (json.loads(line) for line in text.splitlines() if line.startswith("{"))
    return [line["message"] for line in lines if line["requestId"] == request_id]
