// https://github.com/supabase/auth/blob/master/internal/api/password.go

import bcrypt from "bcryptjs";
import { refuse } from "./errors.mjs";

// Ten on a hosted project. Here a hash protects nothing, and its time is only waited for.
const ROUNDS = 4;
const MAX_BYTES = 72;

export const hashPassword = (password) => bcrypt.hash(password, ROUNDS);
export const isPassword = async (password, hash) => Boolean(hash) && bcrypt.compare(password, hash);

function weaknesses(password, { minimumPasswordLength, requiredCharacters }) {
  const found = [];
  if (Buffer.byteLength(password) < minimumPasswordLength) {
    found.push(["length", `Password should be at least ${minimumPasswordLength} characters.`]);
  }
  if (!requiredCharacters.every((set) => [...password].some((character) => set.includes(character)))) {
    const sets = requiredCharacters.join(", ");
    found.push(["characters", `Password should contain at least one character of each: ${sets}.`]);
  }
  return found;
}

/** Checked for a new password wherever one is set, except when an administrator creates a user. */
export function checkStrength(password, settings) {
  checkLength(password);
  const found = weaknesses(password, settings);
  if (found.length === 0) return;
  const message = found.map(([, text]) => text).join(" ");
  refuse(422, "weak_password", message, { weak_password: { reasons: found.map(([reason]) => reason) } });
}

export function checkLength(password) {
  if (Buffer.byteLength(password) > MAX_BYTES) {
    refuse(400, "validation_failed", `Password cannot be longer than ${MAX_BYTES} characters`);
  }
}

/** The weakness that a sign-in reports beside the tokens: null for a password that is strong enough. */
export function describeWeakness(password, settings) {
  const found = weaknesses(password, settings);
  if (found.length === 0) return null;
  return { message: found.map(([, text]) => text).join(" "), reasons: found.map(([reason]) => reason) };
}
