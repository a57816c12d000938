// Refusals of PostgREST or its database that the library lacks.

import { markNumbers, writeNumbers } from "./numbers.mjs";
import { claimsIn } from "./tokens.mjs";

const TABLE = /^\/rest\/v1\/([A-Za-z_][A-Za-z_0-9]*)$/;
const STATEMENTS = { PATCH: "UPDATE", DELETE: "DELETE" };
// Parameters that select columns and not rows.
const NO_FILTERS = ["select", "order", "limit", "offset", "columns", "on_conflict"];

/** Refuses changes of a whole table, as the extension safeupdate does, which the sessions of the data API load. */
function refuseWithoutFilter(request) {
  const url = new URL(request.url);
  const statement = STATEMENTS[request.method];
  if (!statement || !TABLE.test(url.pathname)) return undefined;
  if ([...url.searchParams.keys()].some((name) => !NO_FILTERS.includes(name))) return undefined;
  const body = { code: "21000", details: null, hint: null, message: `${statement} requires a WHERE clause` };
  return Response.json(body, { status: 400 });
}

/** The request with its numbers so encoded that they survive JavaScript. `text`: its body, which was read. */
function withExactNumbers(request, text) {
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  return new Request(request.url, { method: request.method, headers, body: markNumbers(text) || undefined });
}

/** The headers and fields that PostgREST adds to its refusals (src/PostgREST/Error.hs, App.hs). */
function addErrorHeaders(headers, status, text) {
  const { code, message } = JSON.parse(text || "{}");
  if (!code) return;
  headers.set("proxy-status", `PostgREST; error=${code}`);
  if (status === 503) headers.set("retry-after", "0");
  if (status === 401) {
    const isToken = code === "PGRST301" || code === "PGRST303";
    headers.set("www-authenticate", isToken ? `Bearer error="invalid_token", error_description="${message}"` : "Bearer");
  }
}

/** Returns at most `maxRows` rows, without any sign that some are missing (src/PostgREST/RangeQuery.hs). */
function capRows(text, headers, maxRows) {
  // No shorter text can have more rows.
  if (!text.startsWith("[") || text.length <= 2 * maxRows) return text;
  const rows = JSON.parse(text);
  if (rows.length <= maxRows) return text;
  const [, first, total] = /^(\d+)-\d+\/(.+)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (first !== undefined) headers.set("content-range", `${first}-${Number(first) + maxRows - 1}/${total}`);
  return JSON.stringify(rows.slice(0, maxRows));
}

/**
 * `next` gets the request for the library, the claims of its token, and the error of a call that was made already.
 * `answerCall` answers calls of functions, `readsRows` tells whether a request reads rows.
 */
export async function answerDataApi(request, { maxRows, answerCall, readsRows, ...configuration }, next) {
  const { claims, role, refusal } = await claimsIn(request, configuration);
  const refused = refusal ?? refuseWithoutFilter(request);
  let own = request;
  let failure;
  if (!refused && request.headers.get("content-type")?.includes("json")) {
    const text = await request.text();
    const answer = claims || role ? await answerCall({ request, claims, role }, text, maxRows) : undefined;
    if (answer?.response) return answer.response;
    failure = answer?.failure;
    own = withExactNumbers(request, text);
  }
  const response = refused ?? (await next(own, claims, failure));
  if (!response.headers.get("content-type")?.includes("json")) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  let text = await response.text();
  // While numbers are still marked, so that they survive JavaScript.
  if (response.ok && readsRows(request)) text = capRows(text, headers, maxRows);
  text = writeNumbers(text);
  if (response.status >= 400) addErrorHeaders(headers, response.status, text);
  return new Response(text, { status: response.status, headers });
}
