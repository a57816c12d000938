// Asks the database who may use a private topic, as the hosted server does: inside a transaction
// that is rolled back, with the caller's role and claims, under the policies of realtime.messages.

import { jwtVerify } from "jose";

class Rollback extends Error {}

/** The claims of a user's token, or those of the anonymous role for the publishable key. */
export async function readClaims(token, { jwtSecret, publishableKey }) {
  if (!token || token === publishableKey) return { role: "anon" };
  const { payload } = await jwtVerify(token, new TextEncoder().encode(jwtSecret), { algorithms: ["HS256"] });
  return payload;
}

async function asCaller(sql, claims, topic, question) {
  const role = claims.role === "authenticated" ? "authenticated" : "anon";
  let answer = false;
  try {
    await sql.begin(async (tx) => {
      await tx`insert into realtime.messages (topic, extension, private) values (${topic}, 'broadcast', true)`;
      await tx`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
        set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
        set_config('request.jwt.claim.role', ${role}, true),
        set_config('realtime.topic', ${topic}, true),
        set_config('role', ${role}, true)`;
      answer = await question(tx);
      throw new Rollback();
    });
  } catch (error) {
    if (!(error instanceof Rollback)) throw error;
  }
  return answer;
}

export function mayRead(sql, claims, topic) {
  return asCaller(sql, claims, topic, async (tx) => {
    const rows = await tx`select 1 from realtime.messages where topic = ${topic} and extension = 'broadcast' limit 1`;
    return rows.length > 0;
  });
}

export function mayWrite(sql, claims, topic) {
  return asCaller(sql, claims, topic, async (tx) => {
    try {
      await tx`insert into realtime.messages (topic, extension, private) values (${topic}, 'broadcast', true)`;
      return true;
    } catch (error) {
      if (error.code === "42501") return false;
      throw error;
    }
  });
}
