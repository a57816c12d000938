"""Asks the function that reads many answers at once to do other things, past our own code."""

import json
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.support.data_api import DataApi
from tests.support.world import World

pytestmark = pytest.mark.anyio

NAMES: Final = (
    "publish_content", "create_content", "delete_content", "set_preferences", "run_command", "open_session",
    "pg_sleep", "pg_read_file", "current_setting", "set_config", "lo_import", "query_to_xml", "pg_terminate_backend",
    "private.refuse", "private.answer_call", "answer_call", "public.get_content", "get_content; select 1",
    'get_content"', "get_content(null)", "GET_CONTENT", "", " ", "*", "\u202eget_content", "a" * 10_000,
)  # fmt: skip


async def answers_of(api: DataApi, calls: Any) -> list[dict[str, Any]]:
    response = await api.http.post("/rpc/get_answers", json={"calls": calls})
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("proof", ["ours", "none"])
async def test_nothing_but_reading_functions_is_called(world: World, proof: str) -> None:
    """Also where our functions ask, whose requests carry the proof that changes need."""
    brand = await world.brand()
    content = await world.draft(brand)
    token = brand.admin.access_token
    api = world.data_api(token) if proof == "ours" else world.data_api(token, proof=None)
    arguments = {"content_id": content["id"], "seconds": 3, "setting_name": "app.x", "query": "select 1"}
    answers = await answers_of(api, [{"function": name, "arguments": arguments} for name in NAMES])
    assert {answer["error"]["code"] for answer in answers} == {"PT404"}
    assert (await brand.admin.get(f"/contents/{content['id']}")).json()["data"]["version"] == content["version"]


async def test_names_of_arguments_are_no_sql(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    api = world.data_api(brand.admin.access_token)
    for name in ('content_id" uuid); select 1 --', "content_id => null, content_id", "'", "\\", "a" * 1_000, ""):
        arguments = {"content_id": content["id"], name: "x"}
        (answer,) = await answers_of(api, [{"function": "get_content", "arguments": arguments}])
        assert answer["data"]["id"] == content["id"], name


@pytest.mark.parametrize(
    "calls",
    [
        [{"function": "get_content", "arguments": None}],
        [{"function": "get_content", "arguments": []}],
        [{"function": "get_content", "arguments": "x"}],
        [{"function": "get_content", "arguments": {"content_id": "x"}}],
        [{"function": "get_content", "arguments": {"content_id": {"a": [1]}}}],
        [{"function": "get_content"}],
        [{"function": ["get_content"]}],
        [{}],
        [None],
        ["get_content"],
    ],
)
async def test_calls_of_other_forms_are_refused_one_by_one(world: World, calls: list[Any]) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    good = {"function": "get_content", "arguments": {"content_id": content["id"]}}
    *bad, last = await answers_of(world.data_api(brand.editor.access_token), [*calls, good])
    assert last["data"]["id"] == content["id"]
    assert [answer.keys() for answer in bad] == [{"error"}]


@pytest.mark.parametrize("calls", [[{"function": "get_content"}] * 501, {}, "x", None, 0])
async def test_at_most_500_calls(world: World, calls: Any) -> None:
    person = await world.signed_in()
    response = await world.data_api(person.access_token).http.post("/rpc/get_answers", json={"calls": calls})
    assert response.status_code in (200, 400), response.text
    assert response.status_code == 400 or response.json() == []


async def test_each_call_has_the_rights_of_the_caller(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    contents = [await world.draft(brand), await world.draft(other)]
    calls = [
        {"function": "get_content", "arguments": {"content_id": each}}
        for each in (*(content["id"] for content in contents), str(uuid4()))
    ]
    own, theirs, nobodys = await answers_of(world.data_api(brand.editor.access_token), calls)
    assert own["data"]["id"] == contents[0]["id"]
    assert json.dumps(theirs) == json.dumps(nobodys)
    anonymous = await world.data_api(None).http.post("/rpc/get_answers", json={"calls": calls})
    assert anonymous.status_code == 401, anonymous.text
    assert contents[0]["title"] not in anonymous.text
