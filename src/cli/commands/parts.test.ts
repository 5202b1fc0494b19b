import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { MappingDetail, RuleDetail } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const folder = mkdtempSync(join(tmpdir(), "millrace-parts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rule: RuleDetail = {
  name: "score-tag",
  title: "Score to tag",
  description: null,
  kind: "table",
  rows: 2,
  version: 3,
  createdAt: now,
  updatedAt: now,
  flows: 1,
  definition: {
    title: "Score to tag",
    kind: "table",
    rows: [
      { from: "9", to: "promoter" },
      { from: "", to: "none" },
    ],
    otherwise: "keep",
  },
  usedBy: [{ id: "flow_1", name: "Survey answers", status: "on", draft: true, published: true }],
  mappings: [],
};
const { usedBy: _, mappings: __, definition, ...listed } = rule;
const mapping: MappingDetail = {
  name: "survey-contact",
  title: "Survey to contact",
  description: null,
  app: "highlevel",
  operation: "contacts.upsert",
  fields: ["email"],
  version: 1,
  createdAt: now,
  updatedAt: now,
  flows: 0,
  definition: { title: "Survey to contact", app: "highlevel", operation: "contacts.upsert", input: { email: "{{ trigger.email }}" } },
  usedBy: [],
};
const file = join(folder, "rule.json");
writeFileSync(file, JSON.stringify(definition));

describe("rule", () => {
  test("list shows the kind, the rows and the flows of each", async () => {
    const { out } = await runCli(["rule", "list"], { answers: { "GET /rules": { rules: [listed] } } });
    expect(out.split("\n")[1]).toMatch(/^score-tag +look-up table +2 +1 +v3 +Score to tag$/);
    expect((await runCli(["rule", "list"], { answers: { "GET /rules": { rules: [] } } })).out).toContain("millrace rule put score-tag");
  });

  test("get shows its rows and what uses it, or the definition alone", async () => {
    const answers = { "GET /rules/score-tag": rule };
    const { out } = await runCli(["rule", "get", "score-tag"], { answers });
    for (const words of ["Survey answers", "9 → promoter", "(nothing) → none", "all others: kept as they are"])
      expect(out).toContain(words);
    expect(JSON.parse((await runCli(["rule", "get", "score-tag", "--definition"], { answers })).out)).toEqual(definition);
  });

  test("put sends the file, and shows a refusal as it is", async () => {
    const { asked, out } = await runCli(["rule", "put", "score-tag", file], { answers: { "PUT /rules/score-tag": rule } });
    expect(asked[0]).toMatchObject({ method: "PUT", body: definition });
    expect(out).toBe("Saved: score-tag (Score to tag), version 3\n");
    const answers = { "PUT /rules/score-tag": errorAnswer("BAD_INPUT", "rows[1].from: '9' is in row 1 already.", 400) };
    expect((await runCli(["rule", "put", "score-tag", file], { answers })).err).toBe("rows[1].from: '9' is in row 1 already.\n");
  });

  test("restore saves an earlier version again, and names those there are", async () => {
    const versions = [
      { version: 3, at: now, by: null, definition },
      { version: 2, at: now, by: "key:k", definition: { ...definition, title: "Before" } },
    ];
    const answers = { "GET /rules/score-tag/versions": { versions }, "PUT /rules/score-tag": { ...rule, version: 4 } };
    const { asked, out } = await runCli(["rule", "restore", "score-tag", "2"], { answers });
    expect(asked.at(-1)!.body).toMatchObject({ title: "Before" });
    expect(out).toBe("Restored: version 2 of score-tag is now version 4\n");
    const missing = await runCli(["rule", "restore", "score-tag", "9"], { answers });
    expect([missing.err, missing.code]).toEqual(["'score-tag' has no version 9; there are 3, 2.\n", 2]);
  });

  test("restore says that there is nothing to restore where the newest version says the same", async () => {
    const versions = [3, 2, 1].map((version) => ({ version, at: now, by: null, definition }));
    const answers = { "GET /rules/score-tag/versions": { versions }, "PUT /rules/score-tag": { ...rule, version: 3 } };
    const outOf = async (version: string) => (await runCli(["rule", "restore", "score-tag", version], { answers })).out;
    expect(await outOf("3")).toBe("Nothing to restore: version 3 of score-tag is the newest already\n");
    expect(await outOf("1")).toBe("Nothing to restore: version 1 of score-tag is the same as version 3, the newest\n");
  });

  test("try asks a segment about records", async () => {
    const segment = { ...rule, kind: "segment", definition: { title: "VIP", kind: "segment", if: "person.tags contains 'vip'" } };
    const answers = { "GET /rules/vip": segment, "POST /rules/try": { results: [{ value: true, missing: false, problem: null }] } };
    const { asked, out } = await runCli(["rule", "try", "vip", '{"tags":["vip"]}'], { answers });
    expect(asked.at(-1)!.body).toMatchObject({ values: [{ tags: ["vip"] }] });
    expect(out).toContain("true");
    const wrong = await runCli(["rule", "try", "vip", "nobody"], { answers });
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("a segment is tried with a record as JSON")]);
  });

  test("try shows what it gives for values", async () => {
    const results = [
      { value: "promoter", missing: false, problem: null },
      { missing: true, problem: null },
      { missing: false, problem: "the rule has no row for 'x'" },
    ];
    const answers = { "GET /rules/score-tag": rule, "POST /rules/try": { results } };
    const { out, asked } = await runCli(["rule", "try", "score-tag", "9", "", "x"], { answers });
    expect(asked.at(-1)!.body).toEqual({ rule: definition, values: ["9", "", "x"] });
    expect(out).toMatch(/^9 +promoter$/m);
    expect(out).toMatch(/nothing: the field is left out/);
  });

  test("remove asks first, and names what uses it where it is refused", async () => {
    const refusal = errorAnswer("CONFLICT", "The rule 'Score to tag' is used by the flow 'Survey answers'.", 409);
    const answers = { "GET /rules/score-tag": rule, "DELETE /rules/score-tag": refusal };
    const { questions, err, code } = await runCli(["rule", "remove", "score-tag"], { answers, keyboard: [true] });
    expect(questions).toEqual(["Remove the rule 'Score to tag' and its versions?"]);
    expect([err, code]).toEqual(["The rule 'Score to tag' is used by the flow 'Survey answers'.\n", 1]);
  });
});

