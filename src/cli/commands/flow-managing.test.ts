import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "flow.json");
const definition = { name: "Survey answers", trigger: { app: "http", operation: "webhook" }, steps: [] };
writeFileSync(file, JSON.stringify(definition));
const workflow = join(folder, "workflow.json");
writeFileSync(workflow, '{"nodes": [], "connections": {}}');

const trigger = { subscription: null, hookUrl: null };
const flow = { id: "flow_1", name: "Survey answers", status: "draft", version: 3, changed: true, trigger, problems: [] };
const answers = { "GET /flows": { flows: [flow] } };

describe("versions of a flow", () => {
  const id = "flow_1";

  test("are listed, the newest first, with who published them and what they said", async () => {
    const versions = [
      { version: 3, publishedAt: now, note: "With SMS", by: "session:1", published: true },
      { version: 2, publishedAt: now, note: null, by: null, published: false },
    ];
    const { out } = await runCli(["flow", "versions", "survey"], { answers: { ...answers, [`GET /flows/${id}/versions`]: { versions } } });
    expect(out.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["VERSION", "WHEN", "BY", "NOTE"],
      ["v3 (published)", "just now", "session:1", "With SMS"],
      ["v2", "just now"],
      [""],
    ]);
  });

  test("are compared in words, the published one with the draft where nothing else is asked", async () => {
    const change = { kind: "added", at: "steps[1]", where: "step 2", step: "a", text: "Step 2 was added" };
    const diff = (options: string[], changes: object[]) =>
      runCli(["flow", "diff", "survey", ...options], { answers: { ...answers, [`GET /flows/${id}/compare`]: { changes } } });
    const drafted = await diff([], [change]);
    expect([drafted.asked.at(-1)?.path, drafted.out]).toEqual([`/flows/${id}/compare?from=published&to=draft`, "Step 2 was added\n"]);
    const versions = await diff(["--from", "v1", "--to", "2"], []);
    expect([versions.asked.at(-1)?.path, versions.out]).toEqual([`/flows/${id}/compare?from=1&to=2`, "They are the same.\n"]);
    expect((await runCli(["flow", "diff", "survey", "--from", "zero"], { answers })).code).toBe(2);
  });

  test("are restored, after a question where the draft has changes", async () => {
    const command = ["flow", "restore", "survey", "2"];
    const restoring = { ...answers, [`POST /flows/${id}/restore`]: flow };
    expect((await runCli(command, { answers: restoring })).asked.map(({ path }) => path)).toEqual(["/flows"]);
    const { asked, out } = await runCli([...command, "--yes"], { answers: restoring });
    expect(asked.at(-1)).toMatchObject({ method: "POST", body: { version: 2 } });
    expect(out).toContain("Restored version 2 as the draft: Survey answers (flow_1)");
  });
});

describe("managing flows", () => {
  test.each([
    [["rename", "survey", "Answers"], "PATCH /flows/flow_1", { name: "Answers" }],
    [["move", "survey", "Leads"], "PATCH /flows/flow_1", { folder: "Leads" }],
    [["move", "survey"], "PATCH /flows/flow_1", { folder: null }],
    [["duplicate", "survey", "--name", "Copy"], "POST /flows/flow_1/duplicate", { name: "Copy", connections: {} }],
    [["duplicate", "survey", "--connection", "acme=berlin"], "POST /flows/flow_1/duplicate", { connections: { acme: "berlin" } }],
  ])("%j", async (command, address, body) => {
    const { asked, code } = await runCli(["flow", ...command], { answers: { ...answers, [address]: flow } });
    expect(asked.at(-1)).toMatchObject({ body });
    expect(code).toBe(0);
  });

  test("an import says which connections are missing, and can name others", async () => {
    const imported = { flow, missing: [{ name: "acme", app: "highlevel", where: ["step 1 'Upsert contact'"] }] };
    const { asked, out } = await runCli(["flow", "import", file, "--connection", "acme=berlin", "--folder", "Leads"], {
      answers: { "POST /flows/import": imported },
    });
    expect(asked.at(-1)?.body).toEqual({ file: definition, existing: "stop", connections: { acme: "berlin" }, folder: "Leads" });
    expect(out).toContain("Connections that are not there yet:\n  acme (highlevel): step 1 'Upsert contact'");
    expect((await runCli(["flow", "import", file, "--connection", "acme"])).code).toBe(2);
  });

  describe("an import of another tool's file", () => {
    const counts = { converted: 4, toCheck: 1, ignored: 2, lost: 0 };
    const draft = (name: string) => ({ definition: { ...definition, name }, sentence: "When a webhook arrives.", apps: [] });
    const readOf = (...names: string[]) => ({
      tool: "n8n",
      counts,
      flows: [
        { name: "Leads", drafts: names.map(draft), counts, todo: [], ignored: [{ at: "Webhook: position", why: "layout", count: 2 }] },
      ],
    });
    const read = (...names: string[]) => ({ "POST /flow-imports": readOf(...names), "POST /flows": flow, "PATCH /flows/flow_1": flow });

    test("creates its drafts, in a folder", async () => {
      const command = ["flow", "import", workflow, "--name", "Answers", "--folder", "Leads"];
      const { asked, out } = await runCli(command, { answers: read("Leads") });
      expect(asked.map(({ path }) => path)).toEqual(["/flow-imports", "/flows", "/flows/flow_1"]);
      expect(asked[1]!.body).toMatchObject({ name: "Answers" });
      expect(out).toContain("Leads: 4 values converted, 1 to check");
      expect(out).toContain("Ignored (2): layout (Webhook: position)");
      expect(out).toContain("Created Survey answers (flow_1) as a draft");
    });

    test("only says what it would create, on request", async () => {
      const { asked, out } = await runCli(["flow", "import", workflow, "--dry-run"], { answers: read("Leads") });
      expect(asked.map(({ path }) => path)).toEqual(["/flow-imports"]);
      expect(out).toContain("When a webhook arrives.");
    });

    test("gives no two drafts one name", async () => {
      const { asked, code } = await runCli(["flow", "import", workflow, "--name", "Answers"], { answers: read("Leads", "Leads 2") });
      expect([code, asked.length]).toEqual([2, 1]);
    });
  });
});
