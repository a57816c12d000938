"""The format of the data on functions: who may call each, and with which arguments that name this tenant's rows.

``calls`` count as allowed if the function lets the caller through, even to a conflict. ``reads`` count if it returns
a row, others if its JSON lists an item or an outcome.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.tenancy.scene import Scene

SERVICE = frozenset({"service"})


@dataclass(frozen=True)
class Function:
    allowed: frozenset[str]
    arguments: Callable[[Scene], dict[str, Any]]
    kind: Literal["calls", "reads", "lists", "imports", "makes", "outcomes", "answers"] = "calls"

    def call(self, name: str, scene: Scene) -> tuple[str, list[Any]]:
        arguments = self.arguments(scene)
        named = ", ".join(f"{key} => %s" for key in arguments)
        call = f"public.{name}({named})"
        match self.kind:
            case "lists":
                call = f"jsonb_array_elements((select to_jsonb({call})) -> 'items')"
            case "imports":
                call = f"jsonb_array_elements((select {call}) -> 'content_ids')"
            case "makes":
                call = f"jsonb_array_elements((select {call}) -> 'made')"
            case "answers":
                call = f"jsonb_array_elements((select {call})::jsonb) as answers (answer) where answer ? 'data'"
            case "outcomes":
                call = f"{call} where outcome not in (401, 403, 404)"
            case _:
                pass
        return call, list(arguments.values())

    def gives_nothing(self, answer: Any) -> bool:
        """Whether a response of the data API has no row, no item and no outcome."""
        match self.kind:
            case "lists":
                return answer["items"] == []
            case "imports":
                return answer["content_ids"] == []
            case "makes":
                return answer["made"] == []
            case "answers":
                return all("error" in each for each in answer)
            case "outcomes":
                return all(row["outcome"] in (401, 403, 404) for row in answer)
            case _:
                return answer == []


def content(status: str, **more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"content_id": scene.tenant.contents[status], **more}


def brand(**more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"brand_id": scene.tenant.brand_id, **more}


def of_brand(table: str, argument: str, **more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"brand_id": scene.tenant.brand_id, argument: scene.rows[table]["id"], **more}


def of(table: str, argument: str, **more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {argument: scene.rows[table]["id"], **more}


def nothing(_: Scene) -> dict[str, Any]:
    return {}


def fixed(**arguments: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda _: arguments


def user(name: str, **more: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"user_id": scene.tenant.people[name].user_id, **more}
