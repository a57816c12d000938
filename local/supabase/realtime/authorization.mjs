// Asks the database whether a caller may use a private topic, as the hosted server does
// (lib/realtime/tenants/authorization.ex): inside a transaction that is rolled back, with the caller's role and claims,
// under the policies of realtime.messages.

import { randomUUID } from "node:crypto";

class Rollback extends Error {}

const EXTENSIONS = ["broadcast", "presence"];

async function rolledBack(sql, question) {
  let answer;
  try {
    await sql.begin(async (tx) => {
      answer = await question(tx);
      throw new Rollback();
    });
  } catch (error) {
    if (!(error instanceof Rollback)) throw error;
  }
  return answer;
}

// Unlike the data API, Realtime also sets each claim by itself.
const become = (tx, claims, topic) => tx`
  select set_config('role', ${claims.role}, true), set_config('realtime.topic', ${topic}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
    set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
    set_config('request.jwt.claim.role', ${claims.role}, true), set_config('request.headers', '{}', true)`;

/**
 * Which extensions the caller may read: {broadcast, presence}. The rows for the check have no payload, no event and the
 * column's default `private`, which is false.
 */
export function readRights(sql, claims, topic) {
  return rolledBack(sql, async (tx) => {
    const rows = EXTENSIONS.map((extension) => ({ id: randomUUID(), topic, extension }));
    await tx`insert into realtime.messages ${tx(rows)}`;
    await become(tx, claims, topic);
    try {
      const seen = await tx`select extension from realtime.messages where id in ${tx(rows.map((row) => row.id))}`;
      return Object.fromEntries(EXTENSIONS.map((name) => [name, seen.some((row) => row.extension === name)]));
    } catch (error) {
      if (error.code !== "42501") throw error;
      return { broadcast: false, presence: false };
    }
  });
}

export function mayWrite(sql, claims, topic) {
  return rolledBack(sql, async (tx) => {
    await become(tx, claims, topic);
    try {
      await tx`insert into realtime.messages (topic, extension) values (${topic}, 'broadcast')`;
      return true;
    } catch (error) {
      if (error.code === "42501") return false;
      throw error;
    }
  });
}
