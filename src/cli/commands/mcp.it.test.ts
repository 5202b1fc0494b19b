/** An agent with the official client, over standard input and output, at a Millrace of its own with the sandbox: `npm run build` first. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Client, type ElicitResult } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import type { RunList } from "#api/schemas.ts";
import { dataOf } from "#test/support/mcp.ts";
import { millraceProcess, until, type MillraceProcess } from "#test/support/millrace.ts";

const bundle = join(packageRoot(), "dist", "millrace.js");
let millrace: MillraceProcess;
const environment = () => ({ PATH: process.env["PATH"]!, MILLRACE_DATA: join(millrace.folder, "data") });

/** What the person answers to each question, in turn. */
async function agent(answers: ElicitResult[] = [], modern = true) {
  const questions: string[] = [];
  const client = new Client(
    { name: "agent", version: "1" },
    { capabilities: { elicitation: { form: {} } }, ...(modern && { versionNegotiation: { mode: "auto" as const } }) },
  );
  client.setRequestHandler("elicitation/create", ({ params }) => {
    questions.push(params.message);
    return answers.shift() ?? { action: "cancel" };
  });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [bundle, "mcp"], env: environment() }));
  onTestFinished(() => client.close());
  const call = async <T = Record<string, unknown>>(name: string, args: Record<string, unknown> = {}): Promise<T> => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [block] = content;
    const said = block?.type === "text" ? block.text : "";
    if (isError) throw new Error(said);
    return dataOf(said) as T;
  };
  return { client, call, questions };
}
const yes: ElicitResult = { action: "accept", content: { approve: true } };

beforeAll(async () => {
  millrace = await millraceProcess({ args: [] });
  await millrace.start();
  await until("the example's runs are over", 60_000, async () => {
    const { runs } = await millrace.api<RunList>("GET", "/runs?limit=200");
    return runs.length > 10 && runs.every(({ state }) => !["queued", "running", "waiting"].includes(state));
  });
});
afterAll(() => millrace?.remove());

interface Found {
  operations: { app: string; operation: string }[];
}

