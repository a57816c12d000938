// Follows the events of a brand and misses none: the recipe of docs/realtime.md in TypeScript. Needs `@supabase/supabase-js`
// and catch-up.js (public/catch-up.js of this repository). Run it with the settings as JSON: {"api", "supabaseUrl",
// "publishableKey", "accessToken", "brandId"}. It prints one event on each line.

import { createClient, type RealtimeChannel } from "@supabase/supabase-js";
import { CatchUp, PlaceIsGone, type LogPage, type LoggedEvent } from "../../public/catch-up.js";

interface Settings {
  api: string;
  supabaseUrl: string;
  publishableKey: string;
  accessToken: string;
  brandId: string;
}

declare const process: { argv: string[] };

// A connection that breaks while the answer is awaited may never say so.
const PATIENCE = 10_000;
const PAUSES = [1000, 2000, 5000, 10_000];
// Messages may stop without a word.
const CHECK = 30_000;
const settings: Settings = JSON.parse(process.argv[2] ?? "{}");
const client = createClient(settings.supabaseUrl, settings.publishableKey, {
  // Asked at each join and each heartbeat: renew a token here that is about to end.
  accessToken: async () => settings.accessToken,
});

class Refused extends Error {
  constructor(readonly status: number) {
    super(`the API answered ${status}`);
  }
}

async function call(path: string, query: Record<string, string>) {
  const address = `${settings.api}${path}?${new URLSearchParams(query)}`;
  const headers = { Authorization: `Bearer ${settings.accessToken}` };
  const answer = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Refused(answer.status);
  return answer.json();
}

async function findEnd(): Promise<string | null> {
  return (await call("/events/cursor", { brandId: settings.brandId })).data.cursor;
}

async function read(cursor: string | null): Promise<LogPage> {
  try {
    const query: Record<string, string> = { brandId: settings.brandId, limit: "200", ahead: "true" };
    if (cursor !== null) query["after"] = cursor;
    const { data, meta } = await call("/events", query);
    const events = data.map(({ id, ...event }: { id: string }) => ({ eventId: id, ...event }));
    return { events, cursor: meta.nextCursor, hasMore: meta.hasMore };
  } catch (error) {
    throw error instanceof Refused && error.status === 422 ? new PlaceIsGone() : error;
  }
}

const show = (event: LoggedEvent) => console.log(JSON.stringify(event));

// 1. The place in the log, before anything is loaded or joined.
const log = new CatchUp(read, show, await findEnd());
// 2. Load here what you show.

let failures = 0;
let check: ReturnType<typeof setTimeout> | undefined;
const pause = () => PAUSES[Math.min(failures++, PAUSES.length - 1)];

async function keepUp(): Promise<void> {
  clearTimeout(check);
  let next = CHECK;
  try {
    await log.catchUp();
    failures = 0;
  } catch (error) {
    console.error("The log could not be read, and is read again:", String(error));
    next = error instanceof PlaceIsGone ? 0 : pause()!;
    // After that, load again what you show.
    if (error instanceof PlaceIsGone) log.cursor = await findEnd().catch(() => log.cursor);
  }
  clearTimeout(check);
  // Also while no channel is joined: the log is enough, if slower.
  check = setTimeout(keepUp, next);
}

let current: RealtimeChannel | undefined;
let again: ReturnType<typeof setTimeout> | undefined;

/** Joins anew after a while, unless messages flow by then: the client gives up after some failures, and we never do. */
function joinAgain(channel: RealtimeChannel, milliseconds: number): void {
  clearTimeout(again);
  again = setTimeout(async () => {
    if (channel !== current) return;
    current = undefined;
    // To its end, which is after ten seconds at most: it removes whatever channel has the topic then. The socket may wait
    // for a connection that never comes.
    await client.removeChannel(channel).catch(() => undefined);
    await client.realtime.disconnect();
    join();
  }, milliseconds);
}

function join(): void {
  // Typed from supabase-js 2.110 on, and passed through before.
  const broadcast = { replication_ready: true } as object;
  const channel = client.channel(`brand:${settings.brandId}`, { config: { private: true, broadcast } });
  current = channel;
  channel
    .on("broadcast", { event: "*" }, ({ payload }) => {
      if (channel !== current) return;
      // A summary stands for many events of the log and is none itself.
      if (payload["type"] === "ContentsChanged") show(payload as LoggedEvent);
      else log.hear(payload as LoggedEvent);
    })
    .on("system", {}, ({ extension, status }) => {
      // 3. Being subscribed does not mean that messages flow: this does. 4. What came meanwhile.
      if (channel !== current || extension !== "system" || status !== "ok") return;
      clearTimeout(again);
      void keepUp();
    })
    .subscribe((status) => {
      if (channel !== current) return;
      // 5. Join again, whatever ended the channel, and also where nobody says that messages flow.
      log.lose();
      joinAgain(channel, status === "SUBSCRIBED" ? PATIENCE : pause()!);
    });
}
await client.realtime.setAuth();
join();
