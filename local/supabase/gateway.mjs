// The gateway before all services of a hosted project, which checks API keys
// (https://supabase.com/docs/guides/getting-started/api-keys, "Known limitations").

// Addresses of Storage that need no key, such as those that it has signed.
const OPEN_PATHS = ["/auth/v1/authorize", "/auth/v1/.well-known/jwks.json", "/storage/v1/"];

const refuse = (status, body) => Response.json(body, { status });

function withoutToken(pathname) {
  if (pathname.startsWith("/rest/v1")) {
    return refuse(401, { code: "PGRST301", details: null, hint: null, message: "Expected 3 parts in JWT; got 1" });
  }
  if (pathname.startsWith("/storage/v1")) {
    return refuse(400, { statusCode: "403", error: "Unauthorized", message: "Invalid Compact JWS" });
  }
  return undefined; // Auth reports it itself, for endpoints that need a token
}

/** Returns a refusal, or nothing. Keys are no tokens: as a bearer token they are refused. */
export function refuseKeys(request, { keys }) {
  const { pathname, searchParams } = new URL(request.url);
  const key = request.headers.get("apikey") ?? searchParams.get("apikey");
  const isOpen = request.method === "OPTIONS" || OPEN_PATHS.some((path) => pathname.startsWith(path));
  if (!key && isOpen) return undefined;
  if (!key) return refuse(401, { message: "No API key found in request", hint: "No `apikey` request header or url param was found." });
  if (!keys[key]) return refuse(401, { message: "Invalid API key", hint: "Double check your Supabase API key." });
  // A secret key in a browser is a leak.
  if (keys[key] === "service_role" && /mozilla/i.test(request.headers.get("user-agent") ?? "")) {
    return new Response(null, { status: 401 });
  }
  const token = /^bearer (sb_\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (!token) return undefined;
  return token === key ? withoutToken(pathname) : refuse(401, { message: "Invalid JWT" });
}
