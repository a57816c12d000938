// Checks a token's times as PostgREST does (src/PostgREST/Auth/Jwt.hs): clocks may differ by thirty seconds, and each
// refusal of a claim is PGRST303. The library allows no difference, so it gets the token without its times.

import { compactVerify, SignJWT } from "jose";

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

const refuse = (code, message) => ({
  refusal: Response.json({ code, details: null, hint: null, message }, { status: 401 }),
});

/**
 * The request for the library, with the claims of its transaction; or the refusal of a claim. The library itself
 * refuses tokens that are not signed with the secret.
 */
export async function withoutTimes(request, { jwtSecret }) {
  const [, token] = /^Bearer (.*)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  // The gateway replaces a key that is in both headers.
  if (token === undefined || token === request.headers.get("apikey")) return { request };
  const parts = token.split(".").length;
  if (parts !== 3) return refuse("PGRST301", token ? `Expected 3 parts in JWT; got ${parts}` : EMPTY);
  const secret = new TextEncoder().encode(jwtSecret);
  let claims;
  try {
    const { payload } = await compactVerify(token, secret, { algorithms: ["HS256"] });
    claims = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return { request };
  }
  const message = problemOf(claims);
  if (message) return refuse("PGRST303", message);
  const now = Date.now() / 1000;
  const { exp, nbf, iat, ...timeless } = claims;
  // The times of most tokens are valid without the tolerance: the library gets these tokens unchanged.
  if ((exp ?? Infinity) > now + 1 && (nbf ?? 0) < now && (iat ?? 0) < now) return { request, claims };
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${await new SignJWT(timeless).setProtectedHeader({ alg: "HS256" }).sign(secret)}`);
  return { request: new Request(request, { headers }), claims };
}
