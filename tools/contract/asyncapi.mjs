// Parses an AsyncAPI document and prints what is wrong with it.
import { readFileSync } from "node:fs";
import { fromLocal } from "./packages.mjs";

const { Parser } = fromLocal("@asyncapi/parser");

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
// Severity 0 is an error and 1 a warning; 2 and 3 are hints, such as of a newer version of the specification.
const problems = diagnostics.filter(({ severity }) => severity < 2);
for (const { message, path } of problems) console.error(`${path.join("/")}: ${message}`);
if (document) console.log(`${document.channels().length} channels, ${document.messages().length} messages`);
process.exit(document && !problems.length ? 0 : 1);
