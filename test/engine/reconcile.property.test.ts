import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { Operation, Reconcile, WebhookTrigger } from "#catalog/types.ts";
import { activation, deactivation } from "#engine/triggers/activate.ts";
import { lagMs } from "#engine/triggers/cover.ts";
import { reconcilePlan } from "#engine/triggers/plan.ts";
import { createPoller } from "#engine/triggers/poller.ts";
import { webhookReportOf } from "#engine/triggers/reconcile.ts";
import type { Acceptance } from "#engine/types/acceptance.ts";
import type { TriggerDefinition } from "#engine/types/triggers.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { sampleAcceptance, sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import { trials } from "../support/trials.ts";

/**
 * Histories of a list somewhere else whose every change has a webhook: delivered, lost, late, doubled or overtaken by a later one, even
 * between a poll's look at the ledger and its commit. Polls come when they come, through crashes and restarts, and may be shown an index
 * that lags. Whatever is told is counted, by webhook and poll together. The store is the real one.
 */

type Emit = Reconcile["emit"];
interface World {
  emit: Emit;
  /** By what the poll can tell two changes apart: the row's time, what the event carries, or nothing. */
  apart: "time" | "content" | "nothing";
  /** Whether a webhook says when it happened. */
  says: boolean;
  pageRows: number;
}
type Fate = { kind: "lost" } | { kind: "comes"; afterMs: number; times: 1 | 2 };
type Step =
  | { do: "write"; id: string; gone: boolean; lagMs: number; fate: Fate }
  | { do: "pass"; ms: number }
  | { do: "poll"; crash: "none" | "while reading" | "before settle" | "after settle"; meanwhile: boolean }
  | { do: "off and on"; ms: number };

const minute = 60_000;
const ids = ["a", "b", "c", "d"];
const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.constant<Fate>({ kind: "lost" }),
  fc.record({
    kind: fc.constant("comes" as const),
    afterMs: fc.constantFrom(0, 1_000, 30_000, 4 * minute, 11 * minute, 70 * minute),
    times: fc.constantFrom(1 as const, 2 as const),
  }),
);
const steps = (lags: number[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant("write" as const),
          id: fc.constantFrom(...ids),
          gone: fc.boolean().chain((b) => (b ? fc.boolean() : fc.constant(false))),
          lagMs: fc.constantFrom(...lags),
          fate,
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant("pass" as const),
          ms: fc.constantFrom(1_000, minute, 3 * minute, 3 * minute, 15 * minute, 90 * minute),
        }),
      },
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant("poll" as const),
          crash: fc.constantFrom(
            "none" as const,
            "none" as const,
            "none" as const,
            "none" as const,
            "none" as const,
            "while reading" as const,
            "before settle" as const,
            "after settle" as const,
          ),
          meanwhile: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("off and on" as const), ms: fc.constantFrom(1_000, 20 * minute) }) },
    ),
    { minLength: 12, maxLength: 36, size: "max" },
  );
const world = (emit: Emit, apart: World["apart"], says: boolean): fc.Arbitrary<World> =>
  fc.record({ emit: fc.constant(emit), apart: fc.constant(apart), says: fc.constant(says), pageRows: fc.constantFrom(1, 3, 100) });

interface Version {
  n: number;
  at: number;
  visibleAt: number;
  row: { id: string; text: string; dateUpdated?: string } | null;
}
interface Telling {
  id: string;
  n: number;
  by: "webhook" | "poll";
  /** When it happened, as the ledger knows it. */
  at: number;
  /** When the webhook came, or the poll ended. */
  came: number;
}
interface Lived {
  emitted: Telling[];
  versions: Map<string, Version[]>;
  /** Which version of each record each settled poll was shown, and when it began to look. */
  sights: { at: number; shown: Map<string, number> }[];
}

let db: Db;
let lives = 0;
beforeAll(async () => {
  db = await openSqlite({ file: ":memory:" });
});
afterAll(() => db.close());

class Killed extends Error {}

