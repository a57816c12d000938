// Plays the cases of tests/cases/catch_up.json on public/catch-up.js, and prints what came of each.

import { readFileSync } from "node:fs";

const [module, file] = process.argv.slice(2);
const { CatchUp, PlaceIsGone } = await import(module);

const eventOf = ({ id, of, version }) => ({ eventId: id, type: "T", aggregateType: "t", aggregateId: of, aggregateVersion: version });

async function play({ start, steps }) {
  const given = [];
  const problems = [];
  let pages = [];
  const log = new CatchUp(
    async (place) => {
      const page = pages.shift();
      if (page === "fails") throw new Error("fails");
      if (page === "gone") throw new PlaceIsGone("gone");
      if (page.after !== place) problems.push(`read behind ${place} and not ${page.after}`);
      for (const step of page.meanwhile) act(step);
      return { events: page.events.map(eventOf), cursor: page.cursor, hasMore: page.hasMore };
    },
    ({ eventId }) => given.push(eventId),
    start,
  );
  const act = ([what, value]) => {
    if (what === "hear") log.hear(eventOf(value));
    if (what === "lose") log.lose();
    if (what === "place") log.cursor = value;
  };
  for (const [what, value] of steps) {
    if (what !== "catchUp") act([what, value]);
    else {
      pages = [...value];
      await log.catchUp().catch((error) => ["fails", "gone"].includes(error.message) || problems.push(String(error)));
      if (pages.length) problems.push("pages were not read");
    }
  }
  return { given, cursor: log.cursor, problems };
}

const outcomes = [];
for (const each of JSON.parse(readFileSync(file, "utf8"))) outcomes.push(await play(each));
console.log(JSON.stringify(outcomes));
