// Writes typed documents: node graphql-types.mjs SCHEMA FOLDER OUTPUT.ts. It runs the plugins of @graphql-codegen as its
// own command does, with the settings of docs/examples/graphql/codegen.json.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromLocal } from "./packages.mjs";

const { parse } = fromLocal("graphql");
const { codegen } = fromLocal("@graphql-codegen/core");
const PLUGINS = {
  "typescript-operations": fromLocal("@graphql-codegen/typescript-operations"),
  "typed-document-node": fromLocal("@graphql-codegen/typed-document-node"),
};

const [schema, folder, output] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(new URL("../../docs/examples/graphql/codegen.json", import.meta.url), "utf8"));
const [{ plugins, config }] = Object.values(settings.generates);
const documents = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith(".graphql"))
  .sort()
  .map((name) => ({ location: name, document: parse(readFileSync(join(folder, name), "utf8")) }));
const text = await codegen({
  filename: output,
  schema: parse(readFileSync(schema, "utf8")),
  documents,
  config,
  plugins: plugins.map((name) => ({ [name]: {} })),
  pluginMap: PLUGINS,
});
writeFileSync(output, text);
console.log(`${documents.length} documents`);
