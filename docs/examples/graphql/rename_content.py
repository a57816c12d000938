"""Creates a content, renames it, meets a change that came first, and lists what the brand has: GraphQL with types.

Needs the package `mixerai_graphql` beside it, which ariadne-codegen writes with ariadne-codegen.toml from the schema
and ./documents. Run it with the settings as JSON: {"api", "accessToken", "brandId"}. Needs `httpx` and `pydantic`.
"""

import asyncio
import json
import sys
from typing import Any
from uuid import uuid4

from mixerai_graphql import Client
from mixerai_graphql.input_types import CreateContentInput
from mixerai_graphql.rename_content import RenameContentUpdateContentProblemStaleVersion


def show(**values: Any) -> None:
    print(json.dumps(values), flush=True)


async def main(settings: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {settings['accessToken']}"}
    async with Client(url=f"{settings['api']}/graphql", headers=headers) as client:
        # The mutation is carried out once, however often a request with this key is sent.
        key = {"headers": {"Idempotency-Key": str(uuid4())}}
        wished = CreateContentInput(brand_id=settings["brandId"], title="Made with types")
        made = (await client.create_content(wished, **key)).create_content
        assert made is not None
        assert made.content is not None
        content = made.content
        show(created=content.title, version=content.version)

        renamed = (await client.rename_content(content.id, "Renamed with types", content.version)).update_content
        assert renamed is not None
        assert renamed.content is not None
        show(renamed=renamed.content.title, version=renamed.content.version)

        # The same change once more: it expects a version that is not the current one any more.
        late = (await client.rename_content(content.id, "Renamed with types", content.version)).update_content
        problem = late.problem if late else None
        if isinstance(problem, RenameContentUpdateContentProblemStaleVersion):
            show(stale=True, currentVersion=problem.current_version)

        titles: list[str] = []
        after: str | None = None
        while True:
            page = (await client.brand_contents(settings["brandId"], 2, after)).contents
            titles += [node.title for node in page.nodes]
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
        show(titles=titles)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
