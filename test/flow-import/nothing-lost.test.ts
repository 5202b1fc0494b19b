/** Made-up files, nested as nobody would: each of their values is in a draft or in a list. And what passes silently for something else: nothing. */
import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { compileValue } from "#engine/mapping/mapping.ts";
import { packOf } from "#flow-import/pack.ts";
import { readExport } from "#flow-import/read-export.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { builtIn } from "#test/support/built-in.ts";

const pack = packOf(builtIn.of("w1"));
const read = (value: unknown) => readExport(JSON.stringify(value), pack);
const flowOf = (value: unknown) => read(value).flows[0]!;

const workflow = (node: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  name: "W",
  nodes: [
    { name: "Hook", type: "n8n-nodes-base.webhook", parameters: {} },
    { name: "Node", ...node },
  ],
  connections: { Hook: { main: [[{ node: "Node", type: "main", index: 0 }]] } },
  ...more,
});
const zap = (step: Record<string, unknown>) => ({
  zaps: [
    {
      title: "Z",
      nodes: {
        1: { id: 1, selected_api: "WebHookCLIAPI@1", action: "hook_v2", type_of: "read" },
        2: { id: 2, parent_id: 1, type_of: "write", meta: { stepTitle: "Step" }, ...step },
        3: { id: 3, parent_id: 2, type_of: "write", selected_api: "WebHookCLIAPI@1", action: "post", params: { url: "https://a.example" } },
      },
    },
  ],
});
const scenario = (flow: unknown[], metadata: Record<string, unknown> = {}) => ({ name: "S", flow, metadata });

// ---------------------------------------------------------------- every value

/** Nested values, whose texts are all different from each other. */
const nested = fc
  .letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.constant("leaf"), tie("list"), tie("object")),
    list: fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
    object: fc.dictionary(fc.constantFrom("value", "name", "to_format", "adjust", "field", "inputs", "text", "deep"), tie("value"), {
      minKeys: 1,
      maxKeys: 4,
    }),
  }))
  .object.map((made) => {
    let count = 0;
    const numbered = (value: unknown): Json =>
      value === "leaf"
        ? `mark-${count++}-of-it`
        : Array.isArray(value)
          ? value.map(numbered)
          : isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, numbered(member)]))
            : null;
    return { value: numbered({ ...(made as object) }), marks: Array.from({ length: count }, (_, i) => `mark-${i}-of-it`) };
  });

const places: Record<string, (value: Json) => unknown> = {
  "Zapier's formatter that is not known": (value) =>
    zap({ selected_api: "FormatterCLIAPI@1", action: "date_v9", params: { inputs: value } }),
  "Zapier's formatter that is known": (value) =>
    zap({ selected_api: "FormatterCLIAPI@1", action: "text", params: { transform: "text.uppercase", inputs: value } }),
  "an app of Zapier": (value) => zap({ selected_api: "NobodyAPI@1", action: "do", params: { inputs: value } }),
  "a filter of Zapier": (value) => zap({ selected_api: "FilterAPI", type_of: "filter", params: { filter_criteria: [value] } }),
  "a value of a filter of Zapier": (value) =>
    zap({ selected_api: "FilterAPI", type_of: "filter", params: { filter_criteria: [{ key: "1__a", match: "exact", value }] } }),
  "a value of a filter of Make": (value) =>
    scenario([{ id: 1, module: "nobody:Do", filter: { name: "F", conditions: [[{ a: value, o: "text:equal", b: "1" }]] } }]),
  "a filter of Make": (value) => scenario([{ id: 1, module: "nobody:Do", filter: { name: "F", conditions: value } }]),
  "a condition of n8n": (value) =>
    workflow({
      type: "n8n-nodes-base.filter",
      typeVersion: 2,
      parameters: { conditions: { conditions: [{ leftValue: value, rightValue: "1", operator: { operation: "equals" } }] } },
    }),
  "an app of n8n": (value) => workflow({ type: "n8n-nodes-base.nobody", parameters: { options: value } }),
  "a node of n8n that nothing leads to": (value) => ({
    ...workflow({ type: "n8n-nodes-base.set", parameters: { options: value } }),
    connections: {},
  }),
  "an app of Make": (value) => scenario([{ id: 1, module: "nobody:Do", mapper: { options: value } }]),
  "a module of Make that nothing leads to": (value) =>
    scenario([{ id: 1, module: "nobody:Do" }], {
      designer: { orphans: [[{ id: 9, module: "util:SetVariable2", mapper: { options: value } }]] },
    }),
};

