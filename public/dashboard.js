// The smallest dashboard that shows the platform at work: the contents of a brand, and its events live.

const API = "/api/v1";
const element = (id) => document.getElementById(id);
const state = { tokens: null, client: null, channel: null };

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

async function follow(brandId) {
  if (state.channel) await state.client.removeChannel(state.channel);
  const live = element("live");
  const show = (name) => { live.dataset.state = name; live.textContent = name; };
  show("connecting");
  element("feed").replaceChildren();
  state.channel = state.client
    .channel(`brand:${brandId}`, { config: { private: true } })
    .on("broadcast", { event: "*" }, ({ payload }) => {
      showEvent(payload);
      if (payload.aggregateType === "content") showContentsSoon(brandId);
    })
    .subscribe((status) => show(status === "SUBSCRIBED" ? "live" : status === "CHANNEL_ERROR" ? "refused" : "connecting"));
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
