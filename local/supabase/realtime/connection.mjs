// One client's socket with its channels (lib/realtime_web/channels/user_socket.ex).

import { setTimeout as sleep } from "node:timers/promises";
import { Channel, reasonFor } from "./channel.mjs";
import { decode, encode } from "./protocol.mjs";
import { settings } from "./settings.mjs";
import { readClaims } from "./tokens.mjs";

export class Connection {
  constructor(socket, version, token, hub) {
    Object.assign(this, { socket, version, token, hub });
    this.channels = new Map();
    this.queue = Promise.resolve();
    socket.on("message", (frame, isBinary) => {
      this.queue = this.queue.then(() => this.receive(frame, isBinary));
    });
    socket.on("close", () => {
      for (const channel of [...this.channels.values()]) channel.close();
      hub.leave(this);
    });
  }

  write(frame) {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
  }

  send(message) {
    this.write(encode(message, this.version));
  }

  reply(message, status, response = {}) {
    const { join_ref, ref, topic } = message;
    this.send({ join_ref, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  /** A key, or no token, stands for the token with which the socket was opened. */
  claimsOf(token) {
    return readClaims(!token || token.startsWith("sb_") ? this.token : token, this.hub.secrets);
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
      this.reply(message, "error", { reason: "Unknown Error on Channel" });
    }
  }

  handle(message) {
    const channel = this.channels.get(message.topic);
    switch (message.event) {
      case "heartbeat":
        return this.reply(message, "ok");
      case "phx_join":
        return this.join(message);
      case "phx_leave":
        channel?.close();
        this.reply(message, "ok");
        return this.send({ ...message, event: "phx_close", payload: {} });
      case "access_token":
        return channel?.refresh(message.payload.access_token);
      case "broadcast":
        return channel?.send(message);
      default:
        return this.reply(message, "ok");
    }
  }

  async join(message) {
    this.channels.get(message.topic)?.close();
    let channel;
    try {
      channel = await Channel.open(this, message);
    } catch (error) {
      const reason = reasonFor(error);
      if (reason === undefined) throw error;
      // Not awaited: other channels of the client continue meanwhile.
      sleep(settings.refusalDelay).then(() => this.reply(message, "error", { reason }));
      return;
    }
    this.hub.start();
    this.channels.set(message.topic, channel);
    this.reply(message, "ok", { postgres_changes: [] });
    await channel.begin();
  }
}
