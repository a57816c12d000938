// Numbers as the database or the caller wrote them. PostgREST hands JSON over as it came, in both directions; JavaScript
// would round what does not fit a double. Such numbers travel as marked strings and are written out again at the end.

const MARK = "\u0001number:";
// A string, or a number: what looks like a number inside of a string is left alone.
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`"${JSON.stringify(MARK).slice(1, -1).replaceAll("\\", "\\\\")}([^"]*)"`, "g");

const isExact = (text) => String(Number(text)) === text;

/** A number of Postgres: as a number where that is exact, else marked. */
export function parseNumber(text) {
  if (!/\d/.test(text)) return text; // NaN and Infinity, which are strings in JSON
  return isExact(text) ? Number(text) : MARK + text;
}

/** JSON with each number marked that JavaScript would change. */
export const markNumbers = (text) =>
  text.replace(TOKENS, (token) => (token[0] === '"' || isExact(token) ? token : JSON.stringify(MARK + token)));

export const parseJson = (text) => JSON.parse(markNumbers(text));

/** A value for a parameter that is no JSON. */
export const writeNumber = (value) => String(value).replace(MARK, "");

/** JSON with the marked numbers as numbers. */
export const writeNumbers = (text) => text.replace(MARKED, "$1");
