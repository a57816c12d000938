// Uses the local Supabase with the unmodified JavaScript client; prints the results as one JSON object.

import { createClient } from "@supabase/supabase-js";
import ws from "ws";

const { url, key, email, password, tokens, strangerTokens, brandId, contentId, path } = JSON.parse(process.argv[2]);
const seen = { statuses: {}, events: [] };

const connect = () => createClient(url, key, { realtime: { transport: ws }, auth: { persistSession: false } });
const client = connect();
const stranger = connect();

// The tokens are from our own sign-in: to others the policies show nothing.
const use = (owner, [access_token, refresh_token]) => owner.auth.setSession({ access_token, refresh_token });
const signedIn = await use(client, tokens);
seen.user = signedIn.data.user?.email;
await use(stranger, strangerTokens);
const options = { captchaToken: "human" };
seen.right = (await connect().auth.signInWithPassword({ email, password, options })).data.user?.email;
seen.wrong = (await connect().auth.signInWithPassword({ email, password: "wrong", options })).error?.code;

const { data: rows, error: problem } = await client.from("contents").select("title, brands!contents_brand_id_fkey(name)").eq("id", contentId);
seen.rows = rows ?? problem;
seen.strangerRows = (await stranger.from("contents").select("title").eq("id", contentId)).data;
const { count } = await client.from("contents").select("id", { count: "exact", head: true }).eq("brand_id", brandId);
seen.count = count;

const join = (owner, topic, options) =>
  new Promise((resolve) => {
    const channel = owner.channel(topic, { config: { private: true, broadcast: { ack: true } } });
    channel.on("broadcast", { event: "*" }, ({ event, payload }) => seen.events.push([event, payload.data.title]));
    channel.subscribe((status) => resolve({ status, channel }));
  });

for (const [name, owner] of [["member", client], ["stranger", stranger]]) {
  await owner.realtime.setAuth();
  const { status } = await join(owner, `brand:${brandId}`);
  seen.statuses[name] = status;
}

// Changes come from the functions only, so this is refused, and the test changes the content once it reads "joined".
seen.change = (await client.rpc("update_content", { content_id: contentId, expected_version: 1, changes: {} })).error?.message;
console.log("joined");
for (let waited = 0; waited < 100 && seen.events.length === 0; waited += 1) {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

const refused = await client.storage.from("nothing").upload(path, "bytes");
seen.storage = refused.error?.message;
await client.removeAllChannels();
await stranger.removeAllChannels();
await client.auth.signOut();
console.log(JSON.stringify(seen));
process.exit(0);
