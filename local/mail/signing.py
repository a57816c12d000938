"""Signs events of mails as SendGrid and SNS do, with keys that everybody knows."""

import base64
import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# Any number below the order of P-256 is a private key.
_SENDGRID_KEY: Final = ec.derive_private_key(0x6C6F63616C2D6D61696C, ec.SECP256R1())
_SNS_FIELDS: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
# Another name in each process: who keeps a certificate asks for the new one.
CERTIFICATE: Final = f"SimpleNotificationService-{secrets.token_hex(16)}.pem"


def sendgrid_public_key() -> str:
    """Returns the verification key, as SendGrid shows it: DER in base64."""
    der = _SENDGRID_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def sendgrid_headers(body: bytes, *, at: float | None = None) -> dict[str, str]:
    """Returns the headers of a request with events. at: Unix time in seconds; now by default."""
    timestamp = str(int(time.time() if at is None else at))
    signature = _SENDGRID_KEY.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
    return {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }


@lru_cache(maxsize=1)
def _sns_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@lru_cache(maxsize=1)
def sns_certificate() -> bytes:
    """Returns the certificate of this process in PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_sns_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(_sns_key(), SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


def sns_message(message: Any, *, topic: str, origin: str, **changes: str) -> dict[str, str]:
    """Returns a signed message of SNS. changes: other parts than the usual ones, which are signed as well."""
    parts = {
        "Type": "Notification",
        "MessageId": str(uuid4()),
        "TopicArn": topic,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SignatureVersion": "2",
        "SigningCertURL": f"{origin}/{CERTIFICATE}",
    } | changes
    text = "".join(f"{name}\n{parts[name]}\n" for name in _SNS_FIELDS[parts["Type"]] if name in parts)
    signature = _sns_key().sign(text.encode(), padding.PKCS1v15(), SHA256())
    return parts | {"Signature": base64.b64encode(signature).decode()}
