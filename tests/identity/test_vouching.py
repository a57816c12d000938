"""Tests which people a provider may sign in: each check of SAML has its counterpart for OIDC."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from local.demo.callers import Person
from tests.identity.test_saml import (
    Company,
    company,  # noqa: F401 - a fixture  # pyright: ignore[reportUnusedImport]
    me,
    provider,  # noqa: F401 - a fixture  # pyright: ignore[reportUnusedImport]
    token_of,
)
from tests.support.errors import assert_problem

pytestmark = pytest.mark.anyio

OIDC_STATE: Final = "__Host-mixerai-oidc"

type SignIn = Callable[..., Awaitable[httpx.Response]]


async def by_saml(customer: Company, email: str, *, vouched: str | None = None, **_: Any) -> httpx.Response:
    """Signs in the person with an address by the company's provider, which vouches for this or another address."""
    return await customer.sign_in(user=customer.user("x", "Writers") | {"email": vouched or email})


async def by_oidc(
    customer: Company, email: str, *, vouched: str | None = None, is_verified: bool = True
) -> httpx.Response:
    """Signs in the person with an address by a public provider, which says what it says of the address."""
    started = await customer.http.get("/api/v1/auth/oidc/google/login")
    cookie = re.search(rf"{OIDC_STATE}=([^;]+)", started.headers["set-cookie"])
    assert cookie
    told = {"login_hint": email, "email": vouched or email, "email_verified": str(is_verified).lower()}
    back = await customer.http.get(f"{started.headers['location']}&{urlencode(told)}")
    query = parse_qs(urlsplit(back.headers["location"]).query)
    return await customer.http.get(
        "/api/v1/auth/oidc/callback", params=query, headers={"Cookie": f"{OIDC_STATE}={cookie[1]}"}
    )


async def of_the_company(customer: Company) -> Person:
    """Returns a person with an account of their own and an address of the company's domain."""
    person = await customer.world.person()
    email = f"{person.email.split('@')[0]}@{customer.domain}"
    user_id = customer.world.id_of(person)
    customer.world.rows("insert into private.credential_permits (user_id) values (%s)", user_id)
    customer.world.rows("update auth.users set email = %s where id = %s", email, user_id)
    customer.world.ids[email] = user_id
    person.email = email
    return person


async def of_the_public(customer: Company) -> Person:
    return await customer.world.person()


