"""A WordPress site's REST API, version 2: https://developer.wordpress.org/rest-api/reference/posts/.

Users: `publisher` and `contributor`, with the application passwords `app <name> local`. A contributor may not publish.
"""

import base64
import re
from collections import defaultdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

TYPES = {"posts": "post", "pages": "page"}
STATUSES = {"publish", "future", "draft", "pending", "private"}
REGISTERED_META = {"seo_description"}
WRITABLE = ("title", "content", "excerpt")


def error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "data": {"status": status}}, status_code=status)


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")[:200]


class Refusal(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class WordPress:
    def __init__(self) -> None:
        self.sites: defaultdict[str, dict[int, dict[str, Any]]] = defaultdict(dict)

    def state(self, site: str) -> Any:
        return list(self.sites[site].values())

    @staticmethod
    def _user(request: Request) -> str | None:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        name, _, password = base64.b64decode(encoded).decode().partition(":")
        if name not in {"publisher", "contributor"}:
            raise Refusal(error(401, "invalid_username", "Unknown username. Check again or try your email address."))
        # WordPress ignores the spaces that it shows application passwords with.
        if password.replace(" ", "") != f"app{name}local":
            raise Refusal(error(401, "incorrect_password", "The provided password is an invalid application password."))
        return name

    async def me(self, request: Request) -> Response:
        try:
            user = self._user(request)
        except Refusal as refusal:
            return refusal.response
        if user is None:
            return error(401, "rest_not_logged_in", "You are not currently logged in.")
        able = user == "publisher"
        shown: dict[str, Any] = {"id": 1, "name": user, "slug": user}
        if request.query_params.get("context") == "edit":
            shown["capabilities"] = {"read": True, "edit_posts": True, "publish_posts": able, "publish_pages": able}
        return JSONResponse(shown)

    async def listing(self, request: Request) -> Response:
        try:
            user = self._user(request)
        except Refusal as refusal:
            return refusal.response
        if request.path_params["type"] not in TYPES:
            return error(404, "rest_no_route", "No route was found matching the URL and request method.")
        if request.method == "POST":
            return await self._create(request, user)
        return self._list(request, user)

    def _list(self, request: Request, user: str | None) -> Response:
        query = request.query_params
        if query.get("context") == "edit" and user is None:
            return error(401, "rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
        status = query.get("status", "publish")
        if status not in STATUSES | {"any"}:
            return error(400, "rest_invalid_param", "Invalid parameter(s): status")
        found = [
            post
            for post in self.sites[request.path_params["site"]].values()
            if post["type"] == TYPES[request.path_params["type"]]
            and (post["status"] == status or (status == "any" and post["status"] in STATUSES))
            and ("slug" not in query or post["slug"] in query["slug"].split(","))
            and ("search" not in query or any(query["search"] in post[name]["raw"] for name in WRITABLE))
        ]
        size = int(query.get("per_page", "10"))
        if not 1 <= size <= 100:
            return error(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        return JSONResponse([self._shown(post, request) for post in found[:size]])

    async def single(self, request: Request) -> Response:
        try:
            user = self._user(request)
        except Refusal as refusal:
            return refusal.response
        post = self.sites[request.path_params["site"]].get(request.path_params["post"])
        if post is None or TYPES.get(request.path_params["type"]) != post["type"]:
            return error(404, "rest_post_invalid_id", "Invalid post ID.")
        if request.method == "GET":
            return JSONResponse(self._shown(post, request))
        if user != "publisher":
            return error(401 if user is None else 403, "rest_cannot_edit", "Sorry, you are not allowed to do that.")
        if request.method == "DELETE":
            return self._delete(request, post)
        values = await request.json()
        refused = self._write(request, post, values)
        return refused or JSONResponse(self._shown(post, request))

    def _delete(self, request: Request, post: dict[str, Any]) -> Response:
        if request.query_params.get("force") == "true":
            del self.sites[request.path_params["site"]][post["id"]]
            return JSONResponse({"deleted": True, "previous": self._shown(post, request)})
        if post["status"] == "trash":
            return error(410, "rest_already_trashed", "The post has already been deleted.")
        post["status"] = "trash"
        post["slug"] += "__trashed"
        return JSONResponse(self._shown(post, request))

    async def _create(self, request: Request, user: str | None) -> Response:
        values = await request.json()
        if user is None:
            return error(401, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
        if user != "publisher" and values.get("status") == "publish":
            return error(403, "rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
        if not any(values.get(name) for name in WRITABLE):
            return error(400, "empty_content", "Content, title, and excerpt are empty.")
        site = self.sites[request.path_params["site"]]
        post: dict[str, Any] = {
            "id": max(site, default=0) + 1,
            "type": TYPES[request.path_params["type"]],
            "status": "draft",
            "slug": "",
            "meta": {},
            **{name: {"raw": ""} for name in WRITABLE},
        }
        refused = self._write(request, post, values)
        if refused:
            return refused
        site[post["id"]] = post
        return JSONResponse(self._shown(post, request), status_code=201)

    def _write(self, request: Request, post: dict[str, Any], values: dict[str, Any]) -> Response | None:
        if values.get("status", "draft") not in STATUSES:
            return error(400, "rest_invalid_param", "Invalid parameter(s): status")
        if any(not isinstance(values.get(name, ""), str) for name in WRITABLE):
            return error(400, "rest_invalid_param", "Invalid parameter(s): title, content, excerpt")
        for name in WRITABLE:
            if name in values:
                post[name] = {"raw": values[name]}
        post["meta"] |= {key: value for key, value in values.get("meta", {}).items() if key in REGISTERED_META}
        post["status"] = values.get("status", post["status"])
        wished = slug_of(values.get("slug") or post["slug"].removesuffix("__trashed") or post["title"]["raw"])
        taken = {
            other["slug"]
            for other in self.sites[request.path_params["site"]].values()
            if other["id"] != post["id"] and other["type"] == post["type"] and other["status"] != "trash"
        }
        slug, number = wished, 2
        while slug in taken:
            slug, number = f"{wished}-{number}", number + 1
        post["slug"] = slug
        return None

    @staticmethod
    def _shown(post: dict[str, Any], request: Request) -> dict[str, Any]:
        site = str(request.base_url).rstrip("/") + f"/sites/{request.path_params['site']}"
        whole = {**post, "link": f"{site}/{post['slug']}/"}
        if request.query_params.get("context") != "edit" and request.method == "GET":
            whole |= {name: {"rendered": post[name]["raw"]} for name in WRITABLE}
        names = request.query_params.get("_fields")
        return {name: whole[name] for name in names.split(",") if name in whole} if names else whole
