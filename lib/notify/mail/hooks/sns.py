"""Messages of SNS, by which SES reports (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).

Only signature version 2 (SHA-256) is taken, only of topics that the settings name, and only with a certificate from a
host of SNS. The certificate is fetched by the guarded client and kept for a day.
"""

import base64
import binascii
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lib.core.config import get_settings
from lib.core.http.errors import Forbidden, ServiceUnavailable, ValidationFailed
from lib.core.memory import Memory
from lib.core.security.outgoing import SendFailed, send
from lib.notify.settings import get_mail_settings

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CONFIRMATION: Final = "SubscriptionConfirmation"
NOTIFICATION: Final = "Notification"
MAX_AGE: Final = timedelta(hours=1)
MAX_AHEAD: Final = timedelta(minutes=5)
SECONDS: Final = 5.0
CERTIFICATE_SECONDS: Final = 86_400
MAX_CERTIFICATE: Final = 20_000
_HOST: Final = re.compile(r"sns\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?")
_CERTIFICATE_PATH: Final = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]+\.pem")
# In the order in which they are signed; those that a message does not have are left out.
_SIGNED: Final = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}

_certificates: Final = Memory[str, "Certificate"](20)


def read_message(body: bytes) -> dict[str, str]:
    """Returns the parts of a message that are texts. Raises ValidationFailed."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationFailed("the body is no JSON") from error
    if not isinstance(message, dict):
        raise ValidationFailed("the body is no message of SNS")
    return {str(name): value for name, value in message.items() if isinstance(value, str)}


async def verify(message: dict[str, str]) -> None:
    """Verifies a message. Raises Forbidden unless SNS signed it for one of our topics within the last hour."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    topics = get_mail_settings().ses_topic_arns
    if message.get("TopicArn") not in topics:
        raise Forbidden("this topic is not one of ours")
    if message.get("SignatureVersion") != "2":
        raise Forbidden("the topic must sign by SignatureVersion 2")
    signed = _SIGNED.get(message.get("Type", ""))
    if signed is None:
        raise Forbidden("messages of this type are not taken")
    _require_recent(message.get("Timestamp", ""))
    certificate = await _certificate(message.get("SigningCertURL", ""))
    text = "".join(f"{name}\n{message[name]}\n" for name in signed if name in message)
    try:
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise Forbidden("the certificate is of another kind")
        key.verify(base64.b64decode(message.get("Signature", ""), validate=True), text.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise Forbidden("the signature is wrong") from error


async def confirm_subscription(message: dict[str, str]) -> None:
    """Confirms the subscription of a verified message. Raises Forbidden and ServiceUnavailable."""
    url = _require_host(message.get("SubscribeURL", ""))
    try:
        answer = await send("GET", url, headers={}, seconds=SECONDS)
    except SendFailed as error:
        raise ServiceUnavailable("SNS cannot be reached") from error
    if answer.status >= 300:
        raise ServiceUnavailable("SNS did not confirm the subscription")


def _require_recent(timestamp: str) -> None:
    try:
        sent = datetime.fromisoformat(timestamp)
        age = datetime.now(UTC) - sent
    except (ValueError, TypeError, OverflowError) as error:
        raise Forbidden("the message has no time") from error
    if not -MAX_AHEAD <= age <= MAX_AGE:
        raise Forbidden("the message is too old")


def _require_host(url: str) -> str:
    """Returns a URL of SNS. Raises Forbidden for any other."""
    stand_in = get_mail_settings().sns_endpoint_url
    if stand_in is not None and get_settings().environment == "local":
        if url.startswith(f"{stand_in}/"):
            return url
        raise Forbidden("the address is not one of SNS")
    try:
        parts = urlsplit(url)
        is_ours = parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
    except ValueError:
        is_ours = False
    if not is_ours:
        raise Forbidden("the address is not one of SNS")
    return url


async def _certificate(url: str) -> "Certificate":
    from cryptography.x509 import load_pem_x509_certificate

    _require_host(url)
    parts = urlsplit(url)
    if not _CERTIFICATE_PATH.fullmatch(parts.path) or parts.query or parts.fragment:
        raise Forbidden("the certificate is not one of SNS")
    found = _certificates.get(url)
    if found is None:
        try:
            answer = await send("GET", url, headers={}, seconds=SECONDS, max_bytes=MAX_CERTIFICATE)
        except SendFailed as error:
            raise ServiceUnavailable("the certificate of SNS cannot be fetched") from error
        # SNS repeats a message that is answered by 5xx, and gives one up that is answered by 4xx.
        if answer.status not in (200, 403, 404):
            raise ServiceUnavailable("the certificate of SNS cannot be fetched")
        if answer.status != 200 or answer.is_cut:
            raise Forbidden("the certificate is not one of SNS")
        try:
            found = load_pem_x509_certificate(answer.body)
        except ValueError as error:
            raise Forbidden("the certificate is not one of SNS") from error
        _certificates.put(url, found, CERTIFICATE_SECONDS)
    if not found.not_valid_before_utc <= datetime.now(UTC) <= found.not_valid_after_utc:
        raise Forbidden("the certificate has expired")
    return found


def read_payload(message: dict[str, str]) -> Any:
    """Returns the JSON that a notification carries; None where it carries other text, as SES does to try a topic."""
    try:
        return json.loads(message.get("Message", ""))
    except (ValueError, RecursionError):
        return None
