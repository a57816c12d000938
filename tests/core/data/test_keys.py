"""Tests that no text of a user or a tenant reaches the key of another in KV, or a tag of another's answers at the edge.

Each key is a kind and parts, separated by colons. A part is an id, a digest, an address, or a word of our own code.
"""

import ast
import re
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import httpx
import pytest
import redis
from fastapi import Request

from lib.core.auth import api_keys
from lib.core.auth.addresses import client_address, seen_address
from lib.core.auth.sessions import session_key
from lib.core.data import circuit_breaker
from lib.core.limits.numbers import AUTH
from lib.identity.second_factor import webauthn
from lib.identity.sessions import lockout, refresh_tokens
from lib.identity.single_sign_on import service as single_sign_on
from lib.identity.single_sign_on import signing_out
from lib.publishing.delivery import brand_tag, content_tag, list_tag
from tests.support.world import World

LIB: Final = Path(__file__).parents[3] / "lib"
DIGEST: Final = "[0-9a-f]{64}"
ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
IPV4: Final = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
IPV6: Final = "[0-9a-f:]{2,39}/64"
WORD: Final = "[a-z_]+"

# Every kind of key. No key fits two of them.
KINDS: Final = {
    "session": ID,
    "api_key": DIGEST,
    "api_key_digest": ID,
    "window": f"{WORD}:(?:{ID}|{IPV4}|{IPV6}|unknown|{DIGEST}|key:{DIGEST})",
    "limits": "overrides",
    "lockout": DIGEST,
    "failures": DIGEST,
    "refreshed": DIGEST,
    "webauthn": f"{WORD}:{ID}",
    "saml": DIGEST,
    "oidc": DIGEST,
    "slo": DIGEST,
    "assertion": f"{ID}:{DIGEST}",
    "drain": f"[a-z0-9-]+:{WORD}:(?:running|wanted)",
    "webhooks": "[a-z0-9-]+:(?:worker-[0-9]|wanted)",
    "streams": f"[a-z0-9-]+:{ID}",
    "circuit": f"[a-z0-9-]+:{WORD}(?::calls)?",
    "ai": f"[a-z-]+:{ID}:{DIGEST}",
    "text": f"[a-z-]+:{ID}",
    "graphql": f"[a-z-]+:{DIGEST}",
    "brand": f"v[0-9]+:{ID}",
}
LONGEST: Final = 200

# The modules that make keys of KV. A new one states its keys in KINDS.
MAKERS: Final = {
    "ai/generations/cache.py", "ai/generations/texts.py", "core/auth/api_keys.py", "core/auth/sessions.py",
    "core/data/cache.py", "core/data/circuit_breaker.py", "core/limits/windows.py", "events/feed/open_streams.py",
    "graph/engine/documents.py",
    "identity/second_factor/webauthn.py", "identity/sessions/lockout.py", "identity/sessions/refresh_tokens.py",
    "identity/single_sign_on/oidc.py", "identity/single_sign_on/service.py", "identity/single_sign_on/signing_out.py",
    "jobs/at_once.py", "webhooks/schedule.py",
}  # fmt: skip

HOSTILE: Final = (
    "", ":", "a:b", "x" * 100_000, "window:api:1.2.3.4", "key:" + "0" * 64, "\r\nDEL *", "*", "fe80::1%key:x",
    "::ffff:192.0.2.7", "01a20dcb-0000-7000-8000-000000000001", "ü\u0000",
)  # fmt: skip


def stored_keys(world: World) -> set[str]:
    with redis.Redis.from_url(world.stack.redis_url, decode_responses=True) as kv:
        return {str(key) for key in kv.scan_iter(count=1000)}


def fits(key: str) -> bool:
    kind, _, rest = key.partition(":")
    return len(key) <= LONGEST and kind in KINDS and re.fullmatch(KINDS[kind], rest) is not None


def request_of(address: str, forwarded: str | None = None) -> Request:
    headers = [(b"x-vercel-forwarded-for", forwarded.encode())] if forwarded is not None else []
    return Request({"type": "http", "headers": headers, "client": (address, 1)})


