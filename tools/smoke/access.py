"""Checks of access: public resources are open, private ones need a session, and signing out ends it."""

import asyncio
from dataclasses import replace
from fnmatch import fnmatch
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from tools.smoke.deployment import LOG_HINT, Deployment, Session, describe, session_tokens
from tools.smoke.outcomes import CheckFailed, CheckSkipped

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
HSTS_SECONDS: Final = 31_536_000
ROLES: Final = ("admin", "editor")


async def check_health(deployment: Deployment) -> None:
    """Checks that the functions answer over HTTPS only, with their headers, and return the address of Supabase."""
    answer = await deployment.ask("GET", "/api/v1/health", look_at="the build log and the function's log in Vercel")
    page = await deployment.ask("GET", "/", look_at="outputDirectory in vercel.json: public/ must be published")
    for response in (answer, page):
        _check_headers(response)
    hint = "SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY of the deployment"
    config = (await deployment.ask("GET", "/api/v1/config", look_at=hint)).json()["data"]
    if config["supabasePublishableKey"].startswith("sb_secret_"):
        raise CheckFailed(expected="a publishable key in /api/v1/config", came="a secret one", look_at=hint)
    _check_policy(page, config["supabaseUrl"])
    if urlsplit(deployment.origin).scheme == "https":
        _check_hsts(answer)
        await _check_redirect(deployment)
    deployment.config = config


def _check_headers(response: httpx.Response) -> None:
    for name, value in SECURITY_HEADERS.items():
        came = response.headers.get(name)
        if came != value:
            expected = f"{name}: {value} on {response.url.path}"
            raise CheckFailed(expected=expected, came=str(came), look_at="headers in vercel.json")


def _check_policy(page: httpx.Response, supabase_url: str) -> None:
    """Checks that the content security policy lets the dashboard connect to this project, also at a custom domain."""
    policy = page.headers.get("Content-Security-Policy", "")
    sources = next((part.split()[1:] for part in policy.split(";") if part.split()[:1] == ["connect-src"]), [])
    url = urlsplit(supabase_url)
    machine = [source for source in policy.split() if "localhost" in source or "127.0.0.1" in source]
    if machine and url.hostname not in ("localhost", "127.0.0.1"):
        expected = "a Content-Security-Policy on / that names no machine of its reader"
        raise CheckFailed(expected=expected, came=" ".join(machine), look_at="headers in vercel.json")
    for origin in (f"{url.scheme}://{url.netloc}", f"{url.scheme.replace('http', 'ws')}://{url.netloc}"):
        if not any(fnmatch(origin, source) for source in sources):
            expected = f"a Content-Security-Policy on / whose connect-src permits {origin}"
            raise CheckFailed(expected=expected, came=" ".join(sources) or "none", look_at="headers in vercel.json")


def _check_hsts(response: httpx.Response) -> None:
    header = response.headers.get("Strict-Transport-Security", "")
    ages = [part.strip().removeprefix("max-age=") for part in header.split(";") if "max-age=" in part]
    if not ages or not ages[0].isdecimal() or int(ages[0]) < HSTS_SECONDS:
        expected = f"Strict-Transport-Security of {HSTS_SECONDS} seconds or more"
        raise CheckFailed(expected=expected, came=header or "none", look_at="headers in vercel.json")


async def _check_redirect(deployment: Deployment) -> None:
    url = f"http://{urlsplit(deployment.origin).hostname}/api/v1/health"
    try:
        response = await deployment.http.get(url)
    except httpx.TransportError:
        return  # no answer without TLS is as good
    target = response.headers.get("Location", "")
    if not response.is_redirect or not target.startswith("https://"):
        expected = f"a redirect from {url} to https"
        raise CheckFailed(expected=expected, came=describe(response), look_at="the domain's settings in Vercel")


