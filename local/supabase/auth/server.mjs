// Stands for Supabase Auth: the endpoints that the platform uses, those that strangers may call, and the refusals of a
// hosted project (https://github.com/supabase/auth, docs/deploy.md).

import { createAdministration } from "./administration.mjs";
import { createCallers } from "./callers.mjs";
import { requireCaptcha } from "./captcha.mjs";
import { answerError, refuse } from "./errors.mjs";
import { createLimits } from "./limits.mjs";
import { createOidc } from "./oidc.mjs";
import { createOpenEndpoints } from "./open_endpoints.mjs";
import { createOwnAccount } from "./own_account.mjs";
import { createSessions } from "./sessions.mjs";
import { createSignIn } from "./sign_in.mjs";

const PREFIX = "/auth/v1";
const ADMIN = /^\/admin\/(?:users(?:\/([^/]+))?|generate_link)$/;
const JWKS_HEADERS = { "Cache-Control": "public, max-age=600" };

async function readBody(request) {
  if (request.method === "GET" || request.method === "DELETE") return {};
  const text = await request.text();
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return refuse(400, "bad_json", "Could not parse request body as JSON");
  }
}

export function createAuth({ sql, settings, issuer, siteUrl, jwtSecret, keys }) {
  const limits = createLimits(settings);
  const callers = createCallers({ sql, jwtSecret, keys });
  const sessions = createSessions({ sql, settings, issuer, jwtSecret });
  const signIn = createSignIn({ sql, settings, sessions });
  const own = createOwnAccount({ sql, settings, callers });
  const open = createOpenEndpoints({ sql, settings, callers });
  const admin = createAdministration({ sql, settings, externalUrl: issuer });
  const authorize = createOidc({ sql, siteUrl });
  const captcha = (caller, body) => requireCaptcha(settings, caller, body, caller.address);

  // Mails: the rate limit applies before the captcha. Signing in and up: after it.
  const limited = (name, work) => async (caller, body, url) => {
    limits.take(name, caller);
    return work(caller, body, url);
  };
  const mailing = (name, work) => limited(name, async (caller, body) => {
    await captcha(caller, body);
    return work(caller, body);
  });
  async function token(caller, body, url) {
    const grant = url.searchParams.get("grant_type");
    if (grant === "password") await captcha(caller, body);
    if (!Object.hasOwn(signIn.grants, grant)) refuse(400, "invalid_credentials", "unsupported_grant_type");
    limits.take("token", caller);
    return signIn.grants[grant](caller, body);
  }
  async function signUp(caller, body) {
    await captcha(caller, body);
    limits.take("signup", caller);
    return open.signUp(caller, body);
  }

  const routes = {
    "POST /token": token,
    "POST /verify": limited("verify", signIn.verify),
    "GET /user": own.read,
    "PUT /user": limited("user", own.change),
    "POST /logout": own.signOut,
    "POST /signup": signUp,
    "POST /otp": mailing("otp", open.sendCode),
    "POST /magiclink": mailing("magiclink", open.sendCode),
    "POST /recover": mailing("recover", open.accept),
    "POST /resend": mailing("resend", open.accept),
    "GET /reauthenticate": open.reauthenticate,
    "POST /factors": open.enrollFactor,
    "POST /passkeys/authentication/options": open.openPasskeys,
    "GET /user/identities/authorize": open.linkIdentity,
    "GET /settings": open.describe,
    // A project that signs with a shared secret publishes none.
    "GET /.well-known/jwks.json": async () => Response.json({ keys: [] }, { headers: JWKS_HEADERS }),
  };

  async function administer(request, caller, path, body, url) {
    await callers.requireAdmin(caller);
    const [, id] = ADMIN.exec(path);
    if (path === "/admin/generate_link") return admin.generateLink(body);
    if (!id) return request.method === "POST" ? admin.create(body) : admin.list(url);
    if (request.method === "PUT") return admin.update(id, body);
    return request.method === "DELETE" ? admin.remove(id) : admin.find(id);
  }

  return async function answer(request, peerAddress) {
    const url = new URL(request.url);
    const path = url.pathname.slice(PREFIX.length);
    if (path === "/authorize") return authorize(request);
    const isUpdate = request.method === "PUT" && ADMIN.test(path);
    try {
      const caller = await callers.identify(request, peerAddress);
      caller.address = limits.addressOf(caller);
      const route = routes[`${request.method} ${path}`];
      if (!route && !ADMIN.test(path)) return new Response("404 page not found", { status: 404 });
      const body = await readBody(request);
      const result = await (route ? route(caller, body, url) : administer(request, caller, path, body, url));
      return result instanceof Response ? result : Response.json(result);
    } catch (error) {
      return answerError(error, request, isUpdate ? "Error updating user" : undefined);
    }
  };
}
