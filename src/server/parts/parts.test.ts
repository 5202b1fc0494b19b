/** Rules and mapping templates through the API. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, withKey } from "#test/fakes/server.ts";

const rule = { title: "Score to tag", kind: "table", rows: [{ from: "9", to: "promoter" }], otherwise: "keep" };
const mapping = { title: "Tagged record", app: "app", operation: "make", input: { tag: "{{ trigger.score | rule: 'score-tag' }}" } };
const flow = {
  name: "Answers",
  trigger: { app: "app", operation: "hook" },
  steps: [{ id: "make", app: "app", operation: "make", input: { ...mapping.input, email: "{{ trigger.email }}" } }],
};

let house: Awaited<ReturnType<typeof openServer>>;
beforeEach(async () => void (house = await openServer({ operations: { make: {}, other: {} } })));
afterEach(() => house.close());

async function api(method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object) {
  const reply = await house.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: withKey(house.key),
    ...(body && { payload: body }),
  });
  return { status: reply.statusCode, body: reply.json() };
}
/** What an answer refuses with. */
const message = ({ status, body }: Awaited<ReturnType<typeof api>>) => [status, body.error?.message];

describe("a rule", () => {
  test("is saved, listed with the flows that use it, and shown with its versions", async () => {
    expect((await api("PUT", "/rules/score-tag?replaces=0", rule)).body).toMatchObject({ name: "score-tag", version: 1, flows: 0 });
    await api("POST", "/flows", flow);
    await api("PUT", "/rules/score-tag", { ...rule, rows: [...rule.rows, { from: "3", to: "unhappy" }] });
    expect((await api("GET", "/rules")).body.rules).toMatchObject([{ name: "score-tag", kind: "table", rows: 2, version: 2, flows: 1 }]);
    expect((await api("GET", "/rules/score-tag")).body).toMatchObject({
      usedBy: [{ name: "Answers", status: "draft", draft: true, published: false }],
      mappings: [],
    });
    const { versions } = (await api("GET", "/rules/score-tag/versions")).body;
    expect(versions.map((each: { version: number; definition: typeof rule }) => [each.version, each.definition.rows.length])).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(versions[0].by).toMatch(/^key:/);
  });

  test("counts at once in a published flow", async () => {
    await api("PUT", "/rules/score-tag", rule);
    const { id } = (await api("POST", "/flows", flow)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const sent = async (n: number) => {
      const { runIds } = await house.fire(id, { id: n, score: 9 });
      return ((await house.settled(runIds[0]!)).steps[0]!.input as { tag: string }).tag;
    };
    expect(await sent(1)).toBe("promoter");
    await api("PUT", "/rules/score-tag", { ...rule, rows: [{ from: "9", to: "fan" }] });
    expect(await sent(2)).toBe("fan");
  });

  test("cannot be removed while a draft, a published flow or a mapping template uses it, and the message names them", async () => {
    await api("PUT", "/rules/score-tag", rule);
    await api("PUT", "/mappings/tagged", mapping);
    const { id } = (await api("POST", "/flows", flow)).body;
    await api("POST", `/flows/${id}/publish`);
    await api("PUT", `/flows/${id}`, { ...flow, steps: [] });
    expect(message(await api("DELETE", "/rules/score-tag"))).toEqual([
      409,
      "The rule 'Score to tag' is used by the flow 'Answers', the mapping template 'Tagged record'. Take it out of them and publish, then remove it.",
    ]);
    await api("DELETE", `/flows/${id}`);
    await api("DELETE", "/mappings/tagged");
    expect((await api("DELETE", "/rules/score-tag")).body).toEqual({ ok: true });
    expect((await api("GET", "/rules/score-tag")).status).toBe(404);
    expect((await api("POST", "/flows", flow)).body.problems).toMatchObject([{ problem: "there is no rule 'score-tag'" }]);
  });

  test("is not overwritten by somebody who has not seen its newest version", async () => {
    await api("PUT", "/rules/score-tag?replaces=0", rule);
    expect(message(await api("PUT", "/rules/score-tag?replaces=0", { ...rule, title: "Mine" }))[0]).toBe(409);
    await api("PUT", "/rules/score-tag?replaces=1", { ...rule, title: "Hers" });
    expect(message(await api("PUT", "/rules/score-tag?replaces=1", { ...rule, title: "Mine" }))).toEqual([
      409,
      "Somebody else has changed the rule 'score-tag' meanwhile. Load it again, and make your change there.",
    ]);
    expect((await api("GET", "/rules/score-tag")).body.title).toBe("Hers");
  });

  test.each([
    ["a repeated row", { rows: [rule.rows[0], { from: " 9 ", to: "x" }] }, "rows[1].from: ' 9 ' is in row 1 already."],
    ["no row", { rows: [] }, "rows: needs a row."],
    ["a list as a result", { rows: [{ from: "a", to: ["b"] }] }, "rows.0.to: takes a text, a number, true or false."],
    ["an unknown wish for the rest", { otherwise: "ignore" }, "otherwise: takes 'keep', 'missing', 'fail' or {\"value\": …}."],
    [
      "a wrong filter",
      { kind: "format", rows: undefined, otherwise: undefined, filters: "stripp" },
      "filters: there is no filter 'stripp'; did you mean 'strip'?.",
    ],
    [
      "a condition on something else",
      { kind: "conditions", rows: [{ if: "trigger.score > 9", to: "x" }] },
      "rows[0].if: there is no 'trigger.score' in a rule: it sees only 'value'. Quote text like 'this'.",
    ],
    [
      "another rule in it",
      { kind: "format", rows: undefined, otherwise: undefined, filters: "rule: 'x'" },
      "filters: a rule cannot use another rule; in a template several can follow each other.",
    ],
  ])("with %s is refused, and the field is named", async (_, change, sentence) => {
    expect(message(await api("PUT", "/rules/score-tag", { ...rule, ...change }))).toEqual([400, sentence]);
  });

  test("has a short name", async () => {
    expect(message(await api("PUT", "/rules/Score%20tag", rule))[1]).toMatch(/^name: takes small letters/);
  });

  test("can be tried with values before it is saved", async () => {
    const tried = { ...rule, otherwise: "fail" };
    expect((await api("POST", "/rules/try", { rule: tried, values: ["9", 9, "4", ""] })).body.results).toEqual([
      { value: "promoter", missing: false, problem: null },
      { value: "promoter", missing: false, problem: null },
      {
        missing: false,
        problem: "the rule 'Score to tag' has no row for '4'; add one, or choose what happens to all other values",
      },
      { missing: true, problem: null },
    ]);
  });
});

describe("a segment", () => {
  const vip = { title: "VIP", kind: "segment", if: "person.tags contains 'vip'" };
  const asking = (text: string) => ({ ...flow, name: text, steps: [{ id: "make", app: "app", operation: "make", input: { tag: text } }] });
  const byName = asking("{{ trigger | in_segment: 'vip' }}");
  const all = asking("{{ trigger | segments }}");

  test("is saved and tried like a rule, and counts at once in the flows that ask for it or for all segments", async () => {
    expect((await api("PUT", "/rules/vip", vip)).body).toMatchObject({ kind: "segment", rows: 0, version: 1, definition: vip });
    const values = [{ tags: ["vip"] }, { tags: [] }, "nobody", null];
    expect((await api("POST", "/rules/try", { rule: vip, values })).body.results).toMatchObject([
      { value: true },
      { value: false },
      { problem: "the segment 'VIP' takes one record, like a contact, and not 'nobody'" },
      { missing: true },
    ]);
    const { id } = (await api("POST", "/flows", all)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const tagOf = async (n: number) => {
      const { runIds } = await house.fire(id, { id: n, tags: ["vip"] });
      return ((await house.settled(runIds[0]!)).steps[0]!.input as { tag: string[] }).tag;
    };
    expect(await tagOf(1)).toEqual(["VIP"]);
    await api("PUT", "/rules/gold", { ...vip, title: "Gold" });
    expect(await tagOf(2)).toEqual(["Gold", "VIP"]);
    expect((await api("GET", "/rules/gold")).body).toMatchObject({ flows: 1, usedBy: [{ id }] });
  });

  test("cannot be removed while a flow names it, and a flow that asks for all segments does without it", async () => {
    await api("PUT", "/rules/vip", vip);
    await api("POST", "/flows", all);
    const { id } = (await api("POST", "/flows", byName)).body;
    expect(message(await api("DELETE", "/rules/vip"))[1]).toMatch(
      /^The segment 'VIP' is used by the flow '[^,]*in_segment[^,]*'\. Take it out/,
    );
    await api("DELETE", `/flows/${id}`);
    expect((await api("DELETE", "/rules/vip")).body).toEqual({ ok: true });
  });

  test.each([
    [
      "reads an event",
      { if: "trigger.score > 3" },
      "if: there is no 'trigger.score' in a segment: it sees only 'person'. Quote text like 'this'.",
    ],
    [
      "asks another segment",
      { if: "person | in_segment: 'x'" },
      "if: a rule cannot use another rule; in a template several can follow each other.",
    ],
    ["has no condition", { if: " " }, "if: is empty."],
    ["takes the place of a rule", {}, "kind: the one of this name, 'Score to tag', is a rule and no segment; choose another name."],
  ])("that %s is refused, and the field is named", async (_, change, sentence) => {
    await api("PUT", "/rules/score-tag", rule);
    expect(message(await api("PUT", "/rules/score-tag", { ...vip, ...change }))).toEqual([400, sentence]);
  });

  test("goes with the flows and mapping templates that ask for it, or for all", async () => {
    await api("PUT", "/rules/vip", vip);
    await api("PUT", "/rules/gold", { ...vip, title: "Gold" });
    await api("PUT", "/rules/score-tag", rule);
    await api("PUT", "/mappings/listed", { ...mapping, input: { tag: "{{ trigger | segments }}" } });
    const exported = async (query: string) => Object.keys((await api("GET", `/parts/export?${query}`)).body.rules);
    expect(await exported(`flow=${(await api("POST", "/flows", byName)).body.id}`)).toEqual(["vip"]);
    expect((await exported(`flow=${(await api("POST", "/flows", all)).body.id}`)).sort()).toEqual(["gold", "vip"]);
    expect((await exported("mappings=listed")).sort()).toEqual(["gold", "vip"]);
  });
});

describe("a mapping template", () => {
  beforeEach(() => api("PUT", "/rules/score-tag", rule));

  test("is saved, listed by operation, and says which flows are filled as it is", async () => {
    await api("PUT", "/mappings/tagged", mapping);
    await api("POST", "/flows", flow);
    expect((await api("GET", "/mappings?app=app&operation=make")).body.mappings).toMatchObject([
      { name: "tagged", fields: ["tag"], flows: 1 },
    ]);
    expect((await api("GET", "/mappings?app=app&operation=other")).body.mappings).toEqual([]);
    await api("PUT", "/mappings/tagged", { ...mapping, input: { tag: "new" } });
    expect((await api("GET", "/mappings/tagged")).body).toMatchObject({ version: 2, usedBy: [] });
    expect((await api("GET", "/mappings/tagged/versions")).body.versions).toHaveLength(2);
    expect((await api("DELETE", "/mappings/tagged")).body).toEqual({ ok: true });
  });

  test.each([
    ["an unknown operation", { operation: "mak" }, "operation: App has no operation 'mak'; did you mean 'make'?."],
    ["an unknown app", { app: "ap" }, "app: there is no app 'ap'."],
    ["a template that cannot be read", { input: { tag: "{{ trigger.a | nope }}" } }, /^input\.tag: /],
    ["an unknown rule", { input: { tag: "{{ a | rule: 'nope' }}" } }, "input.tag: there is no rule 'nope'."],
    ["nothing in it", { input: {} }, "input: fills no field."],
  ])("with %s is refused, and the field is named", async (_, change, sentence) => {
    const [status, said] = message(await api("PUT", "/mappings/tagged", { ...mapping, ...change }));
    expect(status).toBe(400);
    expect(said).toEqual(typeof sentence === "string" ? sentence : expect.stringMatching(sentence));
  });
});

describe("a file of parts", () => {
  test("has the rules of a flow, or those of a mapping template, and brings them to another place", async () => {
    await api("PUT", "/rules/score-tag", rule);
    await api("PUT", "/rules/unused", { ...rule, title: "Unused" });
    await api("PUT", "/mappings/tagged", mapping);
    const { id } = (await api("POST", "/flows", flow)).body;
    expect((await api("GET", `/parts/export?flow=${id}`)).body).toEqual({ rules: { "score-tag": rule } });
    expect(Object.keys((await api("GET", "/parts/export")).body.rules)).toEqual(["score-tag", "unused"]);
    const file = (await api("GET", "/parts/export?mappings=tagged")).body;
    expect(file).toEqual({ rules: { "score-tag": rule }, mappings: { tagged: mapping } });
    const other = await openServer({ operations: { make: {} } });
    const reply = await other.app.inject({ method: "POST", url: "/api/v1/parts/import", headers: withKey(other.key), payload: file });
    expect(reply.json().parts).toMatchObject([
      { kind: "rule", name: "score-tag", did: "created" },
      { kind: "mapping", name: "tagged", did: "created" },
    ]);
    await other.close();
  });

  test("stops at a part that differs from the one here, unless the request keeps or replaces it", async () => {
    await api("PUT", "/rules/score-tag", rule);
    const file = { rules: { "score-tag": { ...rule, otherwise: "fail" }, more: rule } };
    expect(message(await api("POST", "/parts/import", file))[1]).toMatch(
      /^'Score to tag' is here already, and different\. Nothing was imported/,
    );
    expect((await api("GET", "/rules")).body.rules).toHaveLength(1);
    expect((await api("POST", "/parts/import", { ...file, existing: "keep" })).body.parts).toMatchObject([
      { did: "kept" },
      { did: "created" },
    ]);
    expect((await api("GET", "/rules/score-tag")).body.definition.otherwise).toBe("keep");
    expect((await api("POST", "/parts/import", { ...file, existing: "replace" })).body.parts).toMatchObject([
      { did: "replaced" },
      { did: "same" },
    ]);
    expect((await api("GET", "/rules/score-tag")).body.definition.otherwise).toBe("fail");
  });

  test("goes with the file of a flow", async () => {
    await api("PUT", "/rules/score-tag", rule);
    const { id } = (await api("POST", "/flows", flow)).body;
    const file = (await api("GET", `/flows/${id}/export`)).body;
    expect(file).toMatchObject({ millrace: "flow", parts: { rules: { "score-tag": rule } } });
    const other = await openServer({ operations: { make: {} } });
    const send = (payload: object) =>
      other.app.inject({ method: "POST", url: "/api/v1/flows/import", headers: withKey(other.key), payload });
    expect((await send({ file })).json().flow.problems).toEqual([]);
    const changed = { ...flow, parts: { rules: { "score-tag": { ...rule, otherwise: "fail" } } } }; // as in git
    expect((await send({ file: changed })).json().error.message).toContain("'Score to tag' is here already");
    expect((await send({ file: changed, existing: "replace" })).statusCode).toBe(201);
    expect((await send({ file: { ...flow, parts: { rules: { x: 5 } } } })).json().error.message).toMatch(/^file\.parts\.rules\.x: /);
    await other.close();
  });

  test("with one bad part imports nothing", async () => {
    const file = { rules: { good: rule }, mappings: { bad: { ...mapping, operation: "mak", input: { tag: "x" } } } };
    expect(message(await api("POST", "/parts/import", file))).toEqual([
      400,
      "mappings.bad.operation: App has no operation 'mak'; did you mean 'make'?.",
    ]);
    expect((await api("GET", "/rules")).body.rules).toEqual([]);
  });

  test.each([
    ["is no flow", { steps: "none" }, 422],
    ["has a step that is none", { ...flow, steps: [{ id: "x", nothing: 1 }] }, 422],
    ["has a trigger of another type", { ...flow, trigger: 5 }, 422],
  ])("comes in with no flow that %s: what is here stays as it is", async (_, broken, status) => {
    await api("PUT", "/rules/score-tag", rule);
    const parts = { rules: { "score-tag": { ...rule, otherwise: "fail" }, more: rule } };
    const reply = await api("POST", "/flows/import", { file: { millrace: "flow", format: 1, flow: broken, parts }, existing: "replace" });
    expect(reply.status).toBe(status);
    expect((await api("GET", "/rules")).body.rules).toMatchObject([{ name: "score-tag", version: 1 }]);
  });

  test("that would be too many brings none", async () => {
    const rules = Object.fromEntries(Array.from({ length: 499 }, (_, i) => [`r${i}`, rule]));
    await api("POST", "/parts/import", { rules });
    expect(message(await api("POST", "/parts/import", { rules: { a: rule, b: rule } }))).toEqual([
      400,
      "name: there would be more than 500; remove some first.",
    ]);
    expect((await api("GET", "/rules")).body.rules).toHaveLength(499);
  });
});
