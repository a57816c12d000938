// Adds the claims that Supabase Auth puts into its access tokens and @supabase/lite leaves out
// (https://supabase.com/docs/guides/auth/jwt-fields), so that verification here is the real one.

import { SignJWT, decodeJwt } from "jose";

const TOKEN_ENDPOINTS = ["/auth/v1/token", "/auth/v1/signup", "/auth/v1/verify"];

export function issuesTokens(path) {
  return TOKEN_ENDPOINTS.includes(path);
}

export async function withSupabaseClaims(response, { issuer, jwtSecret }) {
  if (!response.headers.get("content-type")?.includes("application/json")) return response;
  const body = await response.json();
  if (body.access_token) {
    const claims = decodeJwt(body.access_token);
    body.access_token = await new SignJWT({
      ...claims,
      iss: issuer,
      aal: "aal1",
      amr: [{ method: "password", timestamp: claims.iat }],
      app_metadata: body.user?.app_metadata ?? {},
      user_metadata: body.user?.user_metadata ?? {},
      is_anonymous: false,
    })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .sign(new TextEncoder().encode(jwtSecret));
  }
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
