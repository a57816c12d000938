// Bundles GraphiQL into public/vendor, as files that the pages' Content-Security-Policy takes: node build.mjs
// Fonts are files, since data: URLs of fonts are refused. Texts are shown in the fonts of the system; icons need theirs.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "node_modules");
const version = JSON.parse(readFileSync(join(modules, "graphiql", "package.json"), "utf8")).version;
const output = join(here, "..", "..", "..", "public", "vendor", `graphiql-${version}`);
const ICONS = "codicon";

const fonts = new Map();
const withoutData = {
  name: "fonts",
  setup(plugin) {
    plugin.onLoad({ filter: /\.css$/ }, ({ path }) => ({
      loader: "css",
      contents: readFileSync(path, "utf8").replace(/@font-face\s*{[^}]*url\(["']?data:[^}]*}/g, (face) => {
        if (!face.includes(ICONS)) return "";
        const [, data] = face.match(/base64,([A-Za-z0-9+/=]+)/);
        fonts.set(`${ICONS}.ttf`, Buffer.from(data, "base64"));
        return `@font-face{font-display:block;font-family:${ICONS};src:url("./${ICONS}.ttf") format("truetype")}`;
      }),
    }));
  },
};

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: {
    graphiql: "entry.js",
    "editor.worker": join(modules, "monaco-editor/esm/vs/editor/editor.worker.js"),
    "graphql.worker": join(modules, "monaco-graphql/esm/graphql.worker.js"),
    "json.worker": join(modules, "monaco-editor/esm/vs/language/json/json.worker.js"),
  },
  outdir: output,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
  chunkNames: "part-[hash]",
  loader: { ".ttf": "empty" },
  external: ["./codicon.ttf"],
  plugins: [withoutData],
});
for (const [name, font] of fonts) writeFileSync(join(output, name), font);
// The styles of parts are in graphiql.css already, and nothing loads them.
for (const name of readdirSync(output)) {
  if (name.endsWith(".css") && name !== "graphiql.css") rmSync(join(output, name));
}

// The licences of all packages whose code is in a file.
const packages = new Set();
for (const name of Object.keys(metafile.inputs)) {
  const found = [...name.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1);
  if (found) packages.add(found[1]);
}
const texts = new Map();
for (const name of [...packages].sort()) {
  const folder = join(modules, name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const { license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const owner = typeof author === "string" ? author : author?.name;
  const text = file ? readFileSync(join(folder, file), "utf8").replaceAll("\r", "").trim() : `${license} License, ${owner ?? name}`;
  const key = createHash("sha256").update(text).digest("hex");
  const [names] = texts.get(key) ?? [[]];
  texts.set(key, [[...names, name], text]);
}
const icons = `Icons (codicon.ttf): Codicons by Microsoft, https://github.com/microsoft/vscode-codicons, under CC BY 4.0,
https://creativecommons.org/licenses/by/4.0/`;
const parts = [...texts.values()].map(([names, text]) => `${names.join(", ")}\n\n${text}`);
writeFileSync(join(output, "LICENSE"), `MIT License and others\n\n${icons}\n\nOf these packages:\n\n${parts.join("\n\n---\n\n")}\n`);
console.log(`${readdirSync(output).length} files in public/vendor/graphiql-${version}`);
