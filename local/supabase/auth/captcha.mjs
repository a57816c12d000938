// https://github.com/supabase/auth/blob/master/internal/security/captcha.go

import { refuse } from "./errors.mjs";

const disallowed = (why) => refuse(400, "captcha_failed", `captcha protection: request disallowed (${why})`);

/** Holders of the secret key need no captcha. */
export async function requireCaptcha({ captcha }, caller, body, address) {
  if (!captcha || caller.isAdmin) return;
  const token = body.gotrue_meta_security?.captcha_token?.trim();
  if (!token) disallowed("no captcha_token found");
  let verdict;
  try {
    const form = new URLSearchParams({ secret: captcha.secret, response: token, remoteip: address });
    verdict = await (await fetch(captcha.url, { method: "POST", body: form })).json();
  } catch {
    refuse(500, "unexpected_failure", "captcha verification process failed");
  }
  if (!verdict.success) disallowed((verdict["error-codes"] ?? []).join(", "));
}
