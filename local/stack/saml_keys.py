"""The key of the local stack as a SAML service provider: made once, and kept with the data of the stack."""

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def new_key(name: str = "local") -> str:
    """Returns a new key with its certificate, as an entry of SAML_KEYS."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    made = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=3650))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # By its first word a deployment recognises and refuses it (lib/core/settings/refusals.py).
    return base64.b64encode(b"local-key\n" + private + made.sign(key, SHA256()).public_bytes(Encoding.PEM)).decode()


def saml_keys(folder: Path) -> str:
    """Returns SAML_KEYS of the stack whose data is in ``folder``."""
    file = folder / "saml_keys.txt"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Several processes may start at once: the first one to finish decides.
        draft = folder / f"saml_keys.{os.getpid()}"
        draft.write_text(new_key())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()
