// Sends the operations of GraphiQL: queries and mutations by POST, subscriptions as server-sent events.

const API = "/api/v1/graphql";

function kindOf({ operationName }, document) {
  const operations = document?.definitions.filter((node) => node.kind === "OperationDefinition") ?? [];
  const asked = operations.find((node) => !operationName || node.name?.value === operationName);
  return asked?.operation ?? "query";
}

async function post(accept, parameters, headers, token, signal) {
  return fetch(API, {
    method: "POST",
    headers: { ...headers, Accept: accept, Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(parameters),
    signal,
  });
}

/** Yields the values of a subscription: of events named `next`, until one named `complete`. */
async function* follow(response) {
  if (!response.ok || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    yield await response.json();
    return;
  }
  let rest = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + piece).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const lines = event.split("\n");
      if (lines.includes("event: complete")) return;
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length && data.join("\n")) yield JSON.parse(data.join("\n"));
    }
  }
}

/** Makes the function that GraphiQL calls for each operation. `accessToken` returns the token of the session. */
export function fetcherFor(accessToken) {
  return async (parameters, { documentAST, headers } = {}) => {
    const token = await accessToken();
    if (kindOf(parameters, documentAST) !== "subscription") {
      const response = await post("application/graphql-response+json", parameters, headers, token);
      return response.json();
    }
    const stop = new AbortController();
    const response = await post("text/event-stream", parameters, headers, token, stop.signal);
    const values = follow(response);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => values.next(),
      return: async () => {
        stop.abort();
        return { done: true, value: undefined };
      },
    };
  };
}
