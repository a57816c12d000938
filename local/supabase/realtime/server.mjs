// Realtime broadcast for one machine: channels over WebSocket, fed by inserts into
// realtime.messages in the order in which they were committed.

import { WebSocketServer } from "ws";
import { mayRead, mayWrite, readClaims } from "./authorization.mjs";
import { decode, encode } from "./protocol.mjs";

const PATH = "/realtime/v1/websocket";
const CHANNEL_PREFIX = "realtime:";

class Connection {
  constructor(socket, version, token, hub) {
    Object.assign(this, { socket, version, token, hub });
    this.channels = new Map();
    this.queue = Promise.resolve();
    socket.on("message", (frame, isBinary) => {
      this.queue = this.queue.then(() => this.receive(frame, isBinary));
    });
    socket.on("close", () => {
      for (const topic of [...this.channels.keys()]) this.leave(topic);
      hub.connections.delete(this);
    });
  }

  send(message) {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(encode(message, this.version));
  }

  reply(message, status, response = {}) {
    const { join_ref, ref, topic } = message;
    this.send({ join_ref, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  async receive(frame, isBinary) {
    let message;
    try {
      message = decode(frame, isBinary);
    } catch (error) {
      this.socket.close(1003, error.message.slice(0, 100));
      return;
    }
    try {
      await this.handle(message);
    } catch (error) {
      console.error("realtime:", error);
      this.reply(message, "error", { reason: "InternalError" });
    }
  }

  handle(message) {
    switch (message.event) {
      case "heartbeat":
        return this.reply(message, "ok");
      case "phx_join":
        return this.join(message);
      case "phx_leave":
        this.leave(message.topic);
        this.reply(message, "ok");
        return this.send({ ...message, event: "phx_close", payload: {} });
      case "access_token":
        return this.refresh(message);
      case "broadcast":
        return this.broadcast(message);
      default:
        return this.reply(message, "ok");
    }
  }

  async join(message) {
    const { topic, payload } = message;
    const config = payload.config ?? {};
    const name = topic.startsWith(CHANNEL_PREFIX) ? topic.slice(CHANNEL_PREFIX.length) : topic;
    let claims;
    try {
      claims = await readClaims(payload.access_token ?? this.token, this.hub.secrets);
    } catch {
      return this.reply(message, "error", { reason: "InvalidJWTToken: the token is invalid or has expired" });
    }
    if (config.private && !(await mayRead(this.hub.sql, claims, name))) {
      return this.reply(message, "error", {
        reason: `Unauthorized: You do not have permissions to read from this Channel topic: ${name}`,
      });
    }
    this.leave(topic);
    this.channels.set(topic, { name, claims, private: Boolean(config.private), broadcast: config.broadcast ?? {},
      join_ref: message.join_ref, expiry: this.closeAtExpiry(topic, claims) });
    this.reply(message, "ok", { postgres_changes: [] });
    if (config.presence?.enabled) this.send({ topic, event: "presence_state", payload: {} });
  }

  leave(topic) {
    clearTimeout(this.channels.get(topic)?.expiry);
    this.channels.delete(topic);
  }

  closeAtExpiry(topic, claims) {
    if (!claims.exp) return undefined;
    // A timer of Node holds at most 2^31-1 milliseconds; a session is far shorter.
    return setTimeout(() => this.shut(topic, "Token has expired"), Math.min(claims.exp * 1000 - Date.now(), 2 ** 31 - 1));
  }

  shut(topic, reason) {
    this.leave(topic);
    this.send({ topic, event: "system", payload: { channel: topic, extension: "system", message: reason, status: "error" } });
    this.send({ topic, event: "phx_close", payload: {} });
  }

  async refresh(message) {
    const channel = this.channels.get(message.topic);
    if (!channel || !message.payload.access_token) return;
    try {
      channel.claims = await readClaims(message.payload.access_token, this.hub.secrets);
    } catch {
      return this.shut(message.topic, "Token is invalid or has expired");
    }
    if (channel.private && !(await mayRead(this.hub.sql, channel.claims, channel.name))) {
      return this.shut(message.topic, "Unauthorized: You do not have permissions to read from this Channel topic");
    }
    clearTimeout(channel.expiry);
    channel.expiry = this.closeAtExpiry(message.topic, channel.claims);
  }

  async broadcast(message) {
    const channel = this.channels.get(message.topic);
    const allowed = channel && (!channel.private || (await mayWrite(this.hub.sql, channel.claims, channel.name)));
    if (allowed) {
      this.hub.deliver({ topic: channel.name, private: channel.private, ...message.payload },
        channel.broadcast.self ? undefined : this);
    }
    if (channel?.broadcast.ack) this.reply(message, allowed ? "ok" : "error");
  }
}

class Hub {
  constructor(sql, secrets) {
    Object.assign(this, { sql, secrets });
    this.connections = new Set();
    this.queue = Promise.resolve();
  }

  deliver({ topic, event, payload, private: isPrivate }, except) {
    for (const connection of this.connections) {
      if (connection === except) continue;
      for (const [channelTopic, channel] of connection.channels) {
        if (channel.name !== topic || channel.private !== isPrivate) continue;
        connection.send({ topic: channelTopic, event: "broadcast", payload: { type: "broadcast", event, payload } });
      }
    }
  }

  async listen() {
    await this.sql`select realtime.create_partitions()`;
    await this.sql`delete from realtime.messages where inserted_at < now() - interval '3 days'`;
    await this.sql.listen("realtime_messages", (id) => {
      // One after the other: the order of the notifications is the order of the commits.
      this.queue = this.queue.then(async () => {
        const [row] = await this.sql`select topic, event, payload, private from realtime.messages where id = ${id}`;
        if (row) this.deliver(row);
      }).catch((error) => console.error("realtime:", error));
    });
  }
}

export async function attachRealtime(httpServer, { sql, jwtSecret, publishableKey, secretKey }) {
  const hub = new Hub(sql, { jwtSecret, publishableKey });
  await hub.listen();
  const sockets = new WebSocketServer({ noServer: true });
  httpServer.on("upgrade", (request, socket, head) => {
    const url = new URL(request.url, "http://127.0.0.1");
    const apikey = url.searchParams.get("apikey") ?? request.headers.apikey;
    if (url.pathname !== PATH || ![publishableKey, secretKey].includes(apikey)) {
      socket.end(`HTTP/1.1 ${url.pathname === PATH ? "401 Unauthorized" : "404 Not Found"}\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const version = url.searchParams.get("vsn") ?? "1.0.0";
      hub.connections.add(new Connection(webSocket, version, publishableKey, hub));
    });
  });
}