describe("an agent", () => {
  test("builds a flow from nothing, mends it, has it published by a person, and explains what it did", async () => {
    const { call, questions } = await agent([yes]);
    const { operations } = await call<Found>("find_operations", { words: "create deal", effect: "create" });
    expect(operations[0]).toMatchObject({ app: "highlevel", operation: "opportunities.create" });
    const { input } = await call<{ input: { required: string[] } }>("describe_operation", {
      app: "highlevel",
      operation: "opportunities.create",
    });
    expect(input.required).toEqual(expect.arrayContaining(["pipelineId", "name", "status"]));

    const step = { app: "highlevel", connection: "acme" };
    const draft = await call<{ flow: string; problems: unknown[] }>("draft_flow", {
      definition: {
        name: "Deals by hook",
        trigger: { app: "http", operation: "webhook" },
        steps: [
          {
            id: "contact",
            ...step,
            operation: "contacts.upsert",
            input: { email: "{{ trigger.email }}", firstName: "{{ trigger.name }}" },
          },
          {
            id: "deal",
            ...step,
            operation: "opportunities.create",
            input: {
              contactId: "{{ contact.id }}",
              pipelineId: "New patient",
              pipelineStageId: "Enquiry",
              name: "{{ trigger.name }}",
              status: "open",
            },
          },
        ],
      },
    });
    expect(draft.problems).toEqual([]);
    const { flow } = draft;
    const { findings } = await call<{ findings: { at: string }[] }>("validate_flow", { flow });
    expect(findings).toMatchObject([{ at: "steps[1].input.pipelineId", replace: { from: "New patient", choices: ["New patients"] } }]);
    const fixed = await call<{ revision: number; dryRun: { outcome: string; writes: unknown[] } }>("propose_fix", { flow });
    expect(fixed).toMatchObject({ revision: 2, dryRun: { outcome: "succeeded" } });
    expect(JSON.stringify(fixed.dryRun.writes)).toContain("Would create: Create Opportunity");

    await call("request_publish", { flow, reason: "Leads become deals" });
    const { hookUrl } = await call<{ hookUrl: string }>("get_flow", { flow });
    expect(questions).toEqual([expect.stringMatching(/^Publish the new flow 'Deals by hook' and turn it on\?\nWhy: Leads become deals\n/)]);
    const payload = { email: "ada@example.com", name: "Ada Byron" };
    const sent = await fetch(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(payload) });
    expect(sent.status).toBe(202);
    await until("the run is over", 30_000, async () => {
      const { runs } = await call<{ runs: { state: string }[] }>("list_runs", { flow });
      return runs[0]?.state === "Success";
    });
    const { byFlow } = await call<{ byFlow: { flow: { id: string }; runs: { run: string }[] }[] }>("explain_person", {
      person: "ada@example.com",
    });
    const { run } = byFlow.find((one) => one.flow.id === flow)!.runs[0]!;
    const { story } = await call<{ story: string[] }>("explain_run", { run });
    expect(story.join("\n")).toMatch(/Step contact, 'Create or update contact': done\nStep deal, 'Create opportunity': done\n/);
    const found = await call<{ result: { name: string }[] }>("call_operation", {
      ...step,
      operation: "opportunities.search",
      input: { q: "Ada Byron" },
    });
    expect(found.result.map(({ name }) => name)).toContain("Ada Byron");
  });

  test("finds out why runs failed, and has them replayed by a person once the flow is mended", async () => {
    const { call, questions } = await agent([yes, yes, yes], false);
    const step = { id: "task", app: "highlevel", connection: "acme", operation: "contacts.create_task" };
    const definition = {
      name: "Tasks by hook",
      trigger: { app: "http", operation: "webhook" },
      steps: [{ ...step, input: { contactId: "gone", title: "Call {{ trigger.name }}", dueDate: "{{ 'now' | plus_days: 1 }}" } }],
    };
    const { flow } = await call<{ flow: string }>("draft_flow", { definition });
    await call("request_publish", { flow, reason: "Somebody has to call" });
    const { hookUrl } = await call<{ hookUrl: string }>("get_flow", { flow });
    await fetch(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "Bob" }) });
    let failed: { runs: { examples: string[]; flow: { id: string } }[] } = { runs: [] };
    await until("the run rests in Needs attention", 30_000, async () => {
      failed = await call("needs_attention");
      return failed.runs.some((group) => group.flow.id === flow);
    });
    const run = failed.runs.find((group) => group.flow.id === flow)!.examples[0]!;
    const { story } = await call<{ story: string[] }>("explain_run", { run });
    expect(story.join("\n")).toContain("It rests in Needs attention until it is replayed or dismissed.");

    const { result } = await call<{ result: { id: string }[] }>("call_operation", {
      app: "highlevel",
      connection: "acme",
      operation: "contacts.search",
      rows: 1,
    });
    const fixed = await call("propose_fix", { flow, run, changes: [{ at: "steps[0].input.contactId", value: result[0]!.id }] });
    expect(fixed).toMatchObject({ dryRun: { outcome: "succeeded" }, differsFromPublished: [expect.stringContaining("Contact")] });
    await call("request_publish", { flow, reason: "The contact was gone" });
    const { output } = await call<{ output: { replayed: { as: string }[] } }>("request_replay", { runs: [run], reason: "It is mended" });
    expect(questions.at(-1)).toContain("Replay 1 run, from the step that failed?");
    await until("the replay is over", 30_000, async () =>
      (await call<{ story: string[] }>("explain_run", { run: output.replayed[0]!.as })).story.join().includes(": Success."),
    );
  });

  test("reads and completes resources, and gets prompts, over either protocol", async () => {
    for (const modern of [true, false]) {
      const { client } = await agent([], modern);
      const { resources } = await client.listResources();
      expect(resources.some(({ uri }) => uri.startsWith("millrace://runs/"))).toBe(true);
      for (const { uri } of resources.slice(0, 8)) expect((await client.readResource({ uri })).contents).toHaveLength(1);
      expect((await client.listPrompts()).prompts.length).toBeGreaterThan(3);
    }
  });
});

describe("the command", () => {
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  };
  async function raw(input: string, env: Record<string, string> = environment()) {
    const child = spawn(process.execPath, [bundle, "mcp"], { env, stdio: "pipe" });
    const [out, err, code] = [
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once("close", resolve)),
    ];
    child.stdin.write(input);
    setTimeout(() => child.stdin.end(), 3_000);
    return { out: await out, err: await err, code: await code };
  }

  test("writes nothing but the protocol, whatever it reads, and ends with its input", async () => {
    const { out, code } = await raw(
      `${JSON.stringify(initialize)}\nnonsense\n{"jsonrpc":"2.0"}\n${JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" })}\n`,
    );
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { jsonrpc: string; id?: number; result?: unknown });
    expect(lines.every(({ jsonrpc }) => jsonrpc === "2.0")).toBe(true);
    expect(lines.filter(({ result }) => result !== undefined).map(({ id }) => id)).toEqual([1, 2]);
    expect(code).toBe(0);
  });

  test("says on standard error what keeps it from starting, and nothing on standard output", async () => {
    const nobody = await raw("", { ...environment(), MILLRACE_URL: "http://127.0.0.1:9" });
    expect([nobody.out, nobody.code]).toEqual(["", 1]);
    expect(nobody.err).toContain("No Millrace answers at http://127.0.0.1:9");
    const stranger = await raw("", { ...environment(), MILLRACE_API_KEY: "mr_wrong" });
    expect([stranger.out, stranger.code]).toEqual(["", 1]);
    expect(stranger.err).toContain("did not accept the API key");
  });
});
