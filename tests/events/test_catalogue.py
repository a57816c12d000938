"""Tests the catalogue of events against the SQL that writes them, and its description for clients.

After the tests of a worker, tests/conftest.py compares all events and messages with their models.
"""

import json
import re

import psycopg
import pytest

from lib.events.catalogue import EVENT_TYPES, NOT_BROADCAST
from local.stack.settings import ROOT
from tests.support.events import unknown_events, unknown_messages
from tests.support.world import World
from tools.openapi.events import UNLOGGED

NAME = re.compile(r"'([A-Z][a-zA-Z]+)'")
ASYNCAPI = json.loads((ROOT / "public" / "api" / "v1" / "asyncapi.json").read_text())
pytestmark = pytest.mark.anyio


def test_every_type_that_sql_writes_is_described() -> None:
    sources = [path.read_text() for path in (ROOT / "supabase" / "schemas").rglob("*.sql")]
    written = {name for text in sources for name in NAME.findall(text) if re.fullmatch(r"([A-Z]+[a-z]+){2,}", name)}
    assert EVENT_TYPES.keys() | UNLOGGED.keys() <= written
    calls = re.compile(r"(?:append|announce)_\w+\([^;]*;", re.DOTALL)
    in_calls = {name for text in sources for call in calls.findall(text) for name in NAME.findall(call)}
    assert {name for name in in_calls if not name.isupper()} <= EVENT_TYPES.keys()


def test_topics_of_the_description() -> None:
    channels = ASYNCAPI["channels"]
    assert channels.keys() == {"brand", "content", "workflow", "ai", "user"}
    hidden = {name for name, event in EVENT_TYPES.items() if event.aggregate_type in NOT_BROADCAST}
    assert channels["brand"]["messages"].keys() == (EVENT_TYPES.keys() - hidden) | {"ContentsChanged"}
    assert channels["user"]["messages"].keys() == {
        "MembershipChanged",
        "NotificationCreated",
        "NotificationUpdated",
        "SessionEnded",
    }
    assert "changes" not in json.dumps(ASYNCAPI["components"]["schemas"]["ContentCreated"]["properties"])


async def test_an_event_of_another_shape_is_noticed(world: World, database: psycopg.Connection) -> None:
    brand = await world.brand()
    with database.transaction(force_rollback=True):
        for kind, aggregate_type, payload in (
            ("ContentRenamed", "content", {}),
            ("BrandUpdated", "content", {"changed": []}),
            ("BrandUpdated", "brand", {"changed": "name"}),
            ("CommentAdded", "comment", {"contentId": brand.id, "body": "x"}),
        ):
            database.execute(
                "select private.append_event(%s, %s, %s, %s, %s)",
                (brand.id, aggregate_type, brand.id, kind, json.dumps(payload)),
            )
        problems = unknown_events(database)
        sent = unknown_messages(database)
    assert {problem.split(":")[0] for problem in problems} == {
        "BrandUpdated",
        "BrandUpdated of content is not in lib/events/catalogue.py",
        "CommentAdded",
        "ContentRenamed of content is not in lib/events/catalogue.py",
    }
    assert {problem.split(":")[0] for problem in sent} == {"BrandUpdated", "CommentAdded"}
