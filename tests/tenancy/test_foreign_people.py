"""Tests that no brand learns an id, a name, an address, an avatar or a session of another brand's people.

The whole of what a reader gets is searched: each table, each function, each message of Realtime. The tables and the
functions come from the catalogue.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.support.sql import Database
from tests.tenancy.probe import Probe
from tests.tenancy.scene import acting
from tests.tenancy.shared_catalogue import (
    Neighbours,
    answer_of,
    build_neighbours,
    function_texts,
    message_texts,
    readers,
    scene_of,
    table_texts,
)


@pytest.fixture(scope="module")
def probe(stack: RunningStack) -> Iterator[Probe]:
    with scratch_database(stack.database_url) as url, psycopg.connect(url, autocommit=True) as connection:
        yield Probe(connection)


@pytest.fixture(scope="module")
def neighbours(probe: Probe) -> Neighbours:
    made = build_neighbours(probe.connection)
    # The audit logs have what the scheduler appends within a minute.
    brand_id = None
    while appended := made.database.value("select public.append_awaited_entries(%s)", brand_id):
        brand_id = appended["brand_id"]
    return made


def leaks(neighbours: Neighbours, texts: Iterator[tuple[str, str]], *foreign: str) -> str:
    return "\n".join(f"{place}: {who}" for place, text in texts for who in neighbours.found(text, *foreign))


def test_tables(neighbours: Neighbours, probe: Probe, record_property: Callable[[str, object], None]) -> None:
    texts = [*table_texts(probe, neighbours.reader)]
    assert leaks(neighbours, iter(texts), "writer", "apart", "platform") == ""
    assert leaks(neighbours, table_texts(probe, neighbours.apart), "writer", "reader", "platform") == ""
    # The reader does read the events of what the others did, and its own people.
    (events,) = [text for place, text in texts if place == "domain_events as admin"]
    assert neighbours.account in events
    assert "MixerAI" in events
    assert neighbours.found(events, "reader")
    record_property(
        "figure", f"foreign people: {len(texts)} tables × readers, {sum(len(text) for _, text in texts)} bytes"
    )


@pytest.mark.parametrize("of_writer", [False, True])
def test_functions(neighbours: Neighbours, probe: Probe, of_writer: bool) -> None:
    """Each function, about the brand's own people, and about those of the other brand."""
    scene = scene_of(neighbours, of_writer=of_writer)
    assert leaks(neighbours, function_texts(probe, scene, neighbours.reader), "writer", "apart", "platform") == ""
    assert leaks(neighbours, function_texts(probe, scene, neighbours.apart), "writer", "reader", "platform") == ""


def test_messages(neighbours: Neighbours, probe: Probe) -> None:
    texts = [*message_texts(probe, neighbours.reader)]
    assert all(neighbours.account in text for place, text in texts if place == "messages as admin")
    assert leaks(neighbours, iter(texts), "writer", "apart", "platform") == ""


def test_the_writers_see_their_own_people(neighbours: Neighbours, probe: Probe) -> None:
    writer = neighbours.writer
    arguments = {"brand_id": writer.brand_id, "filters": Jsonb({"type": ["ClaimChanged", "MarketOverrideChanged"]})}
    shown = answer_of(probe, writer.people["viewer"], "list_activity", arguments)
    assert {"writer's admin by id", "writer's admin by name", "writer's second_admin by name"} <= {
        *neighbours.found(shown, "writer")
    }
    assert neighbours.account not in shown
    audit = answer_of(probe, writer.people["admin"], "list_audit_log", {"brand_id": writer.brand_id, "page_size": 100})
    assert "writer's admin by name" in neighbours.found(audit, "writer")


def test_the_log_of_the_reader_names_accounts(neighbours: Neighbours, probe: Probe) -> None:
    reader, writer = neighbours.reader, neighbours.writer
    arguments = {"brand_id": reader.brand_id, "page_size": 100}
    entries = answer_of(probe, reader.people["admin"], "list_audit_log", arguments)
    assert neighbours.account in entries
    assert "MixerAI" in entries
    # Asking for a person by a guessed id confirms nothing.
    asked = arguments | {"filters": Jsonb({"actor": str(writer.people["admin"].user_id)})}
    assert '"items": []' in answer_of(probe, reader.people["admin"], "list_audit_log", asked)
    # The platform has the person, and the chain of the brand holds.
    everything = answer_of(probe, neighbours.platform, "list_audit_log", asked)
    assert "writer's admin by name" in neighbours.found(everything, "writer")
    assert answer_of(probe, reader.people["admin"], "verify_audit_log", {"brand_id": reader.brand_id}) == "[]"


