import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { connectAcme, inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import type { FlowView, LedgerView, RunList } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "../start/store.ts";

const { acmeDental } = sandboxDefaults;
const minute = 60_000;

/** The whole server with the sandbox beside it, on a clock that the test moves; requests and answers really travel. */
describe("a flow whose webhooks get lost", () => {
  const { folder, remove } = inboxFolder();
  const clock = new TestClock(Date.now());
  let house: House;

  beforeAll(async () => {
    house = await openHouse(folder, true, clock);
    await connectAcme(house.millrace);
  });
  afterAll(async () => {
    await house.millrace.close();
    remove();
  });

  const ask = async (method: string, path: string, body: unknown): Promise<{ contact: { id: string } }> => {
    const { systems, url } = house.millrace.sandbox!;
    const token = (asked.token ??= systems.issueToken({ locationId: acmeDental }).accessToken);
    const headers = { authorization: `Bearer ${token}`, version: "2021-07-28", "content-type": "application/json" };
    const reply = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (++asked.requests % 80 === 0) await clock.advance(11_000); // the vendor's quota
    return (await reply.json()) as { contact: { id: string } };
  };
  const asked: { token?: string; requests: number } = { requests: 0 };
  const make = async (email: string) => (await ask("POST", "/contacts/", { locationId: acmeDental, email })).contact.id;

  const ledger = async (flowId: string) => (await house.api<LedgerView>("GET", `/flows/${flowId}/ledger`)).body;
  const nextAt = async (flowId: string) => (await house.api<FlowView>("GET", `/flows/${flowId}`)).body.trigger.nextAt!;
  /** Lets the time of the next look come, and waits until it is over. No other one comes due meanwhile, so the one after it is a quarter of an hour away. */
  const look = async (flowId: string) => {
    const before = (await ledger(flowId)).lastAt;
    await clock.advance(Math.max(0, (await nextAt(flowId)) - clock.now()));
    return until(
      "the poll ends",
      async () => {
        await clock.advance(50); // the scheduler was asleep when it came due
        return ledger(flowId);
      },
      ({ lastAt, lastError }) => lastAt !== before && lastError === null,
    );
  };
  const runsOf = (flowId: string) => house.millrace.engine.runs(workspaceId, { flowId }, { limit: 1_000 });
  const watching = async (name: string, trigger: Record<string, unknown>) => {
    const { id } = await house.listen(name, { connection: "acme", reconcile: "15m", ...trigger });
    await until(
      "the baseline is read",
      async () => {
        await clock.advance(100);
        return ledger(id);
      },
      ({ lastAt }) => lastAt !== null,
    );
    await look(id); // When the first of them is due is chance: it must not fall between what a test does.
    return id;
  };

  test("has a run for each of 200 new contacts although a third of their webhooks never came, the lost ones marked", async () => {
    const flow = await watching("New contacts", { operation: "ContactCreate" });
    expect(await ledger(flow)).toMatchObject({ everyMs: 15 * minute, problem: null, webhookOnly: 0, recovered: 0, recent: [] });
    const { systems } = house.millrace.sandbox!;
    systems.faults.set({ kind: "webhook_lost", route: "ContactCreate", probability: 0.3 });
    const made: string[] = [];
    for (let i = 0; i < 200; i++) made.push(await make(`guest${i}@example.com`));
    systems.faults.clear();
    await clock.advance(1_000);
    await systems.webhooks.settled();
    const runsBefore = (await runsOf(flow)).length;
    expect(runsBefore).toBeGreaterThan(100);
    expect(runsBefore).toBeLessThan(180);

    expect(await look(flow)).toMatchObject({ webhookOnly: 0, confirmed: runsBefore, recovered: 0 });
    expect(await runsOf(flow), "one look is no proof: a webhook may be on its way").toHaveLength(runsBefore);
    const after = await look(flow);
    expect(after).toMatchObject({ webhookOnly: 0, confirmed: runsBefore, recovered: 200 - runsBefore });
    expect(after.recent).toHaveLength(20);
    const runs = await runsOf(flow);
    expect(runs).toHaveLength(200);
    const events = await Promise.all(runs.map(({ id }) => house.millrace.engine.run(workspaceId, id)));
    expect(new Set(events.map(({ event }) => event.record))).toEqual(new Set(made));
    const recovered = events.filter(({ run }) => run.recovered);
    expect(recovered).toHaveLength(200 - runsBefore);
    expect(recovered[0]!.event.payload).toMatchObject({
      type: "ContactCreate",
      locationId: acmeDental,
      id: recovered[0]!.event.record,
      _change: { kind: "new", recovered: true },
    });
    const list = await house.api<RunList>("GET", `/runs?flow=${flow}&recovered=true&limit=200`);
    expect(list.body.runs.map((r) => r.id).sort()).toEqual(recovered.map(({ run }) => run.id).sort());
    expect(after.recent.map((r) => r.run)).not.toContain(null);

    expect(await look(flow), "nothing is reported twice").toMatchObject({ confirmed: runsBefore, recovered: 200 - runsBefore });
    expect(await runsOf(flow)).toHaveLength(200);
  });

  test("takes a webhook that comes after all for a repeat, and the ledger then has it from both", async () => {
    const flow = await watching("Late contacts", { operation: "ContactCreate" });
    const { systems } = house.millrace.sandbox!;
    systems.faults.set({ kind: "webhook_late", route: "ContactCreate", ms: 50 * minute });
    const id = await make("late@example.com");
    systems.faults.clear();
    await look(flow);
    expect(await look(flow)).toMatchObject({ confirmed: 0, recovered: 1, recent: [{ record: id }] });
    await clock.advance(21 * minute);
    await until(
      "the late webhook arrives",
      () => ledger(flow),
      ({ confirmed }) => confirmed === 1,
    );
    expect(await ledger(flow)).toMatchObject({ confirmed: 1, recovered: 0, recent: [] });
    expect(await runsOf(flow)).toHaveLength(1);
  });

  test("finds lost changes of tags and lost deletions, each by the flow that asks for them", async () => {
    const id = await make("changing@example.com");
    const other = await make("staying@example.com");
    await clock.advance(minute); // the search's index has caught up: what is first seen with its change is new, and not changed
    const tags = await watching("Tags", { operation: "ContactTagUpdate" });
    const gone = await watching("Gone", { operation: "ContactDelete" });
    const { systems } = house.millrace.sandbox!;
    systems.faults.set({ kind: "webhook_lost" });
    await ask("POST", `/contacts/${id}/tags`, { tags: ["vip"] });
    await ask("PUT", `/contacts/${other}`, { firstName: "Ada" }); // no news of tags
    for (let i = 0; i < 2; i++) await look(tags);
    await ask("DELETE", `/contacts/${id}`, {});
    for (let i = 0; i < 4; i++) await look(gone);
    systems.faults.clear();
    const [changed, ...more] = await Promise.all((await runsOf(tags)).map((r) => house.millrace.engine.run(workspaceId, r.id)));
    expect(more).toEqual([]);
    expect(changed).toMatchObject({
      run: { recovered: true },
      event: { record: id, payload: { type: "ContactTagUpdate", tags: ["vip"], _change: { kind: "changed" } } },
    });
    const deleted = await Promise.all((await runsOf(gone)).map((r) => house.millrace.engine.run(workspaceId, r.id)));
    expect(deleted).toMatchObject([
      { run: { recovered: true }, event: { payload: { type: "ContactDelete", id, locationId: acmeDental } } },
    ]);
  });

  test("tells two changes between two looks apart where the event carries what changed", async () => {
    const { systems } = house.millrace.sandbox!;
    const pipeline = systems.state.pipelines.all().find((p) => p.locationId === acmeDental)!;
    const [first, second, third] = pipeline.stages.map((stage) => stage.id);
    const contactId = await make("dealing@example.com");
    const deal = { pipelineId: pipeline.id, locationId: acmeDental, name: "Implants", pipelineStageId: first, status: "open", contactId };
    const made = (await ask("POST", "/opportunities/", deal)) as unknown as { opportunity: { id: string } };
    const path = `/opportunities/${made.opportunity.id}`;
    await clock.advance(minute);
    const flow = await watching("Stages", { operation: "OpportunityStageUpdate" });
    await ask("PUT", path, { pipelineStageId: second });
    await clock.advance(minute);
    await systems.webhooks.settled();
    systems.faults.set({ kind: "webhook_lost" });
    await ask("PUT", path, { pipelineStageId: third });
    systems.faults.clear();
    for (let i = 0; i < 2; i++) await look(flow);
    expect(await ledger(flow)).toMatchObject({ webhookOnly: 0, confirmed: 0, recovered: 1 });
    await clock.advance(minute); // two changes within seconds count as one
    await ask("PUT", path, { pipelineStageId: first }); // and this one is told by its webhook
    await clock.advance(minute);
    await systems.webhooks.settled();
    for (let i = 0; i < 3; i++) await look(flow);
    const runs = await Promise.all((await runsOf(flow)).toReversed().map((r) => house.millrace.engine.run(workspaceId, r.id)));
    const stages = runs.map(({ run, event }) => [run.recovered, (event.payload as { pipelineStageId: string }).pipelineStageId]);
    expect(stages).toEqual([
      [false, second],
      [true, third],
      [false, first],
    ]);
    expect(await ledger(flow)).toMatchObject({ webhookOnly: 0, confirmed: 1, recovered: 0 });
  });

  test("goes on after a pause where it stood, and tells what came meanwhile", async () => {
    const flow = await watching("Paused", { operation: "ContactCreate" });
    await house.millrace.engine.flows.pause(workspaceId, flow);
    const id = await make("meanwhile@example.com");
    await clock.advance(20 * minute);
    await house.millrace.engine.flows.resume(workspaceId, flow);
    for (let i = 0; i < 2; i++) await look(flow);
    const runs = await runsOf(flow);
    expect(runs).toMatchObject([{ recovered: true }]);
    expect((await house.millrace.engine.run(workspaceId, runs[0]!.id)).event.record).toBe(id);
  });

  test("is refused where nothing can be read, with what to poll instead", async () => {
    const refusal = (trigger: Record<string, unknown>) =>
      house.listen("Never", { reconcile: "15m", ...trigger }).then(
        () => "",
        (error: Error & { details: unknown }) => JSON.stringify(error.details),
      );
    expect(await refusal({ operation: "NoteCreate", connection: "acme" })).toContain(
      "instead of the webhook, contacts.list_notes can be polled",
    );
    expect(await refusal({ operation: "AppointmentCreate", connection: "acme" })).toContain("wants calendarId or userId or groupId");
    expect(await refusal({ operation: "ContactCreate" })).toContain("with a connection; name one");
    const bare = await house.listen("Bare", { operation: "NoteCreate", connection: "acme" });
    expect(await ledger(bare.id)).toMatchObject({ everyMs: null, problem: expect.stringContaining("no list tells of") as string });
  });
});
