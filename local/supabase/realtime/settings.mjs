// The limits of Realtime, as on the Free plan
// (https://supabase.com/docs/guides/realtime/limits), and its clocks. Where a clock of the hosted service is slower than
// tests can bear, the value here is smaller and the hosted one stands beside it.

const number = (name, fallback) => Number(process.env[name] ?? fallback);

export const settings = {
  // From the first join until broadcasts of the database flow. Hosted: until the replication connection of the project
  // stands, some hundred milliseconds; it goes about eleven minutes after the last client has.
  replicationDelay: number("REALTIME_REPLICATION_DELAY_MS", 250),
  replicationPoll: number("REALTIME_REPLICATION_POLL_MS", 100), // hosted: 500
  replicationTimeout: number("REALTIME_REPLICATION_TIMEOUT_MS", 60_000),
  // Hosted: 5000. A refusal is slow so that clients that join again at once do no harm.
  refusalDelay: number("REALTIME_REFUSAL_DELAY_MS", 300),
  // The project's switch "Allow public access", which docs/deploy.md turns off.
  privateOnly: (process.env.REALTIME_PRIVATE_ONLY ?? "true") === "true",
  messagesPerSecond: number("REALTIME_MESSAGES_PER_SECOND", 100),
  tick: number("REALTIME_TICK_MS", 5000),
  maxPayloadKilobytes: number("REALTIME_MAX_PAYLOAD_KB", 256),
  // Between making partitions of messages and dropping old ones. They reach three days ahead.
  upkeep: number("REALTIME_UPKEEP_MS", 24 * 3_600_000),
  channelsPerConnection: 100,
  replayLimit: 25,
  tokenCheck: 5 * 60_000,
};
