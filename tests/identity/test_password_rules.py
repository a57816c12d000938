"""A password holds no name and no address of its owner, in whatever case and composition either is written."""

import pytest

from lib.core.http.errors import ValidationFailed
from lib.identity.passwords.rules import check_strength

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("known", "password"),
    [
        ("Editor@aurora.test", "eDiToR-7!qLzVbw#Kp"),
        ("josé@aurora.test", "JOSE\u0301-7!qLzVbw#Kp"),
        ("İbrahim@aurora.test", "ibrahim-7!QLzVbw#Kp"),
        ("groß@aurora.test", "GROSS-7!qLzVbw#Kp"),
    ],
)
async def test_a_name_is_found_in_every_case_and_composition(known: str, password: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await check_strength(password, known=[known])
    assert caught.value.details is not None
    assert any("must not contain your name" in detail["message"] for detail in caught.value.details)


async def test_other_passwords_may_be_used() -> None:
    await check_strength("Jo-7!qLzVbw#KpGross", known=["josé@aurora.test"])
