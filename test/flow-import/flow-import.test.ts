import { processorMs } from "#test/support/cost.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flowDefinition, type FlowDefinition } from "#engine/flow/format.ts";
import { readDraft } from "#engine/flow/flow.ts";
import { packOf } from "#flow-import/pack.ts";
import { exportBounds, readExport } from "#flow-import/read-export.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { MillraceError } from "#kernel/errors.ts";
import { packageRoot } from "#kernel/root.ts";
import { builtIn, knowledge } from "#test/support/built-in.ts";
import { makeExports } from "./make-exports.ts";
import { n8nExports } from "./n8n-exports.ts";
import { zapierExports } from "./zapier-exports.ts";

const pack = packOf(builtIn.of("w1"));
const tools = { n8n: n8nExports, make: makeExports, zapier: zapierExports };
const all = Object.entries(tools).flatMap(([tool, exports]) => Object.entries(exports).map(([name, value]) => ({ tool, name, value })));
const read = (value: unknown) => readExport(JSON.stringify(value), pack);

/** Every value of a file that says something, with its keys. Counted here again, apart from the reader's own account. */
function leaves(value: unknown): { key: string; value: Json }[] {
  if (value === null || value === "" || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (!isObject(value)) return [{ key: "", value: value as Json }];
  return Object.entries(value).flatMap(([key, member]) => leaves(member).map((leaf) => ({ ...leaf, key: leaf.key || key })));
}

/** A workflow that posts a body of JSON with one text in it. */
const posting = (text: string) => ({
  name: "P",
  nodes: [
    { name: "W", type: "n8n-nodes-base.webhook", parameters: {} },
    {
      name: "H",
      type: "n8n-nodes-base.httpRequest",
      typeVersion: 4,
      parameters: { method: "POST", url: "https://x.example.com/a", sendBody: true, specifyBody: "json", jsonBody: `={"a":"${text}"}` },
    },
  ],
  connections: { W: { main: [[{ node: "H", type: "main", index: 0 }]] } },
});

/** A workflow in which each node leads to all later ones. */
const joined = (count: number) => ({
  name: "J",
  nodes: Array.from({ length: count }, (_, i) => ({ name: `N${i}`, type: i === 0 ? "n8n-nodes-base.webhook" : "n8n-nodes-base.noOp" })),
  connections: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `N${i}`,
      { main: [Array.from({ length: count - 1 - i }, (_each, k) => ({ node: `N${i + 1 + k}` }))] },
    ]),
  ),
});

const refusal = (text: string): string => {
  try {
    readExport(text, pack);
  } catch (thrown) {
    if (thrown instanceof MillraceError && thrown.code === "BAD_INPUT") return String(thrown.details["problem"]);
    throw thrown;
  }
  throw new Error("nothing was refused");
};

