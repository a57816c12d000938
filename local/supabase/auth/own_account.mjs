// Endpoints for the user's own account: GET and PUT /user, POST /logout
// (https://github.com/supabase/auth/blob/master/internal/api/user.go and logout.go).

import { refuse } from "./errors.mjs";
import { audit, checkEmail, findById, isTaken, merged, setPassword, show, traitsOf } from "./people.mjs";
import { checkStrength, hashPassword, isPassword } from "./passwords.mjs";

const CURRENT_PASSWORD = "Current password required when setting new password.";
// Sessions that began with a link: the user may not know a password.
const WITHOUT_PASSWORD = ["otp", "magiclink", "recovery"];

export function createOwnAccount({ sql, settings, callers }) {
  const read = async (caller) => show((await callers.requirePerson(caller)).user);

  async function checkCurrentPassword(user, session, offered) {
    if (!settings.requiresCurrentPassword || !user.encrypted_password) return;
    const [byLink] = await sql`select from auth.mfa_amr_claims
      where session_id = ${session?.id ?? null} and authentication_method = any(${WITHOUT_PASSWORD})`;
    if (byLink) return;
    if (!offered) refuse(400, "current_password_required", CURRENT_PASSWORD);
    if (!(await isPassword(offered, user.encrypted_password))) refuse(400, "current_password_invalid", CURRENT_PASSWORD);
  }

  async function change(caller, body) {
    const { user, session } = await callers.requirePerson(caller);
    const { password, data } = body;
    if (password !== undefined) checkStrength(password, settings);
    const email = body.email ? checkEmail(body.email) : undefined;
    if (body.app_metadata) refuse(403, "not_admin", "Updating app_metadata requires admin privileges");
    if (user.is_sso_user && (email || password)) {
      refuse(422, "user_sso_managed", "Updating email, phone, password of a SSO account only possible via SSO");
    }
    if (email && email !== user.email && (await isTaken(sql, email, user.id))) {
      refuse(422, "email_exists", "A user with this email address has already been registered");
    }
    if (password !== undefined) {
      await checkCurrentPassword(user, session, body.current_password);
      if (await isPassword(password, user.encrypted_password)) {
        refuse(422, "same_password", "New password should be different from the old password.");
      }
    }
    await sql.begin(async (tx) => {
      if (data) await tx`update auth.users set raw_user_meta_data = ${tx.json(merged(user.raw_user_meta_data, data))} where id = ${user.id}`;
      if (password !== undefined) {
        await setPassword(tx, user.id, await hashPassword(password), session?.id);
        await audit(tx, "user_updated_password", user, "user");
      }
      // Confirmed by links that Auth mails to both addresses. The stand-in delivers none.
      if (email && email !== user.email) await tx`update auth.users set email_change = ${email} where id = ${user.id}`;
      await tx`update auth.users set updated_at = now() where id = ${user.id}`;
      await audit(tx, "user_modified", user, "user", traitsOf(user));
    });
    return show(await findById(sql, user.id));
  }

  async function signOut(caller, _, url) {
    const { user, session } = await callers.requirePerson(caller);
    const scope = url.searchParams.get("scope") || "global";
    if (!["global", "local", "others"].includes(scope)) refuse(400, "validation_failed", `Unsupported logout scope "${scope}"`);
    await sql.begin(async (tx) => {
      await audit(tx, "logout", user, "account");
      await tx`delete from auth.sessions where user_id = ${user.id}
        and (${scope === "global"} or (id = ${session?.id ?? null}) = ${scope === "local"})`;
    });
    return new Response(null, { status: 204 });
  }

  return { read, change, signOut };
}
