"""WordPress by its REST API, version 2 (https://developer.wordpress.org/rest-api/reference/posts/).

A post of ours ends with a comment that names our content: it is found by this, should we not know its id.
"""

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import mapped, text_of
from lib.publishing.channels.settings import WordPressCredentials, WordPressSettings
from lib.publishing.channels.wire import Answer, Request, json_body
from lib.publishing.channels.work import ChannelProblem, ChannelResult, Work

TEXTS: Final = ("title", "content", "excerpt", "slug")
# Texts that a site takes for HTML.
HTML: Final = frozenset({"title", "content", "excerpt"})
MAX_TITLE: Final = 500
MAX_SLUG: Final = 200
MAX_CONTENT_BYTES: Final = 2_000_000
MARK: Final = re.compile(r"<!-- mixerai-([0-9a-f-]{36}) -->")
# The properties of a post that we read.
READ: Final = "id,link,slug,status,content"

type _Work = Work[WordPressSettings, WordPressCredentials]


def marker(work: _Work) -> str:
    """Returns the word by which a post of this content is searched."""
    return f"mixerai-{work.content_id}"


def _ending(work: _Work) -> str:
    """Returns the comment that ends the text of a post of this content. No text of ours has comments."""
    return f"<!-- {marker(work)} -->"


def _is_ours(work: _Work, post: Mapping[str, Any]) -> bool:
    # The last one: people over there may add to a text, and no text of ours comes after its own mark.
    marks = MARK.findall(_text(post))
    return marks[-1:] == [str(work.content_id)]