test.each(Object.entries(places))("each value within %s is in a draft or in a list", (_name, file) => {
  fc.assert(
    fc.property(nested, ({ value, marks }) => {
      const { flows, counts } = read(file(value));
      const found = JSON.stringify(flows.map(({ drafts, todo }) => [drafts, todo]));
      expect(counts.lost).toBe(0);
      expect(marks.filter((mark) => !found.includes(mark))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("what was cut off in a line says so, and a secret in what nobody understands is in none", () => {
  const orphan = { id: 9, module: "http:Do", mapper: { long: "x".repeat(400), headers: [{ name: "X-Api-Key", value: "hunter2hunter2" }] } };
  const text = JSON.stringify(flowOf(scenario([{ id: 1, module: "nobody:Do" }], { designer: { orphans: [[orphan]] } })));
  expect(text).toContain(`${"x".repeat(300)} …`);
  expect(text).not.toContain("hunter2");
});

// ---------------------------------------------------------------- what editors keep beside the steps

test("modules and notes of Make, and tags of n8n, are in the list or in the description", () => {
  const made = flowOf(
    scenario([{ id: 1, module: "nobody:Do" }], {
      notes: ["do not touch"],
      designer: { orphans: [[{ id: 9, module: "util:SetVariable2" }]] },
    }),
  );
  expect(made.drafts[0]!.description).toContain("do not touch");
  expect(made.todo.map(({ why }) => why)).toContain("no route leads to it");
  const tagged = flowOf(workflow({ type: "n8n-nodes-base.noOp" }, { tags: [{ id: "1", name: "prod" }, "old"] }));
  expect(tagged.drafts[0]!.description).toContain("Tags in n8n: prod, old");
});

test("a fixed text of n8n with braces has a line, since n8n sends it as it stands", () => {
  const flow = flowOf(
    workflow({ type: "n8n-nodes-base.httpRequest", typeVersion: 4, parameters: { url: "https://a.example/{{ $json.id }}/x" } }),
  );
  expect(flow.todo.map(({ at, why }) => [at, why])).toEqual([["Node › url", expect.stringContaining("no equals sign")]]);
  expect(flow.drafts[0]!.steps[0]).toMatchObject({ todo: expect.stringContaining("no equals sign") });
});

test.each([
  {
    selected_api: "EngineAPI@1",
    type_of: "filter",
    action: "filter",
    params: { filter_criteria: [{ key: "1__a", match: "regex", value: "x" }] },
  },
  { selected_api: "EngineAPI@1", type_of: "filter", action: "filter", params: {} },
  { selected_api: "EngineAPI@1", type_of: "filter", action: "filter" },
  { selected_api: "EngineAPI@1", type_of: "write", action: "x", params: { filter_criteria: {} } },
])("a filter of Zapier that cannot be read lets nothing through, and stops publishing: %j", (step) => {
  const [first] = flowOf(zap(step)).drafts[0]!.steps;
  expect(first).toMatchObject({ filter: "false", todo: expect.stringContaining("write the condition") });
  expect(first).not.toHaveProperty("off");
});

// ---------------------------------------------------------------- dates

describe("members of Luxon's dates", () => {
  const zone = "America/New_York";
  const now = Date.UTC(2026, 0, 5, 2, 3, 4, 56);
  const settings = { zone, now: () => now };
  const imported = (expression: string) =>
    flowOf(
      workflow({
        type: "n8n-nodes-base.set",
        typeVersion: 3,
        parameters: { assignments: { assignments: [{ name: "out", value: `={{ ${expression} }}` }] } },
      }),
    );
  const members = Object.entries(Object.getOwnPropertyDescriptors(DateTime.prototype)).flatMap(([name, { get }]) => (get ? [name] : []));
  const here = DateTime.fromMillis(now, { zone }).setLocale("en-US");
  const starts: [string, DateTime][] = [
    ["$now", here],
    ["$now.minus({ days: 2 })", here.minus({ days: 2 })],
    ["$today", here.startOf("day")],
    ["$now.setZone('Asia/Tokyo')", here.setZone("Asia/Tokyo")],
    ["DateTime.fromISO('2026-03-04T05:06:07Z')", DateTime.fromISO("2026-03-04T05:06:07Z", { zone }).setLocale("en-US")],
  ];

  test.each(members.flatMap((name) => starts.map(([start, date]) => ({ expression: `${start}.${name}`, name, date }))))(
    "$expression gives what Luxon gives, or is listed",
    ({ expression, name, date }) => {
      const { drafts, todo } = imported(expression);
      const [step] = drafts[0]!.steps as unknown as { format?: { out: string } }[];
      if (step?.format === undefined) return expect(todo.map(({ value }) => value)).toContain(`={{ ${expression} }}`);
      expect(compileValue(step.format, settings, "f").evaluate({ trigger: {} })).toEqual({ out: date[name as keyof DateTime] });
    },
  );

  test.each(["hour", "day", "weekday", "month", "year", "minute", "weekNumber", "quarter", "monthLong"])("$now.%s is converted", (name) => {
    expect(imported(`$now.${name}`).todo).toEqual([]);
  });

  test.each([
    "$now.c.hour",
    "$now.length",
    "$json.at.toDateTime().zoneName",
    "$now.setZone('Asia/Tokyo').plus({ days: 1 }).hour",
    "$now.toISO({ includeOffset: false })",
    "DateTime.local(2026, 1, 1)",
    "$now.toDate().hour",
    "($json.at || $now).hour",
  ])("%s is listed", (expression) => {
    expect(imported(expression).todo.map(({ value }) => value)).toContain(`={{ ${expression} }}`);
  });
});
