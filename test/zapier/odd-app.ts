import type { App, Operation } from "#catalog/types.ts";
import { apps as builtInApps } from "#test/support/built-in.ts";

/** An app as somebody may define it: names that are no keys, and texts that are too short, too long or no text. */
export const oddApp: App = {
  ...builtInApps.get("http")!,
  id: "own-desk",
  title: "Ünser Desk",
  operations: [
    {
      ...operationOf("http", "post"),
      app: "own-desk",
      id: "x",
      title: "a",
      category: "Über, alles",
      note: `See https://desk.example.com/help. ${"Long. ".repeat(400)}`,
      input: ["first-name", "first.name", "first_name", "__proto__", "9lives", "é"].map((name) => ({
        name,
        in: "body" as const,
        schema: { type: "string" as const },
        help: "a lower case help with https://desk.example.com",
      })),
      example: { input: {}, output: "just a text" },
    },
    {
      ...operationOf("http", "post"),
      app: "own-desk",
      id: "tickets/create ticket",
      title: `Create ${"a very long ticket ".repeat(20)}`,
      input: [],
      example: { input: {}, output: JSON.parse('{"__proto__": 1, "a-b": 2, "ok": true}') as Operation["example"] & object },
    },
  ],
};

function operationOf(app: string, id: string): Operation {
  return builtInApps.get(app)!.operations.find((one) => one.id === id)!;
}
