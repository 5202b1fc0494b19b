import { describe, expect, test } from "vitest";
import type { Json } from "#kernel/json.ts";
import { compileCondition, compileValue } from "#engine/mapping/mapping.ts";
import { nextTime, parseSchedule } from "#engine/triggers/schedule.ts";
import { openEngine } from "#test/fakes/engine.ts";
import { hookFormat, readHookBody } from "#server/hooks/hook-body.ts";

// Where other tools have lost, changed or invented data on the way in and through a flow.
const settings = { zone: "UTC", now: () => Date.UTC(2026, 0, 15) };
const evaluated = (template: Json, trigger: Json) => compileValue(template, settings, "input.x").evaluate({ trigger });

describe("a condition with true or false", () => {
  const holds = (condition: string, v: Json) => compileCondition(condition, settings, "if").test({ trigger: { v } });
  test.each<[v: Json, isTrue: boolean, isFalse: boolean]>([
    [true, true, false],
    ["true", true, false],
    [" TRUE ", true, false],
    [false, false, true],
    ["false", false, true],
    ["yes", false, false],
    [1, false, false],
    [null, false, false],
    ["", false, false],
  ])("takes the text a form sends for it: %j", (v, isTrue, isFalse) => {
    const asked = ["trigger.v == true", "true == trigger.v", "trigger.v == false", "trigger.v != true", "trigger.v != false"];
    expect(asked.map((condition) => holds(condition, v))).toEqual([isTrue, isTrue, isFalse, !isTrue, !isFalse]);
  });
});

describe("tags", () => {
  test("are one where only the encoding or an unseen mark tells them apart", () => {
    expect(evaluated("{{ trigger.t | tags }}", { t: ["caf\u00e9", "CAFE\u0301", "caf\u00e9\u200b"] })).toEqual(["caf\u00e9"]);
  });
});

describe("items of a list in a text", () => {
  test.each<[list: Json, text: string]>([
    [["a", "b"], "T: a, b"],
    [["a", null, " ", "b"], "T: a, b"],
    [[1, [2, 3], { x: 1 }], 'T: 1, 2, 3, {"x":1}'],
  ])("%j stay apart", (list, text) => {
    expect([evaluated("T: {{ trigger.l }}", { l: list }), evaluated("{% if true %}T: {{ trigger.l }}{% endif %}", { l: list })]).toEqual([
      text,
      text,
    ]);
  });
});

describe("a loop", () => {
  const loop = async (v: Json | undefined) => {
    const world = await openEngine({ make: {} });
    await world.engine.start();
    const flow = await world.published([
      { id: "each", forEach: "trigger.v", do: [{ id: "make", app: "app", operation: "make", input: { v: "{{ item }}" } }] },
    ]);
    const [runId] = (await world.fire(flow.id, v === undefined ? { n: 1 } : { v })).runIds;
    const { run } = await world.settled(runId!);
    const made = world.calls.map(({ input }) => input["v"]);
    await world.engine.close(0);
    return run.state === "succeeded" ? made : run.error?.message;
  };

  test("goes over nothing where a form sends an empty field for a list", async () => {
    for (const nothing of [undefined, null, "", "  ", []]) expect(await loop(nothing)).toEqual([]);
  });

  test("says what to write where a text or an object comes for a list", async () => {
    expect(await loop('[{"a":1}]')).toContain("this is the text of a list; write | parse_json after it to make it one");
    expect(await loop("a, b")).toContain("this is a text and not a list; write | split_list after it");
    expect(await loop({ a: 1 })).toContain("this is an object and not a list; write | to_list after it");
    expect(await loop(5)).toContain("this is a number and not a list");
  });
});

describe("a schedule", () => {
  test.each([
    ["0 9 * * 7", ["2026-01-18", "2026-01-25"]],
    ["0 9 1 * 1", ["2026-01-19", "2026-01-26", "2026-02-01", "2026-02-02"]],
    ["0 9 * * MON-SUN", ["2026-01-15", "2026-01-16", "2026-01-17", "2026-01-18"]],
    ["0 9 31 * *", ["2026-01-31", "2026-03-31"]],
  ])("%s: Sunday is 0 and 7, and a day of the month or of the week is either", (cron, days) => {
    const spec = parseSchedule({ app: "millrace", operation: "schedule", input: { cron } });
    const found: string[] = [];
    for (let at = settings.now(); found.length < days.length;) {
      at = nextTime(spec, at, at)!;
      found.push(new Date(at).toISOString());
    }
    expect(found).toEqual(days.map((day) => `${day}T09:00:00.000Z`));
  });
});

describe("a posted body", () => {
  const read = async (type: string, body: string | Buffer) => (await readHookBody(Buffer.from(body as string), hookFormat(type))).payload;
  const form = "application/x-www-form-urlencoded";

  test("may begin with a byte order mark, in JSON of both widths, lines, XML and a form", async () => {
    expect(await read("application/json", '\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(await read("application/json; charset=utf-16le", Buffer.from('\ufeff{"a":1}', "utf16le"))).toEqual({ a: 1 });
    expect(await read("application/x-ndjson", '\ufeff{"a":1}\n{"a":2}')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await read(form, "\ufeffa=1&b=2")).toEqual({ a: "1", b: "2" });
    expect(await read("application/xml", "\ufeff<a><b>1</b></a>")).toEqual({ a: { b: ["1"] } });
  });

  test("may be a batch: all of its events are there, in their order", async () => {
    expect(await read("application/json", '[{"id":1,"event":"delivered"},{"id":1,"event":"open"}]')).toEqual([
      { id: 1, event: "delivered" },
      { id: 1, event: "open" },
    ]);
  });

  test("keeps fields with the names of an object's own, and refuses what would reach into one", async () => {
    const body = { constructor: "ACME Construction", toString: "1", hasOwnProperty: "x" };
    expect(Object.entries((await read(form, new URLSearchParams(body).toString())) as object)).toEqual(Object.entries(body));
    expect(evaluated("{{ trigger.constructor }} {{ trigger.hasOwnProperty }}", body)).toBe("ACME Construction x");
    await expect((async () => read(form, "__proto__=x"))()).rejects.toMatchObject({ code: "BAD_INPUT" });
    await expect((async () => read("application/json", '{"__proto__":{"x":1}}'))()).rejects.toMatchObject({ code: "BAD_INPUT" });
  });
});