async function live({ emit, apart, says, pageRows }: World, history: readonly Step[]): Promise<Lived> {
  const triggerId = `t${lives++}`;
  const clock = new TestClock();
  const store = createTriggerStore(db);
  const runs = createRunStore(db);
  const operation = {
    id: "list",
    app: "test",
    list: true,
    identity: "id",
    input: [],
    ...(apart === "time" && { changed: "dateUpdated", newest: { input: {}, by: "dateUpdated" } }),
  } as unknown as Operation;
  const reconcile: Reconcile = { operation: "list", emit, ...(apart === "content" && { only: ["text"], carries: ["text"] }) };
  const facts: WebhookTrigger = {
    id: "event",
    app: "test",
    title: "",
    kind: "webhook",
    key: ["delivery"],
    record: "id",
    reconcile,
    example: {},
  };
  const definition: TriggerDefinition = { app: "test", operation: "event", reconcile: "15m" };
  const plan = reconcilePlan(definition, reconcile, operation);

  const fresh = sampleTrigger(triggerId, { kind: "webhook", active: false, nextAt: null });
  const draft = { name: "", trigger: definition, steps: [] };
  await createFlowStore(db).insert(
    { id: fresh.flowId, workspaceId: "ws_1", name: "", status: "on", draft, version: 1, createdAt: 0, updatedAt: 0, revision: 1 },
    fresh,
  );
  const row = async () => (await store.byFlow("ws_1", fresh.flowId))!;
  await store.update("ws_1", triggerId, activation(fresh, definition, { kind: "webhook", now: clock.now() }));

  const versions = new Map<string, Version[]>();
  const sights: Lived["sights"] = [];
  const emitted: Telling[] = [];
  const mail: { due: number; id: string; version: Version; delivery: string }[] = [];
  let serial = 0;
  let on = true;

  const shownAt = (id: string, now: number) => versions.get(id)?.findLast((v) => v.visibleAt <= now);
  const write = ({ id, gone, lagMs: lag, fate: f }: Extract<Step, { do: "write" }>) => {
    const past = versions.get(id) ?? [];
    const last = past.at(-1);
    if (last?.row === null || (!last && gone)) return; // ids are not given twice
    const at = clock.now();
    const n = past.length;
    const text = `${id}${n}`;
    const version: Version = {
      n,
      at,
      visibleAt: Math.max(at + lag, last?.visibleAt ?? 0),
      row: gone ? null : { id, text, ...(apart === "time" && { dateUpdated: new Date(at).toISOString() }) },
    };
    versions.set(id, [...past, version]);
    const kind: Emit = gone ? "deleted" : n === 0 ? "new" : "changed";
    if (kind !== emit || f.kind === "lost") return;
    for (let i = 0; i < f.times; i++) mail.push({ due: at + f.afterMs + i, id, version, delivery: `${id}${n}` });
    mail.sort((x, y) => x.due - y.due);
  };
  const deliver = async () => {
    const letter = mail.shift();
    if (!letter || !on) return;
    const { id, version, delivery } = letter;
    const payload = { id, n: version.n, ...version.row, delivery };
    const made = sampleAcceptance(triggerId, `hook:${delivery}`, { payload, id: `${serial++}` });
    const event = { ...made.event, receivedAt: clock.now(), happenedAt: says ? version.at : null };
    const webhookReport = webhookReportOf(facts, definition, { ...made, event })!;
    const { accepted } = await runs.commit({ accept: [{ ...made, event, webhookReport }], steps: [], runs: [] });
    if (accepted[0]) emitted.push({ id, n: version.n, by: "webhook", at: webhookReport.at, came: clock.now() });
  };
  const pass = async (ms: number) => {
    const until = clock.now() + ms;
    while (mail[0] && mail[0].due <= until) {
      await clock.advance(Math.max(0, mail[0].due - clock.now()));
      await deliver();
    }
    await clock.advance(until - clock.now());
  };
  async function* pages() {
    const all = ids.flatMap((id) => shownAt(id, clock.now())?.row ?? []);
    all.sort((x, y) => (y.dateUpdated ?? "").localeCompare(x.dateUpdated ?? "")); // newest first, where rows have a time
    for (let at = 0; ; at += pageRows) {
      yield { rows: all.slice(at, at + pageRows) };
      if (all.length - at < pageRows) return;
    }
  }
  const poll = async (crash: Extract<Step, { do: "poll" }>["crash"] = "none", meanwhile = false) => {
    const sight = {
      at: clock.now(),
      shown: new Map(ids.flatMap((id) => (shownAt(id, clock.now()) ? [[id, shownAt(id, clock.now())!.n] as const] : []))),
    };
    const settle: TriggerStore["settle"] = async (end) => {
      if (meanwhile && mail[0] && mail[0].version.at <= clock.now()) await deliver(); // between the look at the ledger and the commit
      if (crash === "before settle") throw new Killed();
      const acceptedRuns = await store.settle(end);
      const found = [...end.accept, ...(end.pollFindings ?? []).map((d) => d.accept)];
      found.forEach((a: Acceptance | null, i) => {
        const payload = a?.event.payload as { id: string; n: number } | undefined;
        if (payload && acceptedRuns[i]) emitted.push({ ...payload, by: "poll", at: clock.now(), came: clock.now() });
      });
      sights.push(sight);
      if (crash === "after settle") throw new Killed();
      return acceptedRuns;
    };
    // A new poller each time: whatever it does not keep in the store is gone, as after a restart.
    const poller = createPoller({
      triggers: { ...store, settle },
      clock,
      limits: { overlapMs: lagMs },
      payloadOf: async (_, eventId) => (await runs.event("ws_1", eventId))?.payload,
      read: async () => ({
        plan,
        pages: crash === "while reading" ? broken() : pages(),
        reconciling: {
          facts: reconcile,
          payload: ({ itemKey, row: found }) => ({
            id: itemKey,
            n:
              found === null
                ? versions.get(itemKey)!.at(-1)!.n
                : versions.get(itemKey)!.find((v) => v.row?.text === (found as { text: string }).text)!.n,
            ...(found as object | null),
          }),
        },
      }),
      makeAcceptance: async (trigger, payload, { key }) => sampleAcceptance(trigger.id, key, { payload, id: `${serial++}` }),
    });
    await poller.poll(await row()).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  };

  await poll(); // the watching begins
  for (const s of history) {
    if (s.do === "write") {
      const last = versions.get(s.id)?.at(-1);
      if (last && clock.now() - last.at <= 5_000) await pass(6_000); // closer ones count as one
      write(s);
    } else if (s.do === "pass") await pass(s.ms);
    else if (s.do === "poll") await poll(s.crash, s.meanwhile);
    else {
      on = false;
      await store.update("ws_1", triggerId, deactivation);
      await pass(s.ms);
      on = true;
      await store.update("ws_1", triggerId, activation(await row(), definition, { kind: "webhook", now: clock.now() }));
    }
  }
  await pass(2 * 60 * minute); // whatever is under way has come, and the index has caught up
  for (let i = 0; i < 4; i++) {
    await poll();
    await pass(3 * minute);
  }
  return { emitted, versions, sights };
}

