"""Tests every change by every caller with a perfect token and no valid proof of our functions: nothing is changed."""

from collections.abc import Callable

import pytest

from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.matrix import TABLES
from tests.tenancy.probe import Probe
from tests.tenancy.proofs import (
    CHANGES,
    FORMS,
    attempts,
    callers,
    command_calls,
    demand_differences,
    exposed_commands,
    object_changes,
    policy_differences,
    table_changes,
)
from tests.tenancy.scene import Scene

# Functions of the catalogue that may write and that callers other than the service may call.
COMMANDS = sorted(FUNCTIONS)


def test_every_command_begins_with_the_demand(probe: Probe) -> None:
    assert demand_differences(probe.connection) == []


def test_every_table_asks_for_the_proof(probe: Probe) -> None:
    assert policy_differences(probe.connection) == []


@pytest.mark.parametrize("table", sorted(TABLES))
def test_table(probe: Probe, scene: Scene, table: str) -> None:
    assert table_changes(probe, scene, table) == []


def test_storage(probe: Probe, scene: Scene) -> None:
    assert object_changes(probe, scene) == []


@pytest.mark.parametrize("share", range(8))
def test_commands(probe: Probe, scene: Scene, share: int) -> None:
    names = exposed_commands(probe.connection)[share::8]
    assert [line for name in names for line in command_calls(probe, scene, name)] == []


def test_count(probe: Probe, scene: Scene, record_property: Callable[[str, object], None]) -> None:
    tries = len(list(attempts(scene)))
    assert tries == len(callers(scene)) * len(FORMS)
    commands = len(exposed_commands(probe.connection))
    counted = len(TABLES) * len(CHANGES) * tries + commands * tries
    record_property(
        "figure",
        f"{len(TABLES)} tables × {len(CHANGES)} changes, and {commands} commands, × {len(callers(scene))} callers × "
        f"{len(FORMS)} forms without a valid proof: {counted} checks",
    )
    assert commands > 70
    assert counted > 15000
