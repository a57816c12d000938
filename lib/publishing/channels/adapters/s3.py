"""Static files in a bucket with the API of S3, signed by AWS (Signature Version 4) and sent by the guarded client.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html. A name of an object is that of one content, and an
object that is not ours is never replaced: its metadata say whose it is.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import disclosure_in, mapped, provenance_in, text_of, whole
from lib.publishing.channels.settings import S3Credentials, S3Settings
from lib.publishing.channels.wire import Answer, Request, json_body
from lib.publishing.channels.work import ChannelProblem, ChannelResult, Work

MAX_OBJECT_BYTES: Final = 5_000_000
OWNER: Final = "x-amz-meta-mixerai-content"
MEDIA_TYPES: Final = {"json": "application/json", "html": "text/html; charset=utf-8"}
# The fields of a page, if a channel maps its own.
PAGE: Final = {"title": "title", "description": "excerpt", "body": "body", "language": "language"}

type _Work = Work[S3Settings, S3Credentials]


class S3Adapter:
    """Writes each content as JSON, as a page, or as both."""

    def fields_of(self, settings: S3Settings) -> Mapping[str, str]:
        """Returns no field: the JSON is the whole document."""
        return {}

    def takes(self, settings: S3Settings, target: str) -> bool:
        """Tells whether the name is easy to read as JSON."""
        return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", target) is not None

    def secrets(self, settings: S3Settings, credentials: S3Credentials) -> Sequence[str]:
        """Returns the key and its id."""
        return [credentials.secret_access_key, credentials.access_key_id]

    def validate(self, work: _Work) -> list[ChannelProblem]:
        """Checks the name and the size of each file."""
        problems: list[ChannelProblem] = []
        if not _is_name(_name(work)):
            problems.append(ChannelProblem("slug", "must be of a-z, 0-9 and hyphens"))
        problems += [
            ChannelProblem(form, f"must have at most {MAX_OBJECT_BYTES:,} bytes")
            for form in work.settings.formats
            if len(_file(work, form)) > MAX_OBJECT_BYTES
        ]
        return problems

    async def publish(self, work: _Work) -> ChannelResult:
        """Writes the files, and deletes those of a former address."""
        keys = {form: _key(work, form) for form in work.settings.formats}
        former = _known_keys(work)
        wanted = list(keys.values())
        for key in wanted:
            await self._require_ours(work, key)
        # First noted, then written: a file under a name that changes later is found and deleted.
        await work.keep({**work.remote.memory, "keys": list(dict.fromkeys([*former, *wanted]))})
        for form, key in keys.items():
            await self._call(work, "PUT", key, body=_file(work, form), headers=_headers(work, form))
        for key in former:
            if key not in wanted:
                await self._delete(work, key)
        await work.keep({**work.remote.memory, "keys": wanted})
        shown = keys.get("html", wanted[0])
        public = work.settings.public_url
        return ChannelResult(wanted[0], f"{public}/{quote(shown)}" if public else None)

    async def update(self, work: _Work) -> ChannelResult:
        """Does the same: files are replaced as a whole."""
        return await self.publish(work)

    async def unpublish(self, work: _Work) -> None:
        """Deletes the files."""
        for key in _known_keys(work):
            await self._delete(work, key)

    async def check(self, work: _Work) -> str:
        """Writes a small object and deletes it."""
        key = "/".join(filter(None, (work.settings.prefix, f".mixerai-check-{work.channel_id}")))
        await self._call(work, "PUT", key, body=b"{}", headers={"Content-Type": "application/json"})
        await self._call(work, "HEAD", key, is_reading=True)
        await self._call(work, "DELETE", key)
        return "an object could be written, read and deleted"

    async def _require_ours(self, work: _Work, key: str) -> None:
        answer = await self._call(work, "HEAD", key, is_reading=True, accepting=(404,))
        if answer.status != 404 and answer.headers.get(OWNER) != str(work.content_id):
            raise ChannelFailed(f"a file {key.rpartition('/')[2]} exists and is not of this content", is_final=True)

    async def _delete(self, work: _Work, key: str) -> None:
        answer = await self._call(work, "HEAD", key, is_reading=True, accepting=(404,))
        if answer.headers.get(OWNER) == str(work.content_id):
            await self._call(work, "DELETE", key, accepting=(404,))

    async def _call(
        self,
        work: _Work,
        method: str,
        key: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        is_reading: bool = False,
        accepting: Collection[int] = (),
    ) -> Answer:
        url = f"{_base(work.settings)}/{quote(key)}"
        signed, secret = _signed(work, method, url, headers or {}, body)
        request = Request(
            method=method, url=url, headers=signed, secret_headers=secret, body=body, is_reading=is_reading
        )
        return await work.wire.send(request, accepting=accepting)


def _base(settings: S3Settings) -> str:
    if settings.endpoint_url is not None:
        return f"{settings.endpoint_url}/{settings.bucket}"
    # A certificate covers one name below the host, and a bucket with dots would have several.
    if "." in settings.bucket:
        return f"https://s3.{settings.region}.amazonaws.com/{settings.bucket}"
    return f"https://{settings.bucket}.s3.{settings.region}.amazonaws.com"


def _signed(
    work: _Work, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the headers of a request, and apart from them those that nobody is shown."""
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    keys = Credentials(work.credentials.access_key_id, work.credentials.secret_access_key)
    request: Any = AWSRequest(method=method, url=url, data=body, headers=dict(headers))
    # Signed in any case, as also over https, so that nothing on the way can be exchanged.
    request.context["payload_signing_enabled"] = True
    S3SigV4Auth(keys, "s3", work.settings.region).add_auth(request)
    made = {str(name): str(value) for name, value in request.headers.items()}
    return made, {"Authorization": made.pop("Authorization")}


