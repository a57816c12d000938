"""Tests every Realtime topic and every Storage path × every caller."""

import psycopg
import pytest

from tests.tenancy.checks import TOPICS, may_join, storage_differences, topic_differences
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene


@pytest.mark.parametrize("kind", sorted(TOPICS))
def test_topic(probe: Probe, scene: Scene, kind: str) -> None:
    assert topic_differences(probe, scene, kind) == []


@pytest.mark.parametrize("topic", ["", "brand", "brand:", "brand:*", "brand:%", "brand:x", "*", "public", "user:"])
def test_an_unknown_topic_is_refused(probe: Probe, scene: Scene, topic: str) -> None:
    assert [name for name in scene.callers if name != "service" and may_join(probe, scene, name, topic)] == []


def test_a_topic_of_something_deleted(probe: Probe, scene: Scene) -> None:
    assert not may_join(probe, scene, "admin", f"content:{scene.tenant.contents['deleted']}")


def test_nobody_sends_by_themselves(probe: Probe, scene: Scene) -> None:
    for name, caller in scene.callers.items():
        if name == "service":
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege), probe.acting(caller) as cursor:
            cursor.execute(
                "insert into realtime.messages (topic, extension, private) values (%s, 'broadcast', true)",
                [f"brand:{scene.tenant.brand_id}"],
            )


def test_storage(probe: Probe, scene: Scene) -> None:
    assert storage_differences(probe, scene) == []
