/** One flow for many sub-accounts, and what its check tells when one of them changes. On a whole Millrace beside the sandbox. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FlowDefinition } from "#engine/types/flows.ts";
import type { RunContext } from "#engine/types/runs.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import type { LintView } from "#api/schemas.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";

const { acmeDental, brightSmiles, companyId, customFields, pipelines, smilesTwins, users, calendars } = sandboxDefaults;
const folder = mkdtempSync(join(tmpdir(), "millrace-references-"));
let millrace: Millrace;
let sandbox: Sandbox;

beforeAll(async () => {
  const env = { MILLRACE_DATA: join(folder, "data"), MILLRACE_PORT: "0", MILLRACE_SANDBOX_PORT: "0" };
  millrace = await startMillrace(readServerSettings(env), {
    log: pino({ level: "silent" }),
    sandbox: true,
    sandboxQuota: { burst: 100_000 },
  });
  sandbox = millrace.sandbox!.systems;
  await connect("acme", acmeDental);
  await connect("smiles", brightSmiles);
});
afterAll(async () => {
  await millrace.close();
  rmSync(folder, { recursive: true, force: true });
});

const connect = (name: string, locationId: string, more: object = {}) =>
  millrace.vault.connect(workspaceId, {
    name,
    app: "highlevel",
    auth: "token",
    baseUrl: millrace.sandbox!.url,
    access: "location",
    locationId,
    companyId,
    secret: { token: sandbox.issueToken({ locationId }).accessToken },
    ...more,
  });

/** Everything by name: only the connection says which sub-account is meant. */
const definition = (connection: string): FlowDefinition => {
  const step = (id: string, operation: string, input: FlowDefinition["trigger"]["input"]) => ({
    id,
    app: "highlevel",
    operation,
    connection,
    input: input!,
  });
  return {
    name: `Survey of ${connection}`,
    trigger: { app: "millrace", operation: "manual" },
    steps: [
      step("contact", "contacts.upsert", {
        email: "{{ trigger.email }}",
        assignedTo: "dana whitfield",
        customFields: { "Net promoter score": "{{ trigger.score }}", "Customer segment": "regular" },
      }),
      step("deal", "opportunities.create", {
        name: "From the survey",
        status: "open",
        contactId: "{{ contact.id }}",
        pipelineStageId: "new patients / BOOKED",
        assignedTo: "Marco Reyes",
      }),
      step("slots", "calendars.free_slots", { calendarId: "Check-ups", startDate: "now+1d", endDate: "now+20d" }),
      step("visit", "calendars.create_appointment", {
        calendarId: "Check-ups",
        contactId: "{{ contact.id }}",
        startTime: "{{ slots[0].slot }}",
      }),
    ],
  };
};

async function made(connection: string): Promise<string> {
  const { flows } = millrace.engine;
  const flow = await flows.create(workspaceId, definition(connection));
  await flows.publish(workspaceId, flow.id);
  return flow.id;
}

