// Shows GraphiQL in an element of the page. Its editor works in workers, which are files beside this one.
import "graphiql/style.css";
import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const WORKERS = ["json", "graphql"];
globalThis.MonacoEnvironment = {
  getWorker(_, label) {
    const name = WORKERS.includes(label) ? label : "editor";
    return new Worker(new URL(`./${name}.worker.js`, import.meta.url), { type: "module" });
  },
};

/** Shows GraphiQL with its properties, such as `fetcher`. */
export function open(element, properties) {
  createRoot(element).render(createElement(GraphiQL, properties));
}
