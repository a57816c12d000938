// Checks a token as Realtime does (lib/realtime_web/channels/auth/jwt_verification.ex): signed with the project's
// secret, with a role, and not expired by a single second, unlike the data API.

import { compactVerify } from "jose";

export class TokenError extends Error {}

const ANONYMOUS_CLAIMS = { role: "anon" };

/** Seconds since the expiry of a token; negative while it is valid. */
export const secondsPast = (claims) => (claims.exp === undefined ? -Infinity : Math.floor(Date.now() / 1000 - claims.exp));

/** Raises TokenError for claims that have expired, which can happen while a channel is open. */
export function checkExpiry(claims) {
  const past = secondsPast(claims);
  if (past >= 0) throw new TokenError(`Token has expired ${past} seconds ago`);
}

/** The claims of a token. The gateway replaces the publishable key by a token of the anonymous role. */
export async function readClaims(token, { jwtSecret, publishableKey, secretKey }) {
  if (token === publishableKey) return ANONYMOUS_CLAIMS;
  if (token === secretKey) return { role: "service_role" };
  if (token.split(".").length !== 3) throw new TokenError("The token provided is not a valid JWT", { cause: "MalformedJWT" });
  let claims;
  try {
    const { payload } = await compactVerify(token, new TextEncoder().encode(jwtSecret), { algorithms: ["HS256"] });
    claims = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    throw new TokenError("Failed to validate JWT signature", { cause: "JwtSignatureError" });
  }
  if (typeof claims.exp !== "number" || typeof claims.role !== "string") {
    throw new TokenError("Fields `role` and `exp` are required in JWT");
  }
  checkExpiry(claims);
  return claims;
}

/** The message of a refused join. */
export const reasonOf = (error) => `${error.cause ?? "InvalidJWTToken"}: ${error.message}`;
