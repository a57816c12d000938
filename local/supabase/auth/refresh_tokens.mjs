// The two formats of refresh tokens (https://github.com/supabase/auth/blob/master/internal/crypto/refresh_tokens.go).
// Version 1 is twelve random characters with its own row. Version 2 names its session and a counter, and is signed by a
// key of the session. A hosted project may use either, and converts old sessions without notice.

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { refuse } from "./errors.mjs";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const SIGNATURE_BYTES = 16;
const CHECKSUM_BYTES = 4;
const SESSION_END = 17;
const MIN_BYTES = SESSION_END + 1 + SIGNATURE_BYTES + CHECKSUM_BYTES;

const invalid = () => refuse(400, "validation_failed", "Refresh token is not valid");
const checksumOf = (bytes) => createHash("sha256").update(bytes).digest().subarray(0, CHECKSUM_BYTES);
const signatureOf = (bytes, key) =>
  createHmac("sha256", Buffer.from(key, "base64url")).update(bytes).digest().subarray(0, SIGNATURE_BYTES);

export const newHmacKey = () => randomBytes(32).toString("base64url");
export const newVersion1 = () => [...randomBytes(12)].map((byte) => ALPHABET[byte % 32]).join("");
export const isVersion1 = (token) => /^[a-z0-9]{12}$/.test(token);

function counterBytes(counter) {
  const bytes = [];
  for (let rest = counter; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

export function writeVersion2({ id, refresh_token_hmac_key, refresh_token_counter }) {
  const session = Buffer.from(id.replaceAll("-", ""), "hex");
  const signed = Buffer.concat([Buffer.from([0]), session, counterBytes(Number(refresh_token_counter))]);
  const body = Buffer.concat([signed, signatureOf(signed, refresh_token_hmac_key)]);
  return Buffer.concat([body, checksumOf(body)]).toString("base64url");
}

/** Parses {sessionId, counter, isSignedBy(key)}; refuses malformed tokens. */
export function readVersion2(token) {
  const bytes = Buffer.from(token, "base64url");
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  const isWhole = bytes.length >= MIN_BYTES && bytes[0] === 0 && bytes.toString("base64url") === token;
  if (!isWhole || !checksumOf(body).equals(bytes.subarray(-CHECKSUM_BYTES))) invalid();
  const signed = body.subarray(0, -SIGNATURE_BYTES);
  const hex = signed.subarray(1, SESSION_END).toString("hex");
  return {
    sessionId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    counter: signed.subarray(SESSION_END).reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0),
    isSignedBy: (key) => timingSafeEqual(body.subarray(-SIGNATURE_BYTES), signatureOf(signed, key)),
  };
}

export function checkShape(token) {
  if (typeof token !== "string" || token.length < 12 || (token.length === 12 && !isVersion1(token))) invalid();
}
