// The calls of the admin API that the platform uses (https://github.com/supabase/auth/blob/master/internal/api/admin.go
// and mail.go): create, list, read, update and delete users, and create links.

import { createHash, randomInt, randomUUID } from "node:crypto";
import { refuse } from "./errors.mjs";
import {
  NOBODY, audit, checkEmail, findByEmail, findById, insertEmailIdentity, insertPerson, isTaken, merged, setPassword, show, traitsOf,
} from "./people.mjs";
import { checkLength, checkStrength, hashPassword } from "./passwords.mjs";

const taken = () => refuse(422, "email_exists", "A user with this email address has already been registered");
const COLUMN = { magiclink: "recovery", recovery: "recovery", signup: "confirmation", invite: "confirmation" };
const HOURS = { h: 3600, m: 60, s: 1 };

/** A duration in Go's notation, in seconds: "24h", "1h30m". */
function seconds(duration) {
  if (!/^(\d+[hms])+$/.test(duration)) refuse(400, "validation_failed", `invalid format for ban duration: ${duration}`);
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce((sum, [, count, unit]) => sum + count * HOURS[unit], 0);
}

export function createAdministration({ sql, settings, externalUrl }) {
  async function find(id) {
    if (!/^[0-9a-f-]{36}$/i.test(id)) refuse(404, "validation_failed", "user_id must be an UUID");
    return (await findById(sql, id)) ?? refuse(404, "user_not_found", "User not found");
  }

  /** The strength of the password is not checked. */
  async function create(body) {
    if (!body.email) refuse(400, "validation_failed", "Cannot create a user without either an email or phone");
    const email = checkEmail(body.email);
    if (body.password) checkLength(body.password);
    if (await isTaken(sql, email)) taken();
    const id = body.id ?? randomUUID();
    const hash = await hashPassword(body.password || randomUUID() + randomUUID().slice(0, 28));
    await sql.begin(async (tx) => {
      const metadata = merged({ email_verified: Boolean(body.email_confirm) }, body.user_metadata);
      await insertPerson(tx, { id, email, hash, isConfirmed: body.email_confirm, metadata });
      // A statement of its own, as in Auth, so that triggers on the table fire for it.
      const app = tx.json(merged({ provider: "email", providers: ["email"] }, body.app_metadata));
      await tx`update auth.users set raw_app_meta_data = ${app} where id = ${id}`;
      await audit(tx, "user_signedup", undefined, "team", { user_id: id, user_email: email, user_phone: "" });
    });
    return show(await find(id));
  }

  async function list(url) {
    const page = Math.max(1, Number(url.searchParams.get("page") || 1));
    const perPage = Math.min(1000, Number(url.searchParams.get("per_page") || 50));
    const users = await sql`select * from auth.users where instance_id = ${NOBODY} and aud = 'authenticated'
      order by created_at desc, id limit ${perPage} offset ${(page - 1) * perPage}`;
    return { users: users.map(show), aud: "authenticated" };
  }

  /** There is no check for a duplicate: the unique index refuses it, as a failure of the server. */
  async function changeEmail(tx, user, email, isConfirmed) {
    const own = user.identities.find(({ provider }) => provider === "email");
    if (own) {
      const data = { ...own.identity_data, email, email_verified: Boolean(isConfirmed) };
      await tx`update auth.identities set identity_data = ${tx.json(data)}, updated_at = now() where id = ${own.id}`;
    } else {
      await insertEmailIdentity(tx, user.id, email, Boolean(isConfirmed));
    }
    await tx`update auth.users set email = ${email} where id = ${user.id}`;
  }

  async function update(id, body) {
    const user = await find(id);
    const email = body.email ? checkEmail(body.email) : undefined;
    if (body.password !== undefined) checkStrength(body.password, settings);
    const banned = body.ban_duration && body.ban_duration !== "none" ? seconds(body.ban_duration) : undefined;
    const hash = body.password && (await hashPassword(body.password));
    await sql.begin(async (tx) => {
      let metadata = user.raw_user_meta_data;
      if (body.email_confirm) {
        metadata = merged(metadata, { email_verified: true });
        await tx`update auth.users set email_confirmed_at = now() where id = ${id}`;
        await tx`delete from auth.one_time_tokens where user_id = ${id}`;
      }
      if (hash) await setPassword(tx, id, hash);
      if (email) await changeEmail(tx, user, email, body.email_confirm);
      if (body.ban_duration) {
        await tx`update auth.users set banned_until = ${banned ? new Date(Date.now() + banned * 1000) : null} where id = ${id}`;
      }
      const app = merged(user.raw_app_meta_data, body.app_metadata);
      await tx`update auth.users set raw_app_meta_data = ${tx.json(app)},
        raw_user_meta_data = ${tx.json(merged(metadata, body.user_metadata))}, updated_at = now() where id = ${id}`;
      await audit(tx, "user_modified", undefined, "user", traitsOf({ ...user, email: email ?? user.email }));
    });
    return show(await find(id));
  }

  async function remove(id) {
    const user = await find(id);
    await sql.begin(async (tx) => {
      await audit(tx, "user_deleted", undefined, "team", traitsOf(user));
      await tx`delete from auth.users where id = ${id}`;
    });
    return {};
  }

  /** A magic link for an address without an account creates one, also if signing up is off. */
  async function generateLink(body) {
    const asked = body.type;
    if (!COLUMN[asked]) refuse(400, "validation_failed", `Invalid email action link type requested: ${asked}`);
    const email = checkEmail(body.email);
    let user = await findByEmail(sql, email);
    if (!user && asked === "recovery") refuse(404, "user_not_found", "User with this email not found");
    if (user?.email_confirmed_at && (asked === "signup" || asked === "invite")) taken();
    const type = user || asked !== "magiclink" ? asked : "signup";
    const otp = String(randomInt(100000, 1000000));
    const hashed = createHash("sha224").update(email + otp).digest("hex");
    const id = user?.id ?? randomUUID();
    const hash = user ? undefined : await hashPassword(randomUUID());
    await sql.begin(async (tx) => {
      if (!user) await insertPerson(tx, { id, email, hash, isConfirmed: false, metadata: body.data ?? {} });
      const column = COLUMN[type];
      await tx`update auth.users set ${tx(`${column}_token`)} = ${hashed}, ${tx(`${column}_sent_at`)} = now() where id = ${id}`;
      await tx`delete from auth.one_time_tokens where user_id = ${id} and token_type::text = ${`${column}_token`}`;
      await tx`insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to)
        values (${randomUUID()}, ${id}, ${`${column}_token`}, ${hashed}, ${email})`;
    });
    user = await find(id);
    return {
      ...show(user),
      action_link: `${externalUrl}/verify?token=${hashed}&type=${type}&redirect_to=${body.redirect_to ?? ""}`,
      email_otp: otp,
      hashed_token: hashed,
      verification_type: type,
      redirect_to: body.redirect_to ?? "",
    };
  }

  return { create, list, find: async (id) => show(await find(id)), update, remove, generateLink };
}
