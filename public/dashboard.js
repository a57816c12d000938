// The smallest dashboard that shows the platform at work: the contents of a brand, and its events live.

const API = "/api/v1";
const element = (id) => document.getElementById(id);
const OVERLAP = 60_000;
const PAGE_SIZE = 500;
const REJOIN_PAUSES = [1000, 2000, 5000, 10_000];
const state = { tokens: null, client: null, channel: null, seen: new Set(), last: 0, rejoins: 0 };

class ApiFailure extends Error {}

async function call(path, options = {}) {
  const headers = { "Content-Type": "application/json" };
  if (state.tokens) headers.Authorization = `Bearer ${state.tokens.accessToken}`;
  const response = await fetch(API + path, { ...options, headers });
  if (response.status === 204) return null;
  const body = await response.json();
  if (!body.success) throw new ApiFailure(`${body.error.message} (request ${body.error.requestId})`);
  return body.data;
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

async function showContents(brandId) {
  const contents = await call(`/contents?brandId=${brandId}&pageSize=50`);
  const rows = contents.map((content) =>
    row(content.title, content.status, `version ${content.version}, ${new Date(content.updatedAt).toLocaleString()}`));
  element("contents").replaceChildren(...rows);
}

// A change comes as several events; the list is read once for all that come close together.
let pending;
function showContentsSoon(brandId) {
  clearTimeout(pending);
  pending = setTimeout(() => showContents(brandId), 400);
}

function showEvent(event) {
  const { type, data, occurredAt } = event;
  const what = data.to ? `${data.from} → ${data.to}` : (data.step ?? data.outcome ?? "");
  element("feed").prepend(row(type, what, `${data.title ?? ""} ${new Date(occurredAt).toLocaleTimeString()}`));
}

// The smallest id that an event of a moment can have: ids begin with the time.
function firstIdOf(milliseconds) {
  const time = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

// What was sent while nobody listened is in the event log, which shows what one may read. An event's id tells when its
// transaction began, and it is seen when that commits: so the log is read again from a minute before the last event.
async function catchUp(brandId, since) {
  const columns = "eventId:id, type, brandId:brand_id, aggregateType:aggregate_type, occurredAt:occurred_at, data:payload";
  let after = firstIdOf(since - OVERLAP);
  for (;;) {
    const { data, error } = await state.client.from("domain_events").select(columns)
      .eq("brand_id", brandId).gt("id", after).order("id").limit(PAGE_SIZE);
    if (error) throw new ApiFailure(error.message);
    data.forEach(note);
    if (data.length < PAGE_SIZE) return;
    after = data.at(-1).eventId;
  }
}

// The same event may come by the channel and by the log.
function note(event) {
  if (state.seen.has(event.eventId)) return;
  state.seen.add(event.eventId);
  state.last = Math.max(state.last, Date.parse(event.occurredAt));
  showEvent(event);
  if (event.aggregateType === "content") showContentsSoon(event.brandId);
}

function join(brandId) {
  const live = element("live");
  const show = (name) => { live.dataset.state = name; live.textContent = name; };
  show("connecting");
  const channel = state.client.channel(`brand:${brandId}`, {
    config: { private: true, broadcast: { replication_ready: true } },
  });
  state.channel = channel;
  channel
    .on("broadcast", { event: "*" }, ({ payload }) => note(payload))
    .on("system", {}, async ({ status }) => {
      // "ok" says that messages flow from here on, which being subscribed does not.
      if (status !== "ok" || state.channel !== channel) return;
      state.rejoins = 0;
      show("live");
      try {
        await Promise.all([showContents(brandId), catchUp(brandId, state.last)]);
      } catch (error) {
        element("problem").textContent = error.message;
      }
    })
    .subscribe((status) => {
      if (state.channel !== channel) return;
      if (status === "SUBSCRIBED") return;
      show(status === "CHANNEL_ERROR" ? "refused" : "connecting");
      // The server closed it, and the client joins again after errors only.
      if (status === "CLOSED") setTimeout(() => state.channel === channel && join(brandId), pause());
    });
}

const pause = () => REJOIN_PAUSES[Math.min(state.rejoins++, REJOIN_PAUSES.length - 1)];

async function follow(brandId) {
  const former = state.channel;
  state.channel = null;
  if (former) await state.client.removeChannel(former);
  element("feed").replaceChildren();
  Object.assign(state, { seen: new Set(), last: Date.now(), rejoins: 0 });
  join(brandId);
}

async function open(brandId) {
  await Promise.all([showContents(brandId), follow(brandId)]);
}

async function signIn(event) {
  event.preventDefault();
  element("problem").textContent = "";
  const form = new FormData(event.target);
  try {
    state.tokens = await call("/auth/login", { method: "POST", body: JSON.stringify(Object.fromEntries(form)) });
    const [config, me, brands] = await Promise.all([call("/config"), call("/users/me"), call("/brands")]);
    state.client = supabase.createClient(config.supabaseUrl, config.supabasePublishableKey, {
      accessToken: async () => state.tokens.accessToken,
    });
    await state.client.realtime.setAuth(state.tokens.accessToken);
    element("who").textContent = `${me.firstName} ${me.lastName}, ${me.email}`;
    element("brand").replaceChildren(...brands.map((brand) => new Option(brand.name, brand.id)));
    element("sign-in").hidden = true;
    element("sign-out").hidden = element("work").hidden = false;
    if (brands.length) await open(brands[0].id);
  } catch (error) {
    state.tokens = null;
    element("problem").textContent = error.message;
  }
}

element("sign-in").addEventListener("submit", signIn);
element("brand").addEventListener("change", (event) => open(event.target.value));
element("sign-out").addEventListener("click", async () => {
  await call("/auth/logout", { method: "POST" });
  location.reload();
});
