import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.config import ConfigurationError, read_settings
from lib.core.security.crypto import DecryptionFailed, KeyRing, read_ring
from tools.package import ENVIRONMENT

OLD, NEW = {1: b"1" * 32}, {1: b"1" * 32, 2: b"2" * 32}


@given(st.text(max_size=200), st.text(max_size=50))
def test_a_value_decrypts_for_its_owner_only(text: str, owner: str) -> None:
    ring = KeyRing(NEW)
    sealed = ring.encrypt(text, owner)
    assert sealed.startswith("v2.")
    assert ring.decrypt(sealed, owner) == text
    with pytest.raises(DecryptionFailed):
        ring.decrypt(sealed, owner + "x")


def test_the_same_text_is_never_encrypted_alike() -> None:
    ring = KeyRing(OLD)
    assert len({ring.encrypt("x", "o") for _ in range(100)}) == 100


def test_old_keys_open_and_new_ones_close() -> None:
    sealed = KeyRing(OLD).encrypt("x", "o")
    assert KeyRing(NEW).decrypt(sealed, "o") == "x"
    with pytest.raises(DecryptionFailed):
        KeyRing({2: NEW[2]}).decrypt(sealed, "o")
    with pytest.raises(DecryptionFailed):
        KeyRing({1: b"3" * 32}).decrypt(sealed, "o")


@given(st.integers(min_value=0, max_value=200))
def test_a_changed_character_is_noticed(place: int) -> None:
    sealed = KeyRing(OLD).encrypt("a text of some length", "o")
    # Not the last character, which has spare bits that decoding drops.
    place = 3 + place % (len(sealed) - 4)
    other = "A" if sealed[place] != "A" else "B"
    with pytest.raises(DecryptionFailed):
        KeyRing(OLD).decrypt(sealed[:place] + other + sealed[place + 1 :], "o")


@pytest.mark.parametrize(
    "text", ["", "x", "v1.", "v1.%%%", "v9." + "A" * 60, "v1." + "A" * 60, "clear text", "v1." + "A" * 39]
)
def test_malformed_ciphertext_is_refused(text: str) -> None:
    with pytest.raises(DecryptionFailed):
        KeyRing(OLD).decrypt(text, "o")


def test_hashes_are_found_under_every_key_and_serve_one_purpose() -> None:
    old, new = KeyRing(OLD), KeyRing(NEW)
    assert new.digests("x", "p")[1] == old.digests("x", "p")[0]
    assert new.blind_indexes("x", "p")[1] == old.blind_indexes("x", "p")[0]
    assert new.blind_indexes("x", "p")[0].startswith("v2.")
    assert old.digests("x", "p") != old.digests("x", "q")
    assert old.digests("x", "p") != old.digests("y", "p")


def test_reading_a_ring() -> None:
    keys = [base64.b64encode(os.urandom(32)).decode() for _ in range(2)]
    assert read_ring(f"v1:{keys[0]}, v12:{keys[1]}").newest == 12


@pytest.mark.parametrize(
    "text", ["x", "v1:short", "v0:" + "A" * 43, "1:" + "A" * 43, "v1:" + "%" * 43, "v1:" + "A" * 43 + ",", ","]
)
def test_a_ring_that_cannot_be_fails_at_the_start(text: str) -> None:
    with pytest.raises(ConfigurationError, match="ENCRYPTION_KEYS"):
        read_settings(ENVIRONMENT | {"ENCRYPTION_KEYS": text})
