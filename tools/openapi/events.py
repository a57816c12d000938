"""Builds public/api/v1/asyncapi.json: the topics of live updates and their messages, from the models of lib/events."""

from typing import Any, Final

from pydantic.json_schema import models_json_schema

from lib.events.catalogue import EVENT_TYPES, NOT_BROADCAST, EventType
from lib.events.messages import (
    AIGenerationProgress,
    ContentsChanged,
    EventMessage,
    MembershipChanged,
    NotificationCreated,
    NotificationUpdated,
    SessionEnded,
)
from lib.events.payloads import Payload

type Schema = dict[str, Any]

DESCRIPTION: Final = """\
Live updates of MixerAI over Supabase Realtime: private topics, each message a broadcast whose event is the message's
type. The policies of the database decide by the access token who may join a topic. Messages may be lost:
docs/realtime.md says how a client catches up from the log of events. `GET /api/v1/config` gives the project's address.
"""
REFERENCE: Final = "#/components/schemas/{model}"
# The topic of one thing, by the type of aggregate.
TOPIC_OF: Final = {"content": "content", "workflow": "workflow", "ai_generation": "ai"}
TOPICS: Final[dict[str, tuple[str, str, str]]] = {
    "brand": (
        "brandId",
        "A brand.",
        "All events of the brand that its members may read. Members of the brand may join.",
    ),
    "content": ("contentId", "A content.", "The events of one content. Those who may read it may join."),
    "workflow": ("runId", "A run of a workflow.", "The events of one run. Those who may read it may join."),
    "ai": (
        "requestId",
        "A generation.",
        "The events and the progress of one generation. Those who may read it may join.",
    ),
    "user": (
        "userId",
        "You.",
        "Your notifications, and the ends of your sessions and memberships. Nobody else may join.",
    ),
}
# Messages that are no events of the log, and their topics.
UNLOGGED: Final[dict[str, tuple[type[Payload], str]]] = {
    "ContentsChanged": (ContentsChanged, "brand"),
    "AIGenerationProgress": (AIGenerationProgress, "ai"),
    "MembershipChanged": (MembershipChanged, "user"),
    "NotificationCreated": (NotificationCreated, "user"),
    "NotificationUpdated": (NotificationUpdated, "user"),
    "SessionEnded": (SessionEnded, "user"),
}


def _schemas() -> dict[str, Schema]:
    models = [
        EventMessage,
        *(each.payload for each in EVENT_TYPES.values()),
        *(model for model, _ in UNLOGGED.values()),
    ]
    unique = [(model, "validation") for model in dict.fromkeys(models)]
    _, document = models_json_schema(unique, ref_template=REFERENCE)  # pyright: ignore[reportArgumentType] - a literal
    schemas: dict[str, Schema] = document["$defs"]
    for schema in schemas.values():
        schema.pop("title", None)
        for name, field in list(schema.get("properties", {}).items()):
            field.pop("title", None)
            if name == "changes":
                # For readers of the log only.
                del schema["properties"][name]
                schema["required"].remove(name)
    return dict(sorted(schemas.items()))


def _message(name: str, event: EventType) -> Schema:
    is_sent = event.aggregate_type not in NOT_BROADCAST
    return {
        "name": name,
        "summary": event.meaning if is_sent else f"{event.meaning} In the log only: no topic carries it.",
        "payload": {
            "allOf": [
                {"$ref": REFERENCE.format(model="EventMessage")},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": name},
                        "aggregateType": {"const": event.aggregate_type},
                        "data": {"$ref": REFERENCE.format(model=event.payload.__name__)},
                    },
                },
            ]
        },
    }


def _messages_of(topic: str) -> list[str]:
    names = [name for name, (_, own) in UNLOGGED.items() if own == topic]
    for name, event in EVENT_TYPES.items():
        if event.aggregate_type not in NOT_BROADCAST and topic in ("brand", TOPIC_OF.get(event.aggregate_type)):
            names.append(name)
    return sorted(names)


def build_events() -> Schema:
    """Returns the AsyncAPI document."""
    messages = {name: _message(name, event) for name, event in EVENT_TYPES.items()}
    for name, (model, _) in UNLOGGED.items():
        payload = {"$ref": REFERENCE.format(model=model.__name__)}
        messages[name] = {"name": name, "summary": model.__doc__, "payload": payload}
    channels: Schema = {}
    for topic, (parameter, meaning, description) in TOPICS.items():
        channels[topic] = {
            "address": f"{topic}:{{{parameter}}}",
            "description": description,
            "parameters": {parameter: {"description": meaning}},
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages_of(topic)},
        }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "MixerAI live updates", "version": "1.0", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {
            "realtime": {
                "host": "{project}.supabase.co",
                "pathname": "/realtime/v1/websocket",
                "protocol": "wss",
                "description": "Supabase Realtime of the deployment, in the Phoenix protocol of its clients.",
                "variables": {"project": {"description": "The Supabase project of the deployment."}},
            }
        },
        "channels": channels,
        "operations": {
            f"send{topic.title()}Messages": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{topic}"},
                "summary": TOPICS[topic][2],
            }
            for topic in TOPICS
        },
        "components": {"messages": dict(sorted(messages.items())), "schemas": _schemas()},
    }
