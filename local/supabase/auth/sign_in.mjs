// POST /token and POST /verify (https://github.com/supabase/auth/blob/master/internal/api/token.go and verify.go).

import { createHash } from "node:crypto";
import { refuse } from "./errors.mjs";
import { audit, findByEmail, findById, isBanned, merged } from "./people.mjs";
import { describeWeakness, isPassword } from "./passwords.mjs";

const LINK_SECONDS = 3600;
const LINK_TYPES = {
  signup: ["confirmation_token"],
  invite: ["confirmation_token"],
  magiclink: ["recovery_token"],
  recovery: ["recovery_token"],
  email: ["confirmation_token", "recovery_token"],
};

const wrong = () => refuse(400, "invalid_credentials", "Invalid login credentials");
const expired = () => refuse(403, "otp_expired", "Email link is invalid or has expired");

export function createSignIn({ sql, settings, sessions }) {
  async function password(caller, { email, phone, password: offered }) {
    if (email && phone) refuse(400, "validation_failed", "Only an email address or phone number should be provided on login.");
    if (!email) refuse(400, "validation_failed", "missing email or phone");
    const user = await findByEmail(sql, email, "Database error querying schema");
    if (!user?.encrypted_password) wrong();
    if (isBanned(user)) refuse(400, "user_banned", "User is banned"); // before the password is checked
    if (!(await isPassword(offered ?? "", user.encrypted_password))) wrong();
    if (!user.email_confirmed_at) refuse(400, "email_not_confirmed", "Email not confirmed");
    const more = { weak_password: describeWeakness(offered, settings) };
    return sql.begin((tx) => sessions.open(tx, user, "password", caller, more));
  }

  /** The code of an OIDC sign-in, which can be used once. */
  async function pkce(caller, { auth_code: code, code_verifier: verifier }) {
    if (!code || !verifier) refuse(400, "validation_failed", "invalid request: both auth code and code verifier should be non-empty");
    const [state] = await sql`select * from auth.flow_state where auth_code = ${code}`;
    if (!state) refuse(404, "flow_state_not_found", "invalid flow state, no valid flow state found");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (challenge !== state.code_challenge) refuse(400, "bad_code_verifier", "code challenge does not match previously saved code verifier");
    return sql.begin(async (tx) => {
      const spent = await tx`delete from auth.flow_state where id = ${state.id} returning id`;
      if (spent.length === 0) refuse(404, "flow_state_not_found", "invalid flow state, no valid flow state found");
      return sessions.open(tx, await findById(tx, state.user_id), "oauth", caller);
    });
  }

  async function findLink(hash, type) {
    const [token] = await sql`select * from auth.one_time_tokens
      where token_hash = ${hash} and token_type::text = any(${LINK_TYPES[type]})`;
    const user = token && (await findById(sql, token.user_id));
    return { user, isRecovery: token?.token_type === "recovery_token" };
  }

  /** However a link was created, `provider` is then that of the oldest identity. No identity is created. */
  async function rewriteProviders(tx, user) {
    const providers = [...new Set(user.identities.map(({ provider }) => provider))];
    const changes = providers.length > 0 ? { provider: providers[0], providers } : { providers };
    const metadata = tx.json(merged(user.raw_app_meta_data, changes));
    await tx`update auth.users set raw_app_meta_data = ${metadata} where id = ${user.id}`;
  }

  async function verify(caller, { type, token_hash: hash, email, phone, redirect_to: target }) {
    if (!hash) refuse(400, "validation_failed", "Verify requires a token or a token hash");
    if (email || phone || target) refuse(400, "validation_failed", "Only the token_hash and type should be provided");
    if (!LINK_TYPES[type]) refuse(400, "validation_failed", "Invalid email verification type");
    const { user, isRecovery } = await findLink(hash, type);
    if (!user) expired();
    if (isBanned(user)) refuse(403, "user_banned", "User is banned");
    const sentAt = isRecovery ? user.recovery_sent_at : user.confirmation_sent_at;
    if (Date.now() - sentAt.getTime() > LINK_SECONDS * 1000) expired();
    return sql.begin(async (tx) => {
      const spent = await tx`delete from auth.one_time_tokens where user_id = ${user.id} and token_hash = ${hash} returning id`;
      if (spent.length === 0) expired();
      await tx`delete from auth.one_time_tokens where user_id = ${user.id}`;
      const metadata = user.email_confirmed_at ? user.raw_user_meta_data : merged(user.raw_user_meta_data, { email_verified: true });
      await tx`update auth.users set confirmation_token = '', recovery_token = '', updated_at = now(),
          email_confirmed_at = coalesce(email_confirmed_at, now()), raw_user_meta_data = ${tx.json(metadata ?? {})}
        where id = ${user.id}`;
      await audit(tx, user.email_confirmed_at ? "login" : "user_signedup", user, "account");
      await rewriteProviders(tx, user);
      return sessions.open(tx, user, "otp", caller);
    });
  }

  return { grants: { password, pkce, refresh_token: sessions.refresh }, verify };
}
