"""Events of providers: only those that they signed, each once, and no mail to addresses that refuse it."""

import json
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from local.mail.events import sendgrid_event, ses_event
from local.mail.signing import sendgrid_headers
from local.stack.client import RunningStack
from local.stack.settings import MAIL_TOPIC
from tests.notify.support import address, message
from tests.support.world import World

pytestmark = pytest.mark.anyio


def known_mail(world: World, *, tracks: bool = True, category: str = "tasks") -> str:
    """Adds a mail of a brand that was sent, and returns its id."""
    return world.rows(
        "with brand as (insert into public.brands (name, slug) values (%s, %s) returning id), "
        "settings as (insert into private.mail_settings (brand_id, tracks) select brand.id, %s from brand) "
        "insert into private.mail_messages "
        "(id, brand_id, template, category, status, sent_at, provider, provider_message_id) "
        "select private.uuid_v7(), brand.id, 'task_assigned', %s, 'sent', now(), 'sendgrid', %s from brand "
        "returning id::text",
        f"Aurora {uuid4().hex}", f"aurora-{uuid4().hex}", tracks, category, uuid4().hex,
    )[0]["id"]  # fmt: skip


def suppressions(world: World) -> int:
    return world.rows("select count(*) from private.email_suppressions")[0]["count"]


