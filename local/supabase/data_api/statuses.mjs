// The HTTP status that PostgREST gives to an error of the database (src/library/PostgREST/Error.hs, mapSQLtoHTTP).

const BY_CODE = { 23503: 409, 23505: 409, 25006: 405, 53400: 500, "57P01": 503, P0001: 400, 42883: 404, "42P01": 404 };
const BY_CLASS = {
  "08": 503, "09": 500, "0L": 403, "0P": 403, 25: 500, 28: 403, "2D": 500, 38: 500, 39: 500, "3B": 500, 40: 500,
  53: 503, 54: 500, 55: 500, 57: 500, 58: 500, F0: 500, HV: 500, P0: 500, XX: 500,
};
// SQLSTATEs for which the library gives the same status, with PostgREST's message.
const LEFT_TO_THE_LIBRARY = /^(PT.*|PGRST.*|42501|42703|42P01|42883|42P17)$/;

function statusOf({ code, message = "" }) {
  if (code === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  if (code === "22023" && /^role .* does not exist$/.test(message)) return 401;
  return BY_CODE[code] ?? BY_CLASS[code.slice(0, 2)] ?? 400;
}

/** The error in the form of `raise sqlstate 'PGRST'`: the library answers that with the status that it names. */
export function withStatus(error) {
  const { code, message, detail = null, hint = null } = error ?? {};
  if (typeof code !== "string" || code.length !== 5 || LEFT_TO_THE_LIBRARY.test(code)) return error;
  return Object.assign(new Error(JSON.stringify({ code, message, details: detail, hint })), {
    code: "PGRST",
    detail: JSON.stringify({ status: statusOf(error), headers: {} }),
  });
}
