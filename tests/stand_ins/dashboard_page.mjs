// Runs the files of public/ with the vendored Supabase client, in as little of a browser as they need. Prints what a
// person would see, one line of JSON each; lines of its input are actions of the person or the network.

import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { runInThisContext } from "node:vm";

const { origin, address, page, vendor, modules, email, password } = JSON.parse(process.argv[2]);
const say = (what, value) => console.log(JSON.stringify([what, value]));

class Element {
  constructor(id) {
    Object.assign(this, { id, listeners: {}, children: [], dataset: {}, text: "" });
  }
  set textContent(text) {
    this.text = text;
    if (["problem", "live"].includes(this.id) && text) say(this.id, text);
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  append(...children) {
    this.children.push(...children);
  }
  prepend(child) {
    this.children.unshift(child);
    if (this.id === "feed") say("event", child.words());
  }
  replaceChildren(...children) {
    this.children = children;
    if (this.id === "contents") say("contents", children.map((child) => child.words()[1]));
  }
  words() {
    return this.children.map((child) => child.text ?? child);
  }
}

// The API limits sign-ins by network address, and a function remembers whom it refused: the page has an address of its
// own, which the fetch of Node cannot choose.
const send = (path, { method = "GET", headers, body } = {}) =>
  new Promise((resolve, reject) => {
    const asked = request(origin + path, { method, headers, localAddress: address }, async (answer) => {
      const chunks = await answer.toArray();
      const text = chunks.length ? Buffer.concat(chunks) : null;
      resolve(new Response(text, { status: answer.statusCode, headers: answer.headers }));
    });
    asked.on("error", reject).end(body);
  });

const elements = new Map();
const element = (id) => elements.get(id) ?? elements.set(id, new Element(id)).get(id);
const now = Date.now;
// The clock of a client may be wrong.
let clockAhead = 3_600_000;
Date.now = () => now() + clockAhead;
const fetched = globalThis.fetch;
let client;

Object.assign(globalThis, {
  document: { getElementById: element, createElement: (name) => new Element(name) },
  location: { reload: () => say("reload", null) },
  FormData: class {
    constructor(form) {
      return Object.entries(form.values);
    }
  },
  Option: class {
    constructor(text, value) {
      Object.assign(this, { text, value });
    }
  },
  WebSocket: createRequire(modules)("ws"),
  fetch: async (path, options) => {
    if (!String(path).startsWith("/")) return fetched(path, options);
    const response = await send(path, options);
    if (path === "/api/v1/auth/refresh") say("refreshed", response.status);
    return response;
  },
});
globalThis.window = globalThis;
runInThisContext(readFileSync(vendor, "utf8"));
const { createClient } = supabase;
globalThis.supabase = { createClient: (...options) => (client = createClient(...options)) };
await import(page);
await element("sign-in").listeners.submit({
  preventDefault() {},
  target: { values: { email, password } },
});

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.brand) element("brand").listeners.change({ target: { value: asked.brand } });
  if (asked.later) clockAhead += asked.later;
  if (asked.heartbeat) await client.realtime.sendHeartbeat();
  if (asked.token) say("token", client.realtime.accessTokenValue);
  // As if the server closed the channel: the client removes it and does not join again by itself.
  if (asked.close) await client.getChannels().find(({ topic }) => topic.includes("brand:")).unsubscribe();
}
process.exit(0);
