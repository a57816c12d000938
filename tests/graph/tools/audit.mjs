// Runs the audits of GraphQL over HTTP (npm: graphql-http) as a person who is signed in: node audit.mjs URL TOKEN
import { createRequire } from "node:module";

const fromLocal = createRequire(new URL("../../../local/package.json", import.meta.url));
const { auditServer } = fromLocal("graphql-http");

const [url, token] = process.argv.slice(2);
const fetchFn = (address, options = {}) =>
  fetch(address, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });

const outcomes = [];
for (const { id, name, status, reason } of await auditServer({ url, fetchFn })) outcomes.push({ id, name, status, reason });
console.log(JSON.stringify(outcomes));
