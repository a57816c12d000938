// The settings of Auth: supabase/config.toml, and those that only the management API of a project can set
// (supabase/auth_settings.json). All others have Auth's defaults
// (https://github.com/supabase/auth/blob/master/internal/conf/configuration.go).

import { readFileSync } from "node:fs";
import { parse } from "smol-toml";

const read = (name) => readFileSync(new URL(`../../../supabase/${name}`, import.meta.url), "utf8");

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LETTERS.toUpperCase();
const DIGITS = "0123456789";
export const SYMBOLS = "!@#$%^&*()_+-=[]{};'\\:\"|<>?,./`~";
const REQUIREMENTS = {
  "": [],
  letters_digits: [LETTERS + UPPER, DIGITS],
  lower_upper_letters_digits: [LETTERS, UPPER, DIGITS],
  lower_upper_letters_digits_symbols: [LETTERS, UPPER, DIGITS, SYMBOLS],
};

export function readSettings({ captchaUrl, captchaSecret }) {
  const { auth } = parse(read("config.toml"));
  const managed = JSON.parse(read("auth_settings.json"));
  const limits = auth.rate_limit ?? {};
  const totp = auth.mfa?.totp ?? {};
  return {
    jwtSeconds: auth.jwt_expiry ?? 3600,
    isSignupOpen: auth.enable_signup ?? true,
    hasAnonymousPeople: auth.enable_anonymous_sign_ins ?? false,
    hasManualLinking: auth.enable_manual_linking ?? false,
    hasPasskeys: auth.passkey?.enabled ?? false,
    minimumPasswordLength: Math.max(6, auth.minimum_password_length ?? 6),
    requiredCharacters: REQUIREMENTS[auth.password_requirements ?? ""],
    reuseSeconds: auth.refresh_token_reuse_interval ?? 10,
    // TOTP is on unless it is switched off.
    totp: { canEnroll: totp.enroll_enabled ?? true, canVerify: totp.verify_enabled ?? true },
    captcha: auth.captcha?.enabled ? { url: captchaUrl, secret: captchaSecret } : undefined,
    // Requests per five minutes and address.
    limits: {
      token: limits.token_refresh ?? 150,
      verify: limits.token_verifications ?? 30,
      otp: limits.sign_in_sign_ups ?? 30,
    },
    forwardsAddresses: managed.security_sb_forwarded_for_enabled ?? false,
    requiresCurrentPassword: managed.security_update_password_require_current_password ?? false,
  };
}
