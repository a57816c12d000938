// Compiles every schema of the description with Ajv: JSON Schema 2020-12, strict, with formats and patterns under `u`.
import { readFileSync } from "node:fs";
import { fromLocal } from "./packages.mjs";

const Ajv = fromLocal("ajv/dist/2020.js").default;
const addFormats = fromLocal("ajv-formats").default;

const file = process.argv[2];
const document = JSON.parse(readFileSync(file, "utf8"));
// `discriminator` and `example` are OpenAPI's. Types and required properties may come from an outer schema.
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, discriminator: false, unicodeRegExp: true });
addFormats(ajv);
ajv.addFormat("binary", true);
ajv.addVocabulary(["components", "discriminator", "example"]);
ajv.addSchema({ $id: "document", components: document.components }, "document");

let count = 0;
const failures = [];
function compile(schema, place) {
  count += 1;
  try {
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')));
  } catch (error) {
    failures.push(`${place}: ${error.message}`);
  }
}
for (const [name, schema] of Object.entries(document.components.schemas)) compile(schema, `schema ${name}`);
for (const [name, parameter] of Object.entries(document.components.parameters ?? {})) compile(parameter.schema, name);
for (const [path, operations] of Object.entries(document.paths ?? {})) {
  for (const [method, operation] of Object.entries(operations)) {
    const place = `${method.toUpperCase()} ${path}`;
    for (const parameter of operation.parameters ?? []) {
      if (parameter.schema) compile(parameter.schema, `${place}, parameter ${parameter.name}`);
    }
    const bodies = [operation.requestBody, ...Object.values(operation.responses)];
    for (const body of bodies) {
      for (const media of Object.values(body?.content ?? {})) compile(media.schema, place);
    }
  }
}
for (const failure of failures) console.error(failure);
console.log(`${count} schemas compiled, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