async def post(world: World, provider: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        url = f"{world.stack.urls['web']}/api/v1/hooks/{provider}"
        return await http.post(url, content=body, headers=headers, timeout=20)


async def report(world: World, *events: Any, **more: Any) -> httpx.Response:
    body = json.dumps(events).encode()
    return await post(world, "sendgrid", body, sendgrid_headers(body, **more))


async def test_sendgrid_events(world: World) -> None:
    mail, to, before = known_mail(world), address(), suppressions(world)
    events = [sendgrid_event(mail, kind, address=to) for kind in ("processed", "delivered", "open", "click")]
    # Twice in one request, and the request twice.
    for _ in range(2):
        assert (await report(world, *events, events[1])).status_code == 204
    known = message(world, mail)
    assert known["status"] == "clicked"
    assert known["delivered_at"]
    assert known["opened_at"]
    assert world.rows("select count(*) from private.mail_events where mail_id = %s", mail) == [{"count": 3}]
    assert suppressions(world) == before


@pytest.mark.parametrize(
    ("event", "more", "status", "is_suppressed"),
    [
        ("bounce", {"type": "bounce"}, "bounced", True),
        ("bounce", {"type": "blocked"}, "failed", False),
        ("spamreport", {}, "complained", True),
        ("dropped", {"reason": "Bounced Address"}, "failed", True),
        ("dropped", {"reason": "Invalid SMTPAPI header"}, "failed", False),
        ("open", {"sg_machine_open": True}, "sent", False),
        ("deferred", {}, "sent", False),
    ],
)
async def test_what_sendgrid_says_of_an_address(
    world: World, event: str, more: dict[str, Any], status: str, *, is_suppressed: bool
) -> None:
    mail, before = known_mail(world), suppressions(world)
    for _ in range(2):
        assert (await report(world, sendgrid_event(mail, event, address=address(), **more))).status_code == 204
        assert message(world, mail)["status"] == status
    assert suppressions(world) == before + (2 if is_suppressed else 0)


async def test_an_event_without_our_id_is_found_by_the_provider(world: World) -> None:
    mail = known_mail(world)
    provider_id = message(world, mail)["provider_message_id"]
    event = sendgrid_event("", "delivered", address=address(), sg_message_id=f"{provider_id}.filter0001.1.2-3")
    assert (await report(world, event)).status_code == 204
    assert message(world, mail)["status"] == "delivered"


@pytest.mark.parametrize(("tracks", "category"), [(False, "tasks"), (True, "security"), (True, "invitations")])
async def test_what_is_not_tracked_is_not_recorded(world: World, category: str, *, tracks: bool) -> None:
    mail, to = known_mail(world, tracks=tracks, category=category), address()
    events = [sendgrid_event(mail, kind, address=to) for kind in ("open", "click", "delivered")]
    assert (await report(world, *events)).status_code == 204
    known = message(world, mail)
    assert (known["status"], known["opened_at"], known["clicked_at"]) == ("delivered", None, None)
    assert world.rows("select kind from private.mail_events where mail_id = %s", mail) == [{"kind": "delivered"}]


async def test_a_bounce_holds_for_a_week_and_longer_each_time(world: World) -> None:
    from lib.core.security.crypto import read_ring

    to = address()
    index = read_ring(world.stack.environment["ENCRYPTION_KEYS"]).blind_indexes(to, "email")[0]

    async def bounce(*kinds: str) -> dict[str, Any]:
        events = [sendgrid_event(known_mail(world), kind, address=to) for kind in kinds]
        assert (await report(world, *events)).status_code == 204
        return world.rows(
            "select reason, times, round(extract(epoch from until - now()) / 86400)::integer as days "
            "from private.email_suppressions where email_index = %s",
            index,
        )[0]

    assert await bounce("bounce", "bounce") == {"reason": "bounce", "times": 1, "days": 7}
    assert await bounce("bounce") == {"reason": "bounce", "times": 1, "days": 7}
    for times, days in ((2, 14), (3, 28)):
        world.rows("update private.email_suppressions set until = now() where email_index = %s", index)
        assert await bounce("bounce") == {"reason": "bounce", "times": times, "days": days}
    assert await bounce("spamreport") == {"reason": "complaint", "times": 4, "days": None}
    assert await bounce("bounce") == {"reason": "complaint", "times": 4, "days": None}


async def test_as_many_events_as_sendgrid_sends(world: World) -> None:
    mails = [known_mail(world) for _ in range(3)]
    events = [sendgrid_event(mail, "delivered", address="reader@aurora.test") for mail in mails for _ in range(1_600)]
    assert (await report(world, *events)).status_code == 204
    assert world.rows("select count(*) from private.mail_events where mail_id = any(%s::uuid[])", mails) == [
        {"count": 4_800}
    ]


async def test_a_complaint_outweighs_what_comes_late(world: World) -> None:
    mail, to = known_mail(world), address()
    for kind in ("spamreport", "open", "delivered"):
        await report(world, sendgrid_event(mail, kind, address=to))
    assert message(world, mail)["status"] == "complained"


async def test_forged_and_stale_events_of_sendgrid(world: World) -> None:
    mail = known_mail(world)
    body = json.dumps([sendgrid_event(mail, "bounce", address=address())]).encode()
    good = sendgrid_headers(body)
    signature, timestamp = (name for name in good if name.startswith("X-"))
    other = ec.generate_private_key(ec.SECP256R1()).sign(good[timestamp].encode() + body, ec.ECDSA(SHA256()))
    refused = [
        {"Content-Type": "application/json"},
        {name: value for name, value in good.items() if name != timestamp},
        good | {timestamp: str(int(good[timestamp]) + 1)},
        good | {timestamp: "x"},
        good | {signature: "not base64"},
        good | {signature: b64encode(other).decode()},
        sendgrid_headers(body + b" "),
        sendgrid_headers(body, at=time.time() - 400),
        sendgrid_headers(body, at=time.time() + 400),
    ]
    for headers in refused:
        assert (await post(world, "sendgrid", body, headers)).status_code == 403, headers
    assert message(world, mail)["status"] == "sent"


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"[" * 100_000, b'"\xff"'])
async def test_a_signed_body_that_is_no_list(world: World, body: bytes) -> None:
    assert (await post(world, "sendgrid", body, sendgrid_headers(body))).status_code in (400, 413)


