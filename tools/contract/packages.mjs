// Imports packages of local/node_modules, which Node does not look for from here.
import { createRequire } from "node:module";

export const fromLocal = createRequire(new URL("../../local/package.json", import.meta.url));
