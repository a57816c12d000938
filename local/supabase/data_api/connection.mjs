// The connection of the data API. Each request is a transaction as PostgREST makes it, with the caller's role and
// claims, the limits of the role and of the function, read-only where PostgREST demands it, and begins with the
// pre-request function that the database names
// (https://docs.postgrest.org/en/stable/references/transactions.html).

import { createPostgresConnection } from "@supabase/lite/postgres";
import { sql } from "kysely";
import { callsOver, readFunctions } from "./calls.mjs";
import { parseJson, parseNumber, writeNumber, writeNumbers } from "./numbers.mjs";
import { withStatus } from "./statuses.mjs";
import { requests } from "../configuration.mjs";
import { json, timestamptz } from "../types.mjs";

const SEARCH_PATH = '"public", "extensions"';
const READING = ["GET", "HEAD"];
// Settings of a function that PostgREST applies to the whole transaction (`db-hoisted-tx-settings`). Only those of the
// called function apply; functions that it calls cannot extend their own time.
const HOISTED = ["statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation"];
const RPC = /^\/rest\/v1\/rpc\/([a-z_0-9]+)$/;

const exactJson = { parse: parseJson, write: writeNumbers };
const types = {
  timestamptz,
  json: json(114, exactJson),
  jsonb: json(3802, exactJson),
  bigint: { to: 20, from: [20], serialize: writeNumber, parse: parseNumber },
  numeric: { to: 1700, from: [1700], serialize: writeNumber, parse: parseNumber },
  double: { to: 701, from: [], serialize: writeNumber },
};

const pairs = (settings) => settings.map((setting) => setting.split(/=(.*)/s, 2));

/** The settings of roles and functions, which PostgREST reads from the database at its start. */
async function readSchemaCache(sql) {
  const roles = await sql`
    select rolname as name, array_agg(setting) as settings
    from pg_roles
    inner join pg_db_role_setting on setrole = pg_roles.oid and setdatabase = 0
    cross join lateral unnest(setconfig) as setting
    where rolname in ('anon', 'authenticated', 'service_role')
    group by rolname`;
  const functions = await sql`
    select
      proname as name, bool_and(provolatile <> 'v') as is_reading, bool_or(proretset) as has_rows,
      coalesce(min(proconfig), '{}') as settings
    from pg_proc where pronamespace = 'public'::regnamespace group by proname`;
  // The configuration in the database is that of the role alone (src/PostgREST/Config/Database.hs).
  const [own] = await sql`
    select setconfig as settings from pg_db_role_setting
    where setrole = 'authenticator'::regrole and setdatabase = 0`;
  const hoisted = (settings) => pairs(settings).filter(([name]) => HOISTED.includes(name));
  return {
    // Quoted already where it needs to be: it is a name as SQL writes it.
    preRequest: new Map(pairs(own?.settings ?? [])).get("pgrst.db_pre_request"),
    roles: new Map(roles.map((role) => [role.name, pairs(role.settings)])),
    functions: new Map(
      functions.map((row) => [
        row.name,
        { isReading: row.is_reading, hasRows: row.has_rows, settings: hoisted(row.settings) },
      ]),
    ),
  };
}

const literal = (value) => `'${value.replaceAll("'", "''")}'`;

/**
 * The beginning of a transaction as one message to the database, as PostgREST's own takes one round trip. Each of the
 * statements obeys the limits that the statements before it set.
 */
function opening(settings, preRequest) {
  const calls = settings.map(([name, value]) => `set_config(${literal(name)}, ${literal(value)}, true)`);
  return `begin; select ${calls.join(", ")}${preRequest ? `; select ${preRequest}()` : ""}`;
}

/** The settings at the start of a request's transaction, as (name, value) pairs. */
function settingsOf({ roles, functions }, { request, claims }, auth) {
  const role = claims ? (claims.role ?? "anon") : (auth?.role ?? "anon");
  const url = new URL(request.url);
  const called = functions.get(RPC.exec(url.pathname)?.[1]);
  const isReading = READING.includes(request.method) || called?.isReading === true;
  return [
    ["search_path", SEARCH_PATH],
    ...(roles.get(role) ?? []),
    ["role", role],
    ["request.jwt.claims", JSON.stringify({ ...(claims ?? auth?.jwt), role })],
    ["request.method", request.method],
    ["request.path", url.pathname.slice("/rest/v1".length)],
    ["request.headers", JSON.stringify(Object.fromEntries(request.headers))],
    ["request.cookies", "{}"],
    // Read by @supabase/lite after a function call; empty unless the function sets them.
    ["response.status", ""],
    ["response.headers", ""],
    ...(called?.settings ?? []),
    ...(isReading ? [["transaction_read_only", "on"]] : []),
  ];
}

/**
 * `urlOf` returns the URL of the database for a role. The library reads the catalogue as the owner of all objects;
 * requests run as the authenticator, which switches to the caller's role.
 */
export async function connect(urlOf) {
  const open = (role, max) =>
    createPostgresConnection({ url: urlOf(role), postgresOptions: { types, max, onnotice: () => {} } });
  const connection = open("supabase_admin", 2);
  const { kysely, driver } = open("authenticator", 20);
  const cache = await readSchemaCache(connection.driver);
  const openingOf = (asked, auth) => opening(settingsOf(cache, asked, auth), cache.preRequest);

  // Replaces the library's own, which sets neither limits nor search_path and sets values that PostgREST does not.
  connection.withContext = async (variables, work, { forceRollback } = {}) => {
    const asked = requests.getStore();
    if (asked.failure) throw asked.failure; // of a call that was made already, for the library to answer
    return kysely.connection().execute(async (session) => {
      const end = (statement) => sql.raw(statement).execute(session);
      try {
        await sql.raw(openingOf(asked, variables?.auth)).execute(session);
        const result = await work(session);
        await end(forceRollback ? "rollback" : "commit");
        return result;
      } catch (error) {
        await end("rollback").catch(() => {}); // fails where the connection is lost, which is the error to report
        throw error;
      }
    });
  };
  connection.answerCall = callsOver(driver, await readFunctions(connection.driver), openingOf);
  /** Whether the response to a request is a list of rows: of a table, or of a function that returns a set. */
  connection.readsRows = ({ method, url }) => {
    const [, name] = RPC.exec(new URL(url).pathname) ?? [];
    return name === undefined ? READING.includes(method) : cache.functions.get(name)?.hasRows === true;
  };
  const normalize = connection.normalizeDbError.bind(connection);
  connection.normalizeDbError = (error) => withStatus(normalize(error));
  return connection;
}
