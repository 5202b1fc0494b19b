import { describe, expect, test } from "vitest";
import type { PollFinding, TriggerStore } from "#engine/ports/trigger-store.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { WebhookReport, LedgerEntry } from "#engine/types/ledger.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import { sampleAcceptance, sampleTrigger } from "./trigger-store.contract.ts";

export interface OpenedLedger {
  runs: RunStore;
  triggers: TriggerStore;
  flows: FlowStore;
  close: () => Promise<void>;
}

const draft = { name: "", trigger: { app: "", operation: "" }, steps: [] };
const hour = 3_600_000;

/** What every store must keep of a trigger whose webhook is reconciled with a poll. */
export function ledgerContract(name: string, open: () => Promise<OpenedLedger>): void {
  const it = (title: string, run: (tools: ReturnType<typeof toolsOf>) => Promise<void>) =>
    test(title, async () => {
      const opened = await open();
      const flow = { workspaceId: "ws_1", name: "", status: "on" as const, draft, version: 1, createdAt: 0, updatedAt: 0, revision: 1 };
      for (const id of ["t", "other"])
        await opened.flows.insert({ ...flow, id: `flow_${id}` }, sampleTrigger(id, { kind: "webhook", nextAt: null }));
      try {
        await run(toolsOf(opened));
      } finally {
        await opened.close();
      }
    });

  describe(`ledger: ${name}`, () => {
    it("a webhook is noted with its event, and a repeat of its key is not", async ({ hear, entry }) => {
      expect(await hear("k1", { at: 100 })).toBe(true);
      expect(await hear("k1", { at: 200 })).toBe(false);
      expect(await entry()).toEqual({ triggerId: "t", item: "a", by: "webhook", at: 100, foundAt: null, upTo: null, eventId: "evt_t_k1" });
    });

    it("the newest news stand, whatever order they come in", async ({ hear, entry }) => {
      await hear("second", { at: 200 });
      expect(await hear("first", { at: 100 })).toBe(true);
      expect(await entry()).toMatchObject({ at: 200, eventId: "evt_t_second" });
      await hear("third", { at: 300 });
      expect(await entry()).toMatchObject({ at: 300, eventId: "evt_t_third" });
    });

    it("a poll's news are written with their run, and a webhook about the same is kept without one", async ({
      hear,
      find,
      entry,
      runIds,
    }) => {
      expect(await find("p1", null, { foundAt: 1_000 })).toBe(true);
      expect(await hear("late", { at: 1_000 })).toBe(false);
      expect(await hear("late", { at: 1_000 })).toBe(false);
      expect(await entry()).toMatchObject({ by: "both", foundAt: 1_000, eventId: "evt_t_p1" });
      expect(await runIds()).toEqual(["run_t_p1"]);
    });

    it("a webhook about something later than the poll saw is news, and one about something earlier stays a repeat after it", async ({
      hear,
      find,
      entry,
    }) => {
      await find("p1", null, { foundAt: 1_000 });
      expect(await hear("later", { at: 1_001 })).toBe(true);
      expect(await entry()).toMatchObject({ by: "webhook", at: 1_001, foundAt: null, upTo: 1_000 });
      expect(await hear("earlier", { at: 900 })).toBe(false);
    });

    it("of webhooks that do not say when, one within two hours is taken for the late one, and the next is news", async ({ hear, find }) => {
      await find("p1", null, { foundAt: 1_000 });
      expect(await hear("late", { at: 1_000 + hour, dated: false })).toBe(false);
      expect(await hear("new", { at: 1_001 + hour, dated: false })).toBe(true);
      await find("p2", null, { foundAt: 1_000, item: "b" });
      expect(await hear("much later", { at: 1_001 + 2 * hour, dated: false, item: "b" })).toBe(true);
    });

    it("what can happen once only is a repeat whenever it comes", async ({ hear, find }) => {
      await find("p1", null, { foundAt: 1_000 });
      expect(await hear("k1", { at: 90 * hour, once: true })).toBe(false);
      expect(await hear("k2", { at: 95 * hour, once: true, dated: false })).toBe(false);
    });

    it("a poll that judged by an older state of the ledger tells nothing of that record, and puts it off", async ({
      hear,
      find,
      entry,
      runIds,
      seen,
    }) => {
      await hear("meanwhile", { at: 100 });
      expect(await find("p1", null, { foundAt: 1_000 })).toBe(false);
      expect(await entry()).toMatchObject({ by: "webhook", eventId: "evt_t_meanwhile" });
      expect([await runIds(), await seen()]).toEqual([["run_t_meanwhile"], ["a: put off"]]);
      expect(await find("p1", await entry(), { foundAt: 1_000 })).toBe(true);
      expect([await runIds(), await seen()]).toEqual([["run_t_meanwhile", "run_t_p1"], ["a: h"]]);
    });

    it("counts what was told by webhook, by both and by the poll alone, with the newest of the last and their runs", async ({
      hear,
      find,
      triggers,
    }) => {
      await hear("k1", { item: "heard", at: 1 });
      await find("p1", null, { item: "old", foundAt: 10 });
      await find("p2", null, { item: "new", foundAt: 20 });
      await find("p3", null, { item: "both", foundAt: 30 });
      await hear("k3", { item: "both", at: 5 });
      await hear("k9", { item: "elsewhere", at: 1 }, "other");
      expect(await triggers.ledger("t", 10)).toEqual({
        webhookOnly: 1,
        confirmed: 1,
        recovered: 2,
        recent: [
          { item: "new", at: 20, foundAt: 20, runId: "run_t_p2" },
          { item: "old", at: 10, foundAt: 10, runId: "run_t_p1" },
        ],
      });
      expect((await triggers.ledger("t", 1)).recent).toHaveLength(1);
    });

    it("old news are forgotten, so many at a time, and those of a deleted flow with it", async ({ hear, find, triggers, flows, entry }) => {
      await hear("k1", { item: "a", at: 100 });
      await hear("k2", { item: "b", at: 110 });
      await hear("k3", { item: "c", at: 900 });
      await find("p1", null, { item: "d", foundAt: 900, at: 100 });
      expect(await triggers.pruneLedger("ws_2", 500, 10)).toBe(0);
      expect([await triggers.pruneLedger("ws_1", 500, 1), await triggers.pruneLedger("ws_1", 500, 10)]).toEqual([1, 1]);
      expect([...(await triggers.ledgerEntries("t", ["a", "b", "c", "d"])).keys()].toSorted((x, y) => (x < y ? -1 : 1))).toEqual([
        "c",
        "d",
      ]);
      await flows.delete("ws_1", "flow_t");
      expect(await entry("c")).toBeNull();
    });
  });
}