def test_former_members_are_named_in_the_history_of_their_brand_only(neighbours: Neighbours, probe: Probe) -> None:
    """By the name that they had when they left, in the activity and on contents; not by what they are called since."""
    database, reader = neighbours.database, neighbours.reader
    leaver, name = reader.people["editor"].user_id, neighbours.names["reader"]["editor"]["name"]
    with probe.connection.transaction(force_rollback=True):
        with acting(database, reader.people["admin"]):
            database.run("select public.remove_member(%s, %s)", reader.brand_id, leaver)
        database.run("update public.profiles set first_name = 'Elsewhere' where id = %s", leaver)
        for function, arguments in (
            ("list_activity", {"brand_id": reader.brand_id, "page_size": 100}),
            ("get_content", {"content_id": reader.contents["draft"], "expand": ["people"]}),
            ("list_contents", {"filters": Jsonb({"brand_id": str(reader.brand_id)}), "expand": ["people"]}),
        ):
            shown = answer_of(probe, reader.people["viewer"], function, arguments)
            assert name in shown, function
            assert "Elsewhere" not in shown, function
            assert neighbours.names["reader"]["editor"]["avatar"] not in shown, function
        named = database.value("select private.person_of_brand(%s, %s)", leaver, neighbours.writer.brand_id)
        assert named is None
        # A member again: called as they are called now.
        database.run(
            "insert into public.brand_members (user_id, brand_id, role) values (%s, %s, 'viewer')",
            leaver,
            reader.brand_id,
        )
        shown = answer_of(
            probe, reader.people["viewer"], "list_activity", {"brand_id": reader.brand_id, "page_size": 100}
        )
        assert "Elsewhere" in shown


def test_an_erased_person_has_no_name_in_any_history(neighbours: Neighbours, probe: Probe) -> None:
    database, reader = neighbours.database, neighbours.reader
    person, known = reader.people["editor"], neighbours.names["reader"]["editor"]
    with probe.connection.transaction(force_rollback=True):
        database.run("select public.erase_person(%s, %s)", person.user_id, person.session_id)
        shown = answer_of(
            probe, reader.people["admin"], "list_activity", {"brand_id": reader.brand_id, "page_size": 100}
        )
        assert known["id"] in shown
        assert known["name"] not in shown


def calls_by_id(neighbours: Neighbours, person: UUID) -> dict[str, dict[str, Any]]:
    """Returns calls of the reader's people that name a person by id."""
    reader = neighbours.reader
    brand, draft = {"brand_id": reader.brand_id}, {"content_id": reader.contents["draft"]}
    return {
        "removal_impact": {**brand, "user_id": person},
        "remove_member": {**brand, "user_id": person},
        "set_user_active": {"user_id": person, "is_active": False},
        "set_platform_admin": {"user_id": person, "is_admin": True},
        "unlock_user": {"user_id": person},
        "living_sessions": {"user_id": person},
        "reassign_task": {"task_id": reader.rows["workflow_tasks"]["id"], "assignee_id": person},
        "add_comment": {**draft, "body": "Well", "mentions": [person]},
        "update_content": {**draft, "expected_version": None, "changes": Jsonb({"assignees": [str(person)]})},
        "list_contents": {"filters": Jsonb({"brand_id": str(reader.brand_id), "assignee": str(person)})},
        "list_activity": {**brand, "filters": Jsonb({"actor": str(person)})},
        "list_audit_log": {**brand, "filters": Jsonb({"actor": str(person)})},
    }


def test_an_id_of_a_stranger_is_like_one_of_nobody(neighbours: Neighbours, probe: Probe) -> None:
    """Functions that take the id of a person answer alike whether there is such a person, and nothing about them."""
    stranger, nobody = neighbours.writer.people["viewer"].user_id, uuid4()
    assert stranger
    for role, caller in readers(neighbours.reader):
        of_stranger, of_nobody = (
            {
                function: answer_of(probe, caller, function, arguments).replace(str(person), "…")
                for function, arguments in calls_by_id(neighbours, person).items()
            }
            for person in (stranger, nobody)
        )
        assert of_stranger == of_nobody, role


def test_naming_a_stranger_in_a_step_is_like_naming_nobody(neighbours: Neighbours, probe: Probe) -> None:
    """At the table itself: the foreign key refers to memberships, and not to people."""
    reader = neighbours.reader
    insert = "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s)"
    refused: set[str | None] = set()
    for person in (neighbours.writer.people["viewer"].user_id, uuid4()):
        with pytest.raises(psycopg.DatabaseError) as caught, probe.acting(reader.people["admin"]) as cursor:
            cursor.execute(insert, [reader.rows["workflow_steps"]["id"], person, reader.brand_id])
        refused.add(caught.value.sqlstate)
    assert len(refused) == 1


def test_a_person_of_both_brands_is_a_person_to_both(neighbours: Neighbours, probe: Probe) -> None:
    database, reader, writer = neighbours.database, neighbours.reader, neighbours.writer
    admin = writer.people["admin"]
    with probe.connection.transaction(force_rollback=True):
        database.run(
            "insert into public.brand_members (user_id, brand_id, role) values (%s, %s, 'viewer')",
            admin.user_id,
            reader.brand_id,
        )
        with acting(database, admin):
            database.run(
                "select public.create_market_override(%s, 'DE', %s)",
                writer.catalogue["claim"],
                writer.catalogue["product"],
            )
        events = Database(probe.connection).rows(
            "select actor_id, actor_account from public.domain_events where type = 'MarketOverrideChanged' "
            "and payload ->> 'market' = 'DE'"
        )
        assert {(event["actor_id"], event["actor_account"]) for event in events} == {(admin.user_id, None)}
        assert len(events) == 2