async def check_strangers(deployment: Deployment) -> None:
    """Checks that no token and an invalid token show nothing, at the functions and at the data API."""
    for headers in ({}, {"Authorization": "Bearer not.a.token"}):
        answer = await deployment.ask(
            "GET", "/api/v1/contents", expected=401, as_stranger=True, headers=headers, look_at=LOG_HINT
        )
        _check_refusal(answer)
    await deployment.ask_supabase(
        "GET",
        "/rest/v1/contents?select=id&limit=1",
        expected=401,
        look_at="whether all migrations are applied: the role anon has no privilege on any table",
    )


def _check_refusal(answer: httpx.Response) -> None:
    body: Any = answer.json()
    error = body.get("error", {})
    is_ours = body.get("success") is False and error.keys() >= {"code", "message", "details", "requestId"}
    names_itself = error.get("requestId") == answer.headers.get("X-Request-Id")
    if not is_ours or not names_itself or answer.headers.get("WWW-Authenticate") != "Bearer":
        raise CheckFailed(
            expected="a refusal with code, message, details and requestId, X-Request-Id and WWW-Authenticate: Bearer",
            came=describe(answer),
            look_at="what answers in place of the function: a proxy, or Deployment Protection",
        )


SIGN_IN_HINTS: Final = {
    401: "SMOKE_EMAIL and SMOKE_PASSWORD; five failures lock the account for half an hour",
    429: "the limit of sign-ins by address, 10 in 15 minutes: wait, or change rate_limits in platform_settings",
    503: "ENCRYPTION_KEYS and SUPABASE_SECRET_KEY of the deployment, Supabase, Upstash, and the log by the request id",
}


async def check_sign_in(deployment: Deployment) -> None:
    """Checks that the account signs in and is a member of a brand in which it may write."""
    settings = deployment.settings
    credentials = {"email": settings.email, "password": settings.password, "deviceName": "Smoke test"}
    answer = await deployment.ask("POST", "/api/v1/auth/login", json=credentials, look_at=SIGN_IN_HINTS)
    tokens = answer.json()["data"]
    # Stored at once, so that the session is ended even if the rest fails.
    deployment.session = Session(**session_tokens(tokens), user_id="", brand={})
    if tokens["factor"]["state"] == "pending":
        raise CheckFailed(
            expected="a session that owes no second factor",
            came="a pending one",
            look_at="the account: it must have no second factor",
        )
    me = (await deployment.ask("GET", "/api/v1/users/me", look_at="SUPABASE_JWKS, SUPABASE_JWT_SECRET")).json()["data"]
    memberships = sorted(
        (entry for entry in me["memberships"] if entry["role"] in ROLES), key=lambda entry: ROLES.index(entry["role"])
    )
    if not memberships:
        raise CheckFailed(
            expected="a brand in which the account is admin or editor",
            came=f"{len(me['memberships'])} memberships, none of them",
            look_at='"After a deployment" in docs/deploy.md',
        )
    deployment.session = replace(deployment.session, user_id=me["id"], brand=memberships[0])


async def check_sign_out(deployment: Deployment) -> None:
    """Checks that after signing out, the functions, Auth and the data API refuse the tokens of the session."""
    if deployment.session is None:
        raise CheckSkipped("needs the sign-in")
    await deployment.ask("POST", "/api/v1/auth/logout", expected=204)
    session = deployment.session
    deployment.session = None
    headers = {"Authorization": f"Bearer {session.access_token}"}
    hint = "Upstash and the log: an ended session must be refused at once"
    await asyncio.gather(
        deployment.ask("GET", "/api/v1/users/me", expected=401, headers=headers, look_at=hint),
        deployment.ask(
            "POST", "/api/v1/auth/refresh", expected=401, json={"refreshToken": session.refresh_token}, look_at=hint
        ),
    )
    rows = await deployment.ask_supabase(
        "GET", "/rest/v1/brand_members?select=user_id", expected=(200, 401), token=session.access_token, look_at=hint
    )
    if rows.status_code == 200 and rows.json():
        came = f"{len(rows.json())} rows"
        raise CheckFailed(expected="no rows from the data API after sign-out", came=came, look_at="supabase/policies")
