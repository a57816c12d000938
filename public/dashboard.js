// The smallest dashboard that shows the platform at work: the contents of a brand, and its events live.

import { BrandFeed, followPerson, SUMMARY } from "./live.js";
import { Session } from "./session.js";

// Notifications and mails link to a content, which has a page of its own.
const linked = new URLSearchParams(location.search).get("content");
if (linked) location.replace(`/contents/${encodeURIComponent(linked)}`);

const element = (id) => document.getElementById(id);
const state = { client: null, feed: null, leaving: Promise.resolve() };
const session = new Session({ onEnd: () => location.reload() });

function showProblem(error) {
  element("problem").textContent = error.message;
}

function showState(name) {
  const live = element("live");
  live.dataset.state = name;
  live.textContent = name;
}

function row(title, status, note) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.className = "status";
  label.textContent = status;
  const small = document.createElement("small");
  small.textContent = note;
  item.append(label, title, small);
  return item;
}

async function showContents(feed) {
  const contents = await session.call(`/contents?brandId=${feed.brandId}&pageSize=50`);
  if (state.feed !== feed) return;
  const rows = contents.map((content) =>
    row(content.title, content.status, `version ${content.version}, ${new Date(content.updatedAt).toLocaleString()}`));
  element("contents").replaceChildren(...rows);
}

// A change comes as several events; the list is read once for all that come close together.
let pending;
function showContentsSoon(feed) {
  clearTimeout(pending);
  pending = setTimeout(() => showContents(feed).catch(showProblem), 400);
}

function describe({ type, data }) {
  if (type === SUMMARY) return [data.command, `${data.contentIds?.length ?? 0} contents`];
  return [data.to ? `${data.from} → ${data.to}` : (data.step ?? data.outcome ?? ""), data.title ?? ""];
}

function showEvent(feed, event) {
  const [what, about] = describe(event);
  element("feed").prepend(row(event.type, what, `${about} ${new Date(event.occurredAt).toLocaleTimeString()}`));
  if (event.aggregateType === "content" || event.type === SUMMARY) showContentsSoon(feed);
}

async function open(brandId) {
  const former = state.feed;
  const feed = new BrandFeed(state.client, (path) => session.callWhole(path), brandId, {
    onState: showState,
    onReady: () => showContents(feed),
    onEvent: (event) => showEvent(feed, event),
    onProblem: showProblem,
  });
  state.feed = feed;
  element("feed").replaceChildren();
  // One after the other, also if the user goes to another brand and back at once.
  state.leaving = state.leaving.then(() => former?.stop());
  await Promise.all([showContents(feed), state.leaving]);
  if (state.feed === feed) feed.start();
}

async function showBrands() {
  const brands = await session.call("/brands");
  const choice = element("brand");
  choice.replaceChildren(...brands.map((brand) => new Option(brand.name, brand.id)));
  if (brands.some((brand) => brand.id === state.feed?.brandId)) {
    choice.value = state.feed.brandId;
  } else if (brands.length) {
    await open(brands[0].id);
  } else if (state.feed) {
    const former = state.feed;
    state.feed = null;
    element("contents").replaceChildren();
    element("feed").replaceChildren();
    showState("no brand");
    await former.stop();
  }
}

// A page whose session has ended is left at once, and so is a brand that is no longer the person's.
function hear(message) {
  if (message.type === "SessionEnded" && message.sessionId === session.id) session.end();
  if (message.type === "MembershipChanged") showBrands().catch(showProblem);
}

async function signIn(event) {
  event.preventDefault();
  element("problem").textContent = "";
  try {
    await session.signIn(Object.fromEntries(new FormData(event.target)));
    const [config, me] = await Promise.all(["/config", "/users/me"].map((path) => session.call(path)));
    state.client = supabase.createClient(config.supabaseUrl, config.supabasePublishableKey, {
      accessToken: () => session.accessToken(),
    });
    // Without a token: the client would keep one that it is given, and never ask for the next.
    await state.client.realtime.setAuth();
    element("who").textContent = `${me.firstName} ${me.lastName}, ${me.email}`;
    element("sign-in").hidden = true;
    element("sign-out").hidden = element("work").hidden = false;
    followPerson(state.client, me.id, { onMessage: hear, onJoin: () => showBrands().catch(showProblem) });
    await showBrands();
  } catch (error) {
    session.tokens = null;
    showProblem(error);
  }
}

element("sign-in").addEventListener("submit", signIn);
element("brand").addEventListener("change", (event) => open(event.target.value).catch(showProblem));
element("sign-out").addEventListener("click", async () => {
  await session.signOut();
  location.reload();
});

// A sign-in by an identity provider that failed comes back here, with the reason for programs.
const failure = new URLSearchParams(location.search).get("signInError");
if (failure !== null && /^[a-z_]{1,40}$/.test(failure)) {
  showProblem(new Error(`Signing in failed: ${failure.replaceAll("_", " ")}`));
  history.replaceState(null, "", location.pathname);
}
