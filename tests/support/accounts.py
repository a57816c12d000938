"""Creates users who are signed in already, by SQL, one command of KV and a token of our own.

Signing in through the API takes a dozen round trips for each user. Tests of signing in do that (``Person.sign_in``);
all others begin here, with the same rows, the same record in KV and the same claims.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import jwt
import psycopg
from psycopg.types.json import Jsonb

from lib.core.auth.session_lengths import ACCESS_TOKEN_SECONDS, IDLE_SECONDS
from lib.core.auth.sessions import Session, session_key
from lib.core.security.crypto import KeyRing, read_ring
from local.demo.callers import PASSWORD
from local.stack.client import RunningStack
from local.tls import TLS

ADDRESS: Final = "127.0.0.1"

# The rows that Auth writes for a user who was created with a password and, if requested, signs in with it.
CREATE_PEOPLE: Final = """
  with people as (
    select id, email, session_id, extensions.crypt(%(password)s, extensions.gen_salt('bf', 4)) as encrypted_password
    from unnest(%(ids)s::uuid[], %(emails)s::text[], %(session_ids)s::uuid[]) as made (id, email, session_id)
  ),

  users as (
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at
    )
    select
      '00000000-0000-0000-0000-000000000000', id, 'authenticated', 'authenticated', email, encrypted_password, now(),
      '{"provider": "email", "providers": ["email"]}', '{"first_name": "Test"}', '', '', '', '', now(), now()
    from people
  ),

  identities as (
    insert into auth.identities (provider, provider_id, user_id, identity_data, created_at, updated_at)
    select 'email', id::text, id, jsonb_build_object('sub', id, 'email', email), now(), now() from people
  )

  insert into auth.sessions (id, user_id, created_at, updated_at, aal)
  select session_id, id, now(), now(), 'aal1' from people where session_id is not null
"""
OPEN_SESSIONS: Final = "select public.open_session(sign_in) from unnest(%s::jsonb[]) as sign_in"


@dataclass(frozen=True)
class Account:
    id: UUID
    email: str
    session_id: UUID | None = None
    access_token: str = ""


class Accounts:
    """Creates users at one stack."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.settings = stack.environment

    @cached_property
    def _ring(self) -> KeyRing:
        return read_ring(self.settings["ENCRYPTION_KEYS"])

    @cached_property
    def _kv(self) -> httpx.Client:
        token = self.settings["UPSTASH_REDIS_REST_TOKEN"]
        return httpx.Client(
            base_url=self.settings["UPSTASH_REDIS_REST_URL"],
            headers={"Authorization": f"Bearer {token}"},
            verify=TLS,
        )

    def create(self, database: psycopg.Connection, count: int = 1, *, is_signed_in: bool = True) -> list[Account]:
        """Creates users without a brand, each with a session unless disabled."""
        made: list[Account] = []
        for _ in range(count):
            user_id, session_id = uuid4(), uuid4() if is_signed_in else None
            email = f"{user_id.hex}@people.test"
            token = self.token_of(user_id, email, session_id) if session_id else ""
            made.append(Account(user_id, email, session_id, token))
        arguments = {
            "password": PASSWORD,
            "ids": [account.id for account in made],
            "emails": [account.email for account in made],
            "session_ids": [account.session_id for account in made],
        }
        with database.pipeline(), database.transaction():
            database.execute(CREATE_PEOPLE, arguments)
            if is_signed_in:
                database.execute(OPEN_SESSIONS, [[Jsonb(self._sign_in(account)) for account in made]])
        if is_signed_in:
            self._write_sessions(made)
        return made

    def admit(self, user_id: UUID, session_id: UUID) -> str:
        """Writes the record in KV for a session that the database has, and returns an access token of it."""
        email = f"{user_id}@people.test"
        account = Account(user_id, email, session_id, self.token_of(user_id, email, session_id))
        self._write_sessions([account])
        return account.access_token

    def _sign_in(self, account: Account) -> dict[str, Any]:
        """Returns what the sign-in tells the database: see lib.identity.sessions.sign_in."""
        return {
            "userId": str(account.id),
            "sessionId": str(account.session_id),
            "userAgent": "tests",
            "address": self._ring.encrypt(ADDRESS, f"public.user_sessions.address:{account.session_id}"),
            "addressIndex": self._ring.blind_indexes(ADDRESS, "address")[0],
            "method": "password",
            "emailIndex": self._ring.blind_indexes(account.email, "email")[0],
        }

    def _write_sessions(self, accounts: Sequence[Account]) -> None:
        commands = [
            [
                "SET",
                session_key(str(account.session_id)),
                Session(account.id, int(time.time()), "none").dump(),
                "EX",
                IDLE_SECONDS,
            ]
            for account in accounts
        ]
        self._kv.post("/pipeline", json=commands).raise_for_status()

    def token_of(self, user_id: UUID, email: str, session_id: UUID) -> str:
        """Returns the claims of Auth (https://supabase.com/docs/guides/auth/jwt-fields), signed like the stand-in's."""
        now = int(time.time())
        claims = {
            "iss": f"{self.settings['SUPABASE_URL']}/auth/v1",
            "sub": str(user_id),
            "aud": "authenticated",
            "role": "authenticated",
            "email": email,
            "phone": "",
            "session_id": str(session_id),
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": now}],
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {"first_name": "Test"},
            "is_anonymous": False,
            "iat": now,
            "exp": now + ACCESS_TOKEN_SECONDS,
        }
        return jwt.encode(claims, self.settings["SUPABASE_JWT_SECRET"], algorithm="HS256")

    def close(self) -> None:
        if "_kv" in self.__dict__:
            self._kv.close()
