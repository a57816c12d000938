// Follows the events of a brand and misses none: docs/realtime.md says why each step is needed.

const OVERLAP = 60_000;
const PAGE_SIZE = 500;
const REJOIN_PAUSES = [1000, 2000, 5000, 10_000];
const COLUMNS =
  "eventId:id, type, brandId:brand_id, aggregateType:aggregate_type, occurredAt:occurred_at, data:payload";

// The one message of a command that changes many contents: it stands for events of the log and is none itself.
export const SUMMARY = "ContentsChanged";

// The smallest id that an event of a moment can have: ids begin with the time.
function firstIdOf(milliseconds) {
  const time = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}

/**
 * Follows what concerns the person: ended sessions, memberships, notifications. `onJoin` is called whenever messages flow,
 * since those that came before are not in the log. Returns a function that stops.
 */
export function followPerson(client, userId, { onMessage, onJoin }) {
  let channel;
  let rejoins = 0;
  const join = () => {
    const joined = client.channel(`user:${userId}`, { config: { private: true, broadcast: { replication_ready: true } } });
    channel = joined;
    joined
      .on("broadcast", { event: "*" }, ({ payload }) => channel === joined && onMessage(payload))
      .on("system", {}, ({ extension, status }) => {
        if (channel !== joined || extension !== "system" || status !== "ok") return;
        if (rejoins > 0) onJoin();
        rejoins = 0;
      })
      .subscribe((status) => {
        if (channel !== joined || status !== "CLOSED") return;
        setTimeout(() => channel === joined && join(), REJOIN_PAUSES[Math.min(rejoins++, REJOIN_PAUSES.length - 1)]);
      });
  };
  join();
  return () => {
    const last = channel;
    channel = null;
    return client.removeChannel(last);
  };
}

export class BrandFeed {
  /**
   * `onState` hears "connecting", "live" or "refused"; `onReady` that messages flow from here on, at each join; `onEvent`
   * each event once, and summaries; `onProblem` an error of reading the log.
   */
  constructor(client, brandId, { onState, onReady, onEvent, onProblem }) {
    Object.assign(this, { client, brandId, onState, onReady, onEvent, onProblem });
    this.channel = null;
    this.seen = new Set();
    this.rejoins = 0;
    /** When the newest known event occurred, by the database's clock; undefined until messages flow. */
    this.last = undefined;
  }

  start() {
    this.onState("connecting");
    const channel = this.client.channel(`brand:${this.brandId}`, {
      config: { private: true, broadcast: { replication_ready: true } },
    });
    this.channel = channel;
    const isCurrent = () => this.channel === channel;
    channel
      .on("broadcast", { event: "*" }, ({ payload }) => isCurrent() && this.note(payload))
      .on("system", {}, ({ extension, status }) => {
        // "ok" says that messages flow from here on, which being subscribed does not.
        if (isCurrent() && extension === "system" && status === "ok") this.begin(isCurrent);
      })
      .subscribe((status) => {
        if (!isCurrent() || status === "SUBSCRIBED") return;
        this.onState(status === "CHANNEL_ERROR" ? "refused" : "connecting");
        // The server closed it. The client has removed the channel, and joins again by itself after errors only.
        if (status === "CLOSED") setTimeout(() => isCurrent() && this.start(), this.pause());
      });
  }

  /** Returns when the topic may be joined again: the client has one channel for each topic. */
  async stop() {
    const { channel } = this;
    this.channel = null;
    if (channel) await this.client.removeChannel(channel);
  }

  pause() {
    return REJOIN_PAUSES[Math.min(this.rejoins++, REJOIN_PAUSES.length - 1)];
  }

  async begin(isCurrent) {
    this.rejoins = 0;
    this.onState("live");
    try {
      await Promise.all([this.onReady(), this.last === undefined ? this.findLast() : this.catchUp(isCurrent)]);
    } catch (error) {
      if (isCurrent()) this.onProblem(error);
    }
  }

  events() {
    return this.client.from("domain_events").select(COLUMNS).eq("brand_id", this.brandId);
  }

  // Not the time of this machine, whose clock may be wrong.
  async findLast() {
    const { data, error } = await this.events().order("id", { ascending: false }).limit(1);
    if (error) throw new Error(error.message);
    this.last = Math.max(this.last ?? 0, ...data.map((event) => Date.parse(event.occurredAt)));
  }

  // Events that were sent while no channel was joined are in the event log, which shows those that the user may read.
  // An event's id tells when its transaction began, and it is seen when that commits: so the log is read from a minute
  // before the last event.
  async catchUp(isCurrent) {
    let after = firstIdOf(this.last - OVERLAP);
    for (;;) {
      const { data, error } = await this.events().gt("id", after).order("id").limit(PAGE_SIZE);
      if (!isCurrent()) return;
      if (error) throw new Error(error.message);
      data.forEach((event) => this.note(event));
      if (data.length < PAGE_SIZE) return;
      after = data.at(-1).eventId;
    }
  }

  // The same event may come by the channel and by the log.
  note(event) {
    if (event.type !== SUMMARY) {
      if (this.seen.has(event.eventId)) return;
      this.seen.add(event.eventId);
      if (this.last !== undefined) this.last = Math.max(this.last, Date.parse(event.occurredAt));
    }
    this.onEvent(event);
  }
}
