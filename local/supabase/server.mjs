// Stands for a Supabase project on one machine: Data API, Auth and Storage from @supabase/lite,
// with what it lacks (admin calls of Auth, Supabase's claims, Realtime) beside it on one port.

import { serve } from "@hono/node-server";
import postgres from "postgres";
import { createAdminApi, isAdminPath } from "./auth_admin.mjs";
import { configuration, connectAs, createApp, databaseUrl } from "./configuration.mjs";
import { connect, requests } from "./data_api/connection.mjs";
import { answerDataApi } from "./data_api/routing.mjs";
import { AUTHORIZE_PATH, createOidc } from "./oidc.mjs";
import { attachRealtime } from "./realtime/server.mjs";
import { issuesTokens, withSupabaseClaims } from "./session_claims.mjs";
import { signsUrls, withSignedUrls } from "./storage_shapes.mjs";

// Each service with the rights of its role, as on the platform.
const dataApi = createApp(await connect(databaseUrl));
const auth = createApp(connectAs("supabase_auth_admin"), { auth: true });
const storage = createApp(connectAs("supabase_storage_admin"));
await Promise.all([dataApi.init(), auth.init(), storage.init()]);

const authSql = postgres(databaseUrl("supabase_auth_admin"), { max: 5, onnotice: () => {} });
const realtimeSql = postgres(databaseUrl("supabase_admin"), { max: 5, onnotice: () => {} });
const adminApi = createAdminApi({ sql: authSql, secretKey: configuration.secretKey });
const authorize = createOidc({ sql: authSql, siteUrl: configuration.siteUrl });

async function route(request, peerAddress) {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return Response.json({ status: "ok" });
  if (isAdminPath(pathname)) return adminApi(request);
  if (pathname === AUTHORIZE_PATH) return authorize(request);
  if (pathname.startsWith("/rest/v1")) {
    return answerDataApi(request, () => requests.run(request, () => dataApi.fetch(request, { peerAddress })));
  }
  const app = pathname.startsWith("/storage/v1") ? storage : auth;
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
await attachRealtime(server, { sql: realtimeSql, ...configuration });

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));
