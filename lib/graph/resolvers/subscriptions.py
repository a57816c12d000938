"""Resolves subscriptions: lib/graph/schema/subscriptions.graphql"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from lib.core.auth.principal import Person, Principal
from lib.events.feed import LoggedEvent, StreamQuery
from lib.events.feed.models import EventType
from lib.graph.engine.binding import Bindings, Info
from lib.graph.resolvers import links
from lib.graph.subscriptions.generations import Progress, TextDelta, follow_generation
from lib.graph.subscriptions.sources import follow_list, follow_log
from lib.notify.centre import Notification, NotificationQuery, list_notifications
from lib.workflow.tasks import Task, TaskQuery, list_tasks

bindings = Bindings()
bindings.represents("DomainEvent", LoggedEvent)
bindings.represents("AIProgress", Progress)
bindings.represents("TextDelta", TextDelta)
# Fields that are the same in all events of the type, or have another name.
_OMITTED: Final = {
    "brandId": "the brand of the subscription",
    "aggregateType": "always the same",
    "aggregateId": "told under its own name",
    "actorAccount": "for the log of events",
    "requestId": "for the log of events",
}
bindings.represents(
    "ContentStatusUpdate",
    LoggedEvent,
    omits=_OMITTED | {"type": "always the same", "data": "told field by field", "aggregateVersion": "told as version"},
)
bindings.represents("WorkflowUpdate", LoggedEvent, omits=_OMITTED | {"aggregateVersion": "runs have no versions"})

type _Place = Annotated[str, Field(min_length=1, max_length=2000)]
type _Types = Annotated[list[EventType], Field(max_length=100)]
_STATUS: Final = ["ContentStatusChanged"]
_WORKFLOW: Final = [
    "WorkflowStarted", "WorkflowStepAdvanced", "WorkflowStepSkipped", "WorkflowChangesRequested",
    "WorkflowCompleted", "WorkflowCancelled", "WorkflowTimedOut", "WorkflowFailed",
    "TaskAssigned", "TaskReassigned", "TaskReminder", "TaskEscalated",
]  # fmt: skip
_LATEST: Final = 100


@bindings.subscription("events", operation="events.stream")
async def follow_events(
    info: Info, *, brand_id: UUID, types: _Types | None = None, after: UUID | None = None
) -> AsyncGenerator[LoggedEvent]:
    """Follows the log of a brand."""
    query = StreamQuery(brand_id=brand_id, types=types or [])
    async with aclosing(follow_log(info.context.principal, query=query, after=after)) as events:
        async for event in events:
            yield event


@bindings.subscription(operation="events.stream")
async def content_status_changed(
    info: Info, *, brand_id: UUID, after: UUID | None = None
) -> AsyncGenerator[LoggedEvent]:
    """Follows the status of the contents of a brand."""
    query = StreamQuery(brand_id=brand_id, types=_STATUS)
    async with aclosing(follow_log(info.context.principal, query=query, after=after)) as events:
        async for event in events:
            yield event


@bindings.subscription(operation="events.stream")
async def workflow_progress(info: Info, *, content_id: UUID, after: UUID | None = None) -> AsyncGenerator[LoggedEvent]:
    """Follows the reviews of a content."""
    content = await links.read_content(info.context.principal, content_id=content_id)
    query = StreamQuery(brand_id=content.brand_id, types=_WORKFLOW)
    async with aclosing(follow_log(info.context.principal, query=query, after=after)) as events:
        async for event in events:
            if event.data.get("contentId") == str(content_id):
                yield event


@bindings.subscription(operation="ai.getGeneration")
async def ai_generation_progress(info: Info, *, request_id: UUID) -> AsyncGenerator[Progress]:
    """Follows a generation while it is made."""
    async with aclosing(follow_generation(info.context.principal, generation_id=request_id)) as parts:
        async for part in parts:
            yield part


@bindings.subscription(operation="notifications.list")
async def notifications(info: Info, *, after: _Place | None = None) -> AsyncGenerator[Notification]:
    """Follows the caller's notifications."""

    async def read(person: Person) -> list[Notification]:
        return (await list_notifications(person, query=NotificationQuery(page_size=_LATEST)))[0]

    following = follow_list(
        info.context.person(),
        after=after,
        read=read,
        at=lambda item: item.last_at,
        mark=lambda item: (item.count, item.is_read),
        most=_LATEST,
    )
    async with aclosing(following) as items:
        async for item in items:
            yield item


@bindings.subscription(operation="tasks.list")
async def tasks(info: Info, *, after: _Place | None = None) -> AsyncGenerator[Task]:
    """Follows the caller's open tasks."""
    query = TaskQuery(sort="created", direction="desc", page_size=_LATEST)

    async def read(principal: Principal) -> list[Task]:
        return (await list_tasks(principal, query=query))[0]

    following = follow_list(
        info.context.person(),
        after=after,
        read=read,
        at=lambda item: item.created_at,
        mark=lambda item: item.due_at,
        most=_LATEST,
    )
    async with aclosing(following) as items:
        async for item in items:
            yield item


@bindings.field("ContentStatusUpdate", "contentId")
async def changed_content(parent: LoggedEvent, info: Info) -> str:
    """Returns the content whose status has changed."""
    return str(parent.aggregate_id)


@bindings.field("ContentStatusUpdate", "from", cost=0)
async def former_status(parent: LoggedEvent, info: Info) -> str:
    """Returns the status before."""
    return str(parent.data["from"])


@bindings.field("ContentStatusUpdate", "to", cost=0)
async def new_status(parent: LoggedEvent, info: Info) -> str:
    """Returns the status after."""
    return str(parent.data["to"])


@bindings.field("ContentStatusUpdate", "version", cost=0)
async def new_version(parent: LoggedEvent, info: Info) -> int | None:
    """Returns the version after the change."""
    return parent.aggregate_version


bindings.link(
    "ContentStatusUpdate",
    "content",
    links.read_content,
    links.argument("content_id", "aggregate_id"),
    operation="contents.get",
)


@bindings.field("WorkflowUpdate", "runId", cost=0)
async def run_of(parent: LoggedEvent, info: Info) -> str:
    """Returns the run of the workflow."""
    return str(parent.aggregate_id)


@bindings.field("WorkflowUpdate", "contentId", cost=0)
async def content_id_of_run(parent: LoggedEvent, info: Info) -> str:
    """Returns the content that is reviewed."""
    return str(parent.data["contentId"])


bindings.link(
    "WorkflowUpdate",
    "content",
    links.read_content,
    lambda event: {"content_id": UUID(event.data["contentId"])},
    operation="contents.get",
)