async def test_signed_nonsense_is_passed_over(world: World) -> None:
    mail, to = known_mail(world), address()
    nonsense: list[Any] = [
        None, 1, [], {}, {"event": "open"}, {"event": ["open"], "sg_event_id": "x"},
        sendgrid_event(mail, "open", address=to, timestamp="yesterday"),
        sendgrid_event(mail, "open", address=to, timestamp=10**30),
        sendgrid_event(mail, "open", address=to, sg_event_id="\x00" + "x" * 5000),
        sendgrid_event("no id", "bounce", address="\ud800"),
        {"event": "bounce", "sg_event_id": uuid4().hex, "email": {"a": 1}, "mail_id": 7},
    ]  # fmt: skip
    assert (await report(world, *nonsense)).status_code == 204
    assert message(world, mail)["status"] == "opened"


async def test_the_stand_in_reports_on_request(world: World) -> None:
    mail, web = known_mail(world), world.stack.urls["web"]
    wanted = {"hook": f"{web}/api/v1/hooks/sendgrid", "provider": "sendgrid", "mailId": mail, "event": "delivered"}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{world.stack.urls['mail']}/events", json=wanted | {"to": address()})
        assert answer.json() == {"status": 204}
        assert message(world, mail)["status"] == "delivered"
        more = {"hook": f"{web}/api/v1/hooks/ses", "provider": "ses", "event": "Complaint", "topic": MAIL_TOPIC}
        answer = await http.post(f"{world.stack.urls['mail']}/events", json=wanted | more | {"to": address()})
        assert answer.json() == {"status": 204}
    assert message(world, mail)["status"] == "complained"


async def reported(world: World, wanted: dict[str, Any]) -> dict[str, str]:
    """Returns a message of SNS that the stand-in has signed."""
    async with httpx.AsyncClient() as http:
        return (await http.post(f"{world.stack.urls['mail']}/signed", json=wanted)).json()


async def post_sns(world: World, sent: dict[str, str]) -> int:
    headers = {"Content-Type": "text/plain; charset=UTF-8"}
    return (await post(world, "ses", json.dumps(sent).encode(), headers)).status_code


@pytest.mark.parametrize(
    ("event", "more", "status", "is_suppressed"),
    [
        ("Delivery", {}, "delivered", False),
        ("Open", {}, "opened", False),
        ("Click", {}, "clicked", False),
        ("Bounce", {}, "bounced", True),
        ("Bounce", {"bounceType": "Transient"}, "failed", False),
        ("Complaint", {}, "complained", True),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, "complained", False),
        ("Send", {}, "sent", False),
    ],
)
async def test_ses_events(world: World, event: str, more: dict[str, Any], status: str, *, is_suppressed: bool) -> None:
    mail, before = known_mail(world), suppressions(world)
    sent = await reported(world, {"message": ses_event(mail, event, address=address(), **more), "topic": MAIL_TOPIC})
    for _ in range(2):
        assert await post_sns(world, sent) == 204
    assert message(world, mail)["status"] == status
    assert suppressions(world) == before + is_suppressed


async def test_forged_and_stale_messages_of_sns(world: World) -> None:
    mail = known_mail(world)
    event = ses_event(mail, "Bounce", address=address())
    good = await reported(world, {"message": event, "topic": MAIL_TOPIC})
    old = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    signed = [
        {"message": event, "topic": "arn:aws:sns:eu-west-1:123456789012:other"},
        {"message": event, "topic": MAIL_TOPIC, "SignatureVersion": "1"},
        {"message": event, "topic": MAIL_TOPIC, "Timestamp": old},
        {"message": event, "topic": MAIL_TOPIC, "SigningCertURL": "https://evil.test/SimpleNotificationService-1.pem"},
        {"message": event, "topic": MAIL_TOPIC, "SigningCertURL": f"{world.stack.urls['mail']}/healthz"},
        {
            "message": event,
            "topic": MAIL_TOPIC,
            "SigningCertURL": f"{world.stack.urls['mail']}.evil.test/SimpleNotificationService-1.pem",
        },
    ]
    forged = [
        good | {"Message": good["Message"].replace("Permanent", "permanent")},
        good | {"MessageId": str(uuid4())},
        good | {"Subject": "one that was not signed"},
        good | {"Signature": "AAAA"},
        good | {"Signature": "%"},
        good | {"Type": "UnsubscribeConfirmation"},
        {name: value for name, value in good.items() if name != "Signature"},
    ]
    for sent in [*[await reported(world, each) for each in signed], *forged]:
        assert await post_sns(world, sent) == 403, sent
    assert message(world, mail)["status"] == "sent"
    assert await post_sns(world, good) == 204
    assert message(world, mail)["status"] == "bounced"


