// Asks through the fetcher of the page, as GraphiQL does: node graphiql_page.mjs ORIGIN TOKEN FETCHER.js OPERATIONS
const [origin, token, fetcher, operations] = process.argv.slice(2);
const { fetcherFor } = await import(fetcher);

const { fetch: original } = globalThis;
const sent = [];
globalThis.fetch = (path, options) => {
  sent.push([path, options.headers.Accept]);
  return original(origin + path, options);
};

const ask = fetcherFor(async () => token);
for (const { query, operation } of JSON.parse(operations)) {
  const document = { definitions: [{ kind: "OperationDefinition", operation }] };
  const answer = await ask({ query }, { documentAST: document, headers: { "X-Request-Id": "graphiql" } });
  if (!answer[Symbol.asyncIterator]) {
    console.log(JSON.stringify(answer));
    continue;
  }
  for await (const value of answer) {
    console.log(JSON.stringify(value));
    break;
  }
}
console.log(JSON.stringify(sent));
