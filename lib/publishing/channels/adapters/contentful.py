"""Contentful by its Content Management API.

https://www.contentful.com/developers/docs/references/content-management-api/entries. An entry has the id of our
content, so that it cannot be made twice.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import mapped
from lib.publishing.channels.settings import ContentfulCredentials, ContentfulSettings
from lib.publishing.channels.wire import Answer, Request, json_body, refused
from lib.publishing.channels.work import ChannelProblem, ChannelResult, Work

MEDIA_TYPE: Final = "application/vnd.contentful.management.v1+json"
WEB_APP: Final = "https://app.contentful.com"
# The limits of the types Text and of the items of lists.
MAX_TEXT: Final = 50_000
MAX_SYMBOL: Final = 256
VERSION: Final = "X-Contentful-Version"
RESET: Final = "x-contentful-ratelimit-reset"

type _Work = Work[ContentfulSettings, ContentfulCredentials]


def entry_id(work: _Work) -> str:
    """Returns the id of the entry of a content."""
    return f"mixerai-{work.content_id}"


class ContentfulAdapter:
    """Publishes contents as entries of a content type, in one locale. Other fields and locales stay as they are."""

    def fields_of(self, settings: ContentfulSettings) -> Mapping[str, str]:
        """Returns the fields that articles usually have."""
        return {"title": "title", "slug": "slug", "body": "body"}

    def takes(self, settings: ContentfulSettings, target: str) -> bool:
        """Tells whether this is an id of a field; the check of the connection asks the content type."""
        return re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", target) is not None

    def secrets(self, settings: ContentfulSettings, credentials: ContentfulCredentials) -> Sequence[str]:
        """Returns the token."""
        return [credentials.token]

    def validate(self, work: _Work) -> list[ChannelProblem]:
        """Checks the lengths that any type of field can hold."""
        problems: list[ChannelProblem] = []
        for target, value in mapped(work.document, work.mapping).items():
            if isinstance(value, str) and len(value) > MAX_TEXT:
                problems.append(ChannelProblem(target, f"must have at most {MAX_TEXT:,} characters"))
            elif isinstance(value, list) and any(len(str(item)) > MAX_SYMBOL for item in value):
                problems.append(ChannelProblem(target, f"must have items of at most {MAX_SYMBOL} characters"))
            elif isinstance(value, dict):
                problems.append(ChannelProblem(target, "must be a text, a number or a list of texts"))
        return problems

    async def publish(self, work: _Work) -> ChannelResult:
        """Creates or changes the entry, and publishes it."""
        present = await self._read(work)
        if present is not None and "archivedVersion" in present["sys"]:
            await self._call(work, "DELETE", "/archived", supposed=_supposed(present, archived=None))
            present = await self._read(work)
        held: dict[str, Any] = present or {"fields": {}}
        ours = {
            target: {work.settings.locale: value}
            for target, value in mapped(work.document, work.mapping).items()
            if value is not None
        }
        fields = _merged(held["fields"], ours, work)
        body = json_body({"fields": fields, **({"metadata": held["metadata"]} if _has_metadata(present) else {})})
        stated = (
            {VERSION: str(present["sys"]["version"])}
            if present
            else {"X-Contentful-Content-Type": work.settings.content_type_id}
        )
        written = await self._call(work, "PUT", "", body=body, headers=stated, supposed=_supposed(present))
        version = _version(written.object())
        published = {VERSION: str(version)}
        await self._call(work, "PUT", "/published", headers=published, supposed={"sys": {"version": version + 1}})
        return ChannelResult(entry_id(work), self._link(work))

    async def update(self, work: _Work) -> ChannelResult:
        """Does the same: what there is of the entry is read in any case."""
        return await self.publish(work)

    async def unpublish(self, work: _Work) -> None:
        """Takes the entry out of delivery. It stays in the space as a draft."""
        present = await self._read(work)
        if present is not None and "publishedVersion" in present["sys"]:
            await self._call(work, "DELETE", "/published", supposed=_supposed(present), accepting=(404,))

    async def check(self, work: _Work) -> str:
        """Asks for the content type, and compares its fields with the mapping."""
        settings = work.settings
        url = f"{self._environment(work)}/content_types/{settings.content_type_id}"
        answer = await self._send(work, self._request(work, "GET", url, is_reading=True), ())
        listed = answer.object().get("fields")
        known = {field.get("id") for field in listed if isinstance(field, dict)} if isinstance(listed, list) else set()
        missing = sorted(target for target in work.mapping if target not in known)
        if missing:
            raise ChannelFailed(
                f"the content type {settings.content_type_id} has no field {', '.join(missing)}", is_final=True
            )
        return f"the content type {settings.content_type_id} has all fields"

    @staticmethod
    def _environment(work: _Work) -> str:
        settings = work.settings
        return f"{settings.api_url}/spaces/{settings.space_id}/environments/{settings.environment_id}"

    @staticmethod
    def _link(work: _Work) -> str:
        settings = work.settings
        return f"{WEB_APP}/spaces/{settings.space_id}/environments/{settings.environment_id}/entries/{entry_id(work)}"

    async def _read(self, work: _Work) -> dict[str, Any] | None:
        answer = await self._call(work, "GET", "", is_reading=True, accepting=(404,))
        if answer.status == 404:
            # The space or the environment may be what is missing: creating the entry tells.
            return None
        found = answer.object()
        if not isinstance(found.get("sys"), dict) or not isinstance(found.get("fields", {}), dict):
            raise ChannelFailed("Contentful answered with something other than an entry", is_final=False)
        return {"fields": {}, **found}

    async def _call(
        self,
        work: _Work,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        is_reading: bool = False,
        supposed: Any = None,
        accepting: Collection[int] = (),
    ) -> Answer:
        url = f"{self._environment(work)}/entries/{entry_id(work)}{path}"
        request = self._request(work, method, url, body=body, headers=headers, is_reading=is_reading, supposed=supposed)
        return await self._send(work, request, accepting)

    async def _send(self, work: _Work, request: Request, accepting: Collection[int]) -> Answer:
        answer = await work.wire.send(request, accepting={*accepting, 409, 429})
        if answer.status not in {409, 429}:
            return answer
        failure = refused(answer, self.secrets(work.settings, work.credentials))
        # 409: another user changed the entry meanwhile. It is read again with the next attempt.
        wait = answer.headers.get(RESET, "")
        seconds = float(wait) if re.fullmatch(r"\d{1,5}(\.\d{1,9})?", wait) else failure.retry_after
        raise ChannelFailed(str(failure), is_final=False, retry_after=seconds, answer=failure.answer)

    @staticmethod
    def _request(
        work: _Work,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        is_reading: bool = False,
        supposed: Any = None,
    ) -> Request:
        kind = {"Content-Type": MEDIA_TYPE} if body else {}
        return Request(
            method=method,
            url=url,
            headers={**kind, **(headers or {})},
            secret_headers={"Authorization": f"Bearer {work.credentials.token}"},
            body=body,
            is_reading=is_reading,
            supposed=supposed,
        )


def _has_metadata(present: Mapping[str, Any] | None) -> bool:
    return present is not None and isinstance(present.get("metadata"), dict)


def _version(entry: Mapping[str, Any]) -> int:
    held = entry.get("sys")
    version = held.get("version") if isinstance(held, dict) else None
    if not isinstance(version, int):
        raise ChannelFailed("Contentful answered without the version of the entry", is_final=False)
    return version


def _supposed(present: Mapping[str, Any] | None, **changes: Any) -> dict[str, Any]:
    """Returns what Contentful would answer: the version counts each change."""
    return {"sys": {"version": (_version(present) if present else 0) + 1, **changes}}


def _merged(present: Mapping[str, Any], ours: Mapping[str, Any], work: _Work) -> dict[str, Any]:
    """Returns all fields of the entry: ours in our locale, and everything else as it is."""
    merged: dict[str, Any] = {}
    for name in {**present, **ours}:
        held = present.get(name)
        locales = dict(held) if isinstance(held, dict) else {}
        if name in work.mapping:
            locales.pop(work.settings.locale, None)
            locales |= ours.get(name, {})
        if locales:
            merged[name] = locales
    return merged


ADAPTER: Final = ContentfulAdapter()
