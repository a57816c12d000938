"""Makes valid requests that compute most: images, files, texts, keys, patterns."""

import io
import json
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image

from tests.responsiveness.largest import JSON, Request

WORDS: Final = "Cold wind dries the skin, and <b>a cream</b> protects it. "


def _json(name: str, method: str, path: str, template: str, body: Any) -> Request:
    return Request(name, method, path, template, json.dumps(body).encode(), {"Content-Type": JSON})


def heaviest(known: dict[str, str]) -> Iterator[Request]:
    """Yields the requests. ``known``: ids by the name of a parameter."""
    contents, brand = "/api/v1/contents", known["brandId"]
    long = (WORDS * 4000)[:190_000]
    # Tags that close each other in the wrong order, and many that are left open.
    for name, body in {
        "text": long,
        "open tags": "<div>" * 38_000,
        "crossed tags": "<b><i>" * 15_000 + "</b></i>" * 15_000,
    }.items():
        new = {"brandId": brand, "type": "article", "title": "x", "body": body}
        yield _json(f"a content of {name}", "POST", contents, contents, new)
    content = f"{contents}/{known['contentId']}"
    compared = "/versions/compare?from=1&to=2"
    yield Request("versions", "GET", f"{content}{compared}", f"{contents}/{{}}/versions/compare")
    rows = "title,type,body\n" + "".join(f'T {n},article,"{WORDS * 500}"\n' for n in range(100))
    lines = "\n".join(json.dumps({"title": f"T {n}", "type": "article", "body": WORDS * 500}) for n in range(100))
    for kind, data in {"csv": rows, "ndjson": lines}.items():
        new = {"brandId": brand, "format": kind, "data": data, "dryRun": True}
        yield _json(f"an import of {kind}", "POST", f"{contents}/import", f"{contents}/import", new)
    stream = "\n".join(
        json.dumps({"brandId": brand, "title": "x", "type": "article", "body": long[:80_000]}) for _ in range(50)
    )
    path = f"{contents}/stream"
    yield Request("a stream", "POST", path, path, stream.encode(), {"Content-Type": "application/x-ndjson"})
    for kind in ("PNG", "JPEG", "WEBP"):
        picture = io.BytesIO()
        Image.radial_gradient("L").resize((6300, 6300)).convert("RGB").save(picture, kind, quality=60)
        path = "/api/v1/users/me/avatar"
        yield Request(
            f"an avatar, {kind}", "PUT", path, path, picture.getvalue(), {"Content-Type": f"image/{kind.lower()}"}
        )
    path = "/api/v1/auth/mfa/totp"
    yield _json("a QR code", "POST", path, path, {"name": "x" * 100})
    path = "/api/v1/auth/password/change"
    passwords = {"currentPassword": "Wrong-Password-2026", "newPassword": "aA1!qwertz" * 7}
    yield _json("a password", "POST", path, path, passwords)
    path = "/api/v1/sso-connections/test"
    metadata = (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">' + "<a/>" * 49_000 + "</EntityDescriptor>"
    )
    yield _json("metadata", "POST", path, path, {"metadata": metadata})
    path = "/api/v1/templates"
    pattern = "[ab]{0,99}[ab]{0,99}[ab]{0,90}"
    fields = [
        {"id": f"f{n}", "name": "x" * 100, "type": "short_text", "validation": {"pattern": pattern}} for n in range(25)
    ]
    outputs = [{"id": f"o{n}", "name": "x", "type": "html", "aiPrompt": "{{f1}} " * 280} for n in range(25)]
    new = {"brandId": brand, "name": "x", "contentType": "article", "inputFields": fields, "outputFields": outputs}
    yield _json("a template", "POST", path, path, new)
    path = "/api/v1/ai/guardrails/check"
    yield _json("a check of guardrails", "POST", path, path, {"brandId": brand, "text": long, "content": long})
    path = "/api/v1/claims/check"
    # Sentences of usual length, and one without an end.
    for name, text in {
        "sentences": "Cold wind dries the skin of 5 % of us. " * 2500,
        "a sentence": "wind " * 19_000,
    }.items():
        yield _json(
            f"a check of {name}", "POST", path, path, {"brandId": brand, "text": text[:99_000], "markets": ["GB"]}
        )
    path = "/api/v1/claims/import"
    rows = "text,level,subjects,status\n" + "".join(f"T {n},product,{'soap;' * 4}soap,allowed\n" for n in range(1000))
    yield _json("an import of claims", "POST", path, path, {"data": rows})
    path = "/api/v1/claim-matrix"
    yield Request("a matrix as CSV", "GET", f"{path}?market=GB&brandId={brand}&format=csv&columnPageSize=50", path)
