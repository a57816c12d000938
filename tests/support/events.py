"""Compares the events and messages of a database with their models."""

import json
from typing import Any

import psycopg
from psycopg.rows import tuple_row
from pydantic import ValidationError

from lib.events.catalogue import EVENT_TYPES
from lib.events.messages import EventMessage
from tools.openapi.events import UNLOGGED

# Written by tests of the outbox themselves.
OF_TESTS = ("test",)


def unknown_events(connection: psycopg.Connection) -> list[str]:
    """Returns the problems of the events of the log: unknown types, other aggregates, and data of another shape."""
    problems: set[str] = set()
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("select type, aggregate_type, payload::text from public.domain_events")
        for kind, aggregate_type, payload in cursor:
            known = EVENT_TYPES.get(kind)
            if aggregate_type in OF_TESTS:
                continue
            if known is None or known.aggregate_type != aggregate_type:
                problems.add(f"{kind} of {aggregate_type} is not in lib/events/catalogue.py")
                continue
            try:
                known.payload.model_validate_json(payload)
            except ValidationError as error:
                problems.add(f"{kind}: {_reasons(error)}")
    return sorted(problems)


def unknown_messages(connection: psycopg.Connection) -> list[str]:
    """Returns the problems of the messages that were broadcast: other topics, and payloads of another shape."""
    problems: set[str] = set()
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("select event, split_part(topic, ':', 1), payload::text from realtime.messages where private")
        for name, topic, payload in cursor:
            model = UNLOGGED[name][0] if name in UNLOGGED else EventMessage
            if name in UNLOGGED and UNLOGGED[name][1] != topic:
                problems.add(f"{name} was sent to {topic}")
            try:
                message = model.model_validate_json(payload)
            except ValidationError as error:
                problems.add(f"{name}: {_reasons(error)}")
                continue
            if isinstance(message, EventMessage) and name in EVENT_TYPES:
                problems |= {f"{name}: {reason}" for reason in _wrong_data(name, message.data)}
    return sorted(problems)


def _wrong_data(name: str, data: dict[str, Any]) -> list[str]:
    """Returns the problems of the data of a broadcast event, which leaves out ``changes``."""
    model = EVENT_TYPES[name].payload
    whole = data | ({"changes": {}} if "changes" in model.model_fields else {})
    try:
        model.model_validate_json(json.dumps(whole))
    except ValidationError as error:
        return [_reasons(error)]
    return []


def _reasons(error: ValidationError) -> str:
    return ", ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def seen_types(connection: psycopg.Connection) -> set[str]:
    """Returns the types of the events of the log."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("select distinct type from public.domain_events")
        return {kind for (kind,) in cursor}
