// Gives each event of a brand once, from live updates and from the log: docs/realtime.md says why each step is needed. It
// needs nothing of this project, so that clients may copy it. local/demo/catch_up.py is the same in Python.

// As many ids of given events are kept: far more than come by live updates between two readings of the log.
const MOST_IDS = 20_000;
// As many live updates wait while the log is read. When there are more, the log has those that are let go.
const MOST_WAITING = 5_000;
// Events of one reading that are put in order together.
const MOST_TOGETHER = 2_000;
// Before the log is read again that has more to give and does not move: a transaction of others is open.
const PAUSE = 250;

/**
 * @typedef {{eventId: string, type: string, aggregateType: string, aggregateId: string, aggregateVersion: number | null,
 *   occurredAt: string, data: Record<string, unknown>}} LoggedEvent
 * @typedef {{events: LoggedEvent[], cursor: string | null, hasMore: boolean}} LogPage
 */

/** The log refuses the place (422): the events behind it are kept no longer. `read` throws it. */
export class PlaceIsGone extends Error {}

export class CatchUp {
  /**
   * `read` reads the log behind a place (`GET /events?after={cursor}&ahead=true`); `give` gets each event once. Call `lose`
   * when live updates may not flow, `hear` with each one, and `catchUp` when they flow.
   * @param {(cursor: string | null) => Promise<LogPage>} read
   * @param {(event: LoggedEvent) => void} give
   * @param {string | null} cursor the end of the log when the client loaded what it shows
   */
  constructor(read, give, cursor) {
    this.read = read;
    this.give = give;
    this.cursor = cursor;
    /** @type {Set<string>} */
    this.given = new Set();
    /**
     * Live updates that wait until what came before them is given; null if there is nothing to wait for.
     * @type {LoggedEvent[] | null}
     */
    this.waiting = [];
    this.hasLetGo = false;
    this.turn = 0;
    /** @type {Promise<void>} */
    this.reading = Promise.resolve();
  }

  /** Says that live updates may be missing from now on. */
  lose() {
    this.turn += 1;
    this.waiting ??= [];
  }

  /** Gives a live update, or keeps it until what came before it is given. @param {LoggedEvent} event */
  hear(event) {
    if (this.waiting === null) return this.giveOnce(event);
    if (this.waiting.length < MOST_WAITING) this.waiting.push(event);
    else {
      this.waiting = [];
      this.hasLetGo = true;
    }
  }

  /**
   * Gives what the log has behind the place, then the live updates that waited. Call it when live updates flow again, and
   * now and then while they do: they may be dropped without a word. It may throw what `read` throws: call it again,
   * nothing is lost. After PlaceIsGone, give `cursor` the end of the log, load what you show, and then call it.
   * @returns {Promise<void>}
   */
  catchUp() {
    const begun = this.reading.then(() => this.readAndGive());
    this.reading = begun.catch(() => {});
    return begun;
  }

  async readAndGive() {
    const { turn } = this;
    do {
      this.hasLetGo = false;
      await this.readToEnd();
    } while (this.hasLetGo);
    if (turn !== this.turn) return; // the connection was lost meanwhile: another call is to come
    /** @type {LoggedEvent[]} */
    const waiting = this.waiting ?? [];
    this.waiting = null;
    waiting.forEach((event) => this.giveOnce(event));
  }

  async readToEnd() {
    /** @type {LoggedEvent[]} */
    let found = [];
    let place = this.cursor;
    for (;;) {
      const page = await this.read(place);
      found.push(...page.events);
      const hasMoved = page.cursor !== place;
      place = page.cursor;
      if (!page.hasMore || found.length >= MOST_TOGETHER) {
        inOrder(found).forEach((event) => this.giveOnce(event));
        found = [];
        this.cursor = place;
      }
      if (!page.hasMore) return;
      if (!hasMoved) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** @param {LoggedEvent} event */
  giveOnce(event) {
    if (this.given.has(event.eventId)) return;
    this.given.add(event.eventId);
    if (this.given.size > MOST_IDS) this.given.delete(this.given.values().next().value ?? "");
    this.give(event);
  }
}

/**
 * Puts the events of each resource into the order in which they were written, which is that of their ids. The log is in the
 * order in which transactions began. One that waited for another wrote later.
 * @param {LoggedEvent[]} events
 */
export function inOrder(events) {
  /** @type {Map<string, LoggedEvent[]>} */
  const written = new Map();
  const keyOf = (/** @type {LoggedEvent} */ { aggregateType, aggregateId }) => `${aggregateType} ${aggregateId}`;
  for (const event of events) {
    const own = written.get(keyOf(event)) ?? [];
    own.push(event);
    written.set(keyOf(event), own);
  }
  for (const own of written.values()) own.sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
  return events.map((event) => written.get(keyOf(event))?.shift() ?? event);
}
