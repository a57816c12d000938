// Stands for a Supabase project on one machine: Data API, Auth and Storage from @supabase/lite,
// with what it lacks (admin calls of Auth, Supabase's claims, Realtime) beside it on one port.

import { serve } from "@hono/node-server";
import postgres from "postgres";
import { createAdminApi, isAdminPath } from "./auth_admin.mjs";
import { configuration, createApp } from "./configuration.mjs";
import { AUTHORIZE_PATH, createOidc } from "./oidc.mjs";
import { attachRealtime } from "./realtime/server.mjs";
import { issuesTokens, withSupabaseClaims } from "./session_claims.mjs";
import { signsUrls, withSignedUrls } from "./storage_shapes.mjs";

const app = createApp();
await app.init();

const sql = postgres(configuration.databaseUrl, { max: 5, onnotice: () => {} });
const adminApi = createAdminApi({ sql, secretKey: configuration.secretKey });
const authorize = createOidc({ sql, siteUrl: configuration.siteUrl });

async function route(request, peerAddress) {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return Response.json({ status: "ok" });
  if (isAdminPath(pathname)) return adminApi(request);
  if (pathname === AUTHORIZE_PATH) return authorize(request);
  const response = await app.fetch(request, { peerAddress });
  if (signsUrls(request, pathname)) return withSignedUrls(response);
  return issuesTokens(pathname) ? withSupabaseClaims(response, configuration) : response;
}

const server = serve(
  {
    hostname: "127.0.0.1",
    port: configuration.port,
    fetch: (request, env) => route(request, env.incoming.socket.remoteAddress ?? null),
  },
  () => console.log(`Supabase stand-in on http://127.0.0.1:${configuration.port}`),
);
await attachRealtime(server, { sql, ...configuration });

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));
