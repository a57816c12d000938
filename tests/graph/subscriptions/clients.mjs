// Follows the log of a brand with the clients of graphql-sse and graphql-ws, and prints the ids of the events that came.
// Its argument is JSON: { kind: "sse" | "single" | "ws", address, token, brandId, after, count, cuts }.

import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../local/package.json", import.meta.url));
const options = JSON.parse(process.argv[2]);
const { kind, address, token, brandId, count, cuts } = options;
const query = "subscription($brandId: ID!, $after: ID) { events(brandId: $brandId, after: $after) { id } }";

function openClient() {
  if (kind === "ws") {
    const { createClient } = require("graphql-ws");
    return createClient({
      url: address.replace("http", "ws"),
      webSocketImpl: require("ws"),
      connectionParams: { accessToken: token },
      retryAttempts: 0,
    });
  }
  const { createClient } = require("graphql-sse");
  return createClient({
    url: kind === "single" ? `${address}/stream` : address,
    singleConnection: kind === "single",
    headers: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
}

const ids = [];
let after = options.after;
while (ids.length < count) {
  const client = openClient();
  const until = cuts ? ids.length + randomInt(1, 20) : count;
  for await (const answer of client.iterate({ query, variables: { brandId, after } })) {
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    after = answer.extensions.eventId;
    ids.push(after);
    if (ids.length >= Math.min(until, count)) break;
  }
  await client.dispose?.();
  await sleep(20);
}
console.log(JSON.stringify(ids));
process.exit(0);
