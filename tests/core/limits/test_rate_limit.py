import time
from uuid import uuid4

import httpx
import pytest

from local.demo.callers import own_address
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_ten_sign_ins_for_an_address(world: World) -> None:
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    login = f"{world.stack.urls['web']}/api/v1/auth/login"
    async with httpx.AsyncClient(transport=transport) as http:
        for spent in range(1, 11):
            # Another e-mail address each time: a single one would be locked first.
            body = {"email": f"{uuid4().hex}@people.test", "password": "wrong"}
            response = await http.post(login, json=body)
            assert_problem(response, 401, "INVALID_CREDENTIALS")
            assert response.headers["X-RateLimit-Limit"] == "10"
            assert response.headers["X-RateLimit-Remaining"] == str(10 - spent)
        # The platform's own header decides, whatever address a client claims.
        forged = {"X-Forwarded-For": "8.8.8.8", "X-Real-IP": "8.8.8.8", "X-Vercel-Forwarded-For": "8.8.8.8"}
        refused = await http.post(login, json=body, headers=forged)
    assert_problem(refused, 429, "RATE_LIMIT_EXCEEDED")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    reset = int(refused.headers["X-RateLimit-Reset"])
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert time.time() < reset <= time.time() + 900


async def test_a_hundred_requests_for_a_user(world: World) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    answers = [await person.get("/brands") for _ in range(101)]
    assert [answer.status_code for answer in answers[:100]] == [200] * 100
    assert_problem(answers[100], 429, "RATE_LIMIT_EXCEEDED")
    assert (await other.get("/brands")).status_code == 200


async def test_ai_has_a_limit_of_its_own(world: World) -> None:
    person = await world.signed_in()
    response = await person.post("/ai/generate", {"contentId": "00000000-0000-7000-8000-000000000000"})
    assert_problem(response, 404, "NOT_FOUND")
    # The stricter of two limits: requests per hour.
    assert response.headers["X-RateLimit-Limit"] == "20"
    response = await person.post("/ai/titles", {"brandId": "00000000-0000-7000-8000-000000000000", "topic": "Frost"})
    assert response.headers["X-RateLimit-Limit"] == "50"
