import type { Recipient } from "#catalog/messages.ts";
import { describe, expect, it } from "vitest";
import type { MessagePolicy } from "#engine/types/messages.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import type { FakeOperation } from "../fakes/caller.ts";
import { rest } from "../support/turns.ts";

/** Steps that send a message keep the policy of their workspace; the others do not know of it. */

const evening = Date.parse("2026-12-01T22:00:00Z");
const text: StepDefinition = { id: "sms", app: "app", operation: "text", input: { to: "{{ trigger.person }}" } };
const note: StepDefinition = { id: "note", app: "app", operation: "note", input: { said: "{{ sms.reason }}" } };
const usual: MessagePolicy = { doNotDisturb: true, quietHours: null, cap: null };
const night: MessagePolicy = { ...usual, quietHours: { from: "21:00", to: "08:00", otherwise: "wait" } };

async function open({
  policy = usual,
  recipient = {},
  operation = {},
}: { policy?: MessagePolicy; recipient?: Partial<Recipient>; operation?: FakeOperation } = {}) {
  const clock = new TestClock(evening);
  const asked: string[] = [];
  const who: Recipient = { channel: "sms", person: "", name: "Ada", blocked: null, zone: "UTC", at: null, ...recipient };
  const opened = await openEngine(
    { text: { title: "Send message", effect: "send", message: true, ...operation }, note: { title: "Create note", effect: "create" } },
    {
      clock,
      recipient: async ({ input }) => {
        asked.push(String(input["to"]));
        const at = input["at"];
        return { ...who, person: String(input["to"]), at: typeof at === "number" ? { input: "at", ms: at * 1000 } : null };
      },
    },
  );
  await opened.messages.setPolicy(workspace, policy);
  await opened.engine.start();
  const run = async (flowId: string, payload: Record<string, unknown>) => (await opened.fire(flowId, payload)).runIds[0]!;
  const pass = async (ms = 0) => {
    await rest(clock);
    await clock.advance(ms);
    await rest(clock);
  };
  const sent = () => opened.calls.filter((call) => call.operation === "text").map((call) => String(call.input["to"]));
  return { ...opened, clock, asked, who, run, pass, sent };
}

