"""Tests that a token for reading shows the rows of its session, and changes no row by any function, table or object."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from tests.tenancy.checks import TOPICS, storage_differences, topic_differences
from tests.tenancy.functions import FUNCTIONS
from tests.tenancy.matrix import TABLES
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Caller, Scene


class Reader(Caller):
    """A person whose token has the claim of `POST /auth/realtime-token`."""

    @property
    def claims(self) -> dict[str, Any]:
        claims = super().claims
        return claims | {"session_id": str(uuid4()), "reading_session_id": claims["session_id"], "read_only": True}


def reading(caller: Caller) -> Reader:
    return Reader(caller.name, caller.role, caller.user_id, caller.session_id)


class ReadingScene(Scene):
    """The same rows, with everybody holding such a token."""

    @property
    def callers(self) -> dict[str, Caller]:
        people = {name: caller for name, caller in super().callers.items() if not caller.scopes}
        return {name: reading(caller) if caller.user_id else caller for name, caller in people.items()}


def read_only(scene: Scene) -> ReadingScene:
    return ReadingScene(scene.tenant, scene.other, scene.platform, scene.rows, scene.scopes)


@contextmanager
def at(probe: Probe, **settings: str) -> Iterator[None]:
    """The settings that a service makes for a request."""
    named = {name.replace("__", "."): value for name, value in settings.items()}
    for name, value in named.items():
        probe.connection.execute("select set_config(%s, %s, false)", [name, value])
    try:
        yield
    finally:
        for name in named:
            empty = "off" if name == "default_transaction_read_only" else ""
            probe.connection.execute("select set_config(%s, %s, false)", [name, empty])


def volatile_functions(probe: Probe) -> list[str]:
    """The functions that may write and that people may call."""
    rows = probe.connection.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and provolatile = 'v' "
        "and has_function_privilege('authenticated', oid, 'execute') order by 1"
    )
    return [name for (name,) in rows.fetchall()]


def test_no_function_that_may_write(probe: Probe, scene: Scene) -> None:
    let_through: set[str] = set()
    names = volatile_functions(probe)
    assert len(names) > 60
    with at(probe, request__method="POST"):
        for name in names:
            for caller in (scene.callers[who] for who in ("viewer", "editor", "admin", "platform")):
                is_allowed, count = probe.calls(reading(caller), *FUNCTIONS[name].call(name, scene))
                if is_allowed and (FUNCTIONS[name].kind == "calls" or count > 0):
                    let_through.add(name)
    assert let_through == set()


def test_no_table(probe: Probe, scene: Scene) -> None:
    with at(probe, request__method="PATCH"):
        changed = [
            f"{who} × {verb} × {table}"
            for table in TABLES
            for who in ("editor", "admin", "platform")
            for verb in ("insert", "update", "delete")
            if probe.allows(reading(scene.callers[who]), verb, f"public.{table}", scene.rows[table])
        ]
    assert changed == []


def test_what_the_session_may_see_is_seen(probe: Probe, scene: Scene) -> None:
    with at(probe, request__method="GET", default_transaction_read_only="on"):
        for table, (readers, *_) in TABLES.items():
            for who in ("viewer", "editor", "admin", "other", "expired", "unverified"):
                seen = probe.allows(reading(scene.callers[who]), "select", f"public.{table}", scene.rows[table])
                assert seen == (who in readers), f"{who} × {table}"


@pytest.mark.parametrize("name", ["list_contents", "read_brand", "my_permissions", "list_activity"])
def test_functions_that_only_read_answer(probe: Probe, scene: Scene, name: str) -> None:
    caller = scene.callers["viewer"]
    with at(probe, request__method="POST", default_transaction_read_only="on"):
        assert probe.calls(reading(caller), *FUNCTIONS[name].call(name, scene))[0]


@pytest.mark.parametrize("kind", sorted(TOPICS))
def test_topics_are_joined_as_by_the_session(probe: Probe, scene: Scene, kind: str) -> None:
    assert topic_differences(probe, read_only(scene), kind) == []


def test_objects_are_seen_and_not_changed(probe: Probe, scene: Scene) -> None:
    """As Storage asks, which runs in a transaction that may write and names its operation."""
    with at(probe, request__method="POST", storage__operation="storage.object.upload"):
        plain = storage_differences(probe, scene)
        missing = storage_differences(probe, read_only(scene))
    assert plain == []
    assert missing != []
    assert [line for line in missing if "× select ×" in line] == []
    # Each difference is a change that the person may make and the token may not.
    allowed = {"editor × insert", "editor × update", "editor × delete"}
    assert {" × ".join(line.split(" × ")[:2]) for line in missing} == allowed
