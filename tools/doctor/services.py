"""Asks the services of a deployment, each within a few seconds; nothing is written."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from lib.core.settings.variables import find_variable
from local.tls import TLS
from tools.doctor.findings import Finding, error, ok, warn

SECONDS: Final = 8.0
# Any table of ours: the data API names it unknown until the migrations were applied.
TABLE: Final = "brands"


class Services:
    """The services that an environment names."""

    def __init__(self, environment: Mapping[str, str], http: httpx.Client) -> None:
        self.environment = environment
        self.http = http

    def value(self, name: str) -> str:
        """Returns a setting; an empty text where it is not set."""
        found = find_variable(self.environment, name)
        return found.text.rstrip("/") if found else ""

    def ask(self, subject: str, method: str, url: str, **options: Any) -> httpx.Response | Finding:
        """Sends a request; returns the finding where nothing answered."""
        try:
            return self.http.request(method, url, **options)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            return error(subject, f"{url} does not answer ({type(problem).__name__}): is the address right?")

    def check_auth(self) -> Iterator[Finding]:
        """Asks Auth for its public settings, with the publishable key."""
        url = f"{self.value('SUPABASE_URL')}/auth/v1/settings"
        answer = self.ask("Auth", "GET", url, headers={"apikey": self.value("SUPABASE_PUBLISHABLE_KEY")})
        if isinstance(answer, Finding):
            yield answer
        elif answer.status_code == 401:
            yield error("Auth", "refuses SUPABASE_PUBLISHABLE_KEY: copy it from the project that SUPABASE_URL names")
        elif answer.status_code != 200:
            yield error("Auth", f"answered {answer.status_code} to {url}")
        else:
            yield ok("Auth", "answers, and takes the publishable key")
            settings = answer.json()
            is_open = {
                "sign-up": not settings.get("disable_signup"),
                "passkeys of its own": settings.get("passkeys_enabled"),
                "anonymous users": settings.get("external", {}).get("anonymous_users"),
            }
            names = ", ".join(name for name, is_on in is_open.items() if is_on)
            if names:
                yield warn("Auth", f"allows {names}: apply supabase/config.toml (docs/deploy.md, step 1)")

    def check_keys(self) -> Iterator[Finding]:
        """Reads the keys that verify access tokens."""
        url = f"{self.value('SUPABASE_URL')}/auth/v1/.well-known/jwks.json"
        answer = self.ask("JWKS", "GET", url)
        if isinstance(answer, Finding):
            yield answer
            return
        if answer.status_code != 200:
            yield error("JWKS", f"answered {answer.status_code} to {url}")
            return
        published = {key.get("kid") for key in answer.json().get("keys", [])}
        if not published and not self.value("SUPABASE_JWT_SECRET"):
            yield error("JWKS", "is empty, and SUPABASE_JWT_SECRET is not set: no access token can be verified")
            return
        yield ok("JWKS", f"{len(published)} keys" + ("" if published else "; tokens are signed with the shared secret"))
        inline = self.value("SUPABASE_JWKS")
        if inline and published - _key_ids(inline):
            yield warn("SUPABASE_JWKS", f"lacks a published key, and cold starts fetch it: set the JSON of {url}")
        signing = self.value("SUPABASE_SIGNING_JWK")
        if signing and not _key_ids(f'{{"keys": [{signing}]}}') <= published:
            yield error(
                "SUPABASE_SIGNING_JWK", "is no key of the project: import it (JWT Keys), or API keys are refused"
            )
        if published and self.value("SUPABASE_JWT_SECRET") and not signing:
            yield warn("SUPABASE_JWT_SECRET", "signs for API keys until it is revoked: set SUPABASE_SIGNING_JWK before")

    def check_data_api(self) -> Iterator[Finding]:
        """Asks the data API whether the migrations were applied, and whose database it is."""
        url = f"{self.value('SUPABASE_URL')}/rest/v1"
        query = f"{url}/{TABLE}?select=id&limit=1"
        answer = self.ask("data API", "GET", query, headers={"apikey": self.value("SUPABASE_PUBLISHABLE_KEY")})
        if isinstance(answer, Finding):
            yield answer
            return
        if answer.status_code == 404:
            yield error("data API", "knows no table of ours: apply the migrations (docs/deploy.md, step 1)")
            return
        if answer.status_code >= 500:
            yield error("data API", f"answered {answer.status_code}")
            return
        # Without a right to this table 401 as well, by PostgreSQL; then the key was taken.
        if answer.status_code != 401 or "API key" not in answer.text:
            yield ok("data API", "answers, and has our tables")
        if self.value("SUPABASE_SECRET_KEY"):
            yield self._check_owner(url)
            if self.value("SIGNING_SECRET"):
                yield from self._check_signing_secret(url)

    def _check_owner(self, url: str) -> Finding:
        headers = {"apikey": self.value("SUPABASE_SECRET_KEY")}
        answer = self.ask("database", "POST", f"{url}/rpc/deployment_environment", headers=headers, json={})
        if isinstance(answer, Finding):
            return answer
        if answer.status_code in (401, 403):
            return error("SUPABASE_SECRET_KEY", "is refused: copy it from the project that SUPABASE_URL names")
        if answer.status_code != 200:
            return error("database", f"lacks the newest migrations ({answer.status_code}): apply them")
        owner, own = answer.json(), self.value("ENVIRONMENT") or "production"
        if owner == "production" and own != "production":
            return error("database", f"belongs to production, and this is {own}: give it a project of its own")
        if owner not in (None, own):
            return warn("database", f"belongs to {owner}, and this is {own}: do they mean to share it?")
        return ok("database", f"belongs to {owner}" if owner else "belongs to no deployment yet")

    def _check_signing_secret(self, url: str) -> Iterator[Finding]:
        """Asks whether the database takes changes from this deployment; its digest is sent, and not the secret."""
        headers = {"apikey": self.value("SUPABASE_SECRET_KEY")}
        fingerprint = hashlib.sha256(self.value("SIGNING_SECRET").encode()).hexdigest()
        answer = self.ask(
            "database", "POST", f"{url}/rpc/knows_signing_key", headers=headers, json={"fingerprint": fingerprint}
        )
        if isinstance(answer, Finding) or answer.status_code != 200:
            return  # the question before this one has said why
        if answer.json():
            yield ok("SIGNING_SECRET", "is known to the database")
        else:
            yield warn("SIGNING_SECRET", "is not known to the database yet: run `make register` before you deploy")

    def check_kv(self) -> Iterator[Finding]:
        """Sends PING to KV."""
        url, token = self.value("UPSTASH_REDIS_REST_URL"), self.value("UPSTASH_REDIS_REST_TOKEN")
        answer = self.ask("KV", "POST", url, headers={"Authorization": f"Bearer {token}"}, json=["PING"])
        if isinstance(answer, Finding):
            yield answer
        elif answer.status_code == 401:
            yield error("KV", "refuses UPSTASH_REDIS_REST_TOKEN: copy the one that may write, of the same database")
        elif answer.status_code != 200 or answer.json().get("result") != "PONG":
            yield error("KV", f"answered {answer.status_code} to PING: {answer.text[:100]}")
        else:
            yield ok("KV", "answers PING")


def _key_ids(document: str) -> set[str | None]:
    try:
        return {key.get("kid") for key in json.loads(document).get("keys", [])}
    except (ValueError, AttributeError):
        return set()


def check_services(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Asks the services whose addresses are set."""
    with httpx.Client(timeout=SECONDS, verify=TLS) as http:
        services = Services(environment, http)
        if services.value("SUPABASE_URL"):
            yield from services.check_auth()
            yield from services.check_keys()
            yield from services.check_data_api()
        if services.value("UPSTASH_REDIS_REST_URL"):
            yield from services.check_kv()
