// The two serialisations of Phoenix messages that Supabase clients speak
// (https://supabase.com/docs/guides/realtime/protocol): objects (1.0.0) and arrays (2.0.0). Under 2.0.0 broadcasts are
// binary frames, in both directions (lib/realtime_web/socket/v2_serializer.ex).

const USER_BROADCAST_PUSH = 3;
const USER_BROADCAST = 4;
const JSON_ENCODING = 1;
const FIXED_HEADER_BYTES = 7;
const MAX_SIZE = 255;

function decodeUserBroadcast(frame) {
  const [kind, joinRefSize, refSize, topicSize, eventSize, metadataSize, encoding] = frame;
  if (kind !== USER_BROADCAST_PUSH || encoding !== JSON_ENCODING) {
    throw new TypeError(`binary frame of kind ${kind} and encoding ${encoding} is not supported`);
  }
  let offset = FIXED_HEADER_BYTES;
  const take = (size) => frame.subarray(offset, (offset += size)).toString("utf8");
  const join_ref = take(joinRefSize);
  const ref = take(refSize);
  const topic = take(topicSize);
  const event = take(eventSize);
  take(metadataSize);
  const text = frame.subarray(offset).toString("utf8");
  return { join_ref, ref, topic, event: "broadcast", payload: { type: "broadcast", event, payload: JSON.parse(text) } };
}

export function decode(frame, isBinary) {
  if (isBinary) return decodeUserBroadcast(frame);
  const message = JSON.parse(frame.toString("utf8"));
  if (!Array.isArray(message)) return message;
  const [join_ref, ref, topic, event, payload] = message;
  return { join_ref, ref, topic, event, payload };
}

export function encode({ join_ref = null, ref = null, topic, event, payload }, version) {
  return version.startsWith("2.")
    ? JSON.stringify([join_ref, ref, topic, event, payload])
    : JSON.stringify({ topic, event, payload, ref, join_ref });
}

/** A broadcast, whose payload is JSON text and is passed on unchanged, with the database's own numbers. */
export function encodeBroadcast({ topic, event, text, meta }, version) {
  if (!version.startsWith("2.")) {
    const parts = [`"event":${JSON.stringify(event)}`, `"payload":${text}`, '"type":"broadcast"'];
    if (meta) parts.push(`"meta":${JSON.stringify(meta)}`);
    return `{"topic":${JSON.stringify(topic)},"event":"broadcast","ref":null,"payload":{${parts.join(",")}}}`;
  }
  const names = [topic, event, meta ? JSON.stringify(meta) : ""].map((name) => Buffer.from(name));
  // Sizes are one byte: the hosted server drops fields that do not fit.
  if (names.some((name) => name.length > MAX_SIZE)) throw new RangeError("a name of more than 255 bytes");
  return Buffer.concat([
    Buffer.from([USER_BROADCAST, ...names.map((name) => name.length), JSON_ENCODING]),
    ...names,
    Buffer.from(text),
  ]);
}
