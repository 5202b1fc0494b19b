import { describe, expect, it } from "vitest";
import type { ChangeStore } from "#changes/types.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { WebhookStore } from "#storage/webhook-store.ts";
import type { SideRow, SyncJob, SyncStore } from "#sync/store.ts";
import type { Link, Sync, SyncWrite } from "#sync/types.ts";
import { acceptance } from "./run-store.contract.ts";

const side = (app: string) => ({ app, type: "contact", connection: app });

export const sync = (id: string, more: Partial<Sync> = {}): Sync => ({
  id,
  workspaceId: "ws_1",
  definition: {
    name: `Contacts ${id}`,
    a: side("here"),
    b: side("there"),
    match: [[{ a: "email", b: "mail" }]],
    fields: [{ a: "email", b: "mail", way: "both" }],
    create: { a: true, b: true },
    conflict: "newest",
    deletes: { a: "nothing", b: "nothing", most: 0.05 },
  },
  revision: 1,
  status: "draft",
  reason: null,
  flows: null,
  resting: {},
  asking: null,
  trouble: null,
  createdAt: 1,
  updatedAt: 1,
  ...more,
});

const link = (id: string, a: string | null, b: string | null, more: Partial<Link> = {}): Link => ({
  id,
  syncId: "one",
  a,
  b,
  was: { a: [], b: [] },
  agreed: { "email=mail": { a: "x", b: "x" } },
  gone: null,
  conflicts: [],
  problem: null,
  ignored: false,
  revision: 0,
  hops: 0,
  updatedAt: 5,
  ...more,
});

const write = (id: string, at: number, more: Partial<SyncWrite> = {}): SyncWrite => ({
  id,
  syncId: "one",
  linkId: "l1",
  side: "a",
  kind: "update",
  recordId: "a1",
  before: { email: "old" },
  after: { email: "new" },
  runId: "run_1",
  batch: null,
  at,
  undoneBy: null,
  ...more,
});

const row = (recordId: string, name: string, key: string, digest = "d"): SideRow => ({
  recordId,
  name,
  keys: { 0: key },
  digest,
  seenAt: 3,
});
const job = (id: string, startedAt: number, more: Partial<SyncJob> = {}): SyncJob => ({
  id,
  syncId: "one",
  workspaceId: "ws_1",
  kind: "first",
  state: "reading",
  cursor: { page: 1 },
  done: 0,
  failed: 0,
  total: null,
  problem: null,
  startedAt,
  finishedAt: null,
  ...more,
});

interface Stores {
  syncs: SyncStore;
  webhooks: WebhookStore;
  runs: RunStore;
  triggers: TriggerStore;
  history: ChangeStore["history"];
  close(): Promise<void>;
}

