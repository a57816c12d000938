"""Tokens that must not open anything, with the shared secret and with published keys."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from lib.core.config import read_settings
from lib.core.errors import Unauthorized
from lib.core.http import get_http_client
from lib.core.tokens import JWKS_REFETCH_SECONDS, TokenVerifier
from tools.package import ENVIRONMENT

SECRET = "a-secret-of-the-project-with-enough-characters"
ISSUER = "https://project.supabase.co/auth/v1"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    body: dict[str, Any] = {
        "iss": ISSUER,
        "aud": "authenticated",
        "role": "authenticated",
        "sub": str(uuid4()),
        "session_id": str(uuid4()),
        "email": "a@b.test",
        "iat": now,
        "exp": now + 3600,
    } | changes
    return {name: value for name, value in body.items() if value is not None}


def with_secret() -> TokenVerifier:
    return TokenVerifier(read_settings(ENVIRONMENT | {"SUPABASE_JWT_SECRET": SECRET}))


def with_keys() -> TokenVerifier:
    keys = [
        json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"kid": "ec"},
        json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"kid": "rsa"},
        {"kty": "oct", "kid": "oct", "k": base64.urlsafe_b64encode(SECRET.encode()).decode()},
    ]
    return TokenVerifier(read_settings(ENVIRONMENT | {"SUPABASE_JWKS": json.dumps({"keys": keys})}))


def unsigned(body: dict[str, Any]) -> str:
    parts = [json.dumps({"alg": "none", "typ": "JWT"}), json.dumps(body)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."


async def test_a_good_token_tells_who_it_is() -> None:
    body = claims()
    token = await with_secret().verify(jwt.encode(body, SECRET, "HS256"))
    assert (str(token.user_id), str(token.session_id), token.email) == (body["sub"], body["session_id"], "a@b.test")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.supabase.co/auth/v1"},
        {"aud": "anon"},
        {"role": "service_role"},
        {"role": None},
        {"sub": "not-a-uuid"},
        {"sub": 7},
        {"session_id": None},
        {"session_id": ["x"]},
        {"exp": None},
        {"nbf": 4_000_000_000},  # in the year 2096
    ],
)
async def test_a_signed_token_with_other_claims_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized) as raised:
        await with_secret().verify(jwt.encode(claims(**changes), SECRET, "HS256"))
    assert raised.value.code == "INVALID_TOKEN"


async def test_an_expired_token_says_so() -> None:
    with pytest.raises(Unauthorized) as raised:
        await with_secret().verify(jwt.encode(claims(exp=int(time.time()) - 60), SECRET, "HS256"))
    assert raised.value.code == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    "forge",
    [
        lambda: unsigned(claims()),
        lambda: jwt.encode(claims(), "another-secret-that-is-long-enough-too", "HS256"),
        lambda: jwt.encode(claims(), SECRET * 2, "HS512"),
        lambda: jwt.encode(claims(), EC_KEY, "ES256", headers={"kid": "ec"}),
        lambda: "",
        lambda: "a.b.c",
        lambda: "....",
        lambda: "é" * 50,
        lambda: jwt.encode(claims(), SECRET, "HS256")[:-4],
    ],
)
async def test_forged_tokens_are_refused(forge: Callable[[], str]) -> None:
    for verifier in (with_secret(), with_keys()):
        if verifier._keys is not None and "kid" in _header(forge()):
            continue
        with pytest.raises(Unauthorized) as raised:
            await verifier.verify(forge())
        assert raised.value.code == "INVALID_TOKEN"


def _header(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return {}


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(EC_KEY, "ES256", "ec"), (RSA_KEY, "RS256", "rsa")])
async def test_published_keys_verify_with_their_own_algorithm(key: Any, algorithm: str, kid: str) -> None:
    body = claims()
    token = await with_keys().verify(jwt.encode(body, key, algorithm, headers={"kid": kid}))
    assert str(token.user_id) == body["sub"]


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"),
    [
        (SECRET, "HS256", "oct"),
        (SECRET, "HS256", "ec"),
        (RSA_KEY, "PS256", "rsa"),
        (RSA_KEY, "RS512", "rsa"),
        (rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256", "rsa"),
    ],
)
async def test_another_algorithm_or_key_is_refused(key: Any, algorithm: str, kid: str) -> None:
    with pytest.raises(Unauthorized):
        await with_keys().verify(jwt.encode(claims(), key, algorithm, headers={"kid": kid}))


async def test_published_keys_are_fetched_once_and_again_after_a_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    get_http_client.cache_clear()
    served = [json.loads(ECAlgorithm.to_jwk(EC_KEY.public_key())) | {"kid": "old"}]
    asked: list[str] = []

    class Auth(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps({"keys": served}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Auth) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        verifier = TokenVerifier(read_settings(ENVIRONMENT | {"SUPABASE_URL": url}))
        old = jwt.encode(claims(iss=f"{url}/auth/v1"), EC_KEY, "ES256", headers={"kid": "old"})
        await asyncio.gather(*(verifier.verify(old) for _ in range(5)))
        assert asked == ["/auth/v1/.well-known/jwks.json"]

        new_key = ec.generate_private_key(ec.SECP256R1())
        served.append(json.loads(ECAlgorithm.to_jwk(new_key.public_key())) | {"kid": "new"})
        new = jwt.encode(claims(iss=f"{url}/auth/v1"), new_key, "ES256", headers={"kid": "new"})
        for _ in range(3):
            with pytest.raises(Unauthorized):
                await verifier.verify(new)  # asked a moment ago: a forged id costs nothing
        assert len(asked) == 1
        later = time.monotonic() + JWKS_REFETCH_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: later)
        await verifier.verify(new)
        assert len(asked) == 2
        server.shutdown()
    await get_http_client().aclose()
    get_http_client.cache_clear()