describe("a step that sends a message", () => {
  it("is skipped for a person who has switched the channel off; the run goes on, and says why", async () => {
    const { published, run, settled, sent, calls } = await open({ recipient: { blocked: "channel" } });
    const flow = await published([text, note]);
    const { run: ended, steps } = await settled(await run(flow.id, { id: 1, person: "ada" }));
    expect(ended).toMatchObject({ state: "succeeded", summary: "Created note, skipped a message: Ada has switched SMS off" });
    expect(steps.find(({ path }) => path === "sms")).toMatchObject({
      state: "skipped",
      output: { skipped: "do not disturb", reason: "Ada has switched SMS off" },
      attempts: [{ note: "Skipped: Ada has switched SMS off." }],
    });
    expect(sent()).toEqual([]);
    expect(calls.map(({ input }) => input)).toEqual([{ said: "Ada has switched SMS off" }]);
  });

  it("waits on its row until the quiet hours end, and then asks again what the person wants", async () => {
    const opened = await open({ policy: night });
    const { published, run, pass, engine, sent, asked, who } = opened;
    const flow = await published([text]);
    const id = await run(flow.id, { id: 1, person: "ada" });
    await pass();
    const morning = Date.parse("2026-12-02T08:00:00Z");
    expect((await engine.run(workspace, id)).run).toMatchObject({
      state: "waiting",
      dueAt: morning,
      waiting: { kind: "quiet", reason: "Quiet hours of Ada (21:00 to 08:00, UTC)", step: "sms" },
    });
    expect(sent()).toEqual([]);
    who.blocked = "channel";
    await pass(morning - evening);
    expect((await engine.run(workspace, id)).run.summary).toBe("Skipped a message: Ada has switched SMS off");
    expect(asked).toEqual(["ada", "ada"]);
  });

  it("sends once the quiet hours are over", async () => {
    const { published, run, pass, engine, sent } = await open({ policy: night });
    const flow = await published([text]);
    const id = await run(flow.id, { id: 1, person: "ada" });
    await pass();
    await pass(10 * 3_600_000);
    expect((await engine.run(workspace, id)).run.state).toBe("succeeded");
    expect(sent()).toEqual(["ada"]);
  });

  it("goes by the flow's zone where nobody knows the person's", async () => {
    const { published, run, settled, sent } = await open({ policy: night, recipient: { zone: null } });
    const flow = await published([text], { settings: { zone: "America/New_York" } });
    await settled(await run(flow.id, { id: 1, person: "ada" }));
    expect(sent()).toEqual(["ada"]); // it is five in the afternoon there
  });

  it("is scheduled for the end of the quiet hours where it was scheduled within them", async () => {
    const { published, run, settled, calls, clock } = await open({ policy: night });
    await clock.advance(12 * 3_600_000);
    const flow = await published([{ ...text, input: { to: "ada", at: Date.parse("2026-12-02T23:00:00Z") / 1000 } }]);
    const { steps } = await settled(await run(flow.id, { id: 1 }));
    expect(calls.map(({ input }) => input)).toEqual([{ to: "ada", at: Date.parse("2026-12-03T08:00:00Z") / 1000 }]);
    expect(steps[0]!.attempts[0]!.note).toBe("Scheduled for 3 Dec 2026, 08:00 (UTC): Quiet hours of Ada (21:00 to 08:00, UTC).");
  });

  it("skips what is above the cap of a day, over all flows of the workspace", async () => {
    const { published, run, settled, sent, messages } = await open({ policy: { ...usual, cap: { perChannel: 2, inAll: null } } });
    const [one, other] = [await published([text]), await published([text])];
    for (const [flow, id] of [
      [one, 1],
      [other, 2],
    ] as const)
      await settled(await run(flow.id, { id, person: "ada" }));
    const { run: ended } = await settled(await run(one.id, { id: 3, person: "ada" }));
    expect(ended.summary).toBe("Skipped a message: Ada has had 2 SMS messages today, which is the cap");
    await settled(await run(one.id, { id: 4, person: "ben" }));
    expect(sent()).toEqual(["ada", "ada", "ben"]);
    expect(await messages.totals(workspace, 0)).toEqual([
      { channel: "sms", outcome: "cap", messages: 1 },
      { channel: "sms", outcome: "sent", messages: 3 },
    ]);
  });

  it("counts once however often it is tried, and not at all where it was refused for good", async () => {
    let status = 500;
    const refusal = () => {
      if (status !== 200)
        throw new MillraceError(status === 400 ? "OUTBOUND_REFUSED" : "OUTBOUND_FAILED", {
          details: { app: "App", operation: "text", status, message: "no", outcome: "refused", problem: "no" },
        });
    };
    const { published, run, pass, settled, sent } = await open({
      policy: { ...usual, cap: { perChannel: 1, inAll: null } },
      operation: { answer: refusal },
    });
    const flow = await published([text]);
    const first = await run(flow.id, { id: 1, person: "ada" });
    await pass();
    await pass(2_000);
    status = 400;
    await pass(5_000);
    expect((await settled(first)).run.state).toBe("failed");
    expect(sent().length).toBeGreaterThan(1);
    status = 200;
    const { run: second } = await settled(await run(flow.id, { id: 2, person: "ada" }));
    expect(second.summary).toBe("Sent message");
    const { run: third } = await settled(await run(flow.id, { id: 3, person: "ada" }));
    expect(third.summary).toContain("which is the cap");
  });

  it("does not keep what its flow or itself makes an exception of", async () => {
    const { published, run, settled, sent } = await open({ policy: night, recipient: { blocked: "all" } });
    const reason = "A code the person has just asked for";
    const flow = await published([{ ...text, messages: { without: ["quietHours"], reason } }], {
      settings: { messages: { without: ["doNotDisturb"], reason } },
    });
    const { steps } = await settled(await run(flow.id, { id: 1, person: "ada" }));
    expect(sent()).toEqual(["ada"]);
    expect(steps[0]!.attempts[0]!.note).toBe(`Sent without do not disturb and quiet hours: ${reason}.`);
  });

  it("asks nothing for a step that sends no message", async () => {
    const { published, run, settled, asked } = await open({ policy: night });
    const flow = await published([{ ...note, input: { said: "hello" } }]);
    await settled(await run(flow.id, { id: 1 }));
    expect(asked).toEqual([]);
  });
});

describe("a dry run", () => {
  const tried = async (policy: MessagePolicy, recipient: Partial<Recipient> = {}) => {
    const { engine, flowOf, messages } = await open({ policy, recipient });
    const result = await engine.dryRun(workspace, { definition: flowOf([text, note]) }, { person: "ada" });
    expect(await messages.totals(workspace, 0)).toEqual([]);
    return result;
  };

  it("says what would be skipped, and counts nothing", async () => {
    const { skipped, effects } = await tried(usual, { blocked: "channel" });
    expect(skipped).toEqual([{ step: "sms", why: "Ada has switched SMS off" }]);
    expect(effects.map(({ step }) => step)).toEqual(["note"]);
  });

  it("counts nothing of what it would send, and says what is above the cap", async () => {
    const capped = { ...usual, cap: { perChannel: 1, inAll: null } };
    expect((await tried(capped)).effects.map(({ step }) => step)).toEqual(["sms", "note"]);
    const { engine, flowOf, published, run, settled } = await open({ policy: capped });
    await settled(await run((await published([text])).id, { id: 1, person: "ada" }));
    const { skipped } = await engine.dryRun(workspace, { definition: flowOf([text]) }, { person: "ada" });
    expect(skipped).toEqual([{ step: "sms", why: "Ada has had 1 SMS message today, which is the cap" }]);
  });

  it("says what would wait, and goes on as if it were over", async () => {
    const { skipped, effects } = await tried(night);
    expect(skipped).toEqual([{ step: "sms", why: "would wait until 2 Dec 2026, 08:00 (UTC): Quiet hours of Ada (21:00 to 08:00, UTC)" }]);
    expect(effects.map(({ step }) => step)).toEqual(["sms", "note"]);
  });
});
