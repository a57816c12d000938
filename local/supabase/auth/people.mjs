// Finds and shows users as Auth does (https://github.com/supabase/auth/blob/master/internal/models/user.go).

import { randomUUID } from "node:crypto";
import { refuse } from "./errors.mjs";

export const NOBODY = "00000000-0000-0000-0000-000000000000";
// Auth reads these into non-null strings and times: a row with a null in one of them cannot be read at all
// (https://github.com/supabase/auth/issues/1940).
const NEVER_NULL = [
  "aud", "role", "confirmation_token", "recovery_token", "email_change_token_current", "email_change_token_new",
  "email_change", "phone_change_token", "phone_change", "reauthentication_token", "created_at", "updated_at",
];
const EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** In lower case. Letters outside ASCII are refused. */
export function checkEmail(email, status = 400) {
  if (!email) refuse(status, "validation_failed", "An email address is required");
  if (Buffer.byteLength(email) > 255) refuse(status, "validation_failed", "An email address is too long");
  if (!EMAIL.test(email)) refuse(status, "validation_failed", "Unable to validate email address: invalid format");
  return email.toLowerCase();
}

async function load(sql, user, failed) {
  if (!user) return undefined;
  const identities = await sql`select * from auth.identities where user_id = ${user.id} order by created_at`;
  const isWhole = NEVER_NULL.every((name) => user[name] !== null);
  if (!isWhole || identities.some(({ created_at, updated_at }) => !created_at || !updated_at)) {
    refuse(500, "unexpected_failure", failed);
  }
  return { ...user, identities };
}

/** Users of Auth's own single sign-on are not found by their address. */
export async function findByEmail(sql, email, failed = "Database error finding user") {
  const [user] = await sql`select * from auth.users
    where instance_id = ${NOBODY} and lower(email) = ${email.toLowerCase()} and aud = 'authenticated' and is_sso_user = false`;
  return load(sql, user, failed);
}

export async function findById(sql, id, failed = "Database error loading user") {
  const [user] = await sql`select * from auth.users where instance_id = ${NOBODY} and id = ${id}`;
  return load(sql, user, failed);
}

/** Whether another user has an address, as their own or by a provider's identity. */
export async function isTaken(sql, email, besides = NOBODY) {
  const [found] = await sql`
    select from auth.users where lower(email) = ${email} and is_sso_user = false and id <> ${besides}
    union all select from auth.identities
    where email = ${email} and user_id <> ${besides} and provider not like 'sso:%'`;
  return found !== undefined;
}

export const isBanned = (user) => user.banned_until !== null && user.banned_until > new Date();

export function show(user) {
  return {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email ?? "",
    ...(user.email_confirmed_at && { email_confirmed_at: user.email_confirmed_at, confirmed_at: user.email_confirmed_at }),
    phone: user.phone ?? "",
    ...(user.last_sign_in_at && { last_sign_in_at: user.last_sign_in_at }),
    ...(user.banned_until && { banned_until: user.banned_until }),
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    identities: (user.identities ?? []).map((identity) => ({
      identity_id: identity.id,
      id: identity.provider_id,
      user_id: identity.user_id,
      identity_data: identity.identity_data,
      provider: identity.provider,
      last_sign_in_at: identity.last_sign_in_at,
      created_at: identity.created_at,
      updated_at: identity.updated_at,
      email: identity.email,
    })),
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: user.is_anonymous,
  };
}

export async function insertPerson(tx, { id, email, hash, isConfirmed, metadata }) {
  await tx`insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at
    ) values (
      ${NOBODY}, ${id}, 'authenticated', 'authenticated', ${email}, ${hash}, ${isConfirmed ? new Date() : null},
      ${tx.json({ provider: "email", providers: ["email"] })}, ${tx.json(metadata)}, '', '', '', '', now(), now()
    )`;
  await insertEmailIdentity(tx, id, email, false);
}

export async function insertEmailIdentity(tx, id, email, isVerified) {
  const data = { sub: id, email, email_verified: isVerified, phone_verified: false };
  await tx`insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
    values (${id}, ${id}, ${tx.json(data)}, 'email', now(), now(), now())`;
}

/** A shallow merge: a key that is null is deleted. */
export function merged(metadata, changes) {
  return Object.fromEntries(Object.entries({ ...metadata, ...changes }).filter(([, value]) => value !== null));
}

/** A new password ends the sessions of the user, all or all but one, and invalidates mailed links. */
export async function setPassword(tx, id, hash, besides = NOBODY) {
  await tx`update auth.users set encrypted_password = ${hash}, confirmation_token = '', recovery_token = '',
      email_change_token_current = '', email_change_token_new = '', phone_change_token = '', reauthentication_token = '',
      updated_at = now()
    where id = ${id}`;
  await tx`delete from auth.one_time_tokens where user_id = ${id}`;
  await tx`delete from auth.sessions where user_id = ${id} and id <> ${besides}`;
}

/** Also where audit_log_disable_postgres is set: a project may have entries from before. */
export async function audit(tx, action, actor, type, traits) {
  const payload = {
    action,
    actor_id: actor?.id ?? NOBODY,
    actor_username: actor?.email ?? "service_role",
    actor_via_sso: actor?.is_sso_user ?? false,
    log_type: type,
    ...(actor?.raw_user_meta_data?.full_name && { actor_name: actor.raw_user_meta_data.full_name }),
    ...(traits && { traits }),
  };
  await tx`insert into auth.audit_log_entries (instance_id, id, payload, created_at, ip_address)
    values (${NOBODY}, ${randomUUID()}, ${tx.json(payload)}, now(), '')`;
}

export const traitsOf = (user) => ({ user_id: user.id, user_email: user.email, user_phone: user.phone ?? "" });
