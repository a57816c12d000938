// Token buckets per address (https://github.com/supabase/auth/blob/master/internal/api/apilimiter/apilimiter.go). The
// secret key is not exempt: it only lets its holder name the address of the client.

import { isIP } from "node:net";
import { refuse } from "./errors.mjs";

const WINDOW_SECONDS = 300;
const BURST = 30;
// Bucket → setting. Password sign-ins, refreshes and codes share one bucket; the others have one each.
const BUCKETS = {
  token: "token",
  verify: "verify",
  signup: "otp",
  recover: "otp",
  resend: "otp",
  magiclink: "otp",
  otp: "otp",
  user: "otp",
};

export function createLimits({ limits, forwardsAddresses }) {
  const buckets = new Map();

  /** The address that a request counts for. Only the first part of the header counts, and only a plain address. */
  function addressOf(caller) {
    const [forwarded] = (caller.forwardedFor ?? "").split(",").map((part) => part.trim());
    return forwardsAddresses && isIP(forwarded) ? forwarded : caller.peerAddress;
  }

  function take(name, caller) {
    const key = `${name} ${addressOf(caller)}`;
    const now = Date.now() / 1000;
    const { tokens, at } = buckets.get(key) ?? { tokens: BURST, at: now };
    const refilled = Math.min(BURST, tokens + ((now - at) * limits[BUCKETS[name]]) / WINDOW_SECONDS);
    buckets.set(key, { tokens: Math.max(0, refilled - 1), at: now });
    if (refilled < 1) refuse(429, "over_request_rate_limit", "Request rate limit reached");
  }

  return { take, addressOf };
}