// eslint-disable-next-line require-yield
async function* broken(): AsyncGenerator<{ rows: unknown[] }> {
  throw new Error("the line broke");
}

const runs = { numRuns: trials(60) };
const lags = [0, 0, 5_000, 4 * minute];
const of = (emitted: readonly Telling[], id: string) => emitted.filter((t) => t.id === id);

function check(w: fc.Arbitrary<World>, judge: (lived: Lived) => void, lagsOf: number[] = lags) {
  return fc.assert(
    fc.asyncProperty(w, steps(lagsOf), async (world_, history) => judge(await live(world_, history))),
    runs,
  );
}

/** Of each state of a record at most one word. */
function onceAtMost({ emitted }: Lived): void {
  for (const id of ids) {
    const words = of(emitted, id).map((t) => t.n);
    expect(words, `states of ${id} told`).toEqual([...new Set(words)]);
  }
}

/** The last state of each record that changed after a poll had seen it, with the first poll that was shown it and the one before. */
function lastChanges({ versions, sights }: Lived) {
  return ids.flatMap((id) => {
    const last = versions.get(id)?.at(-1);
    if (!last?.row || last.n === 0) return [];
    const first = sights.findIndex((s) => s.shown.get(id) === last.n);
    const before = sights.slice(0, first).findLast((s) => s.shown.has(id));
    return first > 0 && before ? [{ id, n: last.n, before: sights[first - 1]! }] : [];
  });
}

describe("a webhook that is reconciled, whatever becomes of its deliveries", () => {
  for (const says of [true, false]) {
    const when = says ? "that says when it happened" : "that does not say when it happened";

    for (const apart of ["nothing", "time"] as const)
      test(`${when}: each record that comes is emitted exactly once${apart === "time" ? ", by a read that stops early too" : ""}`, () =>
        check(world("new", apart, says), (lived) => {
          onceAtMost(lived);
          for (const [id, [, ...later]] of lived.versions) {
            const inBaseline = lived.sights[0]?.shown.has(id);
            const stays = later.every((v) => v.row !== null);
            if (!inBaseline && stays) expect(of(lived.emitted, id), `${id} came`).toHaveLength(1);
          }
        }));

    test(`${when}: each record that goes is emitted exactly once, where a poll had seen it`, () =>
      check(world("deleted", "nothing", says), (lived) => {
        onceAtMost(lived);
        for (const [id, versions] of lived.versions) {
          const known = lived.sights.some((s) => s.shown.has(id) && versions[s.shown.get(id)!]!.row !== null);
          if (versions.at(-1)!.row === null && known) expect(of(lived.emitted, id), `${id} went`).toHaveLength(1);
        }
      }));

    test(`${when}, without a time in the rows: a change that a poll sees is emitted by it, unless a webhook came since the poll before`, () =>
      check(world("changed", "nothing", says), (lived) => {
        for (const { id, n, before } of lastChanges(lived)) {
          // Without a time in the rows, a late webhook about an earlier state is taken for one about this state.
          const viaWebhook = of(lived.emitted, id).some((t) => t.by === "webhook" && t.came > before.at - lagMs);
          const found = of(lived.emitted, id).some((t) => t.by === "poll" && t.n === n);
          expect(viaWebhook || found, `${id} is in state ${n}, and nothing was reported`).toBe(true);
        }
      }));
  }

  for (const apart of ["time", "content"] as const) {
    test(`with a ${apart === "time" ? "time in the rows that can be trusted" : "content that the event carries"}: the state in which a record rests is emitted exactly once, and no state twice`, () =>
      check(world("changed", apart, true), (lived) => {
        onceAtMost(lived);
        for (const { id, n } of lastChanges(lived))
          expect(
            of(lived.emitted, id).map((t) => t.n),
            `states of ${id} told`,
          ).toContain(n);
      }));
  }

  test("without a time in the rows no state is emitted twice either, as long as the index does not lag", () =>
    check(world("changed", "nothing", true), onceAtMost, [0]));
});
