"""The permitted callers of the functions of identity, as data: see functions.py, which includes them.

Most are for the service role alone: they run before a caller is authenticated, so the user is an argument.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from tests.tenancy.callables import SERVICE, Function, brand, fixed, nothing, of, user
from tests.tenancy.matrix import ADMINS, EVERYONE, OWNER, PLATFORM
from tests.tenancy.scene import BLIND_INDEX, CIPHERTEXT, KEYS, Scene

HASH = "b" * 64
EVERY_KEY = frozenset(f"{owner} by a key for {scope}" for owner, scopes in KEYS.items() for scope in scopes) | {
    "other by a key"
}


def told(argument: str, **facts: Any) -> Callable[[Scene], dict[str, Any]]:
    """A document about the tenant's editor, in their session."""

    def arguments(scene: Scene) -> dict[str, Any]:
        editor = scene.tenant.people["editor"]
        about = {"userId": str(editor.user_id), "sessionId": str(editor.session_id)}
        return {argument: Jsonb(about | facts)}

    return arguments


def in_session(**more: Any) -> Callable[[Scene], dict[str, Any]]:
    def arguments(scene: Scene) -> dict[str, Any]:
        editor = scene.tenant.people["editor"]
        return {"user_id": editor.user_id, "session_id": editor.session_id, **more}

    return arguments


def of_factor(scene: Scene) -> dict[str, Any]:
    return in_session(factor_id=scene.rows["mfa_factors"]["id"])(scene)


def request_of_brand(**facts: Any) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"request": Jsonb({"brandId": str(scene.tenant.brand_id), **facts})}


def resent(scene: Scene) -> dict[str, Any]:
    request = {"invitationId": str(scene.rows["invitations"]["id"]), "tokenHash": HASH, "mail": CIPHERTEXT}
    return {"request": Jsonb(request)}


def declined(scene: Scene) -> dict[str, Any]:
    """The brand's invitation, which was sent to another user."""
    answer = {"invitationId": str(scene.rows["invitations"]["id"]), "emailIndexes": [], "isAccepted": False}
    return {"request": Jsonb(answer)}


def key_of(scene: Scene) -> dict[str, Any]:
    return request_of_brand(
        name="x", prefix="mix_test_abcdef", keyHash=uuid4().hex * 2, scopes=["read"], allowedAddresses=[]
    )(scene)


def replaced(scene: Scene) -> dict[str, Any]:
    place = {"table": "public.user_sessions", "column": "address", "key": str(uuid4()), "ciphertext": CIPHERTEXT}
    return {"place": Jsonb(place | {"replacement": CIPHERTEXT})}


def opening(scene: Scene) -> dict[str, Any]:
    """A session that Auth knows and our sign-in has not opened yet."""
    return told("sign_in", sessionId=str(scene.tenant.auth_session))(scene)


LINK = fixed(token=Jsonb({"purpose": "password_reset", "email": "nobody@people.test", "emailIndexes": [BLIND_INDEX]}))
PERSON = fixed(who=Jsonb({"email": "nobody@people.test", "emailIndexes": [BLIND_INDEX]}))
EMPTY_MAPPING = told("mapping", connectionId=str(uuid4()), groups=[])

CHOSEN = Jsonb(
    dict.fromkeys(("email_enabled", "content_updates", "new_comments", "task_reminders", "marketing"), True)
    | {"digest": "daily"}
)

