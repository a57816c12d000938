// One client on one topic (lib/realtime_web/channels/realtime_channel.ex).

import { encodeBroadcast } from "./protocol.mjs";
import { settings } from "./settings.mjs";
import { checkExpiry, readClaims, reasonOf, secondsPast, TokenError } from "./tokens.mjs";
import { mayWrite, readRights } from "./authorization.mjs";

const PREFIX = "realtime:";
const NO_LONGER = "You no longer have permission to read from this Channel topic";
const NO_RIGHT = "You do not have permissions to read from this Channel topic";

/** Raised for a join that is refused; the message is the reason that the client gets. */
export class JoinRefused extends Error {}

export class Channel {
  constructor(connection, message, claims, rights) {
    const config = message.payload.config ?? {};
    this.connection = connection;
    this.hub = connection.hub;
    this.topic = message.topic;
    this.joinRef = message.join_ref;
    this.name = nameOf(message.topic);
    this.isPrivate = Boolean(config.private);
    this.broadcast = config.broadcast ?? {};
    this.hasPresence = config.presence?.enabled === true;
    this.token = message.payload.access_token;
    this.claims = claims;
    this.rights = rights;
    this.replayed = new Set();
    this.mayWrite = undefined;
    this.timer = undefined;
    this.readiness = undefined;
  }

  static async open(connection, message) {
    const { hub } = connection;
    const name = nameOf(message.topic);
    const config = message.payload.config ?? {};
    if (settings.privateOnly && !config.private) {
      throw new JoinRefused("PrivateOnly: This project only allows private channels");
    }
    if (connection.channels.size >= settings.channelsPerConnection) {
      throw new JoinRefused("ChannelRateLimitReached: Too many channels");
    }
    const claims = await connection.claimsOf(message.payload.access_token);
    let rights = { broadcast: true, presence: true };
    if (config.private) {
      rights = await readRights(hub.sql, claims, name);
      if (!rights.broadcast && !rights.presence) throw new JoinRefused(`Unauthorized: ${NO_RIGHT}: ${name}`);
    }
    const { replay } = config.broadcast ?? {};
    if (replay && !config.private) {
      throw new JoinRefused("UnableToReplayMessages: Replay is not allowed for public channels");
    }
    if (replay && !Number.isInteger(replay.since)) {
      throw new JoinRefused("UnableToReplayMessages: Replay params are not valid");
    }
    return new Channel(connection, message, claims, rights);
  }

  /** The messages after the answer to the join, in the order of the hosted server. */
  async begin() {
    this.watchToken();
    if (this.hasPresence) this.push("presence_state", {});
    if (this.broadcast.replay && this.rights.broadcast) {
      const { since, limit = settings.replayLimit } = this.broadcast.replay;
      for (const { id, event, text } of await this.hub.missed(this.name, { since, limit })) {
        this.replayed.add(id);
        this.write({ event, text, meta: { replayed: true, id } });
      }
    }
    if (this.broadcast.replication_ready) this.waitForReplication(Date.now() + settings.replicationTimeout);
  }

  waitForReplication(until) {
    if (this.hub.isReplicating) return this.tell("ok", "Replication connection established");
    if (Date.now() >= until) return this.shut("Replication connection was not established in time");
    this.readiness = setTimeout(() => this.waitForReplication(until), settings.replicationPoll);
    return undefined;
  }

  /** Only the token is checked again. Policies are evaluated when the client sends a new one. */
  watchToken() {
    const left = -secondsPast(this.claims) * 1000;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      try {
        checkExpiry(this.claims);
        this.watchToken();
      } catch (error) {
        this.shut(error.message);
      }
    }, Math.max(0, Math.min(settings.tokenCheck, left)));
  }

  push(event, payload) {
    this.connection.send({ join_ref: this.joinRef, topic: this.topic, event, payload });
  }

  tell(status, message) {
    this.push("system", { extension: "system", status, message, channel: this.name });
  }

  shut(reason) {
    this.close();
    this.tell("error", reason);
    this.connection.send({ join_ref: this.joinRef, ref: this.joinRef, topic: this.topic, event: "phx_close", payload: {} });
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.readiness);
    if (this.connection.channels.get(this.topic) === this) this.connection.channels.delete(this.topic);
  }

  write({ event, text, meta }) {
    this.connection.write(encodeBroadcast({ topic: this.topic, event, text, meta }, this.connection.version));
    this.hub.rate.add();
    // The message has been sent. The channel closes after it, and its client joins again by itself or not at all.
    if (this.hub.rate.isTriggered) this.shut("Too many messages per second");
  }

  receive({ event, text, id }) {
    if (this.isPrivate && !this.rights.broadcast) return;
    if (this.replayed.has(id)) return;
    try {
      this.write({ event, text, meta: { id } });
    } catch (error) {
      console.log(`realtime: UnableToBroadcastChanges: ${error.message}`);
    }
  }

  /** A message from the client. A refused one is dropped without an answer. */
  async send(message) {
    if (this.isPrivate) this.mayWrite ??= await mayWrite(this.hub.sql, this.claims, this.name);
    if (this.isPrivate && !this.mayWrite) return;
    this.hub.rate.add();
    const { event, payload } = message.payload;
    const sent = { topic: this.name, event, text: JSON.stringify(payload ?? {}), private: this.isPrivate };
    this.hub.deliver(sent, this.broadcast.self ? undefined : this.connection);
    if (this.broadcast.ack) this.connection.reply(message, "ok");
  }

  async refresh(token) {
    if (!token || token.startsWith("sb_") || token === this.token) return;
    let rights = this.rights;
    try {
      this.claims = await readClaims(token, this.hub.secrets);
      if (this.isPrivate) rights = await readRights(this.hub.sql, this.claims, this.name);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      this.shut(error.message);
      return;
    }
    this.token = token;
    this.mayWrite = undefined;
    const lost = Object.keys(rights).filter((name) => this.rights[name] && !rights[name]);
    if (!rights.broadcast && !rights.presence) return this.shut(`${NO_RIGHT}: ${this.name}`);
    if (lost.length > 0) return this.shut(`${NO_LONGER}: ${this.name}`);
    this.rights = rights;
    this.watchToken();
  }
}

export const nameOf = (topic) => (topic.startsWith(PREFIX) ? topic.slice(PREFIX.length) : topic);

export const reasonFor = (error) => {
  if (error instanceof JoinRefused) return error.message;
  return error instanceof TokenError ? reasonOf(error) : undefined;
};
