"""Invitations by GraphQL, for their authors and for the invited people."""

from uuid import uuid4

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio

INVITE = """mutation($input: CreateInvitationsInput!) { createInvitations(input: $input) {
  outcomes { email status invitationId user { id } code }
  problem { __typename ... on ValidationProblem { details { field } } }
} }"""


async def test_inviting(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    address = f"{uuid4().hex}@people.test"
    people = [{"email": address, "role": "EDITOR"}, {"email": brand.viewer.email, "role": "EDITOR"}]
    given = {"brandId": brand.id, "invitations": people}
    made = (await ask(brand.admin, INVITE, input=given))["createInvitations"]
    invited, assigned = made["outcomes"]
    assert (invited["status"], invited["email"]) == ("INVITED", address)
    assert (assigned["status"], assigned["user"]["id"]) == ("ASSIGNED", world.id_of(brand.viewer))
    told = data(await brand.admin.get("/users/invitations", brandId=brand.id))
    for each in told:
        each.pop("delivery")  # the mail is sent meanwhile
    field = "invitations(brandId: $id, status: PENDING)"
    await assert_alike(brand.admin, field, "Invitation", told, declared="$id: ID!", id=brand.id)
    for person in (brand.editor, other.admin):
        (error,) = await refused(person, INVITE, input=given)
        assert error["extensions"]["status"] in (403, 404)
    bad = {"brandId": brand.id, "invitations": [{"email": "nobody", "role": "EDITOR"}]}
    problem = (await ask(brand.admin, INVITE, input=bad))["createInvitations"]["problem"]
    assert problem["details"] == [{"field": "input.invitations.0.email"}]
    resend = (
        "mutation($id: ID!) { resendInvitation(id: $id) { invitation { id brand { id } } problem { __typename } } }"
    )
    cancel = "mutation($id: ID!) { cancelInvitation(id: $id) { deletedId problem { __typename } } }"
    place = invited["invitationId"]
    resent = (await ask(brand.admin, resend, id=place))["resendInvitation"]
    assert resent["invitation"] == {"id": place, "brand": {"id": brand.id}}
    assert (await refused(other.admin, cancel, id=place))[0]["extensions"]["code"] == "NOT_FOUND"
    assert (await ask(brand.admin, cancel, id=place))["cancelInvitation"]["deletedId"] == place
    again = (await ask(brand.admin, resend, id=place))["resendInvitation"]
    assert (again["invitation"], again["problem"]["__typename"]) == (None, "ConflictProblem")


async def test_answering_an_invitation(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    person = await world.signed_in()
    for each in (brand, other):
        people = [{"email": person.email, "role": "VIEWER"}]
        await ask(each.admin, INVITE, input={"brandId": each.id, "invitations": people})
    told = data(await person.get("/users/me/invitations"))
    assert len(told) == 2
    await assert_alike(person, "ownInvitations", "OwnInvitation", told)
    accepted = next(each["id"] for each in told if each["brandName"] == brand.name)
    declined = next(each["id"] for each in told if each["brandName"] == other.name)
    accept = "mutation($id: ID!) { acceptInvitation(id: $id) { brandId brand { name } problem { __typename } } }"
    (error,) = await refused(brand.viewer, accept, id=accepted)
    assert error["extensions"]["status"] in (404, 410)
    joined = (await ask(person, accept, id=accepted))["acceptInvitation"]
    assert joined == {"brandId": brand.id, "brand": {"name": brand.name}, "problem": None}
    decline = "mutation($id: ID!) { declineInvitation(id: $id) { deletedId problem { __typename } } }"
    assert (await ask(person, decline, id=declined))["declineInvitation"]["deletedId"] == declined
    assert (await ask(person, "{ ownInvitations { id } }"))["ownInvitations"] == []
    again = await person.post(f"/users/me/invitations/{accepted}/accept")
    assert (await refused(person, accept, id=accepted))[0]["extensions"]["status"] == again.status_code
    join = "mutation($input: JoinBrandInput!) { joinBrand(input: $input) { brandId } }"
    (error,) = await refused(person, join, input={"token": "x" * 43})
    rest = await person.post("/users/invitations/accept", {"token": "x" * 43})
    assert (error["extensions"]["status"], error["extensions"]["code"]) == (
        rest.status_code,
        rest.json()["error"]["code"],
    )
