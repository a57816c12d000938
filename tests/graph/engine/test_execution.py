"""Tests how long an execution may take."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import ExecutionResult

from lib.core.http.deadline import time_left
from lib.core.telemetry.context import begin_context
from lib.graph.engine import execution


async def test_an_execution_within_a_long_stream_has_the_time_of_a_query(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[float] = []

    async def executed(*_: Any) -> ExecutionResult:
        left.append(time_left())
        return ExecutionResult({"a": 1})

    monkeypatch.setattr(execution, "_executed", executed)
    prepared: Any = SimpleNamespace(cost=1, points=1)
    context: Any = SimpleNamespace(tasks=None)
    begin_context("stream").ends_at = time.monotonic() + 280
    await execution.run(prepared, context)
    assert left[0] <= execution.SECONDS
    assert time_left() > execution.SECONDS, "the stream itself goes on"
