// Stands for a Supabase project on one machine: Data API and Storage from @supabase/lite, Auth (auth/) and Realtime
// beside them on one port, behind one gateway.

import { serve } from "@hono/node-server";
import postgres from "postgres";
import { createAuth } from "./auth/server.mjs";
import { readSettings } from "./auth/settings.mjs";
import { configuration, connectAs, createApp, databaseUrl, requests, storageHeaders } from "./configuration.mjs";
import { connect } from "./data_api/connection.mjs";
import { answerDataApi } from "./data_api/routing.mjs";
import { refuseKeys } from "./gateway.mjs";
import { attachRealtime } from "./realtime/server.mjs";
import { signsUrls, withSignedUrls } from "./storage_shapes.mjs";

// Each service runs with the rights of its role, as on the platform.
const dataConnection = await connect(databaseUrl);
const dataApi = createApp(dataConnection);
const storage = createApp(connectAs("supabase_storage_admin"));
await Promise.all([dataApi.init(), storage.init()]);

const authSql = postgres(databaseUrl("supabase_auth_admin"), { max: 5, onnotice: () => {} });
const realtimeSql = postgres(databaseUrl("supabase_admin"), { max: 5, onnotice: () => {} });
const auth = createAuth({ sql: authSql, settings: readSettings(configuration), ...configuration });

async function route(request, peerAddress) {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return Response.json({ status: "ok" });
  const refused = refuseKeys(request, configuration);
  if (refused) return refused;
  if (pathname.startsWith("/auth/v1")) return auth(request, peerAddress);
  if (pathname.startsWith("/rest/v1")) {
    const { answerCall, readsRows } = dataConnection;
    return answerDataApi(request, { ...configuration, answerCall, readsRows }, (own, claims, failure) =>
      requests.run({ request: own, claims, failure }, () => dataApi.fetch(own, { peerAddress })),
    );
  }
  const response = await storageHeaders.run(request.headers, () => storage.fetch(request, { peerAddress }));
  return signsUrls(request, pathname) ? withSignedUrls(response) : response;
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
