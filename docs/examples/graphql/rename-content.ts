// Creates a content, renames it, meets a change that came first, and lists what the brand has: GraphQL with types.
//
// Needs documents.ts beside it, which @graphql-codegen writes with codegen.json from the schema and ./documents. Run it
// with the settings as JSON: {"api", "accessToken", "brandId"}.
import {
  BrandContentsDocument,
  CreateContentDocument,
  RenameContentDocument,
  type TypedDocumentString,
} from "./documents.js";

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions: { code: string } }[];
}

declare const process: { argv: string[] };
const settings = JSON.parse(process.argv[2] ?? "{}") as { api: string; accessToken: string; brandId: string };

async function ask<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(`${settings.api}/graphql`, {
    method: "POST",
    headers: {
      Accept: "application/graphql-response+json",
      Authorization: `Bearer ${settings.accessToken}`,
      "Content-Type": "application/json",
      // The mutation is carried out once, however often this request is sent.
      "Idempotency-Key": crypto.randomUUID(),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors } = (await response.json()) as Answer<Data>;
  if (errors?.length || !data) throw new Error(errors?.map((error) => error.message).join(", ") ?? "no data");
  return data;
}

const { createContent } = await ask(CreateContentDocument, {
  input: { brandId: settings.brandId, title: "Made with types" },
});
const content = createContent?.content;
if (!content) throw new Error(createContent?.problem?.__typename);
console.log(JSON.stringify({ created: content.title, version: content.version }));

const change = { id: content.id, title: "Renamed with types", expectedVersion: content.version };
const { updateContent } = await ask(RenameContentDocument, change);
console.log(JSON.stringify({ renamed: updateContent?.content?.title, version: updateContent?.content?.version }));

// The same change once more: it expects a version that is not the current one any more.
const { updateContent: late } = await ask(RenameContentDocument, change);
if (late?.problem?.__typename === "StaleVersion") {
  console.log(JSON.stringify({ stale: true, currentVersion: late.problem.currentVersion }));
}

const titles: string[] = [];
let after: string | null = null;
do {
  const { contents }: { contents: { nodes: { title: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } =
    await ask(BrandContentsDocument, { brandId: settings.brandId, first: 2, after });
  titles.push(...contents.nodes.map((node) => node.title));
  after = contents.pageInfo.hasNextPage ? contents.pageInfo.endCursor : null;
} while (after !== null);
console.log(JSON.stringify({ titles }));
