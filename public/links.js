// The pages that links in mails open. Each does what its link is for only when a person presses its button: scanners of
// mails open links too. Tokens stand behind the #, so that no server sees them in an address.

import { ApiFailure, Session } from "/session.js";

const linked = new URLSearchParams(location.hash.slice(1));
const token = linked.get("token") ?? "";
// It stays neither in the history nor in an address that a person copies.
if (location.hash) history.replaceState(null, "", location.pathname);
const find = (id) => document.getElementById(id);

async function post(path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) return response.status === 204 ? null : response.json();
  const { error } = await response.json();
  const details = (error.details ?? []).map((detail) => `${detail.field ?? ""} ${detail.message ?? ""}`.trim());
  throw new ApiFailure([error.message, ...details].join("; "), response.status);
}

/** Has a form do something once, and says what came of it. */
function onSubmit(id, act, said) {
  const form = find(id);
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    find("problem").textContent = "";
    try {
      await act(Object.fromEntries(new FormData(form)));
      form.hidden = true;
      find("done").textContent = said;
    } catch (error) {
      find("problem").textContent = error.message;
      button.disabled = false;
    }
  });
}

onSubmit(
  "verify-email",
  () => post("/auth/email/verify", { token, purpose: linked.get("purpose") ?? "email_verification" }),
  "Your address is confirmed. You can sign in now.",
);

onSubmit(
  "reset-password",
  ({ password }) => post("/auth/password/reset", { token, password }),
  "Your new password is set. You can sign in now.",
);

onSubmit(
  "unsubscribe",
  async () => {
    const response = await fetch(`/api/v1/mail/unsubscribe?token=${encodeURIComponent(token)}`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    if (!response.ok) throw new ApiFailure((await response.json()).error.message, response.status);
  },
  "You will get no more mails of this kind.",
);

/** Signs a person in by a password and, where their account has one, a second factor. */
async function signIn(session, { email, password, code }) {
  session.factor ??= (await session.signIn({ email, password })).factor;
  if (session.factor.state !== "pending") return;
  let proof = { method: /^[0-9]{6}$/.test(code) ? "totp" : "backup_code", code };
  if (!code && session.factor.methods.includes("webauthn") && !session.factor.methods.includes("totp")) {
    const { options } = await session.call("/auth/mfa/webauthn/challenge", { method: "POST" });
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    proof = { method: "webauthn", credential: (await navigator.credentials.get({ publicKey })).toJSON() };
  } else if (!code) {
    find("factor").hidden = false;
    throw new ApiFailure("Enter the code of your authenticator app, or a backup code.", 401);
  }
  await session.call("/auth/mfa/verify", { method: "POST", body: JSON.stringify(proof) });
  session.factor = { state: "passed" };
}

/** Returns the path at which the company of an address signs its people in; null where they have passwords. */
async function findDirectory(email) {
  const { data } = await post("/auth/sso/discover", { email });
  return data.target?.url ?? null;
}

if (find("accept-invitation")) {
  post("/auth/invitations/lookup", { token }).then(
    ({ data }) => {
      find("offer").textContent = `${data.brandName}, as ${data.role}, for ${data.email}.`;
      find("join").elements.email.value = data.email;
    },
    (error) => (find("problem").textContent = error.message),
  );
  onSubmit(
    "accept-invitation",
    async (entered) => {
      try {
        await post("/auth/invitations/accept", { token, ...entered });
      } catch (error) {
        if (error.status === 409) find("join").hidden = false;
        throw error;
      }
    },
    "You have joined the brand. You can sign in now.",
  );
  const session = new Session({ onEnd: () => {} });
  onSubmit(
    "join",
    async (credentials) => {
      await signIn(session, credentials);
      await session.call("/users/invitations/accept", { method: "POST", body: JSON.stringify({ token }) });
      find("accept-invitation").hidden = true;
    },
    "You have joined the brand.",
  );
}

if (find("content")) {
  const session = new Session({ onEnd: () => {} });
  const id = location.pathname.split("/").filter(Boolean).at(-1);

  async function show() {
    const content = await session.call(`/contents/${encodeURIComponent(id)}`);
    find("title").textContent = content.title;
    find("state").textContent = `${content.status}, version ${content.version}`;
    for (const [name, value] of Object.entries(content.fields ?? {})) {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = name;
      text.textContent = typeof value === "string" ? value : JSON.stringify(value);
      find("fields").append(term, text);
    }
    find("shown").hidden = false;
    find("content").hidden = true;
  }

  onSubmit(
    "content",
    async (credentials) => {
      const directory = credentials.password ? null : await findDirectory(credentials.email);
      if (directory) {
        location.assign(`${directory}?returnTo=${encodeURIComponent(location.pathname)}`);
        return;
      }
      await signIn(session, credentials);
      await show();
    },
    "",
  );
  // Single sign-on leads back to this page, with a session in cookies.
  show().catch(() => {});
}
