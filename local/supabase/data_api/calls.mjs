// Calls of functions by POST, which is nearly every request of our own: as PostgREST makes them, with one statement that
// takes the body as it is and gives the answer as text (src/PostgREST/Query/QueryBuilder.hs, SqlFragment.hs). Calls in
// any other form, such as with filters or with arguments that the function does not have, are left to the library.

const PATH = "/rest/v1/rpc/";
const MEDIA = [undefined, "*/*", "application/json"];
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/** The functions of the API that have one form and arguments with names, by name. */
export async function readFunctions(sql) {
  const rows = await sql`
    select
      proname as name, proretset as is_set, result.typtype as kind, result.oid = 'record'::regtype as is_record,
      coalesce(proargmodes::text[], '{}') as modes, proargnames as names, pronargdefaults as defaults,
      array(select format_type(given, null) from unnest(proargtypes) with ordinality as _ (given, place) order by place)
        as types
    from pg_proc
    inner join pg_type as result on result.oid = prorettype
    where pronamespace = 'public'::regnamespace`;
  const found = new Map();
  const overloaded = new Set();
  for (const { name, is_set, kind, is_record, modes, names, defaults, types } of rows) {
    if (found.has(name)) overloaded.add(name);
    const hasRows = kind === "c" || (is_record && modes.includes("t"));
    const isPlain = modes.every((mode) => mode === "i" || mode === "t") && (types.length === 0 || names !== null);
    if (!isPlain || !(hasRows || kind === "b" || kind === "e")) overloaded.add(name);
    const own = types.map((type, place) => ({ name: names[place], type }));
    found.set(name, { name, isSet: is_set, hasRows, own, required: own.slice(0, own.length - defaults) });
  }
  for (const name of overloaded) found.delete(name);
  return found;
}

/** The statement of a call with these arguments. */
function statementOf({ name, isSet, hasRows, own }, keys, maxRows) {
  const given = own.filter((argument) => keys.has(argument.name));
  const record = given.map((argument) => `${quoted(argument.name)} ${argument.type}`).join(", ");
  const passed = given.map((argument) => `${quoted(argument.name)} => body.${quoted(argument.name)}`).join(", ");
  const body = given.length === 0 ? "(select $1::text) as body" : `json_to_record($1::text::json) as body (${record})`;
  const call = `public.${quoted(name)}(${passed})`;
  const rows = hasRows ? `select called.* from ${body}, lateral ${call} as called` : `select ${call} as value from ${body}`;
  const item = hasRows ? "answered" : "answered.value";
  const all = `json_agg(${item})`;
  return `select
    coalesce(${isSet ? all : `${all} -> 0`}, ${isSet ? "'[]'" : "'null'"})::text as body, count(*)::int as count,
    nullif(current_setting('response.status', true), '') as status,
    nullif(current_setting('response.headers', true), '') as headers
    from (select * from (${rows}) as source ${isSet ? `limit ${maxRows}` : ""}) as answered`;
}

/** Returns whether a request is a call in the form that is answered here. */
function isPlainCall(request, url) {
  const { headers } = request;
  return (
    request.method === "POST" &&
    url.search === "" &&
    MEDIA.includes(headers.get("accept") ?? undefined) &&
    headers.get("content-type")?.startsWith("application/json") === true &&
    ["prefer", "range"].every((name) => !headers.has(name)) &&
    (headers.get("content-profile") ?? "public") === "public"
  );
}

function parsed(text) {
  try {
    const value = JSON.parse(text || "{}");
    return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
}

function responseOf({ body, count, status, headers }) {
  const sent = new Headers({ "content-type": "application/json; charset=utf-8" });
  sent.set("content-range", count > 0 ? `0-${count - 1}/*` : "*/*");
  for (const pair of JSON.parse(headers ?? "[]")) {
    for (const [name, value] of Object.entries(pair)) sent.set(name, value);
  }
  return new Response(body, { status: Number(status ?? 200), headers: sent });
}

/**
 * Returns a function that answers a call, given the text of its body: `{ response }`, or `{ failure }` with the error of
 * the database, or nothing where the request is for the library. `openingOf` gives the statements that begin the
 * transaction of a request.
 */
export function callsOver(sql, functions, openingOf) {
  const statements = new Map();
  return async ({ request, claims, role }, text, maxRows) => {
    const url = new URL(request.url);
    const called = url.pathname.startsWith(PATH) ? functions.get(url.pathname.slice(PATH.length)) : undefined;
    if (!called || !isPlainCall(request, url)) return undefined;
    const keys = parsed(text);
    if (!keys?.every((key) => called.own.some((argument) => argument.name === key))) return undefined;
    if (!called.required.every((argument) => keys.includes(argument.name))) return undefined;
    const form = `${called.name}(${keys.toSorted()})`;
    if (!statements.has(form)) statements.set(form, statementOf(called, new Set(keys), maxRows));
    const opening = openingOf({ request, claims }, { role });
    const session = await sql.reserve();
    try {
      // All three go to the database at once. After an error the rest fails too, and the end is a rollback.
      const outcomes = await Promise.allSettled([
        session.unsafe(opening).execute(),
        session.unsafe(statements.get(form), [text || "{}"], { prepare: true }).execute(),
        session.unsafe("commit").execute(),
      ]);
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      return failed ? { failure: failed.reason } : { response: responseOf(outcomes[1].value[0]) };
    } finally {
      session.release();
    }
  };
}
