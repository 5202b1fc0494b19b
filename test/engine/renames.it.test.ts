/** References survive a rename, and publish stops at what cannot run. On a whole Millrace beside the sandbox. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FlowDefinition, StepDefinition } from "#engine/types/flows.ts";
import type { RunContext } from "#engine/types/runs.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import type { FlowDetail, LintView, RepairReply } from "#api/schemas.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { freePort } from "#test/support/millrace.ts";

const { acmeDental, brightSmiles, companyId, calendars, campaigns, pipelines, users, workflows } = sandboxDefaults;
const folder = mkdtempSync(join(tmpdir(), "millrace-renames-"));
/** The sandbox keeps its address over a restart, as HighLevel does. */
const env = { MILLRACE_DATA: join(folder, "data"), MILLRACE_PORT: "0", MILLRACE_SANDBOX_PORT: String(await freePort()) };
let millrace: Millrace;
let sandbox: Sandbox;
let key = "";

async function start() {
  millrace = await startMillrace(readServerSettings(env), {
    log: pino({ level: "silent" }),
    sandbox: true,
    sandboxQuota: { burst: 100_000 },
  });
  sandbox = millrace.sandbox!.systems;
  key = readFileSync(millrace.apiKey.file, "utf8").trim();
}
beforeAll(async () => {
  await start();
  await connect("acme", acmeDental);
  await connect("smiles", brightSmiles);
});
afterAll(async () => {
  await millrace.close();
  rmSync(folder, { recursive: true, force: true });
});

const connect = (name: string, locationId: string) =>
  millrace.vault.connect(workspaceId, {
    name,
    app: "highlevel",
    auth: "token",
    baseUrl: millrace.sandbox!.url,
    access: "location",
    locationId,
    companyId,
    secret: { token: sandbox.issueToken({ locationId }).accessToken },
  });

