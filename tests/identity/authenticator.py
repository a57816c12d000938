"""A security key in software: answers WebAuthn options as a browser and an authenticator do (Level 3 §6, §7)."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    origin: str
    rp_id: str
    flags: int = USER_PRESENT | USER_VERIFIED
    sign_count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))

    def _client_data(self, kind: str, challenge: str) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(data).encode()

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.sign_count) + more

    def _signed(self, data: bytes, client_data: bytes) -> bytes:
        return self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Returns a packed self-attestation (§8.2)."""
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        credential = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cose
        data = self._data(self.flags | ATTESTED, credential)
        client_data = self._client_data("webauthn.create", options["challenge"])
        statement = {"alg": -7, "sig": self._signed(data, client_data)}
        attestation = cbor2.dumps({"fmt": "packed", "attStmt": statement, "authData": data})
        response = {
            "clientDataJSON": encoded(client_data),
            "attestationObject": encoded(attestation),
            "transports": ["usb"],
        }
        return self._credential(response)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        self.sign_count += 1
        data = self._data(self.flags)
        client_data = self._client_data("webauthn.get", options["challenge"])
        response = {
            "clientDataJSON": encoded(client_data),
            "authenticatorData": encoded(data),
            "signature": encoded(self._signed(data, client_data)),
        }
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = encoded(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
