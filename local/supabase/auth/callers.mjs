// Identifies the caller of a request (https://github.com/supabase/auth/blob/master/internal/api/auth.go). The gateway
// turns an API key without an Authorization header into a short-lived token of its role, which has no `sub`.

import { jwtVerify } from "jose";
import { refuse } from "./errors.mjs";
import { findById, isBanned } from "./people.mjs";

const ADMIN_ROLES = ["service_role", "supabase_admin"];

const badToken = (why) => refuse(403, "bad_jwt", `invalid JWT: ${why}`);

export function createCallers({ sql, jwtSecret, keys }) {
  const secret = new TextEncoder().encode(jwtSecret);

  async function claimsOf(authorization) {
    const token = /^bearer (\S+)$/i.exec(authorization)?.[1];
    if (!token) refuse(401, "no_authorization", "This endpoint requires a valid Bearer token");
    try {
      return (await jwtVerify(token, secret, { algorithms: ["HS256"] })).payload;
    } catch (error) {
      return badToken(`unable to parse or verify signature, ${error.message}`);
    }
  }

  async function identify(request, peerAddress) {
    const role = keys[request.headers.get("apikey")];
    const authorization = request.headers.get("authorization");
    const readClaims = () => (authorization === null && role ? { role } : claimsOf(authorization ?? ""));
    const caller = {
      readClaims,
      peerAddress,
      userAgent: request.headers.get("user-agent") ?? "",
      // The gateway accepts the header from holders of the secret key only.
      forwardedFor: role === "service_role" ? request.headers.get("sb-forwarded-for") : null,
    };
    try {
      caller.isAdmin = ADMIN_ROLES.includes((await readClaims()).role);
    } catch {
      caller.isAdmin = false; // verified again, and refused, where it matters
    }
    return caller;
  }

  async function requireAdmin(caller) {
    const { role } = await caller.readClaims();
    if (!ADMIN_ROLES.includes(role)) refuse(403, "not_admin", "User not allowed");
  }

  /** {user, session, claims} of a user's own token. */
  async function requirePerson(caller) {
    const claims = await caller.readClaims();
    if (!claims.sub) refuse(403, "bad_jwt", "invalid claim: missing sub claim");
    if (!/^[0-9a-f-]{36}$/i.test(claims.sub)) refuse(400, "bad_jwt", "invalid claim: sub claim must be a UUID");
    const user = await findById(sql, claims.sub);
    if (!user) refuse(403, "user_not_found", "User from sub claim in JWT does not exist");
    const [session] = claims.session_id ? await sql`select * from auth.sessions where id = ${claims.session_id}` : [];
    if (claims.session_id && !session) {
      refuse(403, "session_not_found", "Session from session_id claim in JWT does not exist");
    }
    if (isBanned(user)) refuse(403, "user_banned", "User is banned");
    return { user, session, claims };
  }

  return { identify, requireAdmin, requirePerson };
}
