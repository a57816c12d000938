// Sessions and their refresh tokens (https://github.com/supabase/auth/blob/master/internal/tokens/service.go).

import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "./errors.mjs";
import { NOBODY, audit, findById, isBanned, show } from "./people.mjs";
import { checkShape, isVersion1, newHmacKey, newVersion1, readVersion2, writeVersion2 } from "./refresh_tokens.mjs";

const RETRY_SECONDS = 5;
const RETRY_PAUSE_MS = 20;

const refuseRefresh = (code, why) => refuse(400, code, `Invalid Refresh Token: ${why}`);
const notFound = () => refuseRefresh("refresh_token_not_found", "Refresh Token Not Found");
const alreadyUsed = () => refuseRefresh("refresh_token_already_used", "Already Used");

export function createSessions({ sql, settings, issuer, jwtSecret }) {
  const secret = new TextEncoder().encode(jwtSecret);

  async function answer(tx, user, session, refreshToken, more = {}) {
    const amr = await tx`select authentication_method as method, extract(epoch from updated_at)::int as timestamp
      from auth.mfa_amr_claims where session_id = ${session.id} order by updated_at desc`;
    const now = Math.floor(Date.now() / 1000);
    const expires = now + settings.jwtSeconds;
    const access_token = await new SignJWT({
      iss: issuer,
      sub: user.id,
      aud: user.aud,
      exp: expires,
      iat: now,
      email: user.email ?? "",
      phone: user.phone ?? "",
      app_metadata: user.raw_app_meta_data ?? {},
      user_metadata: user.raw_user_meta_data ?? {},
      role: user.role,
      aal: session.aal ?? "aal1",
      amr: [...amr],
      session_id: session.id,
      is_anonymous: user.is_anonymous,
    })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(secret);
    return {
      access_token,
      token_type: "bearer",
      expires_in: settings.jwtSeconds,
      expires_at: expires,
      refresh_token: refreshToken,
      user: show(user),
      ...more,
    };
  }

  /** Opens a session, in the caller's transaction. */
  async function open(tx, user, method, caller, more) {
    const [session] = await tx`insert into auth.sessions
        (id, user_id, created_at, updated_at, aal, user_agent, ip, refresh_token_hmac_key, refresh_token_counter)
      values (${randomUUID()}, ${user.id}, now(), now(), 'aal1', ${caller.userAgent}, ${caller.address}, ${newHmacKey()}, 0)
      returning *`;
    await tx`insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
      values (${randomUUID()}, ${session.id}, now(), now(), ${method})`;
    await tx`update auth.users set last_sign_in_at = now(), updated_at = now() where id = ${user.id}`;
    await audit(tx, "login", user, "account");
    return answer(tx, await findById(tx, user.id), session, writeVersion2(session), more);
  }

  /** Locks a row that another request may hold: refused after five seconds. */
  async function locked(tx, select) {
    for (const until = Date.now() + RETRY_SECONDS * 1000; ; ) {
      const [row] = await select("for update skip locked");
      if (row) return row;
      const [held] = await select("");
      if (!held) return undefined;
      if (Date.now() > until) {
        refuse(409, "conflict", "Too many concurrent token refresh requests on the same session or refresh token");
      }
      await sleep(RETRY_PAUSE_MS);
    }
  }

  const isRecent = (moment) => moment && Date.now() - moment.getTime() <= settings.reuseSeconds * 1000;

  async function lockSession(tx, id) {
    return locked(tx, (how) => tx`select *, refreshed_at at time zone 'utc' as refreshed from auth.sessions
      where id = ${id} ${tx.unsafe(how)}`);
  }

  /** {session, token} or {refused}: the changes for a refused theft are kept, so the caller must not roll back. */
  async function spendVersion1(tx, token) {
    const row = await locked(tx, (how) => tx`select * from auth.refresh_tokens where token = ${token} ${tx.unsafe(how)}`);
    if (!row) notFound();
    const session = row.session_id && (await lockSession(tx, row.session_id));
    if (!session) refuseRefresh("session_not_found", "No Valid Session Found");
    if (row.revoked) {
      const [active] = await tx`select * from auth.refresh_tokens
        where session_id = ${session.id} and instance_id = ${NOBODY} and not revoked order by id desc limit 1`;
      if (active && active.parent === token) return { session, token: active.token };
      if (!isRecent(row.updated_at)) {
        await tx`update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = ${session.id}`;
        return { refused: alreadyUsed };
      }
    }
    await tx`update auth.refresh_tokens set revoked = true, updated_at = now() where id = ${row.id}`;
    const [next] = await tx`insert into auth.refresh_tokens
        (instance_id, token, user_id, parent, session_id, revoked, created_at, updated_at)
      values (${NOBODY}, ${newVersion1()}, ${row.user_id}, ${token}, ${session.id}, false, now(), now()) returning token`;
    return { session, token: next.token };
  }

  async function spendVersion2(tx, token) {
    const read = readVersion2(token);
    const session = await lockSession(tx, read.sessionId);
    const key = session?.refresh_token_hmac_key;
    if (!key || !read.isSignedBy(key)) notFound();
    const behind = Number(session.refresh_token_counter) - read.counter;
    if (behind < 0) refuseRefresh("validation_failed", "Not Issued By This Server");
    // The token before the active one is accepted at any time: its answer may have been lost.
    if (behind > 1 && !isRecent(session.refreshed)) {
      await tx`delete from auth.sessions where id = ${session.id}`;
      return { refused: alreadyUsed };
    }
    if (behind > 0) return { session, token: writeVersion2(session) };
    const [next] = await tx`update auth.sessions set refresh_token_counter = refresh_token_counter + 1
      where id = ${session.id} returning *`;
    return { session, token: writeVersion2(next) };
  }

  async function refresh(caller, { refresh_token: token }) {
    checkShape(token);
    const outcome = await sql.begin(async (tx) => {
      const { session, token: next, refused } = await (isVersion1(token) ? spendVersion1 : spendVersion2)(tx, token);
      if (refused) return refused;
      const user = await findById(tx, session.user_id);
      if (isBanned(user)) refuseRefresh("user_banned", "User Banned");
      if (session.not_after && session.not_after < new Date()) refuseRefresh("session_expired", "Session Expired");
      await tx`update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now(),
        user_agent = ${caller.userAgent}, ip = ${caller.address} where id = ${session.id}`;
      await audit(tx, "token_refreshed", user, "token");
      return answer(tx, user, session, next);
    });
    return typeof outcome === "function" ? outcome() : outcome;
  }

  return { open, refresh };
}