async def test_a_certificate_that_cannot_be_fetched_now(world: World) -> None:
    """SNS sends a message again that is answered by 5xx, and none that is answered by 4xx."""
    event, mail = ses_event(known_mail(world), "Bounce", address=address()), world.stack.urls["mail"]
    for status, answered in ((500, 503), (429, 503), (404, 403), (403, 403)):
        certificate = f"{mail}/SimpleNotificationService-status{status}x{uuid4().hex}.pem"
        sent = await reported(world, {"message": event, "topic": MAIL_TOPIC, "SigningCertURL": certificate})
        assert await post_sns(world, sent) == answered, status


async def test_a_subscription_is_confirmed_at_sns_only(world: World) -> None:
    mark, mail = uuid4().hex, world.stack.urls["mail"]
    wanted = {"message": "confirm", "topic": MAIL_TOPIC, "Type": "SubscriptionConfirmation", "Token": mark}
    sent = await reported(world, wanted | {"SubscribeURL": f"{mail}/confirm?Token={mark}"})
    assert await post_sns(world, sent) == 204
    async with httpx.AsyncClient() as http:
        visited = (await http.get(f"{mail}/received-hooks", params={"path": "/confirm"})).json()
    assert [f"Token={mark}"] == [visit["body"] for visit in visited if mark in visit["body"]]
    sent = await reported(world, wanted | {"SubscribeURL": f"{world.stack.urls['web']}/confirm?Token={mark}"})
    assert await post_sns(world, sent) == 403


async def test_a_message_of_a_topic_that_is_tried(world: World) -> None:
    assert (
        await post_sns(world, await reported(world, {"message": "Successfully validated", "topic": MAIL_TOPIC})) == 204
    )


def test_addresses_of_sns(shared_stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> None:
    from lib.core.http.errors import Forbidden
    from lib.notify.mail.hooks import sns
    from lib.notify.settings import get_mail_settings

    for name, value in (shared_stack.environment | {"SNS_ENDPOINT_URL": ""}).items():
        monkeypatch.setenv(name, value)
    get_mail_settings.cache_clear()
    good = ("https://sns.eu-west-1.amazonaws.com/x", "https://sns.cn-north-1.amazonaws.com.cn/x")
    bad = (
        "http://sns.eu-west-1.amazonaws.com/x", "https://sns.eu-west-1.amazonaws.com.evil.test/x", "https://evil.test/x",
        "https://sns.eu-west-1.amazonaws.com:8443/x", "https://a@sns.eu-west-1.amazonaws.com/x", "https://[", "",
        "https://evil.test#sns.eu-west-1.amazonaws.com/x", "https://s3.amazonaws.com/sns.eu-west-1.amazonaws.com",
    )  # fmt: skip
    for url in good:
        assert sns._require_host(url) == url  # pyright: ignore[reportPrivateUsage]
    for url in bad:
        with pytest.raises(Forbidden):
            sns._require_host(url)  # pyright: ignore[reportPrivateUsage]


async def test_nobody_records_events_without_the_functions(world: World) -> None:
    mail = known_mail(world)
    events = [{"provider": "ses", "eventId": "x", "kind": "bounced", "mailId": mail, "at": "2026-01-01T00:00:00Z"}]
    brand = await world.brand()
    for caller in (world.data_api(None, proof=None), world.data_api(brand.admin.access_token, proof=None)):
        answer = await caller.http.post("/rpc/record_mail_events", json={"events": events})
        assert answer.status_code in (401, 403)
    assert message(world, mail)["status"] == "sent"