class WordPressAdapter:
    """Publishes contents as posts or pages."""

    def fields_of(self, settings: WordPressSettings) -> Mapping[str, str]:
        """Returns the texts of a post."""
        return {"title": "title", "content": "body", "excerpt": "excerpt", "slug": "slug"}

    def takes(self, settings: WordPressSettings, target: str) -> bool:
        """Tells whether this is a text of a post, or may be a field of its meta."""
        return target in TEXTS or re.fullmatch(r"meta\.[A-Za-z0-9_-]{1,80}", target) is not None

    def secrets(self, settings: WordPressSettings, credentials: WordPressCredentials) -> Sequence[str]:
        """Returns the password, also as it is sent."""
        password = credentials.application_password
        return [password, f"{settings.user_name}:{password}"]

    def validate(self, work: _Work) -> list[ChannelProblem]:
        """Checks the lengths that WordPress can store, and that a post has a title or a text."""
        values = self._values(work)
        problems: list[ChannelProblem] = []
        if not values.get("title") and not values.get("content"):
            problems.append(ChannelProblem("title", "must not be empty where content is empty too"))
        if len(values.get("title", "")) > MAX_TITLE:
            problems.append(ChannelProblem("title", f"must have at most {MAX_TITLE} characters"))
        if not re.fullmatch(rf"[a-z0-9-]{{0,{MAX_SLUG}}}", values.get("slug", "")):
            problems.append(
                ChannelProblem("slug", f"must have at most {MAX_SLUG} characters, each a-z, 0-9 or a hyphen")
            )
        if len(values.get("content", "").encode()) > MAX_CONTENT_BYTES:
            problems.append(ChannelProblem("content", f"must have at most {MAX_CONTENT_BYTES:,} bytes"))
        return problems

    async def publish(self, work: _Work) -> ChannelResult:
        """Finds a post of this content or a place for it, and writes it."""
        values = self._values(work)
        found = await self._find(work, values.get("slug", ""))
        return await self._write(work, values, str(found["id"]) if found else None)

    async def update(self, work: _Work) -> ChannelResult:
        """Writes the post that we know, if it is there and still ours: the channel may lead to another site now."""
        if await self._holds(work):
            return await self._write(work, self._values(work), work.remote.remote_id)
        return await self.publish(work)

    async def unpublish(self, work: _Work) -> None:
        """Moves the post to the trash. Publishing restores it."""
        post = work.remote.remote_id
        if not await self._holds(work):
            found = await self._search(work)
            if found is None:
                return
            post = str(found["id"])
        # 404: it was deleted there; 410: it is in the trash.
        await self._call(work, "DELETE", f"/{_number(post)}", accepting=(404, 410))

    async def check(self, work: _Work) -> str:
        """Asks for the user and whether it may publish."""
        base = f"{work.settings.site_url}/wp-json/wp/v2/users/me?context=edit"
        answer = await work.wire.send(self._request(work, "GET", base, is_reading=True))
        able = answer.object().get("capabilities")
        needed = "publish_posts" if work.settings.post_type == "posts" else "publish_pages"
        if not isinstance(able, dict) or able.get(needed) is not True:
            raise ChannelFailed(f"the user may not publish: the capability {needed} is missing", is_final=True)
        return f"the user may publish {work.settings.post_type}"

    @staticmethod
    def _values(work: _Work) -> dict[str, Any]:
        values: dict[str, Any] = {}
        meta: dict[str, Any] = {}
        for target, value in mapped(work.document, work.mapping, html=HTML).items():
            if target.startswith("meta."):
                meta[target.removeprefix("meta.")] = text_of(value)
            else:
                values[target] = text_of(value)
        if meta:
            values["meta"] = meta
        return values

    async def _holds(self, work: _Work) -> bool:
        """Tells whether the post that we know is there, and still ours."""
        if work.remote.remote_id is None:
            return False
        asked = urlencode({"context": "edit", "_fields": READ})
        path = f"/{_number(work.remote.remote_id)}?{asked}"
        answer = await self._call(work, "GET", path, is_reading=True, accepting=(404,))
        return answer.status != 404 and _is_ours(work, answer.object())

    async def _find(self, work: _Work, slug: str) -> dict[str, Any] | None:
        """Returns the post of this content. Raises ChannelFailed where another one has its slug."""
        if slug:
            for post in await self._read(work, {"slug": slug}):
                if _is_ours(work, post):
                    return post
                raise ChannelFailed(f"another post has the slug {slug}", is_final=True)
        return await self._search(work)

    async def _search(self, work: _Work) -> dict[str, Any] | None:
        found = await self._read(work, {"search": marker(work)})
        return next((post for post in found if _is_ours(work, post)), None)

    async def _read(self, work: _Work, query: Mapping[str, str]) -> list[dict[str, Any]]:
        # `any` is every status but those of the trash and of drafts that were never saved.
        asked = {**query, "status": "any", "context": "edit", "per_page": "10", "_fields": READ}
        answer = await self._call(work, "GET", f"?{urlencode(asked)}", is_reading=True)
        found = answer.json()
        if not isinstance(found, list):
            raise ChannelFailed("the site answered with something other than a list of posts", is_final=True)
        return [post for post in found if isinstance(post, dict) and "id" in post]

    async def _write(self, work: _Work, values: dict[str, Any], post: str | None) -> ChannelResult:
        content = f"{values.get('content', '')}\n{_ending(work)}"
        body = json_body({**values, "content": content, "status": "publish"})
        supposed = {"id": int(_number(post)) if post else 0, "link": work.remote.url}
        answer = await self._call(
            work,
            "POST",
            f"/{_number(post)}" if post else "",
            body=body,
            supposed=supposed,
            accepting=(404,) if post else (),
        )
        if answer.status == 404:
            # It was deleted for good over there.
            answer = await self._call(work, "POST", "", body=body, supposed=supposed)
        made = answer.object()
        if "id" not in made:
            raise ChannelFailed("the site answered without the id of the post", is_final=False)
        link = made.get("link")
        return ChannelResult(str(made["id"])[:100], link[:2000] if isinstance(link, str) else None)

    async def _call(
        self,
        work: _Work,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        is_reading: bool = False,
        supposed: Any = None,
        accepting: Collection[int] = (),
    ) -> Answer:
        url = f"{work.settings.site_url}/wp-json/wp/v2/{work.settings.post_type}{path}"
        request = self._request(work, method, url, body=body, is_reading=is_reading, supposed=supposed)
        return await work.wire.send(request, accepting=accepting)

    @staticmethod
    def _request(
        work: _Work, method: str, url: str, *, body: bytes = b"", is_reading: bool = False, supposed: Any = None
    ) -> Request:
        pair = f"{work.settings.user_name}:{work.credentials.application_password}"
        kind = {"Content-Type": "application/json"} if body else {}
        return Request(
            method=method,
            url=url,
            headers={"Accept": "application/json", **kind},
            secret_headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
            body=body,
            is_reading=is_reading,
            supposed=supposed,
        )


def _number(post: str | None) -> str:
    """Returns the id of a post, which the site gave us."""
    if post is None or not re.fullmatch(r"[0-9]{1,20}", post):
        raise ChannelFailed("the id of the post is not a number", is_final=True)
    return post


def _text(post: Mapping[str, Any]) -> str:
    content = post.get("content")
    raw = content.get("raw") if isinstance(content, dict) else None
    return raw if isinstance(raw, str) else ""


ADAPTER: Final = WordPressAdapter()