def test_every_module_that_makes_keys_is_known() -> None:
    def asks_kv(path: Path) -> bool:
        return any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_kv"
            for node in ast.walk(ast.parse(path.read_text()))
        )

    asking = {str(path.relative_to(LIB)) for path in LIB.rglob("*.py") if asks_kv(path)}
    assert asking - {"core/data/kv.py"} == MAKERS  # which makes the client, and no key


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_users_make_no_other_keys(text: str) -> None:
    keys = [
        *lockout._keys(lockout.subject_of("email", text)),  # pyright: ignore[reportPrivateUsage]
        refresh_tokens._key(text),  # pyright: ignore[reportPrivateUsage]
        signing_out._key(text),  # pyright: ignore[reportPrivateUsage]
        single_sign_on._assertion_key(uuid4(), text),  # pyright: ignore[reportPrivateUsage]
        api_keys.cache_key(api_keys.key_digests(text)[0]),
        AUTH.window(f"key:{api_keys.key_digests(text)[0]}").key,
        AUTH.window(lockout.subject_of("email", text)).key,
        AUTH.window(client_address(request_of(text))).key,
        AUTH.window(client_address(request_of("192.0.2.1", text))).key,
    ]
    assert [key for key in keys if not fits(key)] == []


def test_keys_of_ids() -> None:
    keys = [
        session_key(uuid4()),
        webauthn._key("registration", uuid4()),  # pyright: ignore[reportPrivateUsage]
        circuit_breaker._key("azure_openai"),  # pyright: ignore[reportPrivateUsage]
        AUTH.window(str(uuid4())).key,
    ]
    assert [key for key in keys if not fits(key)] == []


def test_assertions_of_one_provider_use_up_none_of_another() -> None:
    one, other = uuid4(), uuid4()
    keys = {
        single_sign_on._assertion_key(connection, "_1")  # pyright: ignore[reportPrivateUsage]
        for connection in (one, other)
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("written", "seen", "counted"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        # All of them would share one /64 network, and one client would use up the requests of all others.
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::/64"),
        # The scope of an address may be any text.
        ("fe80::1%window:api:key", "fe80::1", "fe80::/64"),
        ("fe80::1%" + "x" * 10_000, "fe80::1", "fe80::/64"),
        ("key:" + "0" * 64, "unknown", "unknown"),
        ("", "unknown", "unknown"),
    ],
)
def test_addresses_are_addresses(written: str, seen: str, counted: str) -> None:
    assert seen_address(request_of(written)) == seen
    assert client_address(request_of("127.0.0.1", written or "x")) == counted


def test_tags_at_the_edge_are_of_ids() -> None:
    made = [make(UUID(int=1)) for make in (brand_tag, content_tag, list_tag)]
    assert len({*made}) == 3
    assert all(re.fullmatch(f"[a-z-]+-{ID}", tag) for tag in made)


@pytest.mark.anyio
async def test_all_keys_of_this_store_are_of_known_kinds(world: World) -> None:
    """Reads the keys that requests full of separators leave, beside the keys that other tests have made up."""
    former = stored_keys(world)
    brand = await world.brand()
    wanted = {"brandId": brand.id, "name": "keys", "scopes": ["read"]}
    key = (await brand.admin.post("/users/api-keys", wanted)).json()["data"]["key"]
    async with httpx.AsyncClient(base_url=f"{world.stack.urls['web']}/api/v1", timeout=60) as http:
        assert (await http.get("/brands", headers={"X-API-Key": key})).status_code == 200
        for text in ("a:b*c", "key:" + "0" * 64, "x" * 2000):
            for headers in (
                {"X-API-Key": text},
                {"X-Forwarded-For": text},
                {"Idempotency-Key": text},
                {"Cookie": text},
            ):
                await http.get("/brands", headers=headers)
            await http.post("/auth/login", json={"email": f"{text}@people.test", "password": text})
            await http.post("/auth/password/forgot", json={"email": f"{text}@people.test"})
            await http.post("/auth/refresh", json={"refreshToken": text})
            await http.get(f"/delivery/{text[:90]}/contents", params={"tag": text[:50]})
    await brand.viewer.get(f"/brands/{brand.id}")
    kept = stored_keys(world) - former
    assert {"session", "api_key", "api_key_digest", "window"} <= {key.partition(":")[0] for key in kept}
    assert [key for key in kept if not fits(key)] == []
