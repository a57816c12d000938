// Keeps numbers as the database or the caller wrote them. PostgREST passes JSON on unchanged, in both directions;
// JavaScript would round numbers that do not fit a double. Such numbers travel as marked strings and are written as
// numbers again at the end.

const MARK = "\u0001number:";
// A string, or a number: text that looks like a number inside a string is left alone.
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARKED = new RegExp(`"${JSON.stringify(MARK).slice(1, -1).replaceAll("\\", "\\\\")}([^"]*)"`, "g");

const isExact = (text) => String(Number(text)) === text;

/** A number of Postgres: a number if that is exact, else a marked string. */
export function parseNumber(text) {
  if (!/\d/.test(text)) return text; // NaN and Infinity, which are strings in JSON
  return isExact(text) ? Number(text) : MARK + text;
}

/** JSON in which each number that JavaScript would change is marked. */
export const markNumbers = (text) =>
  text.replace(TOKENS, (token) => (token[0] === '"' || isExact(token) ? token : JSON.stringify(MARK + token)));

export const parseJson = (text) => JSON.parse(markNumbers(text));

/** A value for a parameter that is not JSON. */
export const writeNumber = (value) => String(value).replace(MARK, "");

/** JSON with the marked numbers as numbers. */
export const writeNumbers = (text) => text.replace(MARKED, "$1");
