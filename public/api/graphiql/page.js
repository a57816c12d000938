// GraphiQL for people who are signed in. Their tokens stay in memory: a reload signs them out.
import { fetcherFor } from "/api/graphiql/fetcher.js";
import { ApiFailure, Session } from "/session.js";

const GRAPHIQL = "/vendor/graphiql-5.4.0/graphiql.js";
const element = (id) => document.getElementById(id);
const session = new Session({ onEnd: () => location.reload() });
let factor = null;

const EXAMPLE = `# Ctrl-Enter runs the operation under the cursor. What it costs is in "extensions".
{
  me {
    id
    firstName
  }
}
`;

function showProblem(error) {
  element("problem").textContent = error.message;
}

async function openGraphiql() {
  const { open } = await import(GRAPHIQL);
  document.body.classList.add("open");
  element("sign-in").hidden = true;
  element("sign-out").hidden = element("graphiql").hidden = false;
  open(element("graphiql"), {
    fetcher: fetcherFor(() => session.accessToken()),
    defaultQuery: EXAMPLE,
    defaultEditorToolsVisibility: "variables",
    // Headers are where a token could be typed: nothing of them is kept in the browser.
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    inputValueDeprecation: true,
  });
}

/** Signs a person in by a password and, where their account has one, a second factor. */
async function signIn({ email, password, code }) {
  factor ??= (await session.signIn({ email, password })).factor;
  if (factor.state !== "pending") return;
  if (!code) {
    element("factor").hidden = false;
    throw new ApiFailure("Enter the code of your authenticator app, or a backup code.", 401);
  }
  const method = /^[0-9]{6}$/.test(code) ? "totp" : "backup_code";
  await session.call("/auth/mfa/verify", { method: "POST", body: JSON.stringify({ method, code }) });
}

element("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  element("problem").textContent = "";
  try {
    await signIn(Object.fromEntries(new FormData(event.target)));
    const me = await session.call("/users/me");
    element("who").textContent = me.email;
    await openGraphiql();
  } catch (error) {
    showProblem(error);
  }
});

element("sign-out").addEventListener("click", async () => {
  await session.signOut();
  location.reload();
});
