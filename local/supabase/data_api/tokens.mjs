// Checks a token's times as PostgREST does (src/PostgREST/Auth/Jwt.hs): clocks may differ by thirty seconds, and each
// refusal of a claim is PGRST303. The library, which allows no difference, does not look at such a token again.

import { compactVerify } from "jose";

const EMPTY = "Empty JWT is sent in Authorization header";
const SKEW_SECONDS = 30;
const TIMES = {
  exp: { isWrong: (time, now) => now > time + SKEW_SECONDS, message: "JWT expired" },
  nbf: { isWrong: (time, now) => time > now + SKEW_SECONDS, message: "JWT not yet valid" },
  iat: { isWrong: (time, now) => time > now + SKEW_SECONDS, message: "JWT issued at future" },
};

function problemOf(claims) {
  const now = Date.now() / 1000;
  for (const [name, { isWrong, message }] of Object.entries(TIMES)) {
    const time = claims[name];
    if (time === undefined || time === null) continue;
    if (typeof time !== "number") return `The JWT '${name}' claim must be a number`;
    if (isWrong(time, now)) return message;
  }
  return undefined;
}

// PostgREST too remembers the tokens that it has verified, 1,000 by default
// (https://docs.postgrest.org/en/stable/references/configuration.html#jwt-cache-max-entries).
const MOST_REMEMBERED = 1000;
const verified = new Map();

/** The claims of a token that is signed with the secret, or nothing. Its times are not checked. */
async function claimsOf(token, jwtSecret) {
  const known = verified.get(token);
  if (known !== undefined) return known;
  try {
    const secret = new TextEncoder().encode(jwtSecret);
    const { payload } = await compactVerify(token, secret, { algorithms: ["HS256"] });
    const claims = JSON.parse(new TextDecoder().decode(payload));
    if (verified.size >= MOST_REMEMBERED) verified.delete(verified.keys().next().value); // the oldest
    verified.set(token, claims);
    return claims;
  } catch {
    return undefined;
  }
}

const refuse = (code, message) => ({
  refusal: Response.json({ code, details: null, hint: null, message }, { status: 401 }),
});

/**
 * The claims of a request's transaction, or its role where it has no token but a key, or the refusal of a claim. The
 * library itself refuses tokens that are not signed with the secret; there is nothing then.
 */
export async function claimsIn(request, { jwtSecret, keys }) {
  const [, token] = /^Bearer (.*)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  // The gateway replaces a key that is in both headers.
  const key = request.headers.get("apikey");
  if (token === undefined || token === key) return { role: keys[key] };
  const parts = token.split(".").length;
  if (parts !== 3) return refuse("PGRST301", token ? `Expected 3 parts in JWT; got ${parts}` : EMPTY);
  const claims = await claimsOf(token, jwtSecret);
  if (claims === undefined) return {};
  const message = problemOf(claims);
  return message ? refuse("PGRST303", message) : { claims };
}
