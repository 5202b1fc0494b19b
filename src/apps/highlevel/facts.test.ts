import { describe, expect, test } from "vitest";
import { endpointFacts, factsIndex, moduleFacts } from "./facts.ts";
import { overlay } from "./overlay.ts";

const lines = factsIndex();
const all = lines.map((line) => endpointFacts(line.key)!);

describe("the facts of HighLevel's API", () => {
  test("know 576 endpoints of 41 modules, each by a key and a route of its own", () => {
    expect(lines).toHaveLength(576);
    expect(new Set(lines.map((l) => l.key)).size).toBe(576);
    expect(new Set(lines.map((l) => `${l.method} ${l.path}`)).size).toBe(576);
    expect(new Set(lines.map((l) => l.key.split("/")[0])).size).toBe(41);
  });

  test("say the same in the index as in the modules", () => {
    for (const [i, { endpoint }] of all.entries()) {
      const { newer: _, ...line } = lines[i]!;
      expect(endpoint).toMatchObject(line);
    }
  });

  test("declare every placeholder of every path", () => {
    for (const { endpoint } of all) {
      const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
      expect(endpoint.params.filter((p) => p.in === "path").map((p) => p.name)).toEqual(inPath);
    }
  });

  test("carry no prose: no description, no summary, no example, no sentence", () => {
    for (const { endpoint, module } of all) {
      const schemas = JSON.stringify([endpoint.params.map((p) => p.schema), endpoint.body?.schema, endpoint.result.schema]);
      expect(schemas).not.toMatch(/"(summary|externalDocs|examples)":"/);
      expect(sentences([endpoint, module.$defs])).toEqual([]);
    }
  });

  test("point at definitions that are there", () => {
    for (const module of new Set(all.map((a) => a.module))) {
      const names = [...JSON.stringify(module).matchAll(/#\/\$defs\/([^"]+)/g)].map((m) => m[1]!);
      for (const name of names) expect(module.$defs).toHaveProperty([name]);
    }
  });

  test("have scopes and a class of token for every endpoint of the contacts", () => {
    for (const endpoint of moduleFacts("contacts").endpoints) {
      expect([endpoint.key, endpoint.scopes.length, endpoint.access]).toEqual([endpoint.key, 1, ["location"]]);
    }
  });

  test("give a reason for each correction", () => {
    for (const { why } of Object.values(overlay)) expect(why.length).toBeGreaterThan(10);
  });

  test("know nothing of a key that is not there", () => {
    expect(endpointFacts("contacts/make-tea")).toBeUndefined();
  });
});

/** Texts with four words or more. Facts have none. */
function sentences(value: unknown): string[] {
  if (typeof value === "string") return value.trim().split(/\s+/).length >= 4 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(sentences) : [];
}
