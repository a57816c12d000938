// Prepares an empty database for the migrations: the system schemas, then bootstrap.sql.

import { readFile } from "node:fs/promises";
import postgres from "postgres";
import { configuration, createApp } from "./configuration.mjs";

const app = createApp();
await app.ensureSystemSchema();
await app.connection.close();

const sql = postgres(configuration.databaseUrl, { max: 1, onnotice: () => {} });
await sql.unsafe(await readFile(new URL("bootstrap.sql", import.meta.url), "utf8"));
await sql.end();
