/** What was there before a sync, brought into step over HTTP: previewed, done once although Millrace is stopped in the middle, and taken back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SyncPreview, SyncView } from "#api/schemas/syncs.ts";
import pino from "pino";
import { TestClock } from "#kernel/clock.ts";
import { PeopleApp } from "#test/support/people-app.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";

const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
let house: House;
let a: PeopleApp;
let b: PeopleApp;
const open = () =>
  openHouse(folder, false, clock, {
    env: { MILLRACE_ALLOW_PRIVATE_HOSTS: `${a.host},${b.host}` },
    log: pino({ level: "error" }, pino.destination(2)),
  });

beforeAll(async () => {
  a = await PeopleApp.open("a", () => clock.now());
  b = await PeopleApp.open("b", () => clock.now());
  house = await open();
  for (const [app, people] of [
    ["one", a],
    ["two", b],
  ] as const) {
    await house.api("PUT", `/apps/${app}`, people.definition);
    await house.millrace.vault.connect("ws_main", { name: app, app, auth: "token", secret: { token: "key" } });
  }
});
afterAll(async () => {
  await house.millrace.close();
  await a.close();
  await b.close();
  remove();
});

const later = <T>(read: () => Promise<T>) => clock.advance(1_000).then(read);

test("a first sync is previewed, goes on after a restart, brings each record over once, and can be undone", async () => {
  for (let i = 0; i < 40; i++) {
    a.put({ name: `Same ${i}`, email: `same${i}@example.com` });
    b.put({ name: `Same ${i}`, email: `SAME${i}@example.com` });
  }
  for (let i = 0; i < 30; i++) a.put({ name: `Only A ${i}`, email: `a${i}@example.com` });
  for (let i = 0; i < 20; i++) b.put({ name: `Only B ${i}`, email: `b${i}@example.com` });
  a.put({ name: "Old", email: "differs@example.com" });
  await clock.advance(60_000);
  b.put({ name: "New", email: "differs@example.com" });

  const sides = { a: { app: "one", type: "people", connection: "one" }, b: { app: "two", type: "people", connection: "two" } };
  const { body: suggested } = await house.api<{ definition: SyncView["definition"] }>("POST", "/syncs/suggest", sides);
  expect(suggested.definition.match[0]).toEqual([{ a: "email", b: "email" }]);
  const { body: made } = await house.api<SyncView>("POST", "/syncs", suggested);
  const at = `/syncs/${made.id}`;
  await house.api("POST", `${at}/preview`);
  const preview = async () => (await house.api<SyncPreview>("GET", `${at}/preview`)).body;
  await until(
    "the preview is made",
    () => later(preview),
    ({ state }) => state === "ready",
  );
  expect((await preview()).counts).toMatchObject({ same: 40, createA: 20, createB: 30, conflict: 1, matched: 0 });

  const started = await house.api<SyncView>("POST", `${at}/start`, { first: true });
  expect(started.body.status, JSON.stringify(started.body)).toBe("first");
  const view = async () => (await house.api<SyncView>("GET", at)).body;
  await until(
    "some records are over",
    () => later(async () => b.writes.length),
    (writes) => writes >= 5,
  );
  await house.millrace.close();
  house = await open();
  await until(
    "the first sync is done",
    () => later(view),
    ({ job }) => job?.state === "done",
  );
  expect(await view()).toMatchObject({
    status: "on",
    job: { kind: "first", failed: 0 },
    counts: { linked: 91, conflicts: 0, problems: 0 },
  });
  expect(a.names).toEqual(b.names.map((each) => each.replace("SAME", "same")).sort());
  expect([a.people.size, b.people.size]).toEqual([91, 91]);
  expect(a.names).toContain("New <differs@example.com>");
  expect(a.writes.filter((each) => each.startsWith("POST"))).toHaveLength(20);
  expect(b.writes.filter((each) => each.startsWith("POST"))).toHaveLength(30);

  const job = (await view()).job!;
  const { body: dry } = await house.api<{ count: number; left: unknown[] }>("POST", `${at}/undo`, { batch: job.id, dry: true });
  expect(dry).toMatchObject({ count: 51, left: [] });
  await house.api("POST", `${at}/undo`, { batch: job.id, dry: false });
  await until(
    "it is undone",
    () => later(view),
    (each) => each.job?.kind === "undo" && each.job.state === "done",
  );
  expect([a.people.size, b.people.size]).toEqual([71, 61]);
  expect(a.names).toContain("Old <differs@example.com>");

  // What was taken back is no deletion: both lists are read to their ends again, and nobody loses anything or is asked.
  const now = clock.now();
  await until(
    "hours pass",
    () => clock.advance(60_000).then(async () => clock.now() - now),
    (passed) => passed > 4 * 3_600_000,
  );
  expect([a.people.size, b.people.size]).toEqual([71, 61]);
  expect(await view()).toMatchObject({ status: "on", asking: null });
});
