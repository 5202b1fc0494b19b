import fc from "fast-check";
import { expect, test } from "vitest";
import { TestClock, sleep } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { FlowSettings, StepDefinition } from "#engine/types/flows.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { trials } from "../support/trials.ts";

/** What people do to a flow and its runs while records change: whatever they do, each event is in one run, and that run comes to its end. */
type Step =
  | { do: "event"; contact: string; again: boolean }
  | { do: "pass"; ms: number }
  | { do: "cancel"; which: number }
  | { do: "replay" | "goOn"; which: number }
  | { do: "publish"; settings: FlowSettings }
  | { do: "pause" }
  | { do: "resume" }
  | { do: "prune" };

const constant = <T extends string>(value: T) => fc.constant(value);
const wishes: FlowSettings[] = [{ order: "record" }, { settle: "1s", order: "record" }];
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: constant("event"), contact: fc.constantFrom("a", "a", "b"), again: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: constant("pass"), ms: fc.constantFrom(0, 20, 300, 1100, 3000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("replay", "goOn"), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: constant("cancel"), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: constant("publish"), settings: fc.constantFrom(...wishes) }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: "pause" }, { do: "resume" }, { do: "resume" }, { do: "prune" }) },
);
const history = fc.record({
  steps: fc.array(step, { maxLength: 45, size: "max" }),
  work: fc.array(fc.constantFrom(0, 0, 40, 700, 2500, "fail" as const), { minLength: 1, maxLength: 9 }),
});

async function play({ steps, work }: { steps: Step[]; work: (number | "fail")[] }) {
  const clock = new TestClock();
  const calls: { contact: string; key: string; what: "came" | "left" }[] = [];
  let n = 0;
  const answer = async ({ input, idempotencyKey: key }: { input: Record<string, unknown>; idempotencyKey: string }) => {
    const wish = work[n++ % work.length]!;
    const call = { contact: String(input.contact), key };
    calls.push({ ...call, what: "came" });
    await sleep(clock, wish === "fail" ? 30 : wish);
    calls.push({ ...call, what: "left" });
    if (wish === "fail")
      throw new MillraceError("OUTBOUND_REFUSED", {
        details: { app: "App", operation: "make", status: 422, message: "no", outcome: "refused" },
      });
  };
  const world = await openEngine({ make: { effect: "update", answer } }, { clock, webhook: { record: "contact", at: "at" } });
  const { engine, db, flowOf } = world;
  await engine.start();
  const call = (id: string): StepDefinition => ({ id, app: "app", operation: "make", input: { contact: "{{ trigger.contact }}" } });
  const definition = (settings: FlowSettings, version: number) =>
    flowOf([call("first"), call("second"), { id: "version", format: { version } }], {
      settings,
      trigger: { app: "app", operation: "hook", previous: true, record: "{{ trigger.contact }}" },
    });
  const flow = await engine.flows.create(workspace, definition(wishes[0]!, 0));
  await engine.flows.publish(workspace, flow.id);

  const pass = async (ms: number) => {
    for (let rest = ms; ; rest -= 250) {
      for (let i = 0; i < 5; i++) await clock.advance(0);
      if (rest <= 0) return;
      await clock.advance(Math.min(rest, 250));
    }
  };
  const rows = () => db.q.selectFrom("runs").selectAll().orderBy("id").execute();
  /** Also what was deleted since. */
  const met = new Map<string, Awaited<ReturnType<typeof rows>>[number]>();
  let accepted = 0;
  let sent = 0;

  async function act(s: Exclude<Step, { do: "pass" }>): Promise<void> {
    if (s.do === "event") {
      if (!s.again) sent++;
      const acceptance = await world.fire(flow.id, { id: `e${sent}`, contact: s.contact, n: sent });
      if (!acceptance.repeat && !acceptance.sample) accepted++;
    } else if (s.do === "publish") {
      await engine.flows.save(workspace, flow.id, definition(s.settings, sent));
      await engine.flows.publish(workspace, flow.id);
    } else if (s.do === "pause") await engine.flows.pause(workspace, flow.id);
    else if (s.do === "resume") await engine.flows.resume(workspace, flow.id);
    else if (s.do === "prune") {
      for (const row of await rows()) met.set(row.id, row);
      await engine.prune(workspace, 1000);
    } else if (s.do === "cancel") {
      const open = (await rows()).filter((r) => r.finished_at === null);
      const { id } = open[s.which % open.length] ?? {};
      if (id === undefined) return;
      await engine.cancel(workspace, id).catch(() => {}); // it ended meanwhile
    } else {
      const over = (await rows()).filter((r) => (s.do === "goOn" ? r.state === "failed" : r.finished_at !== null));
      const run = over[s.which % over.length];
      if (!run) return;
      await engine.replay(workspace, {
        ids: [run.id],
        from: s.do === "goOn" ? "failed" : "start",
        version: s.which % 2 ? "same" : "published",
      });
    }
  }
  const doing: Promise<void>[] = [];
  for (const s of steps) {
    if (s.do === "pass") await pass(s.ms);
    else doing.push(act(s));
  }
  let done = false;
  void Promise.allSettled(doing).then(() => (done = true));
  for (let i = 0; i < 60 && !done; i++) await pass(1000); // a cancel waits for the last call of a run in order
  await Promise.all(doing);
  for (let i = 0; i < 60 && (await rows()).some((r) => r.finished_at === null); i++) await pass(31_000);
  const runs = await rows();
  for (const row of runs) met.set(row.id, row);
  const events = new Set((await db.q.selectFrom("events").select("id").execute()).map((e) => e.id));
  const orphans = runs.filter((r) => !events.has(r.event_id));
  await db.close();
  const delivered = [...met.values()].filter((r) => r.replay_of === null).reduce((sum, r) => sum + 1 + r.merged, 0);
  return { runs, orphans, calls, accepted, delivered, logged: world.logged };
}

test("runs of a record come to their ends one by one, and lose no event, whatever people do to them", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => {
      const { runs, orphans, calls, accepted, delivered, logged } = await play(given);
      expect(logged).toEqual([]);
      expect(runs.filter((r) => r.finished_at === null)).toEqual([]);
      expect(orphans).toEqual([]);
      expect(delivered).toBe(accepted);
      for (const contact of ["a", "b"]) {
        const own = calls.filter((c) => c.contact === contact).map((c) => `${c.key} ${c.what}`);
        own.forEach((text, i) => i % 2 === 1 && expect(text).toBe(own[i - 1]!.replace("came", "left")));
      }
    }),
    { numRuns: trials(25) },
  );
});
