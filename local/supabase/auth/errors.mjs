// Refusals in the two shapes of Auth (https://github.com/supabase/auth/blob/master/internal/api/errors.go).

const VERSION_HEADER = "x-supabase-api-version";
const CODES_SINCE = "2024-01-01";
// Errors of the database that reach the caller unchanged, unless the request names a version of the API.
const SHOWN_STATES = /^(23000|23001|23502|23503|23505|23514|23P01|P0001|PT\d{3})$/;
const UNEXPECTED = "Unexpected failure, please check server logs for more information";

export class AuthError extends Error {
  constructor(status, code, message, more = {}) {
    super(message);
    Object.assign(this, { status, code, more });
  }
}

export const refuse = (status, code, message, more) => {
  throw new AuthError(status, code, message, more);
};

function answerDatabaseError({ code, message, detail, hint }) {
  const status = code.startsWith("PT") ? Number(code.slice(2)) : 500;
  return Response.json({ code, message, detail, hint }, { status, headers: { "x-sb-error-code": "unexpected_failure" } });
}

/** The error that the caller gets; `failed` is Auth's message for a failure of the database during this request. */
export function answerError(error, request, failed = UNEXPECTED) {
  const version = request.headers.get(VERSION_HEADER) ?? "";
  const hasVersion = /^\d{4}-\d\d-\d\d$/.test(version) && version >= CODES_SINCE;
  if (!(error instanceof AuthError)) {
    if (!hasVersion && SHOWN_STATES.test(error.code ?? "")) return answerDatabaseError(error);
    if (!error.severity) console.error(error);
    error = new AuthError(500, "unexpected_failure", error.severity ? failed : UNEXPECTED);
  }
  const { status, code, message, more } = error;
  const headers = { "x-sb-error-code": code, ...(hasVersion && { "X-Supabase-Api-Version": CODES_SINCE }) };
  const body = hasVersion ? { code, message, ...more } : { code: status, error_code: code, msg: message, ...more };
  return Response.json(body, { status, headers });
}
