// Converts values between the library's connections and the database.

const toRfc3339 = (value) => value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");

export const timestamptz = { to: 1184, from: [1184], serialize: (value) => value, parse: toRfc3339 };

// The query builder passes JSON that is encoded already; encoding it again would turn every jsonb argument into a
// string.
const encodeJson = (value) => (typeof value === "string" ? value : JSON.stringify(value));

export const json = (oid, { parse = JSON.parse, write = (text) => text } = {}) =>
  ({ to: oid, from: [oid], serialize: (value) => write(encodeJson(value)), parse });
