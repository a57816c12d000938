// The calls of Supabase Auth's admin API that the platform uses and @supabase/lite lacks, in the
// shapes of https://supabase.com/docs/reference/api (auth/admin): create, list, read, update, delete.

import { randomBytes, randomInt, randomUUID } from "node:crypto";

const PREFIX = "/auth/v1/admin/users";
const LINK_PATH = "/auth/v1/admin/generate_link";

const USER_COLUMNS = `id, aud, role, email, phone, email_confirmed_at, last_sign_in_at, banned_until,
  raw_app_meta_data as app_metadata, raw_user_meta_data as user_metadata, created_at, updated_at`;

const failure = (status, error_code, msg) => Response.json({ code: status, error_code, msg }, { status });

export function isAdminPath(path) {
  return path === PREFIX || path.startsWith(`${PREFIX}/`) || path === LINK_PATH;
}

export function createAdminApi({ sql, secretKey }) {
  const selectUser = async (id) => {
    const [user] = await sql`select ${sql.unsafe(USER_COLUMNS)} from auth.users where id = ${id}`;
    return user;
  };

  async function create(body) {
    if (!body.email) return failure(400, "validation_failed", "Cannot create a user without an email");
    const id = body.id ?? randomUUID();
    const email = body.email.toLowerCase();
    const appMetadata = { provider: "email", providers: ["email"], ...body.app_metadata };
    try {
      await sql.begin(async (tx) => {
        await tx`insert into auth.users
            (id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
          values (${id}, 'authenticated', 'authenticated', ${email},
            extensions.crypt(${body.password ?? randomUUID()}, extensions.gen_salt('bf', 4)),
            ${body.email_confirm ? new Date() : null}, ${tx.json(appMetadata)}, ${tx.json(body.user_metadata ?? {})})`;
        await tx`insert into auth.identities (id, provider, provider_id, user_id, identity_data)
          values (${randomUUID()}, 'email', ${id}, ${id}, ${tx.json({ sub: id, email })})`;
      });
    } catch (error) {
      if (error.code === "23505") {
        return taken();
      }
      throw error;
    }
    return Response.json(await selectUser(id));
  }

  async function list(url) {
    const page = Math.max(1, Number(url.searchParams.get("page") || 1));
    const perPage = Math.min(1000, Number(url.searchParams.get("per_page") || 50));
    const users = await sql`select ${sql.unsafe(USER_COLUMNS)} from auth.users
      order by created_at desc, id limit ${perPage} offset ${(page - 1) * perPage}`;
    return Response.json({ users, aud: "authenticated" });
  }

  const taken = () => failure(422, "email_exists", "A user with this email address has already been registered");

  async function update(id, body) {
    const [other] = await sql`select id from auth.users where email = ${body.email?.toLowerCase() ?? null} and id <> ${id}`;
    if (other) return taken();
    await sql.begin(async (tx) => {
      if (body.password) {
        await tx`update auth.users
          set encrypted_password = extensions.crypt(${body.password}, extensions.gen_salt('bf', 4)) where id = ${id}`;
      }
      if (body.email_confirm) {
        await tx`update auth.users set email_confirmed_at = coalesce(email_confirmed_at, now()) where id = ${id}`;
      }
      if (body.email) await tx`update auth.users set email = ${body.email.toLowerCase()} where id = ${id}`;
      if (body.app_metadata) {
        await tx`update auth.users set raw_app_meta_data = raw_app_meta_data || ${tx.json(body.app_metadata)} where id = ${id}`;
      }
      if (body.user_metadata) {
        await tx`update auth.users set raw_user_meta_data = raw_user_meta_data || ${tx.json(body.user_metadata)} where id = ${id}`;
      }
      await tx`update auth.users set updated_at = now() where id = ${id}`;
    });
    return Response.json(await selectUser(id));
  }

  // A link is a token that /verify takes once; Auth keeps a hash of what is in the link.
  async function generateLink(body) {
    if (body.type !== "magiclink") return failure(400, "validation_failed", "Only magic links are made here");
    const hashed = randomBytes(28).toString("hex");
    const [user] = await sql`update auth.users set recovery_token = ${hashed}, recovery_sent_at = now()
      where email = ${body.email.toLowerCase()} returning id`;
    if (!user) return failure(404, "user_not_found", "User with this email not found");
    return Response.json({
      ...(await selectUser(user.id)),
      action_link: `/auth/v1/verify?token=${hashed}&type=magiclink`,
      email_otp: String(randomInt(100000, 1000000)),
      hashed_token: hashed,
      verification_type: "magiclink",
      redirect_to: body.redirect_to ?? "",
    });
  }

  return async function handle(request) {
    if (request.headers.get("apikey") !== secretKey) {
      return failure(401, "not_admin", "This endpoint requires a secret key");
    }
    const url = new URL(request.url);
    if (url.pathname === LINK_PATH) return generateLink(await request.json());
    const id = url.pathname.slice(PREFIX.length + 1);
    if (!id && request.method === "POST") return create(await request.json());
    if (!id && request.method === "GET") return list(url);
    if (!id) return failure(405, "method_not_allowed", "Method not allowed");

    const user = /^[0-9a-f-]{36}$/i.test(id) ? await selectUser(id) : undefined;
    if (!user) return failure(404, "user_not_found", "User not found");
    if (request.method === "GET") return Response.json(user);
    if (request.method === "PUT") return update(id, await request.json());
    if (request.method === "DELETE") {
      await sql`delete from auth.users where id = ${id}`;
      return Response.json({});
    }
    return failure(405, "method_not_allowed", "Method not allowed");
  };
}
