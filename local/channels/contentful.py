"""Contentful's Content Management API: https://www.contentful.com/developers/docs/references/content-management-api/.

The token is `CFPAT-local`. Each space has the content type `article` in the locales `en-US` and `de-DE`.
"""

from collections import defaultdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/vnd.contentful.management.v1+json"
LOCALES = {"en-US", "de-DE"}
FIELDS = {
    "title": "Symbol",
    "slug": "Symbol",
    "excerpt": "Text",
    "body": "Text",
    "tags": "Array",
    "language": "Symbol",
    "reading": "Integer",
}
LIMITS = {"Symbol": 256, "Text": 50_000}


def error(status: int, kind: str, message: str, details: Any = None) -> Response:
    body = {"sys": {"type": "Error", "id": kind}, "message": message, "requestId": "local"}
    return JSONResponse(body | ({"details": details} if details else {}), status_code=status, media_type=MEDIA_TYPE)


class Contentful:
    def __init__(self) -> None:
        self.spaces: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def state(self, space: str) -> Any:
        return self.spaces[space]

    @staticmethod
    def _refused(request: Request) -> Response | None:
        if request.headers.get("authorization") != "Bearer CFPAT-local":
            return error(401, "AccessTokenInvalid", "The access token you sent could not be found or is invalid.")
        if request.path_params["environment"] != "master":
            return error(404, "NotFound", "The resource could not be found.")
        return None

    async def content_type(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        if request.path_params["type"] != "article":
            return error(404, "NotFound", "The resource could not be found.", {"type": "ContentType"})
        fields = [{"id": name, "name": name, "type": kind, "localized": True} for name, kind in FIELDS.items()]
        return JSONResponse({"sys": {"id": "article", "type": "ContentType", "version": 2}, "fields": fields})

    def _entry(self, request: Request) -> dict[str, Any] | None:
        return self.spaces[request.path_params["space"]].get(request.path_params["entry"])

    @staticmethod
    def _mismatch(request: Request, entry: dict[str, Any]) -> Response | None:
        stated = request.headers.get("x-contentful-version")
        if stated is None:
            return error(400, "BadRequest", "The header X-Contentful-Version is missing.")
        if stated != str(entry["sys"]["version"]):
            return error(409, "VersionMismatch", "")
        return None

    async def entry(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        entry = self._entry(request)
        if request.method == "PUT":
            return await self._put(request, entry)
        if entry is None:
            return error(404, "NotFound", "The resource could not be found.", {"type": "Entry"})
        if request.method == "GET":
            return JSONResponse(entry, media_type=MEDIA_TYPE)
        if "publishedVersion" in entry["sys"]:
            return error(400, "BadRequest", "Cannot delete published")
        del self.spaces[request.path_params["space"]][request.path_params["entry"]]
        return Response(status_code=204)

    async def _put(self, request: Request, entry: dict[str, Any] | None) -> Response:
        fields = (await request.json()).get("fields", {})
        problems = self._problems(fields)
        if entry is None:
            if request.headers.get("x-contentful-content-type") != "article":
                return error(422, "UnknownContentType", "Validation error")
            if "x-contentful-version" in request.headers:
                return error(409, "VersionMismatch", "")
            entry = {
                "sys": {"type": "Entry", "id": request.path_params["entry"], "version": 0},
                "metadata": {"tags": []},
                "fields": {},
            }
        else:
            refused = self._mismatch(request, entry)
            if refused:
                return refused
            if "archivedVersion" in entry["sys"]:
                return error(400, "BadRequest", "Cannot edit archived")
        if problems:
            return error(422, "InvalidEntry", "Validation error", {"errors": problems})
        is_new = entry["sys"]["version"] == 0
        entry["fields"] = fields
        entry["sys"]["version"] += 1
        self.spaces[request.path_params["space"]][request.path_params["entry"]] = entry
        return JSONResponse(entry, status_code=201 if is_new else 200, media_type=MEDIA_TYPE)

    @staticmethod
    def _problems(fields: dict[str, Any], *, is_publishing: bool = False) -> list[dict[str, Any]]:
        problems: list[dict[str, Any]] = []
        for name, by_locale in fields.items():
            kind = FIELDS.get(name)
            if kind is None:
                problems.append({"name": "unknown", "path": ["fields", name]})
                continue
            for locale, value in by_locale.items():
                path = ["fields", name, locale]
                is_typed = {
                    "Array": isinstance(value, list),
                    "Integer": isinstance(value, int),
                }.get(kind, isinstance(value, str))
                if locale not in LOCALES:
                    problems.append({"name": "unknown", "path": path})
                elif not is_typed:
                    problems.append({"name": "type", "type": kind, "path": path})
                elif is_publishing and kind in LIMITS and len(value) > LIMITS[kind]:
                    problems.append({"name": "size", "max": LIMITS[kind], "path": path})
        return problems

    async def published(self, request: Request) -> Response:  # noqa: PLR0911
        refused = self._refused(request)
        if refused:
            return refused
        entry = self._entry(request)
        if entry is None:
            return error(404, "NotFound", "The resource could not be found.", {"type": "Entry"})
        if request.method == "DELETE":
            if "publishedVersion" not in entry["sys"]:
                return error(400, "BadRequest", "Not published")
            del entry["sys"]["publishedVersion"]
            entry["sys"]["version"] += 1
            return JSONResponse(entry, media_type=MEDIA_TYPE)
        mismatch = self._mismatch(request, entry)
        if mismatch:
            return mismatch
        problems = self._problems(entry["fields"], is_publishing=True)
        if problems:
            return error(422, "InvalidEntry", "Validation error", {"errors": problems})
        entry["sys"]["publishedVersion"] = entry["sys"]["version"]
        entry["sys"]["version"] += 1
        return JSONResponse(entry, media_type=MEDIA_TYPE)

    async def archived(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        entry = self._entry(request)
        if entry is None:
            return error(404, "NotFound", "The resource could not be found.", {"type": "Entry"})
        if request.method == "PUT":
            if "publishedVersion" in entry["sys"]:
                return error(400, "BadRequest", "Cannot archive published")
            entry["sys"]["archivedVersion"] = entry["sys"]["version"]
        elif entry["sys"].pop("archivedVersion", None) is None:
            return error(400, "BadRequest", "Not archived")
        entry["sys"]["version"] += 1
        return JSONResponse(entry, media_type=MEDIA_TYPE)