async function run(flowId: string, payload: object): Promise<RunContext> {
  const { runIds } = await millrace.engine.flows.runNow(workspaceId, flowId, payload);
  for (;;) {
    const context = await millrace.engine.run(workspaceId, runIds[0]!);
    if (context.run.finishedAt !== null) return context;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function lint(flowId: string): Promise<string[]> {
  const key = readFileSync(millrace.apiKey.file, "utf8").trim();
  const reply = await fetch(`${millrace.url}/api/v1/flows/${flowId}/lint`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
  });
  const { findings } = (await reply.json()) as LintView;
  return findings.map((f) => `${f.level} ${f.at}: ${f.problem}. ${f.fix}`);
}

describe("one flow in two sub-accounts whose names are the same and whose ids are not", () => {
  const flows: Record<string, string> = {};

  test.each([
    ["acme", acmeDental, users.owner, users.desk, customFields.score, pipelines.acme, calendars.checkUps],
    [
      "smiles",
      brightSmiles,
      smilesTwins.users.owner,
      smilesTwins.users.desk,
      smilesTwins.customFields.score,
      pipelines.smiles,
      smilesTwins.calendars.checkUps,
    ],
  ])("works in '%s' with its own ids", async (name, locationId, owner, seller, score, pipeline, calendar) => {
    flows[name] = await made(name);
    const { run: ended, steps } = await run(flows[name], { email: `one@${name}.example`, score: 9 });
    expect([ended.state, ended.error, steps.map((s) => s.error)]).toEqual(["succeeded", null, [null, null, null, null]]);
    const { contacts, opportunities, appointments } = sandbox.state;
    const contact = contacts.all().find(({ email }) => email === `one@${name}.example`)!;
    expect(contact).toMatchObject({ locationId, assignedTo: owner });
    expect(contact.customFields).toContainEqual({ id: score, value: 9 });
    expect(opportunities.find("contact", contact.id)).toMatchObject([
      { locationId, assignedTo: seller, pipelineId: pipeline.id, pipelineStageId: pipeline.stages[3] },
    ]);
    expect(appointments.find("contact", contact.id)).toMatchObject([{ locationId, calendarId: calendar }]);
    expect(await lint(flows[name])).toEqual([]);
  });

  test("tells before the next run what one of them has renamed, turned off and taken away, and by what it is called now", async () => {
    const { state } = sandbox;
    const pipeline = state.pipelines.get(pipelines.smiles.id)!;
    state.pipelines.put({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.name === "Booked" ? { ...stage, name: "Visit booked" } : stage)),
    });
    state.users.put({ ...state.users.get(smilesTwins.users.owner)!, deactivated: true });
    state.customFields.delete(smilesTwins.customFields.score);
    const calendar = state.calendars.get(smilesTwins.calendars.checkUps)!;
    state.calendars.put({ ...calendar, settings: { ...calendar.settings, isActive: false } });
    expect(await lint(flows["smiles"]!)).toEqual([
      `error steps[0].input.assignedTo: owner 'Dana Whitfield' (${smilesTwins.users.owner}) of 'smiles' is no longer active. Choose another, or have it made active again.`,
      "error steps[0].input.customFields.Net promoter score: 'smiles' has no custom field 'Net promoter score' any more. Choose another (Interests, Last answer date, Customer segment, Last survey answer), or have it made there.",
      "warning steps[1].input.pipelineStageId: stage 'new patients / BOOKED' of 'smiles' is now called 'New patients / Visit booked', and runs go on using it. Use 'New patients / Visit booked', to keep the flow readable.",
      `error steps[2].input.calendarId: calendar 'Check-ups' (${smilesTwins.calendars.checkUps}) of 'smiles' is no longer active. Choose another, or have it made active again.`,
      `error steps[3].input.calendarId: calendar 'Check-ups' (${smilesTwins.calendars.checkUps}) of 'smiles' is no longer active. Choose another, or have it made active again.`,
    ]);
    expect(await lint(flows["acme"]!)).toEqual([]);
  });

  test("and a run says the same beside the field, and writes nothing wrong", async () => {
    await millrace.vault.change(workspaceId, "smiles", { title: "Bright Smiles" }); // what was looked up is forgotten
    const { run: ended } = await run(flows["smiles"]!, { email: "two@smiles.example", score: 3 });
    expect(ended.state).toBe("failed");
    expect(ended.error?.message).toBe(
      `Owner: 'Dana Whitfield' is there and no longer active (${smilesTwins.users.owner}); choose another.`,
    );
    expect(sandbox.state.contacts.all().some(({ email }) => email === "two@smiles.example")).toBe(false);
  });

  test("what cannot be asked is a warning, and what is known of it stays", async () => {
    await connect("short", acmeDental, {
      secret: { token: sandbox.issueToken({ locationId: acmeDental, scopes: ["contacts.write"] }).accessToken },
    });
    const flow = await millrace.engine.flows.create(workspaceId, definition("short"));
    const lines = await lint(flow.id);
    expect(lines.map((line) => line.replace(/: .*could not be checked.*/, ": not checked"))).toEqual([
      "warning steps[0].input.assignedTo: not checked",
      "warning steps[0].input.customFields.Net promoter score: not checked",
      "warning steps[1].input.pipelineStageId: not checked",
      "warning steps[2].input.calendarId: not checked",
    ]);
    expect(lines[0]).toBe(
      "warning steps[0].input.assignedTo: owner 'dana whitfield' and 1 more could not be checked in 'short': The connection 'short' lacks the scope users.readonly. Add it in HighLevel and reconnect. Check again once that is mended.",
    );
  });
});
