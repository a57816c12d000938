// State that the channels of a project share: the stream of committed messages and the counter of sent messages.

import { randomUUID } from "node:crypto";
import { RateCounter } from "./rate.mjs";
import { settings } from "./settings.mjs";

export class Hub {
  constructor(sql, secrets) {
    Object.assign(this, { sql, secrets });
    this.connections = new Set();
    this.committed = [];
    this.queue = Promise.resolve();
    this.rate = new RateCounter();
    this.replicatesFrom = undefined;
  }

  /** The first join starts the replication; the server answers the join without waiting for it. */
  start() {
    this.replicatesFrom ??= Date.now() + settings.replicationDelay;
  }

  leave(connection) {
    this.connections.delete(connection);
    // Hosted: about eleven minutes later. At once is the strictest: each first join finds no replication.
    if (this.connections.size === 0) this.replicatesFrom = undefined;
  }

  get isReplicating() {
    return this.replicatesFrom !== undefined && Date.now() >= this.replicatesFrom;
  }

  /** A committed message: to all listeners, including the client that caused it. */
  broadcastChange({ id, topic, event, text, private: isPrivate }) {
    if (!this.isReplicating || event === null || text === null) return;
    if (Buffer.byteLength(text) > settings.maxPayloadKilobytes * 1000 + 500) {
      console.log(`realtime: UnableToBroadcastChanges: the payload for ${topic} is too large`);
      return;
    }
    if (this.rate.isTriggered) {
      console.log("realtime: UnableToBroadcastChanges: too_many_requests");
      return;
    }
    this.rate.add();
    this.deliver({ topic, event, text, private: isPrivate, id });
  }

  /** Private and public channels of the same name are separate. */
  deliver({ topic, event, text, private: isPrivate, id = randomUUID() }, except) {
    for (const connection of this.connections) {
      if (connection === except) continue;
      for (const channel of connection.channels.values()) {
        if (channel.name === topic && channel.isPrivate === isPrivate) channel.receive({ event, text, id });
      }
    }
  }

  /** The newest messages of a private topic, oldest first. */
  async missed(topic, { since, limit }) {
    const rows = await this.sql`
      select id, event, payload::text as text from realtime.messages
      where topic = ${topic} and private and extension = 'broadcast' and event is not null and payload is not null
        and inserted_at >= to_timestamp(${since} / 1000.0::double precision) at time zone 'UTC'
      order by inserted_at desc limit ${Math.min(Math.max(limit, 1), settings.replayLimit)}`;
    return rows.reverse();
  }

  /** Reads what was committed since, in the order of the notifications, which is that of the commits. */
  async readCommitted() {
    const ids = this.committed.splice(0);
    if (ids.length === 0) return;
    let rows;
    try {
      rows = await this.sql`
        select id, topic, event, payload::text as text, private from realtime.messages where id = any(${ids}::uuid[])`;
    } catch (error) {
      this.committed.unshift(...ids); // read with the next notification
      throw error;
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) if (byId.has(id)) this.broadcastChange(byId.get(id));
  }

  async keepPartitions() {
    await this.sql`select realtime.create_partitions()`;
    await this.sql`delete from realtime.messages where inserted_at < now() - interval '3 days'`;
  }

  async listen() {
    await this.keepPartitions();
    setInterval(() => this.keepPartitions().catch((error) => console.error("realtime:", error)), settings.upkeep);
    await this.sql.listen("realtime_messages", (id) => {
      if (!this.isReplicating) return;
      this.committed.push(id);
      this.queue = this.queue.then(() => this.readCommitted()).catch((error) => console.error("realtime:", error));
    });
  }
}