function toolsOf({ runs, triggers, flows }: OpenedLedger) {
  const entry = async (item = "a"): Promise<LedgerEntry | null> => (await triggers.ledgerEntries("t", [item])).get(item) ?? null;
  /** A webhook; whether it made a run. */
  const hear = async (
    key: string,
    { item = "a", dated = true, once = false, at }: Partial<WebhookReport> & { at: number },
    trigger = "t",
  ) => {
    const acceptance = { ...sampleAcceptance(trigger, key), webhookReport: { item, at, dated, once } };
    const { accepted } = await runs.commit({ accept: [acceptance], steps: [], runs: [] });
    return accepted[0] !== null;
  };
  /** A poll that tells something; whether it made a run. */
  const find = async (key: string, was: LedgerEntry | null, found: { foundAt: number; item?: string; at?: number }) => {
    const { foundAt, item = "a", at = foundAt } = found;
    const accept = sampleAcceptance("t", key);
    const now: LedgerEntry = { triggerId: "t", item, by: "poll", at, foundAt, upTo: foundAt, eventId: accept.event.id };
    const finding: PollFinding = {
      was,
      now,
      accept,
      remember: { key: item, hash: "h", seenAt: 1 },
      otherwise: { key: item, hash: "put off", seenAt: 1 },
    };
    const [taken] = await triggers.settle({ triggerId: "t", accept: [], remember: [], forget: [], patch: {}, pollFindings: [finding] });
    return taken !== null;
  };
  const runIds = async () => (await runs.list("ws_1", {}, { limit: 100 })).map((run) => run.id).toSorted((a, b) => (a < b ? -1 : 1));
  const seen = async () => (await triggers.allSeen("t")).map((item) => `${item.key}: ${item.hash}`);
  return { triggers, flows, entry, hear, find, runIds, seen };
}
