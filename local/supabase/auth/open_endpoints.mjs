// Endpoints that need the public key only. They send no mail: the mails of the platform have their own links.

import { refuse } from "./errors.mjs";
import { findByEmail } from "./people.mjs";

export function createOpenEndpoints({ sql, settings, callers }) {
  async function signUp(_, { email }) {
    if (!settings.isSignupOpen) refuse(422, "signup_disabled", "Signups not allowed for this instance");
    if (!email && !settings.hasAnonymousPeople) refuse(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled");
    return refuse(500, "unexpected_failure", "nobody signs up here");
  }

  /** Reveals whether an address has an account. */
  async function sendCode(_, { email = "", create_user: createUser = true }) {
    const user = await findByEmail(sql, email);
    if (!user && !createUser) refuse(422, "otp_disabled", "Signups not allowed for otp");
    if (!user?.email_confirmed_at && createUser && !settings.isSignupOpen) {
      refuse(422, "signup_disabled", "Signups not allowed for this instance");
    }
    return {};
  }

  const enrollFactor = async (caller) => {
    await callers.requirePerson(caller);
    if (!settings.totp.canEnroll) refuse(422, "mfa_totp_enroll_not_enabled", "MFA enroll is disabled for TOTP");
    return refuse(500, "unexpected_failure", "second factors of Auth are not kept here");
  };

  const reauthenticate = async (caller) => {
    await callers.requirePerson(caller);
    return {};
  };

  const openPasskeys = async () => {
    if (!settings.hasPasskeys) refuse(404, "passkey_disabled", "Passkeys are disabled");
    return refuse(500, "unexpected_failure", "passkeys of Auth are not kept here");
  };

  const linkIdentity = async (caller) => {
    await callers.requirePerson(caller);
    if (!settings.hasManualLinking) refuse(404, "manual_linking_disabled", "Manual linking is disabled");
    return refuse(500, "unexpected_failure", "identities are not linked here");
  };

  const describe = async () => ({
    disable_signup: !settings.isSignupOpen,
    external: { email: true, anonymous_users: settings.hasAnonymousPeople },
    passkeys_enabled: settings.hasPasskeys,
  });

  return { signUp, sendCode, accept: async () => ({}), enrollFactor, reauthenticate, openPasskeys, linkIdentity, describe };
}
