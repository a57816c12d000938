// What Realtime accepts as a token (lib/realtime_web/channels/auth/jwt_verification.ex): signed with the project's
// secret, with a role, and not expired by a single second, unlike the data API.

import { compactVerify } from "jose";

export class TokenError extends Error {}

const ANONYMOUS_CLAIMS = { role: "anon" };

/** Seconds since a token's end; negative while it is good. */
export const secondsPast = (claims) => (claims.exp === undefined ? -Infinity : Math.floor(Date.now() / 1000 - claims.exp));

/** Raises TokenError for claims that have expired, as they may while a channel is open. */
export function checkExpiry(claims) {
  const past = secondsPast(claims);
  if (past >= 0) throw new TokenError(`Token has expired ${past} seconds ago`);
}

/** The claims of a token. The gateway puts a token of the anonymous role in the place of the publishable key. */
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

/** As a refused join says it. */
export const reasonOf = (error) => `${error.cause ?? "InvalidJWTToken"}: ${error.message}`;
