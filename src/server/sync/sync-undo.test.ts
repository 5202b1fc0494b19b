/** Undoing what a sync wrote: previewed, done by a job, and each record once although the process dies. */
import { beforeEach, expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import { MemorySyncStore } from "#test/support/memory-sync-store.ts";
import type { StepCall } from "#engine/ports/caller.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";
import { compileSync } from "#sync/compile.ts";
import { syncDefinition } from "#sync/format.ts";
import type { Link, Sync, SyncWrite } from "#sync/types.ts";
import { SyncJobs } from "./sync-jobs.ts";
import { SyncUndo } from "./sync-undo.ts";

const catalog = builtIn.of("any");
const types = { a: catalog.recordType("highlevel", "contact")!, b: catalog.recordType("flocksy", "profile")! };
const definition = syncDefinition.parse({
  name: "Contacts and profiles",
  a: { app: "highlevel", type: "contact", connection: "acme" },
  b: { app: "flocksy", type: "profile", connection: "flocksy" },
  match: [[{ a: "email", b: "email" }]],
  fields: [
    { a: "email", b: "email", way: "both" },
    { a: "phone", b: "phone", way: "both" },
  ],
  create: { a: true, b: true },
  conflict: "newest",
  deletes: { a: "delete", b: "delete" },
});
const sync = { id: "syn_1", workspaceId: "w", definition, revision: 1, status: "on" } as Sync;

let clock: TestClock;
let store: MemorySyncStore;
let profiles: Map<string, JsonObject>;
let calls: string[];
/** The call after whose effect the process dies. */
let dieAt = Infinity;

beforeEach(async () => {
  [clock, store, profiles, calls, dieAt] = [new TestClock(), new MemorySyncStore(), new Map(), [], Infinity];
  await store.add(sync);
});

async function call({ operation, input }: StepCall) {
  const { userId, ...values } = input as JsonObject & { userId: string };
  if (operation === "profiles.get") {
    const found = profiles.get(userId);
    if (!found) throw new MillraceError("OUTBOUND_NOT_FOUND", { details: { app: "Flocksy", operation, message: "gone" } });
    return { output: found, exchanges: [] };
  }
  calls.push(`${operation} ${userId}`);
  if (operation === "profiles.delete") profiles.delete(userId);
  else profiles.set(userId, { ...profiles.get(userId), userId, ...values });
  if (calls.length >= dieAt) return new Promise<never>(() => {});
  return { output: profiles.get(userId) ?? null, exchanges: [] };
}

function open(): { undo: SyncUndo; jobs: SyncJobs } {
  const compiled = async () => compileSync(definition, types, { zone: "UTC", now: () => 0 });
  const undo = new SyncUndo({ store, compiled, catalog: builtIn, caller: { call, confirmed: async () => null }, clock });
  const log = { error: (details: unknown) => void Promise.reject(new Error(JSON.stringify(details))) };
  return { undo, jobs: new SyncJobs({ store, clock, log, works: { undo: undo.work }, ended: async () => {}, stuck: async () => false }) };
}

const link = (n: number): Link => ({
  id: `lnk_${n}`,
  syncId: sync.id,
  a: `a${n}`,
  b: `b${n}`,
  was: { a: [], b: [] },
  agreed: { "phone=phone": { a: "+442079460018", b: "+442079460018" } },
  gone: null,
  conflicts: [],
  problem: null,
  ignored: false,
  revision: 0,
  hops: 0,
  updatedAt: 0,
});
async function wrote(n: number, kind: SyncWrite["kind"], before: JsonObject, after: JsonObject): Promise<void> {
  await store.putLink(link(n));
  const about = {
    syncId: sync.id,
    linkId: `lnk_${n}`,
    side: "b",
    kind,
    recordId: `b${n}`,
    before,
    after,
    runId: "run_1",
    batch: "job_1",
  } as const;
  await store.addWrite({ ...about, id: `wrt_${n}`, at: n, undoneBy: null });
}
const until = async (done: () => Promise<boolean>) => {
  for (let i = 0; i < 300; i++) {
    if (await done()) return;
    await clock.advance(1_000);
  }
  throw new Error("it did not come to an end");
};
const isDone = async () => (await store.job(sync.id))?.state === "done";

test("shows what it would put back and what it leaves, then does it", async () => {
  await wrote(1, "update", { phone: "1" }, { phone: "+442079460018" });
  await wrote(2, "update", { phone: "2" }, { phone: "+442079460018" });
  await wrote(3, "create", {}, { email: "c@example.com" });
  profiles.set("b1", { userId: "b1", phone: "+442079460018" });
  profiles.set("b2", { userId: "b2", phone: "edited since", name: "Grace" });
  profiles.set("b3", { userId: "b3", email: "c@example.com" });
  const { undo, jobs } = open();
  const preview = await undo.preview(sync, { batch: "job_1" });
  expect(preview.undo.map(({ kind, changes }) => [kind, changes.map(({ label, before, after }) => [label, before, after])])).toEqual([
    ["delete", expect.arrayContaining([["E-mail", "c@example.com", null]])],
    ["update", [["Phone", "+442079460018", "1"]]],
  ]);
  expect([preview.left, preview.count, calls]).toEqual([[{ name: expect.any(String), why: expect.stringContaining("Phone") }], 3, []]);

  await undo.start(jobs, sync, { batch: "job_1" });
  await until(isDone);
  expect(profiles.get("b1")).toMatchObject({ phone: "1" });
  expect([profiles.get("b2")?.["phone"], profiles.has("b3")]).toEqual(["edited since", false]);
  expect(await store.job(sync.id)).toMatchObject({ done: 3, failed: 1, total: 3 });
  expect((await store.link(sync.id, "lnk_1"))?.agreed).toEqual({ "phone=phone": { a: "+442079460018", b: "1" } });
  expect((await store.writes(sync.id, { batch: "job_1", limit: 10 })).writes.map(({ undoneBy }) => undoneBy !== null)).toEqual([
    true,
    false,
    true,
  ]);
});

test("killed between a write and its note, it notes it and writes the rest once", async () => {
  for (let n = 1; n <= 5; n++) {
    await wrote(n, "update", { phone: String(n) }, { phone: "+442079460018" });
    profiles.set(`b${n}`, { userId: `b${n}`, phone: "+442079460018" });
  }
  const first = open();
  dieAt = 3;
  await first.undo.start(first.jobs, sync, { batch: "job_1" });
  await clock.advance(5_000);
  expect(calls).toHaveLength(3);
  dieAt = Infinity;
  const second = open();
  await until(async () => {
    await second.jobs.goOn();
    return isDone();
  });
  expect([1, 2, 3, 4, 5].map((n) => profiles.get(`b${n}`)?.["phone"])).toEqual(["1", "2", "3", "4", "5"]);
  expect(await store.job(sync.id)).toMatchObject({ done: 5, failed: 0 });
  expect(store.written.filter(({ undoneBy }) => undoneBy !== null)).toHaveLength(5);
});

test("chosen writes alone are undone, and nothing twice", async () => {
  for (const n of [1, 2]) {
    await wrote(n, "update", { phone: String(n) }, { phone: "+442079460018" });
    profiles.set(`b${n}`, { userId: `b${n}`, phone: "+442079460018" });
  }
  const { undo, jobs } = open();
  await undo.start(jobs, sync, { writes: ["wrt_2"] });
  await until(isDone);
  expect([profiles.get("b1")?.["phone"], profiles.get("b2")?.["phone"]]).toEqual(["+442079460018", "2"]);
  expect(await undo.preview(sync, { writes: ["wrt_2"] })).toMatchObject({ count: 0 });
});

test("waits for no other job, and wants to know what is meant", async () => {
  const { undo, jobs } = open();
  await expect(undo.preview(sync, {})).rejects.toMatchObject({ code: "BAD_INPUT" });
  await store.addJob({ ...(await jobs.start(sync, "repair", { state: "running", total: 1, cursor: {} })), id: "job_2" });
  await expect(undo.start(jobs, sync, { batch: "job_1" })).rejects.toMatchObject({ code: "CONFLICT" });
});