async function api<T>(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T & { error?: { code: string; message: string; details: Record<string, unknown> } } }> {
  const reply = await fetch(`${millrace.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as never };
}

const step = (id: string, operation: string, input: object, connection = "acme"): StepDefinition => ({
  id,
  app: "highlevel",
  operation,
  connection,
  input: input as never,
});
const flowOf = (name: string, ...steps: StepDefinition[]): FlowDefinition => ({
  name,
  trigger: { app: "millrace", operation: "manual" },
  steps,
});

async function published(definition: FlowDefinition): Promise<string> {
  const { body } = await api<FlowDetail>("POST", "/flows", definition);
  const reply = await api<FlowDetail>("POST", `/flows/${body.id}/publish`, {});
  expect([reply.status, reply.body.error]).toEqual([200, undefined]);
  return body.id;
}
async function run(flowId: string, payload: object = {}): Promise<RunContext> {
  const { runIds } = await millrace.engine.flows.runNow(workspaceId, flowId, payload);
  return ended(runIds[0]!);
}
async function ended(id: string): Promise<RunContext> {
  for (;;) {
    const context = await millrace.engine.run(workspaceId, id);
    if (context.run.finishedAt !== null) return context;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const notesOf = ({ steps }: RunContext) => steps.flatMap((one) => one.attempts.flatMap(({ note }) => note ?? []));
/** What was looked up is forgotten, as it is a minute later. */
const later = () => millrace.vault.change(workspaceId, "acme", { title: `Acme ${++changes}` });
let changes = 0;
const lint = async (id: string) => (await api<LintView>("POST", `/flows/${id}/lint`)).body.findings;

/** One value that each type of custom field takes. */
const values: Record<string, unknown> = {
  TEXT: "x",
  LARGE_TEXT: "x",
  NUMERICAL: 7,
  MONETORY: 7.5,
  PHONE: "+12125550123",
  DATE: "2026-01-31",
  CHECKBOX: ["One"],
  MULTIPLE_OPTIONS: ["One"],
  SINGLE_OPTIONS: "One",
  RADIO: "One",
  TEXTBOX_LIST: { one: "x" },
};

/** A custom field in the sandbox, as HighLevel keeps it. */
function makeField(name: string, dataType: string, locationId = acmeDental): string {
  const like = sandbox.state.customFields.all().find((one) => one.locationId === locationId)!;
  const id = `cf${name.replace(/\W/g, "")}${"x".repeat(20)}`.slice(0, 20);
  const options = /OPTIONS|CHECKBOX|RADIO/.test(dataType) ? { picklistOptions: ["One", "Two"] } : {};
  const { picklistOptions: _, ...rest } = like as typeof like & { picklistOptions?: unknown };
  sandbox.state.customFields.put({ ...rest, ...options, id, name, dataType, fieldKey: `contact.${id.toLowerCase()}` } as typeof like);
  return id;
}
const rename = (id: string, name: string) => sandbox.state.customFields.put({ ...sandbox.state.customFields.get(id)!, name });
const valueOf = (email: string, field: string) =>
  sandbox.state.contacts
    .all()
    .find((one) => one.email === email)
    ?.customFields.find(({ id }) => id === field)?.value;

describe("a custom field that is renamed", () => {
  test.each(Object.keys(values))("of type %s: the run goes on, says so, and the value lands in the same field", async (dataType) => {
    const name = `Field of ${dataType}`;
    const id = makeField(name, dataType);
    await later();
    const email = `${dataType.toLowerCase()}@rename.example`;
    const flow = await published(
      flowOf(`Write ${dataType}`, step("contact", "contacts.upsert", { email, customFields: { [name]: values[dataType] } })),
    );
    expect((await run(flow)).run).toMatchObject({ state: "succeeded", error: null });
    rename(id, `New ${dataType}`);
    await later();
    const second = await run(flow, { n: 2 });
    expect(second.run).toMatchObject({ state: "succeeded", error: null });
    expect(notesOf(second)).toEqual([`'${name}' is now called 'New ${dataType}'; it was used all the same.`]);
    expect(valueOf(email, id)).toBeDefined();
    expect(await lint(flow)).toMatchObject([
      {
        level: "warning",
        where: "step 1 'Create or update contact', Custom fields",
        problem: expect.stringMatching(`^custom field '${name}' of 'Acme \\d+' is now called 'New ${dataType}', and runs go on using it$`),
        repair: { from: name, choices: [`New ${dataType}`], near: true },
      },
    ]);
  });

  test("before the first run: the check has seen what the name stood for", async () => {
    const id = makeField("Early", "TEXT");
    await later();
    const flow = await published(
      flowOf("Early", step("contact", "contacts.upsert", { email: "early@rename.example", customFields: { Early: "x" } })),
    );
    expect(await lint(flow)).toEqual([]);
    rename(id, "Late");
    await later();
    expect((await run(flow)).run.state).toBe("succeeded");
    expect(valueOf("early@rename.example", id)).toBe("x");
  });

  test("is still known after a restart, and over another connection to the same sub-account, and is never used in another", async () => {
    const id = makeField("Kept", "TEXT");
    await later();
    const input = { email: "kept@rename.example", customFields: { Kept: "{{ trigger.value }}" } };
    const flow = await published(flowOf("Kept", step("contact", "contacts.upsert", input)));
    await run(flow, { value: "one" });
    rename(id, "Kept under another name");
    await millrace.close();
    await start();
    await connect("acme-again", acmeDental);
    expect((await run(flow, { value: "two" })).run.state).toBe("succeeded");
    const again = await published(flowOf("Kept again", step("contact", "contacts.upsert", input, "acme-again")));
    expect((await run(again, { value: "three" })).run.state).toBe("succeeded");
    expect(valueOf("kept@rename.example", id)).toBe("three");
    const { body } = await api<FlowDetail>("POST", "/flows", flowOf("Elsewhere", step("contact", "contacts.upsert", input, "smiles")));
    const refused = await api("POST", `/flows/${body.id}/publish`, {});
    expect([refused.status, refused.body.error?.code]).toEqual([409, "FLOW_WOULD_FAIL"]);
  });

  test("one click writes the new name, publishes it and leaves nothing to say", async () => {
    const id = makeField("Click", "TEXT");
    await later();
    const flow = await published(
      flowOf("Click", step("contact", "contacts.upsert", { email: "click@rename.example", customFields: { Click: "x" } })),
    );
    await run(flow);
    rename(id, "Clicked");
    const [finding] = await lint(flow);
    const { body } = await api<RepairReply>("POST", `/flows/${flow}/repair`, {
      step: finding!.step,
      field: finding!.field,
      from: finding!.repair!.from,
      to: "Clicked",
    });
    expect(body).toMatchObject({ published: true, kept: null, tried: { outcome: "succeeded" }, flow: { version: 2, changed: false } });
    expect(await lint(flow)).toEqual([]);
    expect(notesOf(await run(flow, { n: 2 }))).toEqual([]);
  });

  test("changes the draft alone where it has other changes that are not published", async () => {
    const id = makeField("Ahead", "TEXT");
    await later();
    const definition = flowOf("Ahead", step("contact", "contacts.upsert", { email: "ahead@rename.example", customFields: { Ahead: "x" } }));
    const flow = await published(definition);
    rename(id, "Behind");
    await api("PUT", `/flows/${flow}`, { ...definition, description: "Not ready yet" });
    await later();
    const { body } = await api<RepairReply>("POST", `/flows/${flow}/repair`, {
      step: "contact",
      field: "customFields.Ahead",
      from: "Ahead",
      to: "Behind",
    });
    expect(body).toMatchObject({ published: false, flow: { version: 1, changed: true } });
    expect(body.kept).toContain("other changes");
    expect(JSON.stringify(body.flow.definition)).toContain('"Behind":"x"');
  });
});

/** A record of the sandbox under another name, as its list gives it. */
type Renamed = (name: string) => void;
const stageNamed: Renamed = (name) => {
  const pipeline = sandbox.state.pipelines.get(pipelines.acme.id)!;
  const stages = pipeline.stages.map((stage) => (stage.id === pipelines.acme.stages[3] ? { ...stage, name } : stage));
  sandbox.state.pipelines.put({ ...pipeline, stages });
};
/** Its page keeps the old name, so it is given one of its own first. */
function calendarNamed(name: string): string {
  sandbox.state.calendars.put({ ...sandbox.state.calendars.get(calendars.checkUps)!, name });
  return name;
}
const called = (operation: string, body: object) =>
  api<{ notices?: string[] }>("POST", `/operations/highlevel.${operation}`, { connection: "acme", ...body });
const contactOf = () => sandbox.state.contacts.inLocation(acmeDental)[0]!.id;

describe("whatever else a flow names in a sub-account", () => {
  const days = { startDate: "now+1d", endDate: "now+3d" };
  test.each<[what: string, operation: string, input: () => object, rename: Renamed]>([
    ["a stage", "opportunities.create", () => ({ ...deal(), pipelineStageId: "Booked" }), stageNamed],
    [
      "a stage written with its pipeline",
      "opportunities.create",
      () => ({ ...deal(), pipelineStageId: "New patients / Booked again" }),
      stageNamed,
    ],
    [
      "a pipeline",
      "opportunities.create",
      () => ({ ...deal(), pipelineId: "New patients" }),
      (name) => sandbox.state.pipelines.put({ ...sandbox.state.pipelines.get(pipelines.acme.id)!, name }),
    ],
    [
      "a user",
      "contacts.update",
      () => ({ contactId: contactOf(), assignedTo: "Dana Whitfield" }),
      (firstName) => sandbox.state.users.put({ ...sandbox.state.users.get(users.owner)!, firstName }),
    ],
    ["a calendar", "calendars.free_slots", () => ({ calendarId: calendarNamed("Dental visits"), ...days }), calendarNamed],
    [
      "a workflow",
      "contacts.add_to_workflow",
      () => ({ contactId: contactOf(), workflowId: "Recall after six months" }),
      (name) => sandbox.state.workflows.put({ ...sandbox.state.workflows.get(workflows.recall)!, name }),
    ],
    [
      "a campaign",
      "contacts.add_to_campaign",
      () => ({ contactId: contactOf(), campaignId: sandbox.state.campaigns.get(campaigns.spring)!.name }),
      (name) => sandbox.state.campaigns.put({ ...sandbox.state.campaigns.get(campaigns.spring)!, name }),
    ],
  ])("%s that is renamed is the same one to the next call, which says so", async (what, operation, inputOf, renamed) => {
    if (what.includes("with its pipeline")) stageNamed("Booked again");
    const input = inputOf();
    await later();
    const first = await called(operation, { input });
    expect([first.status, first.body.error]).toEqual([200, undefined]);
    renamed("Renamed meanwhile");
    await later();
    const second = await called(operation, { input, dryRun: true });
    expect([second.status, second.body.error]).toEqual([200, undefined]);
    expect(second.body.notices).toEqual(
      expect.arrayContaining([expect.stringMatching(/ is now called '.*Renamed meanwhile.*'; it was used all the same\.$/)]),
    );
  });
});

let deals = 0;
/** Something to put into a pipeline. */
function deal(): object {
  return { name: `Deal ${++deals}`, status: "open", contactId: sandbox.state.contacts.inLocation(acmeDental)[deals]!.id };
}

describe("a custom field that is deleted", () => {
  test("stops the run before the call with the nearest name; one click mends, publishes and replays", async () => {
    const id = makeField("Net worth", "TEXT");
    const near = makeField("Net worths", "TEXT");
    await later();
    const flow = await published(
      flowOf("Deleted", step("contact", "contacts.upsert", { email: "gone@rename.example", customFields: { "Net worth": "x" } })),
    );
    await run(flow);
    sandbox.state.contacts.delete(sandbox.state.contacts.all().find(({ email }) => email === "gone@rename.example")!.id);
    sandbox.state.customFields.delete(id);
    await later();
    const stopped = await run(flow, { n: 2 });
    expect(stopped.run).toMatchObject({
      state: "failed",
      attention: true,
      error: {
        code: "STEP_INPUT_INVALID",
        message: "Custom field 'Net worth': the sub-account has no such custom field; did you mean 'Net worths'?",
        details: { step: "contact", reference: { name: "Net worth", near: true }, outcome: "not_sent" },
      },
    });
    expect(valueOf("gone@rename.example", id)).toBeUndefined();
    const { body } = await api<RepairReply>("POST", `/flows/${flow}/repair`, {
      step: "contact",
      field: "customFields.Net worth",
      from: "Net worth",
      to: "Net worths",
      replay: [stopped.run.id],
    });
    expect(body).toMatchObject({ published: true, replay: { refused: [], replayed: [{ run: stopped.run.id }] } });
    expect((await ended(body.replay!.replayed[0]!.as)).run.state).toBe("succeeded");
    expect(valueOf("gone@rename.example", near)).toBe("x");
  });

  test("changes nothing where the new name fails too", async () => {
    const id = makeField("Doomed", "TEXT");
    await later();
    const flow = await published(
      flowOf("Doomed", step("contact", "contacts.upsert", { email: "doomed@rename.example", customFields: { Doomed: "x" } })),
    );
    await run(flow);
    sandbox.state.customFields.delete(id);
    await later();
    const refused = await api<FlowDetail>("POST", `/flows/${flow}/repair`, {
      step: "contact",
      field: "customFields",
      from: "Doomed",
      to: "Nowhere at all",
    });
    expect([refused.status, refused.body.error?.message]).toEqual([409, expect.stringContaining("nothing was changed")]);
    expect((await api<FlowDetail>("GET", `/flows/${flow}`)).body).toMatchObject({ version: 1, changed: false });
  });
});

describe("a custom field whose name another one has taken", () => {
  test("stops the run and asks; either answer goes on, and the other field is left alone", async () => {
    const id = makeField("Rank", "TEXT");
    await later();
    const flow = await published(
      flowOf("Taken", step("contact", "contacts.upsert", { email: "rank@rename.example", customFields: { Rank: "x" } })),
    );
    await run(flow);
    rename(id, "Rank (old)");
    const taker = makeField("Taker", "TEXT");
    rename(taker, "Rank");
    await later();
    const stopped = await run(flow, { n: 2 });
    expect(stopped.run.error).toMatchObject({
      details: { reference: { name: "Rank", choices: ["Rank (old)", "Rank"], before: "Rank (old)" } },
    });
    expect(await lint(flow)).toMatchObject([{ level: "error", repair: { from: "Rank", choices: ["Rank (old)", "Rank"] } }]);
    const answer = { step: "contact", field: "customFields.Rank", from: "Rank", replay: [stopped.run.id] };
    const kept = await api<RepairReply>("POST", `/flows/${flow}/repair`, { ...answer, to: "Rank" });
    expect(kept.body).toMatchObject({ published: true, kept: null, flow: { version: 1 } });
    expect((await ended(kept.body.replay!.replayed[0]!.as)).run.state).toBe("succeeded");
    expect(valueOf("rank@rename.example", taker)).toBe("x");
    expect(await lint(flow)).toEqual([]);
  });

  test("two that swapped names stop the run, and the first one's new name goes on with it", async () => {
    const [one, two] = [makeField("Left", "TEXT"), makeField("Right", "TEXT")];
    await later();
    const flow = await published(
      flowOf("Swapped", step("contact", "contacts.upsert", { email: "swap@rename.example", customFields: { Left: "x" } })),
    );
    await run(flow);
    rename(one, "Right");
    rename(two, "Left");
    await later();
    const stopped = await run(flow, { n: 2 });
    expect(stopped.run.state).toBe("failed");
    const { body } = await api<RepairReply>("POST", `/flows/${flow}/repair`, {
      step: "contact",
      field: "customFields.Left",
      from: "Left",
      to: "Right",
      replay: [stopped.run.id],
    });
    expect((await ended(body.replay!.replayed[0]!.as)).run.state).toBe("succeeded");
    expect([valueOf("swap@rename.example", one), valueOf("swap@rename.example", two)]).toEqual(["x", undefined]);
  });
});

describe("publish", () => {
  const cases: [what: string, definition: FlowDefinition, where: string, problem: RegExp][] = [
    [
      "a required field that is empty",
      flowOf("P", { id: "post", app: "http", operation: "post", input: { url: "" } }),
      "step 1 'Send data to a web address', Address",
      /needs 'Address', and it is empty/,
    ],
    [
      "an unknown connection",
      flowOf("P", step("a", "contacts.get", { contactId: "x".repeat(20) }, "acmee")),
      "step 1 'Get contact', Connection",
      /no connection 'acmee'/,
    ],
    [
      "a private host",
      flowOf("P", { id: "post", app: "http", operation: "post", input: { url: "http://192.168.1.5/hook?{{ trigger.x }}" } }),
      "step 1 'Send data to a web address', Address",
      /192\.168\.1\.5 is an address of a private network/,
    ],
    [
      "a name the sub-account does not have",
      flowOf("P", { ...step("a", "contacts.upsert", { email: "a@b.example", assignedTo: "Dana Whitfeld" }), title: "Update the contact" }),
      "step 1 'Update the contact', Owner",
      /no owner 'Dana Whitfeld'/,
    ],
    [
      "one deep within a branch",
      flowOf("P", {
        id: "if",
        if: "trigger.x == 1",
        then: [{ ...step("a", "contacts.get", { contactId: "x".repeat(20) }, "nobody"), title: "Look" }],
      } as never),
      "step 1.1 'Look', Connection",
      /no connection 'nobody'/,
    ],
    [
      "a login that is broken",
      flowOf("P", step("a", "contacts.get", { contactId: "x".repeat(20) }, "broken")),
      "step 1 'Get contact', Connection",
      /is broken/,
    ],
    [
      "a scope that is missing",
      flowOf("P", step("a", "contacts.get", { contactId: "x".repeat(20) }, "narrow")),
      "step 1 'Get contact', Operation",
      /needs the scope contacts.readonly/,
    ],
  ];
  beforeAll(async () => {
    await connect("broken", acmeDental);
    await connect("narrow", acmeDental);
    await millrace.vault.change(workspaceId, "narrow", { scopes: ["users.readonly"] });
    const call = { connection: "broken", input: { contactId: "x".repeat(20) } };
    await millrace.vault.change(workspaceId, "broken", { secret: { token: "nonsense" } });
    await api("POST", "/operations/highlevel.contacts.get", call);
  });

  test.each(cases)("stops at %s with its place in words, and goes on when somebody says so", async (_, definition, where, problem) => {
    const { body } = await api<FlowDetail>("POST", "/flows", definition);
    const refused = await api("POST", `/flows/${body.id}/publish`, {});
    expect([refused.status, refused.body.error?.code]).toEqual([409, "FLOW_WOULD_FAIL"]);
    const findings = refused.body.error!.details["findings"] as LintView["findings"];
    expect(findings.map((finding) => finding.where)).toEqual([where]);
    expect(findings[0]!.problem).toMatch(problem);
    expect(refused.body.error!.message).not.toContain("steps[");
    expect((await api<FlowDetail>("GET", `/flows/${body.id}`)).body).toMatchObject({ status: "draft", version: null });
    expect((await api<FlowDetail>("POST", `/flows/${body.id}/publish`, { force: true })).body).toMatchObject({ status: "on", version: 1 });
  });

  test("is not stopped by a warning, nor by a sub-account that cannot be asked", async () => {
    const definition = flowOf("Unasked", step("a", "contacts.upsert", { email: "a@b.example", assignedTo: "Nobody At All" }));
    const { body } = await api<FlowDetail>("POST", "/flows", definition);
    sandbox.faults.set({ kind: "server_error", status: 500 });
    try {
      await later();
      const reply = await api<FlowDetail>("POST", `/flows/${body.id}/publish`, {});
      expect([reply.status, reply.body.status]).toEqual([200, "on"]);
    } finally {
      sandbox.faults.clear();
    }
    await later();
    expect((await lint(body.id)).map(({ level }) => level)).toEqual(["error"]);
  });
});
