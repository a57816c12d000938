// The configuration of the stand-in, read from the environment once.

import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import { sql } from "kysely";
import { parse } from "smol-toml";
import { StorageFiles } from "./storage_files.mjs";
import { json, timestamptz } from "./types.mjs";

const types = { timestamptz, json: json(114), jsonb: json(3802) };

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export const configuration = {
  port: Number(required("SUPABASE_PORT")),
  databaseUrl: required("SUPABASE_DB_URL"),
  jwtSecret: required("SUPABASE_JWT_SECRET"),
  publishableKey: required("SUPABASE_PUBLISHABLE_KEY"),
  secretKey: required("SUPABASE_SECRET_KEY"),
  siteUrl: required("SITE_URL"),
  captchaUrl: required("CAPTCHA_VERIFY_URL"),
  captchaSecret: required("CAPTCHA_SECRET"),
  storagePath: required("SUPABASE_STORAGE_PATH"),
  maxRows: parse(readFileSync(new URL("../../supabase/config.toml", import.meta.url), "utf8")).api.max_rows,
};
configuration.issuer = `http://127.0.0.1:${configuration.port}/auth/v1`;
// API key → the role to which the gateway maps it.
configuration.keys = { [configuration.publishableKey]: "anon", [configuration.secretKey]: "service_role" };

/** The URL of the database for one of the roles of this machine, which all have one password. */
export function databaseUrl(role) {
  const url = new URL(configuration.databaseUrl);
  url.username = role;
  return url.href;
}

/** The headers of the request in progress, for the settings of its transaction. */
export const storageHeaders = new AsyncLocalStorage();

// Storage gives the headers of a request to its transaction, as the data API does, for policies to read
// (supabase/storage: src/internal/database/connection.ts, src/http/plugins/db.ts).
function nameHeaders(connection) {
  const begin = connection.withContext.bind(connection);
  connection.withContext = (variables, work, options) => {
    const given = Object.fromEntries(storageHeaders.getStore() ?? []);
    const headers = JSON.stringify({ ...given, cookie: "", authorization: "" });
    const named = async (transaction) => {
      await sql`select set_config('request.headers', ${headers}, true)`.execute(transaction);
      return work(transaction);
    };
    return begin(variables, named, options);
  };
}

/** The library's own connection, for Storage. */
export function connectAs(role) {
  // Only Storage itself may delete rows of its tables.
  const settings = role === "supabase_storage_admin" ? { "storage.allow_delete_query": "true" } : {};
  const postgresOptions = { types, max: 10, onnotice: () => {}, connection: settings };
  const connection = createPostgresConnection({ url: databaseUrl(role), postgresOptions });
  // By default the library grants every privilege on every table to the API roles as soon as it sees a policy.
  // Declaring this as done keeps the grants of the migrations, which are half of what the tests prove.
  connection.rlsState = "active";
  nameHeaders(connection);
  return connection;
}

/** The request of the data API in progress and the claims of its token, for the settings of its transaction. */
export const requests = new AsyncLocalStorage();

// The library looks up user and session of every token, wherever it is used. The hosted data API and Storage do not,
// and have no right to: a token is valid until it expires.
const ALL_USERS_EXIST = { repo: { findUserById: async () => true, findSessionById: async () => true } };
const skipLookups = (context, next) => {
  context.set("authService", ALL_USERS_EXIST);
  const claims = requests.getStore()?.claims;
  if (claims) {
    // The token has been checked (data_api/tokens.mjs).
    context.set("ignoreAuthorization", true);
    context.set("jwt", claims);
    context.set("userId", claims.sub ?? "none");
    context.set("sessionId", claims.session_id ?? "none");
  }
  return next();
};

/**
 * The library's services over one connection. Each service has its own app, because each logs in as its own role. With
 * `auth`, the tables of Auth belong to its schema.
 */
export function createApp(connection, { auth = false } = {}) {
  const app = new App({
    connection,
    options: { server: { middlewares: [skipLookups] } },
    auth: {
      enabled: auth,
      jwt_secret: configuration.jwtSecret,
      publishable_key: configuration.publishableKey,
      secret_key: configuration.secretKey,
      site_url: configuration.siteUrl,
    },
    storage: { enabled: true },
    db: { migrations: { enabled: false } },
  });
  // Before the first use: the library creates the storage schema only if there is a place for the objects.
  app._storageAdapter = new StorageFiles(configuration.storagePath);
  return app;
}