def _headers(work: _Work, form: str) -> dict[str, str]:
    return {
        "Content-Type": MEDIA_TYPES[form],
        "Cache-Control": work.settings.cache_control,
        OWNER: str(work.content_id),
    }


def _name(work: _Work) -> str:
    return text_of(work.document.get("slug")) or str(work.content_id)


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]{1,200}", name) is not None


def _key(work: _Work, form: str) -> str:
    name = _name(work)
    if not _is_name(name):
        raise ChannelFailed("the slug must be of a-z, 0-9 and hyphens", is_final=True)
    return "/".join(filter(None, (work.settings.prefix, f"{name}.{form}")))


def _known_keys(work: _Work) -> list[str]:
    keys = work.remote.memory.get("keys")
    return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []


def _file(work: _Work, form: str) -> bytes:
    if form == "json":
        if not work.mapping:
            return json_body(whole(work.document))
        return json_body(mapped(work.document, work.mapping) | {"id": str(work.content_id)})
    return _page(work)


def _marks(work: _Work) -> list[str]:
    """Returns what tells machines that AI wrote of a page (EU AI Act, article 50); nothing where it did not."""
    disclosure = disclosure_in(work.document)
    if disclosure is None:
        return []
    source = provenance_in(work.document)["digitalSourceType"]
    return [
        f'<meta name="ai-disclosure" content="{escape(disclosure, quote=True)}">',
        f'<meta name="digital-source-type" content="{escape(source, quote=True)}">',
    ]


def _page(work: _Work) -> bytes:
    """Returns a page. Its body is HTML of the allow-list, as all texts that are stored; everything else is escaped."""
    mapping = {target: work.mapping.get(target, source) for target, source in PAGE.items()}
    values = {target: text_of(value) for target, value in mapped(work.document, mapping).items()}
    language = values["language"] if re.fullmatch(r"[A-Za-z0-9-]{2,35}", values["language"]) else "en"
    title, description = escape(values["title"]), escape(values["description"], quote=True)
    lines = [
        "<!doctype html>",
        f'<html lang="{language}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        *([f'<meta name="description" content="{description}">'] if description else []),
        *_marks(work),
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{title}</h1>",
        # Another field than the body may be a plain text.
        values["body"] if mapping["body"] == "body" else escape(values["body"]),
        "</main>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines).encode()


ADAPTER: Final = S3Adapter()
