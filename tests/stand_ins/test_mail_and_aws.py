from html import escape
from uuid import uuid4

import boto3
import httpx
import pytest
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail

from local.stack.client import RunningStack


def test_mail_is_caught_and_shown(stack: RunningStack) -> None:
    to, subject = f"{uuid4().hex}@people.test", f"Hello <{uuid4().hex}>"
    message = Mail(from_email="noreply@mixerai.test", to_emails=to, subject=subject, plain_text_content="Body & all")
    client = SendGridAPIClient("key", host=stack.environment["SENDGRID_BASE_URL"])
    assert client.send(message).status_code == 202
    caught = httpx.get(f"{stack.urls['mail']}/messages", params={"to": to}).json()
    assert [mail["subject"] for mail in caught] == [subject]
    page = httpx.get(stack.urls["mail"]).text
    assert subject.replace("<", "&lt;").replace(">", "&gt;") in page
    assert "Body &amp; all" in page


def test_mail_is_shown_as_html_that_can_do_nothing(stack: RunningStack) -> None:
    html = f'<p class="x">{uuid4().hex}</p><script>alert(1)</script>'
    message = Mail(from_email="noreply@mixerai.test", to_emails="x@people.test", subject="s", html_content=html)
    message.add_content("text", "text/plain")
    SendGridAPIClient("key", host=stack.environment["SENDGRID_BASE_URL"]).send(message)
    page = httpx.get(stack.urls["mail"]).text
    assert f'<iframe sandbox="allow-popups" title="HTML" srcdoc="{escape(html)}">' in page
    assert "<script>" not in page


def test_a_failure_on_demand(stack: RunningStack) -> None:
    body = {
        "personalizations": [{"to": [{"email": "fault-503-x@people.test"}]}],
        "from": {"email": "noreply@mixerai.test"},
        "subject": "s",
        "content": [{"type": "text/plain", "value": "t"}],
    }
    headers = {"Authorization": "Bearer key"}
    url = f"{stack.environment['SENDGRID_BASE_URL']}/v3/mail/send"
    assert httpx.post(url, json=body, headers=headers).status_code == 503


def test_webhooks_are_caught(stack: RunningStack) -> None:
    path = f"/hooks/{uuid4().hex}"
    httpx.post(f"{stack.urls['mail']}{path}", json={"a": 1}, headers={"X-Signature": "s"})
    caught = httpx.get(f"{stack.urls['mail']}/received-hooks", params={"path": path}).json()
    assert caught[0]["body"].replace(" ", "") == '{"a":1}'
    assert caught[0]["headers"]["x-signature"] == "s"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:botocore")
def test_aws(stack: RunningStack) -> None:
    names = {
        "endpoint_url": stack.environment["AWS_ENDPOINT_URL"],
        "aws_access_key_id": stack.environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": stack.environment["AWS_SECRET_ACCESS_KEY"],
        "region_name": stack.environment["AWS_DEFAULT_REGION"],
    }
    bucket = uuid4().hex
    s3 = boto3.client("s3", **names)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": names["region_name"]})
    s3.put_object(Bucket=bucket, Key="a/b.txt", Body=b"bytes")
    assert s3.get_object(Bucket=bucket, Key="a/b.txt")["Body"].read() == b"bytes"
    ses = boto3.client("sesv2", **names)
    ses.create_email_identity(EmailIdentity="noreply@mixerai.test")
    sent = ses.send_email(
        FromEmailAddress="noreply@mixerai.test",
        Destination={"ToAddresses": ["x@people.test"]},
        Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
    )
    assert sent["MessageId"]