describe.each(all)("$tool: $name", ({ tool, value }) => {
  const imported = read(value);

  test("loses no value: each is converted, to be checked, or ignored with a reason", () => {
    const { converted, toCheck, ignored, lost } = imported.counts;
    expect(imported.tool).toBe(tool);
    expect(lost).toBe(0);
    expect(converted + toCheck + ignored).toBe(leaves(value).length);
    for (const { counts } of imported.flows) expect(counts.lost).toBe(0);
  });

  test("makes drafts that are flows, and says of each listed line where it was and what to do", () => {
    const drafts = imported.flows.flatMap((flow) => flow.drafts);
    expect(drafts.length).toBeGreaterThan(0);
    for (const draft of drafts) {
      expect(flowDefinition.safeParse(draft).error).toBeUndefined();
      readDraft(draft, knowledge);
    }
    for (const { at, why, todo } of imported.flows.flatMap((flow) => flow.todo))
      for (const part of [at, why, todo]) expect(part).toMatch(/\S/);
  });

  test("has each fixed text of a field in a flow or in the report", () => {
    const found = JSON.stringify(imported);
    const texts = leaves(value).filter(
      ({ key, value: text }) =>
        typeof text === "string" &&
        /^(text|subject|message|sku|title|firstName|note|source|code|content)$/.test(key) &&
        !/[{=\n"\\]/.test(text),
    );
    for (const { value: text } of texts) expect(found).toContain(String(text));
  });

  test("keeps no secret and no login", () => {
    const found = JSON.stringify(imported);
    for (const secret of ["pit-0a1b2c3d", "abcdef0123456789", "abcdef123456", "0f1e2d3c", '"Acme Dental"'])
      expect(found).not.toContain(secret);
  });
});

describe("the drafts", () => {
  const steps = (tool: keyof typeof tools, name: string) =>
    (read(tools[tool][name]).flows[0]!.drafts[0] as FlowDefinition).steps as unknown as Record<string, unknown>[];

  test("call the app's operation in place of a request to its address", () => {
    const upsert = {
      app: "highlevel",
      operation: "contacts.upsert",
      input: { email: "{{ trigger.email }}", firstName: "{{ trigger.first }}" },
    };
    expect(steps("make", "the free call of an app")).toMatchObject([
      upsert,
      { operation: "contacts.create_note", input: { contactId: "{{ universal.id }}" } },
    ]);
    expect(steps("zapier", "requests to an app")[0]).toMatchObject({
      operation: "contacts.add_tags",
      input: { contactId: "{{ trigger.id }}", tags: ["{{ trigger.tag }}"] },
    });
  });

  test("let nothing through a condition that could not be read", () => {
    expect(steps("zapier", "comparisons without an equal")[0]).toMatchObject({ title: "By pattern", filter: "false" });
    expect(steps("n8n", "filters and ends")).toMatchObject([
      { filter: "(trigger.email contains '@') or (trigger.score > 5)" },
      { filter: "false" },
      { stop: "failed" },
    ]);
  });

  test("hold an app that is not here as a step that is switched off, with its fields", () => {
    expect(steps("zapier", "apps that are not here")).toMatchObject([
      { off: true, input: { body: { text: "New {{ trigger.Email }}" } }, todo: expect.stringContaining("there is no 'slack' here yet") },
    ]);
    expect(steps("n8n", "a node that is switched off")).toMatchObject([{ off: true, comment: "Off since March" }, { title: "On" }]);
  });

  test("end loops where the other tool put the items together", () => {
    expect(steps("make", "an iterator")).toMatchObject([
      { forEach: "trigger.lines", as: "item", do: [{ input: { body: { sku: "{{ item.sku }}", price: "{{ item.price }}" } } }] },
      { input: { body: { order: "{{ trigger.order }}" } } },
    ]);
    expect(steps("n8n", "a list taken apart")).toMatchObject([
      { forEach: "trigger.lines", do: [{ input: { body: { sku: "{{ item.sku }}" } } }] },
      { input: { body: { order: "{{ trigger.order }}" } } },
    ]);
  });
});

describe("what is changed in silence: nothing", () => {
  const n8nFlow = (node: Record<string, unknown>, more: unknown[] = [], outs: unknown[] = []) =>
    read({
      name: "H",
      nodes: [{ name: "W", type: "n8n-nodes-base.webhook", parameters: {} }, { name: "C", ...node }, ...more],
      connections: { W: { main: [[{ node: "C", type: "main", index: 0 }]] }, C: { main: outs } },
    }).flows[0]!;
  const request = (jsonBody: string, url = "https://shop.example/notes") => ({
    type: "n8n-nodes-base.httpRequest",
    typeVersion: 4.2,
    parameters: { method: "POST", url, sendBody: true, specifyBody: "json", jsonBody },
  });
  const inputOf = (jsonBody: string) => (n8nFlow(request(jsonBody)).drafts[0]!.steps[0] as { input: Record<string, Json> }).input["body"];

  test("a value that was written as JSON to stand in JSON is the value, and is written once", () => {
    expect(inputOf('={ "body": {{ JSON.stringify($json.note) }}, "all": [{{ JSON.stringify($json.a) }}] }')).toEqual({
      body: "{{ trigger.note }}",
      all: ["{{ trigger.a }}"],
    });
  });

  test("within a text, and as a whole body that may be a text, it stays JSON", () => {
    expect(inputOf('={ "body": "It was: {{ JSON.stringify($json.note) }}" }')).toEqual({ body: "It was: {{ trigger.note | json }}" });
    expect(inputOf("={{ JSON.stringify($json.note) }}")).toBe("{{ trigger.note | json }}");
  });
});

describe("what a person wrote or chose in the other tool", () => {
  const http = (id: number, more: Record<string, unknown> = {}, mapper: Record<string, unknown> = {}) => ({
    id,
    module: "http:ActionSendData",
    mapper: { url: "https://shop.example/a", method: "post", ...mapper },
    ...more,
  });
  const scenario = (...modules: unknown[]) => read({ name: "S", flow: modules, metadata: {} }).flows[0]!;

  test("a note of a module is the comment of its step", () => {
    const flow = scenario(http(1, { metadata: { notes: ["Check with Anna before changing"] } }));
    expect(flow.drafts[0]!.steps[0]).toMatchObject({ comment: expect.stringContaining("Check with Anna before changing") });
  });

  test("a setting that is not the usual one is listed with its place and value, and the usual ones are not", () => {
    const { todo } = scenario(http(1, {}, { rejectUnauthorized: false, followRedirect: false, timeout: 40, shareCookies: false }));
    expect(todo.map(({ at, value }) => [at.split(" › ").at(-1), value])).toEqual([
      ["rejectUnauthorized", "false"],
      ["followRedirect", "false"],
      ["timeout", "40"],
    ]);
  });

  test("what is ignored is listed with its places", () => {
    const { ignored } = scenario(http(1, { version: 3 }), http(2, { version: 3 }));
    expect(ignored.map(({ at }) => at).join()).toContain("flow › 0 › id");
    for (const { at } of ignored) expect(at).toMatch(/\S/);
  });

  test("a node in a place goes by its name, and each place is listed once", () => {
    const node = (name: string) => ({ name, type: "n8n-nodes-base.manualTrigger", position: [10, 20], parameters: {} });
    const { flows } = read({ name: "Notes", nodes: [node("Start\nhere"), node("Then")], connections: {} });
    const places = flows[0]!.ignored.map(({ at }) => at).find((at) => at.includes("position"))!;
    expect(places).toContain("nodes › Start here › position");
    expect(places.split(", ")).toEqual([...new Set(places.split(", "))]);
  });

  test("that steps were left out after an error is said where they follow, in either tool", () => {
    const ignoring = { onerror: [{ id: 9, module: "builtin:Ignore" }] };
    const said = (flow: { todo: { why: string }[] }) => flow.todo.map(({ why }) => why).join();
    expect(said(scenario(http(1, ignoring), http(2)))).toContain("the steps that follow it run as well");
    expect(said(scenario(http(1, ignoring)))).toBe("");
    const node = (name: string, more = {}) => ({
      name,
      type: "n8n-nodes-base.httpRequest",
      typeVersion: 4.2,
      parameters: { url: "https://shop.example/a" },
      ...more,
    });
    const to = (name: string) => [{ node: name, type: "main", index: 0 }];
    const flow = read({
      name: "E",
      nodes: [
        { name: "W", type: "n8n-nodes-base.webhook", parameters: {} },
        node("C", { onError: "continueErrorOutput" }),
        node("Good"),
        node("Bad"),
        node("Alone"),
        node("Alone's"),
      ],
      connections: { W: { main: [to("C")] }, C: { main: [to("Good"), to("Bad")] }, "Alone's": { main: [to("Alone")] } },
    }).flows[0]!;
    expect(said(flow)).toContain(
      "after an error it led on to 'Bad' alone; where the step goes on after an error here, the steps that follow it run as well",
    );
    expect(flow.todo.find(({ at }) => at === "Bad")?.why).toContain("only an output that steps do not have leads to it");
    expect(flow.todo.find(({ at }) => at === "Alone")?.why).toBe("no trigger leads to it");
  });

  test("the time zone of a Zap is the flow's", () => {
    const nodes = { 1: { id: 1, selected_api: "A", type_of: "read", meta: { timezone: "America/New_York" } } };
    expect(read({ zaps: [{ title: "Z", nodes }] }).flows[0]!.drafts[0]).toMatchObject({ settings: { zone: "America/New_York" } });
  });
});

describe("a file that is none", () => {
  test.each([
    ["", "is empty"],
    ["PK\u0003\u0004abc", "is a zip file"],
    ["<!doctype html><title>x</title>", "is a page"],
    ["{", "is no JSON"],
    ["[1, 2", "is no JSON"],
    ["5", "is JSON, but no flow"],
    ["{}", "is JSON, but no flow of Millrace, workflow of n8n"],
    ['{"nodes": [], "connections": []}', "is JSON, but no flow of Millrace, workflow of n8n"],
    ["[".repeat(5000) + "]".repeat(5000), "is nested deeper than 150 levels"],
    [`"${"a".repeat(exportBounds.bytes)}"`, "is larger than 10 MB"],
    [
      JSON.stringify({ nodes: Array.from({ length: 1001 }, (_, i) => ({ name: `n${i}`, type: "x" })), connections: {} }),
      "has a flow with 1001 steps, and 1000 are read at most",
    ],
    [JSON.stringify({ zaps: Array.from({ length: 400_000 }, () => 1) }), "has more than 300,000 values"],
    [JSON.stringify(posting("{{ $json.a }} ".repeat(20_001))), "has more than 20,000 formulas"],
    [JSON.stringify(joined(101)), "has a flow with 5050 joins between its steps, and 5000 are read at most"],
    [JSON.stringify(Array.from({ length: 41 }, () => posting("x".repeat(100_000)))), "makes more flows than are read at once"],
  ])("is refused with a sentence: %.30s", (text, problem) => {
    expect(refusal(text)).toContain(problem);
  });

  test("with thousands of formulas in one flow has no draft of it, with the reason", () => {
    expect(read(posting("{{ $json.a }} ".repeat(2000))).flows[0]!.drafts).toHaveLength(1);
    expect(read(posting("{{ $json.a }} ".repeat(2001))).flows[0]).toMatchObject({
      drafts: [],
      refused: "It has 2001 formulas, and 2000 are read in one flow at most: divide it into several.",
    });
  });

  test("is read in a time that grows no faster than its formulas", () => {
    expect(processorMs(() => read(posting("{{ $json.a }} ".repeat(20_000))))).toBeLessThan(1000);
    expect(processorMs(() => read(joined(100)))).toBeLessThan(2000);
  });

  test("is read in bounded time, whatever its expressions are", () => {
    const hostile = [
      "={{ " + "(".repeat(9000) + " }}",
      "={{ " + "`${".repeat(3000) + " }}",
      "={{ $json" + ".a".repeat(4900) + " }}",
      "={{ " + "a".repeat(50_000) + " }}",
      "=" + "{{".repeat(20_000),
      "={{ 'a".repeat(5000),
    ];
    for (const email of hostile) {
      const value = {
        name: "H",
        nodes: [
          { name: "W", type: "n8n-nodes-base.webhook", parameters: {} },
          { name: "C", type: "n8n-nodes-base.highLevel", parameters: { email } },
        ],
        connections: { W: { main: [[{ node: "C", type: "main", index: 0 }]] } },
      };
      const cost = processorMs(() => expect(read(value).counts.lost).toBe(0));
      expect(cost).toBeLessThan(2000);
    }
  });

  test("cannot change what objects are, and goes round in no circle", () => {
    const text =
      '{"name":"P","nodes":[{"name":"__proto__","type":"n8n-nodes-base.webhook","parameters":{}},{"name":"C","type":"n8n-nodes-base.set","typeVersion":3,"parameters":{"assignments":{"assignments":[{"name":"__proto__.polluted","value":"x"}]}}}],"connections":{"__proto__":{"main":[[{"node":"C"}]]},"C":{"main":[[{"node":"C"}]]}}}';
    expect(readExport(text, pack).counts.lost).toBe(0);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    const parents = {
      zaps: [
        {
          title: "Z",
          nodes: {
            1: { id: 1, parent_id: 2, selected_api: "A", type_of: "write" },
            2: { id: 2, parent_id: 1, selected_api: "B", type_of: "write" },
          },
        },
      ],
    };
    expect(read(parents).counts.lost).toBe(0);
  });
});

describe("the names of other tools", () => {
  test("lead to operations, fields and triggers that there are", () => {
    for (const { app, names } of pack.equivalents) {
      for (const { operation, fields = {}, input = {} } of Object.values(names.operations)) {
        const found = pack.operations.find((each) => each.app === app && each.id === operation);
        expect([operation, found !== undefined]).toEqual([operation, true]);
        const known = new Set(found!.fields.map(({ name }) => name));
        for (const name of Object.keys(input)) expect([operation, name, known.has(name)]).toEqual([operation, name, true]);
        expect([operation, Object.values(fields).some((name) => known.has(name)) || Object.keys(fields).length === 0]).toEqual([
          operation,
          true,
        ]);
      }
      for (const id of Object.values(names.triggers))
        expect([id, pack.triggers.some((each) => each.app === app && each.id === id)]).toEqual([id, true]);
    }
  });
});

describe("docs/import-flows.md", () => {
  test("has the counts of these files", () => {
    const table = all.map(({ tool, name, value }) => {
      const { counts, flows } = read(value);
      const drafts = flows.reduce((sum, flow) => sum + flow.drafts.length, 0);
      return `| ${tool} | ${name} | ${drafts} | ${counts.converted} | ${counts.toCheck} | ${counts.ignored} | ${counts.lost} |`;
    });
    const page = readFileSync(join(packageRoot(), "docs", "import-flows.md"), "utf8");
    const rows = page.split("\n").filter((line) => /^\| (n8n|make|zapier) \|.*\d \|$/.test(line));
    expect(rows).toEqual(table);
  });
});
