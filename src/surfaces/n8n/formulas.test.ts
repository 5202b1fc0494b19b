/** n8n computes every value of a node that begins with `=`: nothing that a catalog or an app says may. */
import { compileFunction } from "node:vm";
import { describe, expect, test } from "vitest";
import type { App } from "#catalog/types.ts";
import { builtIn } from "#test/support/built-in.ts";
import { sharedCode } from "./code.ts";
import { actionNode, triggerNode } from "./nodes.ts";
import type { NodeData } from "./nodes.ts";

const formula = "={{ $env.SECRET }}";
const said = new Set(["title", "category", "label", "help", "note", "plural"]);

/** Everything that the app says of itself, as a formula: its words, and its choices. */
function hostile(value: unknown, name = ""): unknown {
  if (typeof value === "string") return said.has(name) ? `=${value}` : value;
  if (Array.isArray(value)) return name === "enum" ? [formula, `'${formula}`] : value.map((item) => hostile(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hostile(member, key)]));
}
const apps = builtIn.of("any").apps.map((app) => hostile(app) as App);
const nodes: [string, NodeData][] = [
  ["that calls", actionNode(apps.flatMap((app) => app.operations.map((operation) => ({ app, operation }))))],
  ["that starts workflows", triggerNode(apps)],
];

const texts = (value: unknown): string[] =>
  typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];

test.each(nodes)("the node %s has no text that n8n computes", (_name, { properties }) => {
  expect(texts(properties).filter((text) => text.startsWith("="))).toEqual([]);
  expect(texts(properties).filter((text) => text.startsWith("'=")).length).toBeGreaterThan(10);
});

test("a choice that looks like a formula can be chosen", () => {
  expect(texts(nodes[0]![1].properties)).toEqual(expect.arrayContaining([`'${formula}`, `''${formula}`]));
});

describe("the code of the nodes", () => {
  interface Shared {
    inputOf(call: object, parameter: (name: string) => unknown): object;
    methodsOf(data: object, name: string): { loadOptions: Record<string, (this: object) => Promise<unknown>> };
  }
  const module = { exports: {} as Shared };
  compileFunction(sharedCode, ["module"])(module);
  const { inputOf, methodsOf } = module.exports;

  test("sends what was chosen, and leaves alone what was typed", () => {
    const fields = ["choice", "locator", "plain", "pairs"].map((kind) => ({ property: kind, field: kind, kind }));
    const given: Record<string, unknown> = {
      choice: `'${formula}`,
      locator: { mode: "list", value: `''${formula}` },
      plain: "'=1",
      pairs: { pairs: [{ name: "'=a", value: "'=b" }] },
    };
    expect(inputOf({ fields }, (name) => given[name])).toEqual({
      choice: formula,
      locator: `'${formula}`,
      plain: "'=1",
      pairs: { "=a": "'=b" },
    });
  });

  test("offers the rows of an app as texts", async () => {
    const { loadOptions } = methodsOf(
      { calls: {}, lookups: { list1: { operation: "a.b", input: {}, value: "id", label: ["id"] } } },
      "operation",
    );
    const context = {
      getCurrentNodeParameter: () => undefined,
      getCredentials: async () => ({ url: "https://millrace.example.com" }),
      helpers: { httpRequestWithAuthentication: async () => ({ statusCode: 200, body: { output: [{ id: formula }, { id: "a" }] } }) },
    };
    expect(await loadOptions["list1"]!.call(context)).toEqual([
      { name: `'${formula}`, value: `'${formula}` },
      { name: "a", value: "a" },
    ]);
  });
});
