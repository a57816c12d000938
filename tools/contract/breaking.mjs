// Compares the description with the accepted one and lists what breaks clients: node breaking.mjs accepted.json current.json
import { readFileSync } from "node:fs";
import { fromLocal } from "./packages.mjs";

const { apiDiff } = fromLocal("api-smart-diff");
const WORDS = ["summary", "description", "example", "examples", "title", "tags", "headers"];

function read(file) {
  const document = JSON.parse(readFileSync(file, "utf8"));
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      for (const word of ["summary", "description", "tags"]) delete operation[word];
      operation.security ??= document.security ?? [];
      for (const [status, answer] of Object.entries(operation.responses)) {
        // All failures have one shape, and a new one of them breaks no client.
        if (Number(status) >= 400) {
          delete operation.responses[status];
          continue;
        }
        // An answer is compared by what it is, whether it is written out or shared as a component.
        const whole = answer.$ref ? document.components.responses[answer.$ref.split("/").pop()] : answer;
        operation.responses[status] = structuredClone(whole);
        delete operation.responses[status].headers;
      }
    }
  }
  delete document.components.responses;
  return { openapi: document.openapi, info: document.info, paths: document.paths, components: document.components };
}

// Beyond what the package takes for breaking: the names of functions in clients, and properties of bodies, since an
// unknown property is refused.
function isBreaking({ action, type, path }) {
  if (path[0] !== "paths" || WORDS.includes(path.at(-1)) || WORDS.includes(path.at(-2))) return false;
  if (type === "breaking") return true;
  if (path.at(-1) === "operationId") return true;
  return action === "remove" && path[3] === "requestBody" && path.at(-2) === "properties";
}

const [before, after] = process.argv.slice(2, 4).map(read);
const broken = apiDiff(before, after).filter(isBreaking);
for (const { action, path, before: former, after: current } of broken.slice(0, 40)) {
  const brief = (value) => (value === undefined || typeof value === "object" ? "" : ` ${JSON.stringify(value)}`);
  const [, route = "", method = "", ...rest] = path;
  console.error(`${method.toUpperCase()} ${route} ${rest.join("/")}: ${action}${brief(former)}${brief(current)}`);
}
console.log(`${broken.length} breaking changes`);
process.exit(broken.length ? 1 : 0);