WAYS: Final[dict[str, tuple[SignIn, Callable[[Company], Awaitable[Person]]]]] = {
    "saml": (by_saml, of_the_company),
    "oidc": (by_oidc, of_the_public),
}
# A change of the person, and the answers. Auth refuses banned people before it redirects back with a code: the reason
# goes to the app.
REFUSED_BY_AUTH: Final = 0
STATES: Final[dict[str, tuple[str | None, dict[str, int]]]] = {
    "an ordinary person": (None, {"saml": 303, "oidc": 303}),
    "a platform admin": (
        "insert into private.platform_admins (user_id) values (%s)",
        {"saml": 403, "oidc": 403},
    ),
    "a deactivated person": (
        "update public.profiles set is_active = false where id = %s",
        {"saml": 403, "oidc": 403},
    ),
    "a banned person": (
        "update auth.users set banned_until = now() + interval '1 hour' where id = %s",
        {"saml": 401, "oidc": REFUSED_BY_AUTH},
    ),
}
# The words of the provider about the address of a person who has an account.
CLAIMS: Final[dict[str, dict[str, Any]]] = {
    "saml, another domain": {"vouched": "somebody@elsewhere.test"},
    "saml, a subdomain": {"vouched": "somebody@sub.{domain}"},
    "oidc, not verified": {"is_verified": False},
    "oidc, another address": {"vouched": "somebody@elsewhere.test"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", WAYS)
async def test_the_person(company: Company, way: str, state: str) -> None:  # noqa: F811 - the fixture
    sign_in, make = WAYS[way]
    person = await make(company)
    change, answers = STATES[state]
    status = answers[way]
    if change is not None:
        company.world.rows(change, company.world.id_of(person))
    answer = await sign_in(company, person.email)
    if status == REFUSED_BY_AUTH:
        assert answer.headers["location"] == "/?signInError=account_disabled&returnTo=%2F"
    else:
        assert answer.status_code == status, answer.text
    open_sessions = company.world.rows(
        "select method, sso_connection_id::text from public.user_sessions where user_id = %s",
        company.world.id_of(person),
    )
    connection = company.connection_id if way == "saml" else None
    assert open_sessions == ([{"method": way, "sso_connection_id": connection}] if status == 303 else [])


@pytest.mark.parametrize("claim", CLAIMS)
async def test_the_address(company: Company, claim: str) -> None:  # noqa: F811 - the fixture
    sign_in, make = WAYS[claim.split(",", maxsplit=1)[0]]
    person = await make(company)
    told = {
        name: value.format(domain=company.domain) if isinstance(value, str) else value
        for name, value in CLAIMS[claim].items()
    }
    assert_problem(await sign_in(company, person.email, **told), 403, "FORBIDDEN")
    left = "select id from auth.sessions where user_id = %s"
    assert company.world.rows(left, company.world.id_of(person)) == []


async def test_every_provider_of_the_person_vouches(company: Company) -> None:  # noqa: F811 - the fixture
    """Auth does not tell by which of them it signed in."""
    person = await of_the_public(company)
    assert (await by_oidc(company, person.email)).status_code == 303
    company.world.rows(
        "insert into auth.identities (provider, provider_id, user_id, identity_data, created_at, updated_at) "
        "values ('github', %s, %s, jsonb_build_object('sub', 'x', 'email', %s::text), now(), now())",
        company.world.id_of(person),
        company.world.id_of(person),
        person.email,
    )
    assert_problem(await by_oidc(company, person.email), 403, "FORBIDDEN")


async def test_a_public_provider_does_not_vouch_for_the_domain_of_a_company(company: Company) -> None:  # noqa: F811 - the fixture
    person = await of_the_company(company)
    assert_problem(await by_oidc(company, person.email), 403, "FORBIDDEN")
    assert (await by_saml(company, person.email)).status_code == 303


async def test_whose_account_a_company_made_signs_in_there_only(company: Company) -> None:  # noqa: F811 - the fixture
    """Also while the connection is switched off."""
    person = await me(company, token_of(await company.sign_in(user=company.user("jane", "Writers"))))
    company.world.rows("update public.sso_connections set is_active = false where id = %s", company.connection_id)
    assert_problem(await by_oidc(company, person["email"]), 403, "FORBIDDEN")


async def test_a_removed_connection_takes_what_it_gave(company: Company) -> None:  # noqa: F811 - the fixture
    world, brand = company.world, company.brand
    token = token_of(await company.sign_in(user=company.user("jane", "Writers")))
    person = await me(company, token)
    assert [each["role"] for each in person["memberships"]] == ["editor"]
    colleague = await of_the_company(company)  # whose role was given by a person
    world.join(colleague, brand.id, "viewer")
    world.rows(
        "insert into public.content_assignees (content_id, user_id, brand_id) select id, %s, brand_id from "
        "public.contents where id = %s",
        person["id"],
        (await world.draft(brand))["id"],
    )
    removed = await (await world.platform_admin()).delete(f"/sso-connections/{company.connection_id}")
    assert removed.status_code == 204, removed.text
    members = world.rows("select user_id::text as id from public.brand_members where brand_id = %s", brand.id)
    assert person["id"] not in {member["id"] for member in members}
    assert world.id_of(colleague) in {member["id"] for member in members}
    assert world.rows("select content_id from public.content_assignees where user_id = %s", person["id"]) == []
    events = world.rows(
        "select aggregate_id::text from public.domain_events where brand_id = %s and type = 'UserRemoved'", brand.id
    )
    assert events == [{"aggregate_id": person["id"]}]
    answer = await company.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert_problem(answer, 401, "SESSION_INVALID")
    ended = world.rows("select end_reason from public.user_sessions where user_id = %s", person["id"])
    assert ended == [{"end_reason": "sso_removed"}]


async def test_a_connection_that_is_switched_off_ends_its_sessions(company: Company) -> None:  # noqa: F811 - the fixture
    """The roles stay until it is removed."""
    world = company.world
    token = token_of(await company.sign_in(user=company.user("jane", "Writers")))
    person = await me(company, token)
    platform = await world.platform_admin()
    changed = await platform.http.patch(f"/sso-connections/{company.connection_id}", json={"isActive": False})
    assert changed.status_code == 200, changed.text
    ended = world.rows("select end_reason from public.user_sessions where user_id = %s", person["id"])
    assert ended == [{"end_reason": "sso_removed"}]
    assert await world.data_api(token).count("brands", {"id": f"eq.{company.brand.id}"}) == 0
    kept = world.rows("select role from public.brand_members where user_id = %s", person["id"])
    assert kept == [{"role": "editor"}]


async def test_a_role_that_a_provider_gives_cannot_be_left(company: Company) -> None:  # noqa: F811 - the fixture
    """It would come back at the next sign-in: the person leaves their group at the company."""
    token = token_of(await company.sign_in(user=company.user("jane", "Writers")))
    answer = await company.http.delete(
        f"/api/v1/brands/{company.brand.id}/members/me", headers={"Authorization": f"Bearer {token}"}
    )
    assert_problem(answer, 409, "CONFLICT")
