import { describe, expect, test } from "vitest";
import type { CatalogEntry, StepDefinition } from "#api/schemas.ts";
import { findFields } from "./find-fields.ts";
import { filledSample, isExample, madeSample, samplesOf } from "./samples.ts";
import { findField, type SeenSource, sourceOfPath, sourcesOf, type SourceWords } from "./sources.ts";
import type { PlaceData } from "./types.ts";

const entries: Record<string, Partial<CatalogEntry>> = {
  answer: {
    title: "Answer received",
    inputs: [],
    output: {
      type: "object",
      properties: { email: { type: "string" }, score: { type: "number" }, at: { type: "string", format: "date-time" } },
    },
    example: { email: "ada@example.com", score: 9 },
  },
  people: {
    title: "Search people",
    inputs: [{ name: "firstName", in: "query", schema: {}, label: "Given name" }],
    output: { type: "array", items: { type: "object", properties: { id: { type: "string" }, firstName: { type: ["string", "null"] } } } },
    example: { input: {}, output: [{ id: "p1", firstName: "Ada" }] },
  },
};
const words: SourceWords = {
  entry: (_, operation) => entries[operation] as CatalogEntry | undefined,
  app: (id) => id,
  step: (step) => step.title ?? step.id,
};
const step = (id: string, more: object) => ({ id, ...more }) as StepDefinition;
const loop = step("each", { forEach: "{{ trigger.lines }}", do: [] });
const seen: SeenSource[] = [
  { kind: "trigger", name: "trigger" },
  { kind: "step", name: "found", step: step("found", { app: "a", operation: "people", title: "Find people" }) },
  { kind: "step", name: "text", step: step("text", { format: { name: "x", total: "{{ trigger.score }}" } }) },
  { kind: "item", name: "item", step: loop },
  { kind: "index", name: "item_index", step: loop },
];
const trigger = { app: "a", operation: "answer" };
const [real] = samplesOf(
  [{ at: 1, person: "Ada", from: "event", payload: { email: "a@b.co", "first name": "Ada", lines: [{ sku: "B-1", price: 7 }] } }],
  "f",
);
const sample = filledSample(real!, seen, words);
const sources = sourcesOf(trigger, seen, words, [sample]);
const data: PlaceData = { sources, samples: [sample], sample, zone: "UTC" };
const labels = (name: string) => sources.find((source) => source.name === name)!.fields.map(({ path, label, type }) => [path, label, type]);

describe("what a place can read", () => {
  test("is what the catalog says and what a sample has, with labels and types", () => {
    expect(labels("trigger")).toEqual([
      ["trigger.email", "E-mail", "text"],
      ["trigger.score", "Score", "number"],
      ["trigger.at", "At", "date"],
      ["trigger['first name']", "First name", "text"],
      ["trigger.lines", "Lines", "list"],
      ["trigger", "The whole event", "object"],
    ]);
    expect(labels("text")).toEqual([
      ["text.name", "Name", "any"],
      ["text.total", "Total", "any"],
    ]);
  });

  test("is of a list the whole of it, and the fields of its first item, called as the inputs are", () => {
    expect(labels("found").slice(0, 3)).toEqual([
      ["found", "The whole list", "list"],
      ["found.size", "Number of rows read", "number"],
      ["found._total", "Number of rows in all", "number"],
    ]);
    expect(labels("found").map(([path]) => path)).toEqual([
      "found",
      "found.size",
      "found._total",
      "found[0].id",
      "found[0].firstName",
      "found._status",
    ]);
    expect(findField(sources, "found[3].firstName")?.label).toBe("Given name");
    expect(findField(sources, "found.first.id")?.label).toBe("Id");
  });

  test("is of a loop the fields of its items", () => {
    expect(labels("item").map(([path]) => path)).toEqual(["item.sku", "item.price", "item", "item_index"]);
    expect(sample.values["item"]).toEqual({ sku: "B-1", price: 7 });
    expect(sourceOfPath(sources, "item_index")?.name).toBe("item");
    expect(sourceOfPath(sources, "now")?.kind).toBe("flow");
  });

  test("is found by label, path and value", () => {
    const pathOf = (text: string) => findFields(data, text)[0]?.field.path;
    expect([pathOf("email"), pathOf("given"), pathOf("B-1"), pathOf("time now"), pathOf("zzz")]).toEqual([
      "trigger.email",
      "found[0].firstName",
      "item.sku",
      "now",
      undefined,
    ]);
  });

  test("is offered without words from the item and the step before on, then the event and the other steps, the flow's own facts last, ids behind what people read", () => {
    const offered = findFields(data, "");
    const order = [...new Set(offered.map(({ source }) => source.name))];
    expect(order.slice(0, 3)).toEqual(["item", "text", "trigger"]);
    expect(offered.at(-1)?.source.kind).toBe("flow");
    const ofFound = offered.filter(({ source }) => source.name === "found").map(({ field }) => field.path);
    expect(ofFound.at(-1)).toBe("found[0].id");
  });

  test("is first what is called exactly as it is looked for, then what begins so", () => {
    const found = sources.find(({ name }) => name === "found")!;
    const tags = { path: "found[0].tags", label: "Tags", type: "list" as const, fields: [] };
    const size = { ...tags, path: "found[0].tags.size", label: "How many", type: "number" as const };
    const more: PlaceData = { ...data, sources: [{ ...found, fields: [{ ...tags, fields: [size] }, ...found.fields] }] };
    const first = (words: string) => findFields(more, words).map(({ label }) => label);
    expect(first("how many")).toEqual(["Tags › How many", "Number of rows read", "Number of rows in all"]);
    expect(first("tags")).toEqual(["Tags", "Tags › How many"]);
  });
});

describe("a sample", () => {
  test("has the example of the catalog for a step that has not been tried, and says so", () => {
    expect(sample.values["found"]).toEqual([{ id: "p1", firstName: "Ada" }]);
    expect(sample.made).toEqual(["found"]);
    expect(filledSample({ ...real!, values: { ...real!.values, found: [] } }, seen, words).made).toBeUndefined();
  });

  test("says of each value whether it is an example: a step that has not been tried, its items, and an event that nobody sent", () => {
    const isMadeIn = (one: typeof sample) => ["trigger", "found", "item", "now"].filter((name) => isExample(one, name));
    const overFound: SeenSource[] = [
      ...seen.slice(0, 2),
      { kind: "item", name: "item", step: step("each", { forEach: "{{ found }}", do: [] }) },
    ];
    expect(isMadeIn(sample)).toEqual(["found"]);
    expect(isMadeIn(filledSample(real!, overFound, words))).toEqual(["found", "item"]);
    expect(isMadeIn(filledSample(madeSample(trigger, "f", words, 5), seen, words))).toEqual(["trigger", "found", "item"]);
    expect(findFields(data, "given")[0]?.isExample).toBe(true);
    expect(findFields(data, "score")[0]?.isExample).toBe(false);
  });

  test("is made from the catalog where there is none, a row of a list at a time", () => {
    expect(madeSample(trigger, "f", words, 5)).toMatchObject({ from: "schema", values: { trigger: { email: "ada@example.com" } } });
    expect(madeSample({ app: "a", operation: "people" }, "f", words, 5).values["trigger"]).toEqual({ id: "p1", firstName: "Ada" });
  });
});
