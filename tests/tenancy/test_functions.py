"""Tests every function of the API × every caller: callers that are not listed get nothing and change nothing."""

from collections.abc import Callable

import pytest

from tests.tenancy.checks import function_differences
from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene

EXPOSED = "select distinct proname from pg_proc where pronamespace = 'public'::regnamespace order by 1"


@pytest.fixture(scope="module", autouse=True)
def figures(probe: Probe, scene: Scene) -> None:
    """Refreshes analytics, which show the data of their last refresh."""
    assert scene
    probe.connection.execute("select public.refresh_analytics()")


def test_every_function_is_in_the_data(probe: Probe) -> None:
    assert {name for (name,) in probe.connection.execute(EXPOSED).fetchall()} == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_function(probe: Probe, scene: Scene, name: str) -> None:
    assert function_differences(probe, scene, name) == []


def test_count(scene: Scene, record_property: Callable[[str, object], None]) -> None:
    checks = len(FUNCTIONS) * len(scene.callers)
    record_property("figure", f"{len(FUNCTIONS)} functions × {len(scene.callers)} callers: {checks} checks")
    assert checks > 500
