"""Every function of the API × every caller: who is not in the data is told nothing and changes nothing."""

import psycopg
import pytest

from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene

EXPOSED = "select distinct proname from pg_proc where pronamespace = 'public'::regnamespace order by 1"


@pytest.fixture(scope="module", autouse=True)
def figures(database: psycopg.Connection, scene: Scene) -> None:
    """Analytics show what was there when they were refreshed last."""
    assert scene
    database.execute("select public.refresh_analytics()")
    database.execute("select public.register_consumer('tenancy_none')")


def test_every_function_is_in_the_data(database: psycopg.Connection) -> None:
    assert {name for (name,) in database.execute(EXPOSED).fetchall()} == set(FUNCTIONS)


def differences(probe: Probe, scene: Scene, name: str) -> list[str]:
    function = FUNCTIONS[name]
    found: list[str] = []
    for caller_name, caller in scene.callers.items():
        let_through, count = probe.calls(caller, *function.call(name, scene))
        allowed = let_through and (function.kind == "calls" or count > 0)
        if allowed != (caller_name in function.allowed):
            found.append(f"{caller_name} may {'' if allowed else 'not '}call {name}")
    return found


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_function(probe: Probe, scene: Scene, name: str) -> None:
    assert differences(probe, scene, name) == []


def test_count(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(
            f"\n{len(FUNCTIONS)} functions × {len(scene.callers)} callers: {len(FUNCTIONS) * len(scene.callers)} checks"
        )
    assert len(FUNCTIONS) > 50
