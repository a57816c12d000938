// Follows the events of a brand and misses none: docs/realtime.md says why each step is needed.

import { CatchUp, PlaceIsGone } from "./catch-up.js";

const PAGE_SIZE = 200;
const REJOIN_PAUSES = [1000, 2000, 5000, 10_000];
// Between readings of the log while messages flow: the server drops some without a word.
const CHECK = 120_000;

// The one message of a command that changes many contents: it stands for events of the log and is none itself.
export const SUMMARY = "ContentsChanged";

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
   * `call` calls the API, and returns the whole answer. `onState` hears "connecting", "live" or "refused"; `onReady` that
   * messages flow from here on, at each join; `onEvent` each event once, and summaries; `onProblem` an error of reading the
   * log.
   */
  constructor(client, call, brandId, { onState, onReady, onEvent, onProblem }) {
    Object.assign(this, { client, call, brandId, onState, onReady, onEvent, onProblem });
    this.channel = null;
    this.rejoins = 0;
    this.log = null;
    this.check = undefined;
  }

  async start() {
    this.onState("connecting");
    const channel = this.client.channel(`brand:${this.brandId}`, {
      config: { private: true, broadcast: { replication_ready: true } },
    });
    this.channel = channel;
    const isCurrent = () => this.channel === channel;
    const again = () => setTimeout(() => isCurrent() && this.start(), this.pause());
    try {
      // Before the list is read: what is committed from here on comes by the channel or from the log.
      this.log ??= new CatchUp((place) => this.read(place), this.onEvent, await this.findEnd());
    } catch (error) {
      if (isCurrent()) this.onProblem(error);
      this.client.removeChannel(channel);
      again();
      return;
    }
    if (!isCurrent()) return;
    channel
      .on("broadcast", { event: "*" }, ({ payload }) => isCurrent() && this.note(payload))
      .on("system", {}, ({ extension, status }) => {
        // "ok" says that messages flow from here on, which being subscribed does not.
        if (isCurrent() && extension === "system" && status === "ok") this.begin(isCurrent);
      })
      .subscribe((status) => {
        if (!isCurrent()) return;
        // Also where the client has joined again by itself: what came meanwhile is in the log.
        this.log.lose();
        clearTimeout(this.check);
        if (status === "SUBSCRIBED") return;
        this.onState(status === "CHANNEL_ERROR" ? "refused" : "connecting");
        // The server closed it. The client has removed the channel, and joins again by itself after errors only.
        if (status === "CLOSED") again();
      });
  }

  /** Returns when the topic may be joined again: the client has one channel for each topic. */
  async stop() {
    const { channel } = this;
    this.channel = null;
    clearTimeout(this.check);
    if (channel) await this.client.removeChannel(channel);
  }

  pause() {
    return REJOIN_PAUSES[Math.min(this.rejoins++, REJOIN_PAUSES.length - 1)];
  }

  async begin(isCurrent) {
    this.rejoins = 0;
    this.onState("live");
    await Promise.all([this.attempt(isCurrent, () => this.onReady()), this.keepUp(isCurrent)]);
  }

  async attempt(isCurrent, act) {
    try {
      await act();
      return true;
    } catch (error) {
      if (isCurrent()) this.onProblem(error);
      return false;
    }
  }

  /** Catches up, and again now and then. */
  async keepUp(isCurrent) {
    clearTimeout(this.check);
    const isDone = await this.attempt(isCurrent, () => this.catchUp());
    if (!isCurrent()) return;
    clearTimeout(this.check);
    this.check = setTimeout(() => isCurrent() && this.keepUp(isCurrent), isDone ? CHECK : this.pause());
  }

  async catchUp() {
    try {
      await this.log.catchUp();
    } catch (error) {
      if (!(error instanceof PlaceIsGone)) throw error;
      this.log.cursor = await this.findEnd();
      await this.onReady();
      await this.log.catchUp();
    }
  }

  async findEnd() {
    return (await this.call(`/events/cursor?brandId=${this.brandId}`)).data.cursor;
  }

  async read(place) {
    const query = new URLSearchParams({ brandId: this.brandId, limit: PAGE_SIZE, ahead: true, ...(place && { after: place }) });
    try {
      const { data, meta } = await this.call(`/events?${query}`);
      return {
        events: data.map(({ id, ...event }) => ({ eventId: id, ...event })),
        cursor: meta.nextCursor,
        hasMore: meta.hasMore,
      };
    } catch (error) {
      throw error.status === 422 ? new PlaceIsGone(error.message) : error;
    }
  }

  // The same event may come by the channel and from the log. A summary stands for events of the log and is none itself.
  note(event) {
    if (event.type === SUMMARY) this.onEvent(event);
    else this.log.hear(event);
  }
}
