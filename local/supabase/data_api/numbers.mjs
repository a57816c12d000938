// Numbers as the database wrote them. PostgREST passes on the JSON that Postgres makes; JavaScript would round what
// does not fit a double. Such numbers travel as marked strings and are written out again in the answer.

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

export function parseJson(text) {
  return JSON.parse(text.replace(TOKENS, (token) => (token[0] === '"' || isExact(token) ? token : JSON.stringify(MARK + token))));
}

/** The text of an answer with the marked numbers as numbers. */
export const writeNumbers = (text) => text.replace(MARKED, "$1");