IDENTITY: dict[str, Function] = {
    "open_session": Function(SERVICE, opening),
    "read_session": Function(SERVICE, lambda scene: {"session_id": scene.tenant.people["editor"].session_id}),
    "keep_session": Function(SERVICE, in_session()),
    "extend_session": Function(SERVICE, in_session()),
    "reauthenticate_session": Function(SERVICE, in_session()),
    "end_reused_session": Function(SERVICE, lambda scene: in_session()(scene) | {"session_id": uuid4()}),
    "end_refused_session": Function(SERVICE, lambda scene: in_session()(scene) | {"session_id": uuid4()}),
    "begin_refresh": Function(SERVICE, told("wanted", isOurs=True)),
    "record_refresh": Function(SERVICE, in_session()),
    "claim_refresh": Function(SERVICE, fixed(wanted=Jsonb({"digest": HASH, "hasAnswer": False}))),
    "finish_refresh": Function(SERVICE, told("done", spent=uuid4().hex * 2, issued=uuid4().hex * 2)),
    "release_refresh": Function(SERVICE, lambda _: {"session_id": uuid4()}),
    "end_sso_sessions": Function(
        SERVICE, fixed(logout=Jsonb({"connectionId": str(uuid4()), "subjectDigest": HASH, "indexDigests": []}))
    ),
    "read_sso_session": Function(SERVICE, lambda _: {"session_id": uuid4()}),
    "end_stolen_sessions": Function(SERVICE, nothing),
    "avatar_paths": Function(SERVICE, lambda _: {"user_id": uuid4()}),
    "forget_auth_records": Function(SERVICE, lambda _: {"user_id": uuid4()}),
    "record_failed_sign_in": Function(
        SERVICE, fixed(failure=Jsonb({"email": "nobody@people.test", "emailIndexes": [BLIND_INDEX], "reason": "x"}))
    ),
    "end_expired_sessions": Function(SERVICE, nothing),
    "announce_expired_memberships": Function(SERVICE, nothing),
    "check_oidc_person": Function(SERVICE, PERSON),
    "forget_ended_sessions": Function(SERVICE, nothing),
    "forget_auth_sessions": Function(SERVICE, nothing),
    "read_factors": Function(SERVICE, user("editor")),
    "add_factor": Function(SERVICE, told("factor", id=str(uuid4()), kind="totp", secret=CIPHERTEXT)),
    "pass_second_factor": Function(
        SERVICE,
        lambda scene: told("passed", factorId=str(scene.rows["mfa_factors"]["id"]), step=1, newCodeHashes=[])(scene),
    ),
    "remove_factor": Function(SERVICE, of_factor),
    "renew_backup_codes": Function(SERVICE, in_session(code_hashes=Jsonb([HASH]))),
    "request_link": Function(SERVICE, LINK),
    "read_link": Function(SERVICE, fixed(token_hash=HASH, purpose="password_reset")),
    "spend_link": Function(SERVICE, fixed(token_hash=HASH)),
    "read_password_history": Function(SERVICE, user("editor")),
    "record_password": Function(SERVICE, told("change", passwordHash="x" * 60, action="password_change")),
    "permit_credential_change": Function(SERVICE, user("editor")),
    "request_email_change": Function(
        SERVICE,
        told("token", purpose="email_change", tokenHash=HASH, newEmail=CIPHERTEXT, mail=CIPHERTEXT, warning=CIPHERTEXT),
    ),
    "record_email": Function(SERVICE, told("change", emailIndex=BLIND_INDEX, action="email_change")),
    "settle_invitation_mail": Function(SERVICE, lambda _: {"invitation_id": uuid4(), "delivery": "sent"}),
    "read_invitation": Function(SERVICE, fixed(token_hash=HASH)),
    "find_sso_connection": Function(SERVICE, fixed(asked=Jsonb({"domain": "nowhere.test"}))),
    "find_sso_person": Function(SERVICE, PERSON),
    "map_sso_roles": Function(SERVICE, EMPTY_MAPPING),
    "list_sso_connections": Function(PLATFORM, of("sso_connections", "connection_id"), "lists"),
    "create_sso_connection": Function(
        PLATFORM,
        lambda scene: {
            "details": Jsonb(
                {
                    "account_id": str(scene.rows["accounts"]["id"]),
                    "name": "Other",
                    "entity_id": f"urn:{uuid4()}",
                    "sign_on_url": "https://idp.test/sso",
                    "certificates": ["x"],
                    "domains": [f"{uuid4()}.test"],
                }
            )
        },
    ),
    "update_sso_connection": Function(
        PLATFORM, of("sso_connections", "connection_id", changes=Jsonb({"name": "Renamed"}))
    ),
    "delete_sso_connection": Function(PLATFORM, of("sso_connections", "connection_id")),
    "erase_person": Function(SERVICE, in_session()),
    "next_ciphertexts": Function(SERVICE, fixed(newest=1)),
    "replace_ciphertext": Function(SERVICE, replaced),
    "next_email_indexes": Function(SERVICE, fixed(newest=1)),
    "replace_email_index": Function(SERVICE, user("editor", email="x", email_index=BLIND_INDEX)),
    "key_versions_in_use": Function(SERVICE, nothing),
    # The caller's own sessions, even untrusted ones: signing out is always permitted.
    "end_own_sessions": Function(OWNER, lambda scene: {"which": [scene.tenant.people["editor"].session_id]}),
    "set_notification_preferences": Function(EVERYONE, fixed(preferences=CHOSEN, version=1)),
    "forget_device": Function(OWNER, of("trusted_devices", "device_id")),
    "living_sessions": Function(OWNER | PLATFORM, user("editor")),
    "unlock_user": Function(PLATFORM, user("editor")),
    "export_person": Function(EVERYONE, nothing),
    "find_api_key": Function(SERVICE | {"anonymous"}, fixed(key_hashes=[HASH])),
    "create_api_key": Function(ADMINS, key_of),
    "list_api_keys": Function(ADMINS, brand(), "lists"),
    "revoke_api_key": Function(ADMINS, of("api_keys", "key_id")),
    "invite_members": Function(ADMINS, request_of_brand(invitations=[])),
    "list_invitations": Function(ADMINS, brand(), "lists"),
    "resend_invitation": Function(ADMINS, resent),
    "cancel_invitation": Function(ADMINS, of("invitations", "invitation_id")),
    # Callers with another address are told that there is no invitation.
    "accept_own_invitation": Function(
        frozenset(), lambda _: {"request": Jsonb({"tokenHash": HASH, "emailIndexes": [BLIND_INDEX]})}
    ),
    "list_own_invitations": Function(EVERYONE, lambda _: {"request": Jsonb({"emailIndexes": []})}),
    "answer_own_invitation": Function(frozenset(), declined),
    # Not its last admin.
    "leave_brand": Function(frozenset({"viewer", "editor", "admin", "restricted"}), brand()),
    # For API keys, each about itself, and no people.
    "note_api_key_use": Function(EVERY_KEY, lambda _: {"request": Jsonb({"keyHash": HASH})}),
    "removal_impact": Function(ADMINS, lambda scene: brand(user_id=scene.tenant.people["editor"].user_id)(scene)),
    "search_people": Function(ADMINS | {"editor"}, brand(), "lists"),
    "record_denial": Function(EVERYONE | SERVICE | {"unverified"}, lambda _: {"request": Jsonb({"path": "/x"})}),
}
