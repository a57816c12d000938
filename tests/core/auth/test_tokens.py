"""Tests tokens that must be refused, with the shared secret and with published keys."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from lib.core.auth.verification import JWKS_REFETCH_SECONDS, JWKS_RETRY_SECONDS, TokenVerifier
from lib.core.config import read_settings
from lib.core.http.client import get_http_client
from lib.core.http.errors import ServiceUnavailable, Unauthorized
from tools.package import ENVIRONMENT

SECRET = "a-secret-of-the-project-with-enough-characters"
ISSUER = "https://abcdefghijklmnopqrst.supabase.co/auth/v1"
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


def published(key: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, Any]:
    return json.loads(ECAlgorithm.to_jwk(key.public_key())) | {"kid": kid}


def with_secret() -> TokenVerifier:
    """A published key of another project that has the id of ours."""
    keys = {"keys": [published(ec.generate_private_key(ec.SECP256R1()), "ec")]}
    return TokenVerifier(
        read_settings(ENVIRONMENT | {"SUPABASE_JWT_SECRET": SECRET, "SUPABASE_JWKS": json.dumps(keys)})
    )


def with_keys() -> TokenVerifier:
    keys = [
        published(EC_KEY, "ec"),
        json.loads(RSAAlgorithm.to_jwk(RSA_KEY.public_key())) | {"kid": "rsa"},
        {"kty": "oct", "kid": "oct", "k": base64.urlsafe_b64encode(SECRET.encode()).decode()},
    ]
    return TokenVerifier(read_settings(ENVIRONMENT | {"SUPABASE_JWKS": json.dumps({"keys": keys})}))


def unsigned(body: dict[str, Any]) -> str:
    parts = [json.dumps({"alg": "none", "typ": "JWT"}), json.dumps(body)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."


async def test_a_valid_token_identifies_its_user() -> None:
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
        if verifier._secret is None and "kid" in _header(forge()):
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


class Auth:
    """Publishes keys, and counts the requests for them."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.is_down = False
        self.url = ""

    def token(self, key: Any, kid: str) -> str:
        return jwt.encode(claims(iss=f"{self.url}/auth/v1"), key, "ES256", headers={"kid": kid})

    def verifier(self, **settings: str) -> TokenVerifier:
        return TokenVerifier(read_settings(ENVIRONMENT | {"SUPABASE_URL": self.url} | settings))


@contextmanager
def serving(auth: Auth) -> Generator[Auth]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/auth/v1/.well-known/jwks.json"
            auth.asked += 1
            body = json.dumps({"keys": auth.keys}).encode()
            self.send_response(503 if auth.is_down else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Logs nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        auth.url = f"http://127.0.0.1:{server.server_port}"
        yield auth
        server.shutdown()


@pytest.fixture
async def _own_pool() -> AsyncIterator[None]:
    get_http_client.cache_clear()
    yield
    await get_http_client().aclose()
    get_http_client.cache_clear()


@pytest.mark.usefixtures("_own_pool")
async def test_published_keys_are_fetched_once_and_again_after_a_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Auth(published(EC_KEY, "old"))) as auth:
        verifier = auth.verifier()
        old = auth.token(EC_KEY, "old")
        await asyncio.gather(*(verifier.verify(old) for _ in range(5)))
        assert auth.asked == 1

        new_key = ec.generate_private_key(ec.SECP256R1())
        auth.keys.append(published(new_key, "new"))
        new = auth.token(new_key, "new")
        for _ in range(3):
            with pytest.raises(Unauthorized):
                await verifier.verify(new)  # asked a moment ago: a forged id causes no request
        assert auth.asked == 1
        later = time.monotonic() + JWKS_REFETCH_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: later)
        await verifier.verify(new)
        assert auth.asked == 2


@pytest.mark.usefixtures("_own_pool")
async def test_stale_keys_of_the_environment_cost_one_fetch_and_no_refusal() -> None:
    new_key = ec.generate_private_key(ec.SECP256R1())
    with serving(Auth(published(new_key, "new"))) as auth:
        verifier = auth.verifier(SUPABASE_JWKS=json.dumps({"keys": [published(EC_KEY, "old")]}))
        await verifier.verify(auth.token(EC_KEY, "old"))
        assert auth.asked == 0  # known from the settings: a cold start fetches nothing
        await verifier.verify(auth.token(new_key, "new"))
        assert auth.asked == 1


@pytest.mark.usefixtures("_own_pool")
async def test_while_the_keys_cannot_be_read_an_unknown_one_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that gets 401 signs its user out."""
    new_key = ec.generate_private_key(ec.SECP256R1())
    with serving(Auth(published(EC_KEY, "old"), published(new_key, "new"))) as auth:
        auth.is_down = True
        verifier = auth.verifier(SUPABASE_JWKS=json.dumps({"keys": [published(EC_KEY, "old")]}))
        for _ in range(2):
            with pytest.raises(ServiceUnavailable):
                await verifier.verify(auth.token(new_key, "new"))
        assert auth.asked == 1
        await verifier.verify(auth.token(EC_KEY, "old"))
        auth.is_down = False
        later = time.monotonic() + JWKS_RETRY_SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: later)
        await verifier.verify(auth.token(new_key, "new"))
        with pytest.raises(Unauthorized):
            await verifier.verify(auth.token(new_key, "of nobody"))


@pytest.mark.usefixtures("_own_pool")
async def test_during_the_move_to_keys_both_kinds_of_token_are_valid() -> None:
    with serving(Auth(published(EC_KEY, "ec"))) as auth:
        verifier = auth.verifier(SUPABASE_JWT_SECRET=SECRET)
        await verifier.verify(auth.token(EC_KEY, "ec"))
        await verifier.verify(jwt.encode(claims(iss=f"{auth.url}/auth/v1"), SECRET, "HS256"))
        # Also a secret that has an id, such as one from the project's list of keys.
        await verifier.verify(jwt.encode(claims(iss=f"{auth.url}/auth/v1"), SECRET, "HS256", headers={"kid": "legacy"}))


@pytest.mark.usefixtures("_own_pool")
async def test_a_project_without_published_keys_refuses_their_tokens() -> None:
    with serving(Auth()) as auth:
        with pytest.raises(Unauthorized):
            await auth.verifier(SUPABASE_JWT_SECRET=SECRET).verify(auth.token(EC_KEY, "ec"))
        with pytest.raises(ServiceUnavailable):  # no secret is set either: the token cannot be verified yet
            await auth.verifier().verify(auth.token(EC_KEY, "ec"))