/** Syncs, their pairs, what was seen of each side and what was written: every store keeps them the same way. */
export function syncStoreContract(name: string, open: () => Promise<Stores>): void {
  describe(`sync store: ${name}`, () => {
    const withStores = (title: string, test: (stores: Stores) => Promise<void>) =>
      it(title, async () => {
        const stores = await open();
        try {
          await test(stores);
        } finally {
          await stores.close();
        }
      });

    withStores("a sync is kept, changed under its revision, and each change that people make is in the audit", async (stores) => {
      const { syncs, history } = stores;
      await syncs.add(sync("one"), "me");
      await syncs.add(sync("foreign", { workspaceId: "ws_2" }), "me");
      expect(await syncs.list("ws_1")).toEqual([sync("one")]);
      expect(await syncs.get("ws_2", "one")).toBe(null);
      expect((await syncs.byId("foreign"))?.workspaceId).toBe("ws_2");
      const definition = { ...sync("one").definition, name: "People" };
      expect(await syncs.change("ws_1", "one", 1, { definition }, { what: "changed", by: "me" })).toBe(true);
      expect(await syncs.change("ws_1", "one", 1, { definition: sync("one").definition }, { what: "changed", by: "me" })).toBe(false);
      const started = { status: "on", flows: { a: "f1", b: "f2", events: { a: { made: "f3" }, b: {} } } } as const;
      expect(await syncs.change("ws_1", "one", 2, started, { what: "started", by: "me" })).toBe(true);
      await syncs.change("ws_1", "one", null, { resting: { 0: "gone" } }, null);
      expect(await syncs.get("ws_1", "one")).toMatchObject({ definition, revision: 2, ...started, resting: { 0: "gone" } });
      expect(await syncs.change("ws_2", "one", null, { status: "paused" }, { what: "paused" })).toBe(false);
      const said = await history("ws_1", { kinds: ["sync"], limit: 9 });
      expect(said.map(({ what, by, name }) => [what, by, name])).toEqual([
        ["started", "me", "People"],
        ["changed", "me", "People"],
        ["created", "me", "Contacts one"],
      ]);
      expect(said[1]!.fields).toEqual([{ field: "name", before: "Contacts one", after: "People" }]);
      expect(said[0]!.fields).toEqual([{ field: "status", before: "draft", after: "on" }]);
    });

    withStores("webhook endpoints are sent that a sync drifted, in the same commit", async ({ syncs, webhooks }) => {
      const times = { previousUntil: null, offReason: null, failingSince: null, createdAt: 1 };
      await webhooks.add(
        { id: "e", workspaceId: "ws_1", url: "https://e.example/", events: ["sync.drifted"], jwe: "x", active: true, ...times },
        "me",
      );
      await syncs.add(sync("one"), "me");
      await syncs.change("ws_1", "one", null, { trouble: { since: 1, sent: true } }, { drifted: true });
      const sent = await webhooks.deliveries("ws_1", "e", { limit: 9 });
      expect(sent.map(({ type, subject }) => ({ type, subject }))).toEqual([{ type: "sync.drifted", subject: { sync: { id: "one" } } }]);
    });

    withStores("a pair is found by each of its ids and by those it had before, and only under its sync", async ({ syncs }) => {
      expect(await syncs.putLink(link("l1", "a1", "b1"))).toBe(true);
      expect(await syncs.linkOf("one", "a", "a1")).toEqual(link("l1", "a1", "b1", { revision: 1 }));
      expect(await syncs.linkOf("one", "b", "a1")).toBe(null);
      expect(await syncs.linkOf("other", "a", "a1")).toBe(null);
      expect(await syncs.putLink(link("l1", "a2", "b1", { revision: 1, was: { a: ["a1"], b: [] } }))).toBe(true);
      expect((await syncs.linkOf("one", "a", "a1"))?.a).toBe("a2");
      expect((await syncs.link("one", "l1"))?.revision).toBe(2);
      expect(await syncs.link("other", "l1")).toBe(null);
    });

    withStores("a write of a pair under an older revision is refused, and so is an id that another pair has", async ({ syncs }) => {
      await syncs.putLink(link("l1", "a1", "b1"));
      await syncs.putLink(link("l2", "a2", null));
      expect(await syncs.putLink(link("l1", "a1", "b1"))).toBe(false);
      expect(await syncs.putLink(link("l1", "a1", "b1", { revision: 1, problem: "no" }))).toBe(true);
      expect(await syncs.putLink(link("l1", "a1", "b1", { revision: 1 }))).toBe(false);
      expect(await syncs.putLink(link("l2", "a2", "b1", { revision: 1 }))).toBe(false);
      expect(await syncs.link("one", "l2")).toMatchObject({ b: null, revision: 1 });
      expect(await syncs.addLinks([link("l3", "a1", "b9"), link("l4", "a4", "b4"), link("l5", "a5", "b4")])).toBe(1);
      await syncs.removeLink("one", "l1");
      expect(await syncs.linkOf("one", "a", "a1")).toBe(null);
      expect(await syncs.putLink(link("l6", "a1", "b1"))).toBe(true);
    });

    withStores("pairs are listed by what a person has to do, by a part of a name and page by page, and counted", async ({ syncs }) => {
      const conflict = { field: "email=mail", a: "1", b: "2", at: 4 };
      await syncs.addLinks([
        link("l1", "a1", "b1"),
        link("l2", "a2", "b2", { conflicts: [conflict] }),
        link("l3", "a3", "b3", { problem: "refused" }),
        link("l4", "a4", null, { gone: { side: "b", at: 50 } }),
        link("l5", "a5", null, { ignored: true }),
      ]);
      await syncs.putRows("one", "b", [row("b2", "Ada Lövelace", "ada"), row("b9", "Ada Elsewhere", "x")]);
      const ids = async (page: Parameters<SyncStore["links"]>[1]) => (await syncs.links("one", page)).links.map(({ id }) => id);
      expect(await ids({ show: "conflicts", limit: 9 })).toEqual(["l2"]);
      expect(await ids({ show: "problems", limit: 9 })).toEqual(["l3"]);
      expect(await ids({ show: "waiting", limit: 9 })).toEqual(["l4"]);
      expect(await ids({ show: "ignored", limit: 9 })).toEqual(["l5"]);
      expect(await ids({ show: "all", words: "LÖVE", limit: 9 })).toEqual(["l2"]);
      expect(await ids({ show: "all", words: "b3", limit: 9 })).toEqual(["l3"]);
      expect(await ids({ show: "all", words: "%", limit: 9 })).toEqual([]);
      const first = await syncs.links("one", { show: "all", limit: 2 });
      expect(first.next).toBe("l2");
      expect(await syncs.links("one", { show: "all", after: "l4", limit: 2 })).toMatchObject({ links: [{ id: "l5" }], next: null });
      expect(await syncs.counts("one")).toEqual({ linked: 3, conflicts: 1, problems: 1, waiting: 1, ignored: 1, lastChangeAt: null });
      expect(await syncs.countGone("one", "b", 50)).toBe(1);
      expect(await syncs.countGone("one", "b", 51)).toBe(0);
      expect(await syncs.countGone("one", "a", 0)).toBe(0);
    });

    withStores("what was seen of a side is found by its keys as they are now", async ({ syncs }) => {
      await syncs.putRows("one", "a", [row("a1", "Ada", "ada"), row("a2", "Ada 2", "ada"), row("a1", "Ada", "ada")]);
      await syncs.putRows("one", "b", [row("b1", "Ada", "ada")]);
      expect(await syncs.withKey("one", "a", 0, "ada")).toEqual(["a1", "a2"]);
      expect(await syncs.withKey("one", "a", 1, "ada")).toEqual([]);
      await syncs.putRows("one", "a", [row("a2", "Eve", "eve", "e")]);
      expect(await syncs.withKey("one", "a", 0, "ada")).toEqual(["a1"]);
      expect(await syncs.row("one", "a", "a2")).toEqual(row("a2", "Eve", "eve", "e"));
      expect((await syncs.rows("one", "a", "a1", 9)).map(({ recordId }) => recordId)).toEqual(["a2"]);
      expect(await syncs.countRows("one", "a")).toBe(2);
      await syncs.removeRow("one", "a", "a1");
      expect(await syncs.withKey("one", "a", 0, "ada")).toEqual([]);
      await syncs.clearRows("one");
      expect([await syncs.countRows("one", "a"), await syncs.countRows("one", "b")]).toEqual([0, 0]);
      expect(await syncs.withKey("one", "b", 0, "ada")).toEqual([]);
    });

    withStores("many rows are written at once", async ({ syncs }) => {
      const many = Array.from({ length: 450 }, (_, n) => row(`a${n}`, `Name ${n}`, `key ${n}`));
      await syncs.putRows("one", "a", many);
      expect(await syncs.countRows("one", "a")).toBe(450);
      expect(await syncs.withKey("one", "a", 0, "key 449")).toEqual(["a449"]);
    });

    withStores("names are locked all or none, by one run at a time, until it lets go or its time is over", async ({ syncs }) => {
      expect(await syncs.lock("one", ["a:1", "b:1"], "r1", 0, 100)).toBe(true);
      expect(await syncs.lock("one", ["b:1", "a:2"], "r2", 50, 150)).toBe(false);
      expect(await syncs.lock("one", ["a:2"], "r3", 50, 150)).toBe(true);
      expect(await syncs.lock("one", ["a:1", "b:1"], "r1", 50, 160)).toBe(true);
      expect(await syncs.lock("other", ["a:1"], "r2", 50, 150)).toBe(true);
      expect(await syncs.lock("one", ["a:1"], "r2", 160, 200)).toBe(true);
      await syncs.unlock("one", "r2");
      expect(await syncs.lock("one", ["a:1"], "r4", 161, 200)).toBe(true);
      expect(await syncs.lock("one", ["a:2"], "r4", 100, 200)).toBe(false);
    });

    withStores("what was written is kept once, listed the newest first, and marked when it is undone", async ({ syncs }) => {
      await syncs.addWrite(write("w1", 10, { recordId: null }));
      await syncs.addWrite(write("w1", 99));
      await syncs.addWrite(write("w0", 99));
      await syncs.removeWrite("another", "w0");
      expect((await syncs.writes("one", { limit: 1 })).writes.map(({ id }) => id)).toEqual(["w0"]);
      await syncs.removeWrite("one", "w0");
      await syncs.addWrite(write("w2", 20, { batch: "job" }));
      await syncs.addWrite(write("w3", 20, { linkId: "l2" }));
      const first = await syncs.writes("one", { limit: 2 });
      expect([first.writes.map(({ id }) => id), first.next]).toEqual([["w3", "w2"], "w2"]);
      expect(await syncs.writes("one", { before: "w2", limit: 2 })).toEqual({ writes: [write("w1", 10)], next: null });
      expect((await syncs.writes("one", { batch: "job", limit: 2 })).writes.map(({ id }) => id)).toEqual(["w2"]);
      expect((await syncs.writesOf("one", "l1", 11)).map(({ id }) => id)).toEqual(["w2"]);
      await syncs.markUndone("one", ["w1"], "w9");
      expect((await syncs.writesOf("one", "l1", 0)).map(({ id, undoneBy }) => [id, undoneBy])).toEqual([
        ["w2", null],
        ["w1", "w9"],
      ]);
      expect((await syncs.counts("one")).lastChangeAt).toBe(20);
    });

    withStores("a job goes on from its row until it is over", async ({ syncs }) => {
      await syncs.addJob(job("j1", 1));
      await syncs.addJob(job("j2", 2));
      await syncs.putJob(job("j1", 1, { state: "done", done: 7, total: 7, finishedAt: 9 }));
      expect(await syncs.job("one")).toEqual(job("j2", 2));
      expect(await syncs.unfinishedJobs()).toEqual([job("j2", 2)]);
      expect(await syncs.job("other")).toBe(null);
    });

    withStores("the events of one reading are counted by how their keys begin", async ({ syncs, runs }) => {
      const [accepting] = [acceptance(1)];
      const { triggerId } = accepting.event;
      const keyed = (n: number, key: string) => {
        const made = acceptance(n);
        return { ...made, event: { ...made.event, triggerId, key } };
      };
      await runs.commit({
        accept: [keyed(1, "deleted:e_1.2:x"), keyed(2, "deleted:e_1.2:y"), keyed(3, "deleted:eq1.2:y")],
        steps: [],
        runs: [],
      });
      expect(await syncs.countEvents(triggerId, "deleted:e_1.2:")).toBe(2);
      const { receivedAt } = keyed(1, "any").event;
      const about = (n: number, record: string) => ({ ...keyed(n, `told:${n}`), event: { ...keyed(n, `told:${n}`).event, record } });
      await runs.commit({ accept: [about(4, "x"), about(5, "x"), about(6, "y")], steps: [], runs: [] });
      expect(await syncs.countHeard(triggerId, receivedAt)).toBe(2);
      expect(await syncs.countHeard(triggerId, receivedAt + 1e12)).toBe(0);
    });

    withStores(
      "records that a list never showed are found page by page, once they are known for long enough",
      async ({ syncs, runs, triggers }) => {
        const made = acceptance(1);
        await runs.commit({ accept: [made], steps: [], runs: [] });
        const { triggerId } = made.event;
        await triggers.settle({
          triggerId,
          accept: [],
          remember: [{ key: "b1", hash: "h", seenAt: 1 }],
          forget: [],
          pollFindings: [],
          watched: [],
          patch: {},
        });
        const known = ["b1", "b2", "b3", "b4"].map((id) => ({ ...row(id, id, id), seenAt: id === "b4" ? 50 : 5 }));
        await syncs.putRows("one", "b", known);
        const page = { seenBefore: 50, after: null, limit: 1 };
        expect(await syncs.unlisted("one", "b", triggerId, page)).toEqual(["b2"]);
        expect(await syncs.unlisted("one", "b", triggerId, { ...page, after: "b2", limit: 9 })).toEqual(["b3"]);
        expect(await syncs.unlisted("one", "a", triggerId, page)).toEqual([]);
      },
    );

    withStores("a flow has runs that have not begun until each of them has", async ({ syncs, runs }) => {
      const made = acceptance(1);
      const [run] = made.runs;
      const { accepted } = await runs.commit({
        accept: [{ ...made, runs: [{ ...run!, record: "x", state: "queued" }] }],
        steps: [],
        runs: [],
      });
      const was = accepted[0]![0]!;
      expect(await syncs.hasUnbegun(was.flowId)).toBe(true);
      expect(await syncs.hasUnbegun("another")).toBe(false);
      expect(await syncs.readAt("another")).toBe(null);
      await runs.commit({ accept: [], steps: [], runs: [{ was, patch: { state: "succeeded", finishedAt: 9 } }] });
      expect(await syncs.hasUnbegun(was.flowId)).toBe(false);
    });

    withStores(
      "runs of a first sync are counted: those not over, and those since then that a person has to look at",
      async ({ syncs, runs }) => {
        const made = acceptance(1);
        const [run] = made.runs;
        const { accepted } = await runs.commit({
          accept: [{ ...made, runs: [{ ...run!, lane: "backfill" }] }],
          steps: [],
          runs: [],
        });
        const was = accepted[0]![0]!;
        expect(await syncs.countBackfill([was.flowId, "another"], 0)).toEqual({ open: 1, failed: 0 });
        expect(await syncs.countBackfill(["another"], 0)).toEqual({ open: 0, failed: 0 });
        await runs.commit({ accept: [], steps: [], runs: [{ was, patch: { state: "failed", finishedAt: 9, attention: true } }] });
        expect(await syncs.countBackfill([was.flowId], 0)).toEqual({ open: 0, failed: 1 });
        expect(await syncs.countBackfill([was.flowId], was.createdAt + 1)).toEqual({ open: 0, failed: 0 });
        expect(await syncs.countBackfill([], 0)).toEqual({ open: 0, failed: 0 });
      },
    );

    withStores("a sync that is deleted takes all that it knows with it, and nothing of another", async (stores) => {
      const { syncs } = stores;
      for (const id of ["one", "two"]) {
        await syncs.add(sync(id), "me");
        await syncs.putLink(link(`${id}_l`, "a1", "b1", { syncId: id }));
        await syncs.putRows(id, "a", [row("a1", "Ada", "ada")]);
        await syncs.lock(id, ["a:a1"], "r", 0, 99);
        await syncs.addWrite(write(`${id}_w`, 10, { syncId: id }));
        await syncs.addJob(job(`${id}_j`, 1, { syncId: id }));
      }
      await syncs.remove("ws_2", "one", "me");
      expect(await syncs.get("ws_1", "one")).not.toBe(null);
      await syncs.remove("ws_1", "one", "me");
      const left = async (id: string) => [
        await syncs.get("ws_1", id),
        await syncs.linkOf(id, "a", "a1"),
        await syncs.row(id, "a", "a1"),
        (await syncs.withKey(id, "a", 0, "ada"))[0] ?? null,
        (await syncs.writes(id, { limit: 9 })).writes[0] ?? null,
        await syncs.job(id),
        (await syncs.lock(id, ["a:a1"], "other", 1, 99)) ? null : "locked",
      ];
      expect(await left("one")).toEqual([null, null, null, null, null, null, null]);
      expect(await left("two")).not.toContain(null);
      expect((await syncs.all()).map(({ id }) => id)).toEqual(["two"]);
    });
  });
}
