// Stands for the OIDC providers that a project has configured. The user that `login_hint` names is signed in there
// already. Auth redirects the browser back with a code, which /token?grant_type=pkce exchanges for a session.
//
// Auth looks an identity up by the provider's id of the user, and then signs in whatever the provider says of the
// address: it only copies that into `identity_data` (internal/api/external.go, internal/models/linking.go). The tests
// say it by `email` and `email_verified`.

import { randomUUID } from "node:crypto";

export function createOidc({ sql, siteUrl }) {
  return async function authorize(request) {
    const query = new URL(request.url).searchParams;
    const target = new URL(query.get("redirect_to") ?? siteUrl);
    if (target.origin !== new URL(siteUrl).origin) {
      return Response.json({ code: 400, msg: "redirect_to is not allowed" }, { status: 400 });
    }
    // The provider may answer with an error instead of a code, as when the user cancels there. Auth repeats it in the query and in
    // the fragment (internal/api/external_oauth.go, redirectErrors).
    const refused = query.get("provider_error");
    if (refused) {
      target.searchParams.set("error", refused);
      target.searchParams.set("error_description", query.get("provider_error_description") ?? "");
      target.hash = new URLSearchParams({ error: refused, sb: "" }).toString();
      return Response.redirect(target, 302);
    }
    const [user] = await sql`select id from auth.users where email = ${query.get("login_hint") ?? ""}`;
    if (!user) {
      // Signing up is off: a user without an account is refused.
      target.searchParams.set("error", "access_denied");
      target.searchParams.set("error_code", "signup_disabled");
      return Response.redirect(target, 302);
    }
    const [banned] = await sql`select from auth.users where id = ${user.id} and banned_until > now()`;
    if (banned) {
      target.searchParams.set("error", "access_denied");
      target.searchParams.set("error_code", "user_banned");
      return Response.redirect(target, 302);
    }
    const data = {
      iss: `https://${query.get("provider")}.test`, sub: user.id, email: query.get("email") ?? query.get("login_hint"),
      email_verified: query.get("email_verified") !== "false", phone_verified: false,
    };
    await sql`insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
      values (${user.id}, ${user.id}, ${sql.json(data)}, ${query.get("provider")}, now(), now(), now())
      on conflict (provider_id, provider) do update
        set identity_data = excluded.identity_data, last_sign_in_at = now(), updated_at = now()`;
    const code = randomUUID();
    await sql`insert into auth.flow_state (id, user_id, auth_code, authentication_method, code_challenge_method,
        code_challenge, provider_type, auth_code_issued_at, created_at, updated_at)
      values (${randomUUID()}, ${user.id}, ${code}, 'oauth', ${query.get("code_challenge_method")},
        ${query.get("code_challenge")}, ${query.get("provider")}, now(), now(), now())`;
    target.searchParams.set("code", code);
    return Response.redirect(target, 302);
  };
}
