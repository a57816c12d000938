// Prepares an empty database for the migrations, as the superuser: the system schemas, then auth/schema.sql and
// bootstrap.sql.

import { readFile } from "node:fs/promises";
import postgres from "postgres";
import { connectAs, createApp, databaseUrl } from "./configuration.mjs";

const SUPERUSER = "supabase_admin";

const app = createApp(connectAs(SUPERUSER), { auth: true });
await app.ensureSystemSchema();
await app.connection.close();

const sql = postgres(databaseUrl(SUPERUSER), { max: 1, onnotice: () => {} });
for (const name of ["auth/schema.sql", "bootstrap.sql"]) {
  await sql.unsafe(await readFile(new URL(name, import.meta.url), "utf8"));
}
await sql.end();
