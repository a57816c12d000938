// Opens a page of the site with a small stand-in of a browser's document, submits forms, and prints what it shows.
// Arguments: the origin, the path, JSON with the submissions: [["form", {"field": "value"}], …], and the address of the
// browser, since the platform limits how often one address may sign in.

import { mkdtemp, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [origin, path, submissions, localAddress] = process.argv.slice(2);
const call = (to, { method = "GET", headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const sent = request(to, { method, headers, localAddress }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      const { statusCode: status, headers } = answer;
      if (headers.location) return resolve(call(new URL(headers.location, to)));
      const hasBody = ![204, 304].includes(status);
      resolve(new Response(hasBody ? Buffer.concat(parts) : null, { status, headers: { ...headers } }));
    });
    sent.on("error", reject).end(body);
  });
const read = async (name) => (await call(new URL(name, origin))).text();
const page = await read(path.split("#")[0]);

class Element {
  constructor(hidden = false) {
    Object.assign(this, { hidden, textContent: "", disabled: false, children: [], listeners: {}, elements: {} });
  }
  append(...added) {
    this.children.push(...added.map((child) => child.textContent));
  }
  addEventListener(kind, listener) {
    this.listeners[kind] = listener;
  }
  querySelector() {
    return (this.button ??= new Element());
  }
}

const byId = {};
for (const [, tag, attributes] of page.matchAll(/<(\w+)([^>]*\bid="[^>]*)>/g)) {
  const id = attributes.match(/\bid="([^"]+)"/)[1];
  byId[id] = new Element(/\bhidden\b/.test(attributes));
  if (tag !== "form") continue;
  const inside = page.split(`id="${id}"`)[1].split("</form>")[0];
  for (const [, name] of inside.matchAll(/<input name="(\w+)"/g)) byId[id].elements[name] = { value: "" };
}
const moves = [];
const requests = [];
globalThis.document = { getElementById: (id) => byId[id] ?? null, createElement: () => new Element() };
globalThis.location = Object.assign(new URL(path, origin), { assign: (to) => moves.push(to), replace: (to) => moves.push(to) });
globalThis.history = { replaceState: (_, __, to) => moves.push(`history ${to}`) };
globalThis.FormData = class {
  constructor(form) {
    this.entries = Object.entries(form.elements).map(([name, { value }]) => [name, value]);
  }
  [Symbol.iterator]() {
    return this.entries[Symbol.iterator]();
  }
};
let waiting = 0;
globalThis.fetch = async (to, options = {}) => {
  waiting += 1;
  const answer = await call(new URL(to, origin), options).finally(() => (waiting -= 1));
  requests.push(`${options.method ?? "GET"} ${to.split("?")[0]} ${answer.status}`);
  return answer;
};
const settle = async () => {
  do await new Promise((resolve) => setTimeout(resolve, 100));
  while (waiting > 0);
};

const folder = await mkdtemp(join(tmpdir(), "page-"));
await writeFile(join(folder, "session.mjs"), await read("/session.js"));
await writeFile(join(folder, "links.mjs"), (await read("/links.js")).replace('"/session.js"', '"./session.mjs"'));
await import(join(folder, "links.mjs"));
await settle();
for (const [id, values] of JSON.parse(submissions)) {
  for (const [name, value] of Object.entries(values)) byId[id].elements[name].value = value;
  await byId[id].listeners.submit({ preventDefault() {} });
}
const shown = Object.fromEntries(
  Object.entries(byId).map(([id, { textContent, hidden, children }]) => [id, { text: textContent, hidden, children }]),
);
console.log(JSON.stringify({ shown, moves, requests }));
