"""Tests the arithmetic of the benchmarks: clocks, samples, the parts of a profile, the model of a deployment."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from bench.api.cpu import Spent, children_of, ended_children_seconds, process_seconds, resident_megabytes
from bench.api.measure import Sample
from bench.api.results import Run
from bench.model.__main__ import PAGE, fill
from bench.model.deployment import Assumptions, deployment_for
from bench.profile.groups import group_of, shares_by_group

BURN = "import time\nwhile time.process_time() < {}: pass\nprint(flush=True)\ninput()"


def test_reads_the_processor_time_of_another_process() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BURN.format(0.3)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        spent = process_seconds(process.pid)
        assert process.pid in children_of(os.getpid())
        before = ended_children_seconds(os.getpid())
        process.communicate(b"\n")
    assert 0.3 <= spent < 0.6
    assert ended_children_seconds(os.getpid()) - before >= 0.25
    assert process_seconds(process.pid) == 0.0


def test_own_clock_and_memory() -> None:
    assert process_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.1)
    # A process that has run many tests has thousands; bytes or kilobytes would be millions.
    assert 10 < resident_megabytes(os.getpid()) < 20_000


def test_figures_are_for_each_request() -> None:
    sample = Sample([1.0, 2.0, 3.0, 10.0], seconds=2.0, spent=Spent(0.008, 0.004, 0.002, 0.001))
    sample.add(Sample([4.0] * 4, seconds=2.0, spent=Spent(0.008, 0.004, 0.002, 0.003)))
    figures = sample.figures()
    assert (figures["function"], figures["postgres"], figures["kv"], figures["data_api"]) == (2.0, 1.0, 0.5, 0.5)
    assert (figures["rate"], figures["requests"]) == (2.0, 8)
    assert (figures["p50"], figures["p99"]) == (4.0, 10.0)


@pytest.mark.parametrize(
    ("stack", "group"),
    [
        (
            ["/x/site-packages/httpx/_client.py:send", "lib/core/data/kv.py:ask_kv", "lib/core/limits/x.py:f"],
            "transport: KV",
        ),
        (
            ["/x/json/encoder.py:encode", "/x/postgrest/_async/client.py:rpc", "lib/content/x.py:f"],
            "transport: data API",
        ),
        (["/x/aiohttp/parser.py:feed", "/x/asyncio/events.py:_run"], "transport: both"),
        (["/x/h11/_reader.py:read", "/x/uvicorn/protocols/http.py:data"], "server: HTTP in and out"),
        (["/x/pydantic/main.py:dump", "/x/fastapi/routing.py:serialize_response"], "validation and models"),
        (
            ["/usr/lib/python3.12/logging/__init__.py:handle", "lib/core/telemetry/logs.py:log"],
            "log line and telemetry",
        ),
        (["/usr/lib/python3.12/uuid.py:__str__", "lib/content/models.py:f"], "our own code of the context"),
        (["/usr/lib/python3.12/uuid.py:__str__"], "other"),
    ],
)
def test_stacks_belong_to_a_part(stack: list[str], group: str) -> None:
    assert group_of(stack) == group
    assert shares_by_group([(stack, 3), (stack, 4)]) == {group: 7}


FIGURES = {
    f"{name} | admin | 16": {"function": 2.0, "postgres": 1.0, "plain_postgres": 0.5, "bare": 0.5, "p95": 9.0}
    for name in Assumptions().shares
} | {f"calls: {name}": {"kv": 1.0, "data_api": 1.0} for name in Assumptions().shares}


def test_model() -> None:
    assumed = Assumptions(requests=1000, busy=0.5, data_api_milliseconds=0.0, average=0.5)
    found = deployment_for(FIGURES, assumed)
    assert (found.function_milliseconds, found.postgres_milliseconds) == pytest.approx((2.0, 1.0))
    assert found.instances == pytest.approx(4, abs=1)
    assert found.database_cores == pytest.approx(2.0)
    assert found.size is not None
    assert found.kv_commands == pytest.approx(1000)
    month = 1000 * 0.5 * 730 * 3600
    assert found.costs["functions, active CPU"] == pytest.approx(month * 0.002 / 3600 * 0.128)
    assert found.costs["KV, commands"] == pytest.approx(month / 1e6 * 2)
    more = deployment_for(FIGURES, replace(assumed, requests=200_000))
    assert more.size is None
    assert more.databases == 7


def test_the_page_is_filled_from_a_run() -> None:
    run = Run("2026-11-26T12:00:00+00:00", ["abc"], {"cores": 2}, 1000, 10, FIGURES)
    once = fill(PAGE.read_text(), "a-run", run)
    assert "| get | 2.00 | 1.00 | 2.00 | 4.00 | 1 | 1 |" in once
    assert fill(once, "a-run", run) == once
