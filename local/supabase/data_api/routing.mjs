// What PostgREST or its database refuse and the library does not.

import { writeNumbers } from "./numbers.mjs";

const TABLE = /^\/rest\/v1\/([A-Za-z_][A-Za-z_0-9]*)$/;
const STATEMENTS = { PATCH: "UPDATE", DELETE: "DELETE" };
// Parameters that choose what comes back, and no rows.
const NO_FILTERS = ["select", "order", "limit", "offset", "columns", "on_conflict"];

/** As the extension safeupdate, which is loaded into the sessions of the data API: no change of a whole table. */
function refuseWithoutFilter(request) {
  const url = new URL(request.url);
  const statement = STATEMENTS[request.method];
  if (!statement || !TABLE.test(url.pathname)) return undefined;
  if ([...url.searchParams.keys()].some((name) => !NO_FILTERS.includes(name))) return undefined;
  const body = { code: "21000", details: null, hint: null, message: `${statement} requires a WHERE clause` };
  return Response.json(body, { status: 400 });
}

export async function answerDataApi(request, next) {
  const refused = refuseWithoutFilter(request);
  if (refused) return refused;
  const response = await next();
  if (!response.headers.get("content-type")?.includes("json")) return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(writeNumbers(await response.text()), { status: response.status, headers });
}
