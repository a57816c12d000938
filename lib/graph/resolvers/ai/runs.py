"""The results of tools with their runs, as all payloads of tools have them.

A tool costs money and is recorded: so each is a mutation. The engine charges it to the limits of its operation in REST.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from lib import ai
from lib.ai import Batch, Generation, ToolResult
from lib.graph.engine.binding import Bindings, Info, loaded
from lib.graph.resolvers import links

TOOL_COST: Final = 20

bindings: Final = Bindings()
bindings.represents("ToolRun", ToolResult, omits={"result": "the payload has it"})

type Payload = dict[str, Any]


async def ask_tool(
    info: Info, tool: Callable[..., Awaitable[ToolResult[Any]]], request: Any, **options: Any
) -> Payload:
    """Runs a tool and returns the fields of its payload. ``tool``: a service of (principal, request, circuits)."""
    made = await tool(info.context.principal, request=request, circuits=await ai.ask_health(), **options)
    return {"result": made.result, "run": made, "content_id": request.content_id}


async def ask_tool_of_items(info: Info, tool: Callable[..., Awaitable[Batch[Any]]], request: Any) -> Payload:
    """Runs a tool for several pages or images and returns the fields of its payload."""
    made = await tool(info.context.principal, request=request, circuits=await ai.ask_health())
    items = [
        {
            "source": item.source,
            "is_success": item.is_success,
            "result": item.generated.result if item.generated else None,
            "run": item.generated,
            "error": item.error,
        }
        for item in made.items
    ]
    return {"items": items, "content_id": request.content_id}


def _content_of(parent: Payload) -> dict[str, Any] | None:
    content_id = parent.get("content_id")
    return None if content_id is None else {"content_id": content_id}


# Read after the tool, which may have written into it.
for _payload in ("GeneratedContentPayload", "GeneratedFieldPayload", "PageMetadataPayload"):
    bindings.link(_payload, "content", links.read_content, _content_of)


@bindings.field("ToolRun", "generation", operation="ai.getGeneration")
async def generation_of(parent: ToolResult[Any], info: Info) -> Generation | None:
    """Reads the record of a run."""
    return await loaded(ai.get_generation(info.context.principal, generation_id=parent.request_id))