describe("mapping", () => {
  test("list and get show the operation and the fields", async () => {
    const { usedBy: _used, definition: _definition, ...line } = mapping;
    const { out } = await runCli(["mapping", "list"], { answers: { "GET /mappings": { mappings: [line] } } });
    expect(out).toMatch(/^survey-contact +highlevel contacts\.upsert +1 +v1 +Survey to contact$/m);
    const page = await runCli(["mapping", "get", "survey-contact"], { answers: { "GET /mappings/survey-contact": mapping } });
    expect(page.out).toContain("email: {{ trigger.email }}");
  });

  test("export writes a file with the rules it uses, which import sends", async () => {
    const parts = { mappings: { "survey-contact": mapping.definition }, rules: { "score-tag": definition } };
    const out = join(folder, "out.json");
    const asked = (
      await runCli(["mapping", "export", "survey-contact", "--out", out], {
        answers: { "GET /parts/export": parts },
      })
    ).asked;
    expect(asked).toHaveLength(1);
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(parts);
    const did = [
      { kind: "rule", name: "score-tag", title: "Score to tag", did: "kept" },
      { kind: "mapping", name: "survey-contact", title: "Survey to contact", did: "created" },
    ];
    const imported = await runCli(["mapping", "import", out, "--existing", "keep"], { answers: { "POST /parts/import": { parts: did } } });
    expect(imported.asked[0]!.body).toEqual({ ...parts, existing: "keep" });
    expect(imported.out).toBe("2 parts:\n  rule score-tag: kept as it is here\n  mapping template survey-contact: added\n");
  });
});

describe("flow", () => {
  const flow = {
    id: "flow_1",
    name: "Survey answers",
    status: "draft",
    version: null,
    changed: false,
    sentence: "",
    draftSentence: null,
    notices: [],
    versions: [],
  };
  const steps = [{ id: "a", format: { tag: "{{ trigger.score | rule: 'score-tag' }}" } }];
  const body = { name: "Survey answers", trigger: { app: "http", operation: "webhook" }, steps };
  const parts = { rules: { "score-tag": definition } };

  test("export writes the rules of the flow into its file, and save brings them along first", async () => {
    const out = join(folder, "flow.json");
    const answers = {
      "GET /flows": { flows: [flow] },
      "GET /flows/flow_1": { ...flow, definition: body },
      "GET /parts/export": parts,
    };
    await runCli(["flow", "export", "Survey answers", "--out", out], { answers });
    expect(JSON.parse(readFileSync(out, "utf8"))).toEqual({ ...body, parts });
    const saving = { "POST /parts/import": { parts: [] }, "GET /flows": { flows: [] }, "POST /flows": { ...flow, definition: body } };
    const { asked } = await runCli(["flow", "save", out, "--json"], { answers: saving });
    expect(asked.map(({ method, path, body: sent }) => [method, path, sent])).toEqual([
      ["POST", "/parts/import", { ...parts, existing: "stop" }],
      ["GET", "/flows", undefined],
      ["POST", "/flows", body],
    ]);
  });
});
