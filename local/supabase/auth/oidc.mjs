// Stands for the OIDC providers that a project has configured. The user that `login_hint` names is signed in there
// already. Auth redirects the browser back with a code, which /token?grant_type=pkce exchanges for a session.

import { randomUUID } from "node:crypto";

export function createOidc({ sql, siteUrl }) {
  return async function authorize(request) {
    const query = new URL(request.url).searchParams;
    const target = new URL(query.get("redirect_to") ?? siteUrl);
    if (target.origin !== new URL(siteUrl).origin) {
      return Response.json({ code: 400, msg: "redirect_to is not allowed" }, { status: 400 });
    }
    const [user] = await sql`select id from auth.users where email = ${query.get("login_hint") ?? ""}`;
    if (!user) {
      // Signing up is off: a user without an account is refused.
      target.searchParams.set("error", "access_denied");
      target.searchParams.set("error_code", "signup_disabled");
      return Response.redirect(target, 302);
    }
    const code = randomUUID();
    await sql`insert into auth.flow_state (id, user_id, auth_code, authentication_method, code_challenge_method,
        code_challenge, provider_type, auth_code_issued_at, created_at, updated_at)
      values (${randomUUID()}, ${user.id}, ${code}, 'oauth', ${query.get("code_challenge_method")},
        ${query.get("code_challenge")}, ${query.get("provider")}, now(), now(), now())`;
    target.searchParams.set("code", code);
    return Response.redirect(target, 302);
  };
}
