// The two serialisations of Phoenix messages that Supabase clients speak
// (https://supabase.com/docs/guides/realtime/protocol): objects (1.0.0) and arrays (2.0.0). Under
// 2.0.0 a client's own broadcasts arrive as binary frames.

const USER_BROADCAST_PUSH = 3;
const JSON_ENCODING = 1;
const FIXED_HEADER_BYTES = 7;

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
  const payload = JSON.parse(frame.subarray(offset).toString("utf8"));
  return { join_ref, ref, topic, event: "broadcast", payload: { type: "broadcast", event, payload } };
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
