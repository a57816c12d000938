// The limits of Realtime on the Free plan (https://supabase.com/docs/guides/realtime/limits), and its intervals. If an
// interval of the hosted service is too long for tests, the value here is smaller and a comment gives the hosted one.

const number = (name, fallback) => Number(process.env[name] ?? fallback);

export const settings = {
  // From the first join until broadcasts of the database flow. Hosted: until the replication connection of the project
  // is open, some hundred milliseconds; it closes about eleven minutes after the last client has left.
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
  // Between runs that create partitions of messages, for three days ahead, and drop old ones.
  upkeep: number("REALTIME_UPKEEP_MS", 24 * 3_600_000),
  channelsPerConnection: 100,
  replayLimit: 25,
  tokenCheck: 5 * 60_000,
};
