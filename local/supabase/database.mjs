// The connection of the Data API, with values written as PostgREST writes them.

import { createPostgresConnection } from "@supabase/lite/postgres";

const timestampToRfc3339 = (value) =>
  value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");

// The query builder hands over JSON that is encoded already; encoding it again would turn every
// jsonb argument into a string.
const encodeJson = (value) => (typeof value === "string" ? value : JSON.stringify(value));

const json = (oid) => ({ to: oid, from: [oid], serialize: encodeJson, parse: JSON.parse });

const types = {
  timestamptz: { to: 1184, from: [1184], serialize: (value) => value, parse: timestampToRfc3339 },
  json: json(114),
  jsonb: json(3802),
  numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
};

// Codes that the library answers with a 500 which does not say what was wrong, and the statuses that PostgREST
// gives them (https://docs.postgrest.org/en/stable/references/errors.html).
function statusOf(code = "") {
  if (/^(22...|23502|23514)$/.test(code)) return 400;
  return /^54...$/.test(code) ? 500 : undefined;
}

// The library answers `raise sqlstate 'PGRST'` with what its message and detail say, so these errors are put so.
function withStatus(error) {
  const status = statusOf(error?.code);
  if (!status) return error;
  const { code, message, detail = null, hint = null } = error;
  return Object.assign(new Error(JSON.stringify({ code, message, details: detail, hint })), {
    code: "PGRST",
    detail: JSON.stringify({ status, headers: {} }),
  });
}

export function connect(url) {
  const connection = createPostgresConnection({
    url,
    postgresOptions: { types, max: 20, onnotice: () => {} },
  });
  // Left to itself the library grants every privilege on every table to the API roles as soon as
  // it sees a row-level security policy. Saying that this has been done keeps the grants of the
  // migrations, which are half of what the tests are there to prove.
  connection.rlsState = "active";
  const normalize = connection.normalizeDbError.bind(connection);
  connection.normalizeDbError = (error) => withStatus(normalize(error));
  return connection;
}
