"""Tests signatures by Standard Webhooks against the reference implementation, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from lib.core.security.webhook_signatures import SignatureRefused, make_secret, signed_headers, verify


def now() -> datetime:
    return datetime.now(UTC)


def test_the_example_of_the_specification() -> None:
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body='{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_either_of_two_secrets_verifies() -> None:
    secrets = [make_secret(), make_secret()]
    headers = signed_headers(secrets, message_id="m", at=now(), body="{}")
    for secret in secrets:
        verify(secret, headers=headers, body=b"{}")
        Webhook(secret).verify("{}", headers)
    with pytest.raises(SignatureRefused):
        verify(make_secret(), headers=headers, body=b"{}")


@pytest.mark.parametrize("age", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_another_time_is_refused(age: timedelta) -> None:
    secret = make_secret()
    with pytest.raises(SignatureRefused):
        verify(secret, headers=signed_headers([secret], message_id="m", at=now() + age, body="{}"), body=b"{}")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_part_is_signed(name: str) -> None:
    secret = make_secret()
    headers = signed_headers([secret], message_id="m", at=now(), body="{}")
    for changed in (headers | {name: headers[name][:-2] + "99"}, {key: headers[key] for key in headers if key != name}):
        with pytest.raises(SignatureRefused):
            verify(secret, headers=changed, body=b"{}")
    with pytest.raises(SignatureRefused):
        verify(secret, headers=headers, body=b"{} ")
