// Realtime broadcast for one machine: channels over WebSocket, fed by inserts into realtime.messages in commit order.
// As strict as the hosted service (https://github.com/supabase/realtime): a subscribed channel may not receive messages
// yet, and messages are lost without notice.

import { WebSocketServer } from "ws";
import { Connection } from "./connection.mjs";
import { Hub } from "./hub.mjs";

const PATH = "/realtime/v1/websocket";

function refuse(socket, status, error) {
  const body = JSON.stringify({ error });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

export async function attachRealtime(httpServer, { sql, jwtSecret, publishableKey, secretKey }) {
  const hub = new Hub(sql, { jwtSecret, publishableKey, secretKey });
  await hub.listen();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 5_000_000 });
  httpServer.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url, "http://127.0.0.1");
    const apikey = request.headers["x-api-key"] ?? url.searchParams.get("apikey") ?? request.headers.apikey;
    if (url.pathname !== PATH) return refuse(socket, "404 Not Found", "Not found");
    if (!apikey) return refuse(socket, "401 Unauthorized", "API key is missing");
    if (![publishableKey, secretKey].includes(apikey)) {
      return refuse(socket, "401 Unauthorized", "The token provided is not a valid JWT");
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const version = url.searchParams.get("vsn") ?? "1.0.0";
      hub.connections.add(new Connection(webSocket, version, apikey, hub));
    });
  });
}
