// Joins a topic with the unmodified JavaScript client and prints what happens, one line of JSON each, until its input
// ends. A line of its input, {"token": "…"}, sets a new access token.

import { createInterface } from "node:readline";
import { createClient } from "@supabase/supabase-js";
import ws from "ws";

const { url, key, token, topic, config, timeout, join = true } = JSON.parse(process.argv[2]);
const say = (what, value) => console.log(JSON.stringify([what, value]));
const client = createClient(url, key, { realtime: { transport: ws, timeout }, auth: { persistSession: false } });
await client.realtime.setAuth(token);
const channel = client.channel(topic, { config });
channel.on("broadcast", { event: "*" }, (message) => say("message", message));
channel.on("system", {}, ({ status, message, extension, channel: name }) => say("system", { status, message, extension, name }));
if (join) channel.subscribe((status, error) => say("status", { status, error: error?.message }));

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.token) await client.realtime.setAuth(asked.token);
  if (asked.send) say("sent", await channel.send({ type: "broadcast", event: "mine", payload: asked.send }));
}
process.exit(0);
