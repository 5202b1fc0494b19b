/** A sync of two systems over HTTP: what changes at one arrives at the other, once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SyncDefinition } from "#sync/format.ts";
import type { SyncView, SyncLinkView, SyncWriteView } from "#api/schemas/syncs.ts";
import type { Overview } from "#api/schemas/overview.ts";
import { TestClock } from "#kernel/clock.ts";
import { PeopleApp } from "#test/support/people-app.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";

const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
let house: House;
let a: PeopleApp;
let b: PeopleApp;
let sync: SyncView;

const definition: SyncDefinition = {
  name: "People",
  a: { app: "one", type: "people", connection: "one" },
  b: { app: "two", type: "people", connection: "two" },
  match: [[{ a: "email", b: "email" }]],
  fields: [
    { a: "name", b: "name", way: "both" },
    { a: "email", b: "email", way: "both" },
  ],
  create: { a: true, b: true },
  conflict: "newest",
  deletes: { a: "delete", b: "delete", most: 0.3 },
  every: "1m",
};

beforeAll(async () => {
  a = await PeopleApp.open("a", () => clock.now());
  b = await PeopleApp.open("b", () => clock.now());
  house = await openHouse(folder, false, clock, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: `${a.host},${b.host}` } });
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
beforeEach(async () => {
  for (const app of [a, b]) {
    app.people.clear();
    app.writes.length = 0;
    app.before = () => {};
    app.after = () => {};
    app.mostAtOnce = 0;
  }
});

async function start(more: Partial<SyncDefinition> = {}): Promise<void> {
  const made = await house.api<SyncView>("POST", "/syncs", { definition: { ...definition, ...more } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const started = await house.api<SyncView>("POST", `/syncs/${made.body.id}/start`, { first: false });
  expect(started.status, JSON.stringify(started.body)).toBe(200);
  expect(started.body).toMatchObject({ status: "first", job: { learns: true } });
  sync = started.body;
  await rounds(1);
}
afterEach(() => end());
const end = () => house.api("DELETE", `/syncs/${sync.id}`);

/** Lets each side be read so many times, and everything that follows be done. */
async function rounds(n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    const { engine } = house.millrace;
    const readAt = async () =>
      Promise.all(
        [sync.flows!.a, sync.flows!.b].map(async (id) => (await engine.flows.trigger(await engine.flows.get("ws_main", id))).lastAt),
      );
    const before = await readAt();
    const later = () => clock.advance(5_000).then(readAt);
    await until("both sides are read", later, (at) => at.every((each, side) => each !== null && each !== before[side]));
    await quiet();
  }
}

async function openRuns(): Promise<number> {
  const runs = await Promise.all([sync.flows!.a, sync.flows!.b].map((id) => house.runsOf(id)));
  return runs.flat().filter((run) => run.finishedAt === null).length;
}
async function quiet(): Promise<void> {
  await until(
    "all runs are over",
    () => clock.advance(1_000).then(openRuns),
    (open) => open === 0,
  );
}
const view = async () => (await house.api<SyncView>("GET", `/syncs/${sync.id}`)).body;
const links = async (show = "all") =>
  (await house.api<{ links: SyncLinkView[] }>("GET", `/syncs/${sync.id}/links?show=${show}`)).body.links;

describe("a sync of two systems", () => {
  test("stays as it is where a change could not run", async () => {
    await start();
    const broken = { ...sync.definition, name: "Broken", fields: [{ a: "nothing", b: "name", way: "both" }] };
    const refused = await house.api<{ error: { code: string } }>("PUT", `/syncs/${sync.id}`, {
      definition: broken,
      revision: sync.revision,
    });
    expect([refused.status, refused.body.error.code]).toEqual([409, "SYNC_WOULD_FAIL"]);
    expect(await view()).toMatchObject({ name: "People", revision: sync.revision, definition: { fields: definition.fields } });
  });

  test("lets a person say which of several records is the same, and keeps that one in step", async () => {
    await start();
    const one = b.put({ name: "Ada of the shop", email: "ada@example.com" });
    const other = b.put({ name: "Ada of the fair", email: "ADA@example.com" });
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(3);
    const unclear = (await links("problems")).find((link) => link.a === ada.id)!;
    const at = `/syncs/${sync.id}/links/${unclear.id}`;
    const { candidates } = (await house.api<{ candidates: { side: string; id: string; name: string }[] }>("GET", at)).body;
    expect(candidates.map(({ id }) => id).sort()).toEqual([one.id, other.id].sort());
    expect((await house.api("POST", `${at}/decide`, { join: { side: "b", id: "nobody" } })).status).toBe(404);
    expect((await house.api("POST", `${at}/decide`, { join: { side: "a", id: ada.id } })).status).toBe(409);
    expect((await house.api("POST", `${at}/decide`, { join: { side: "b", id: other.id } })).status).toBe(200);
    await quiet();
    a.put({ id: ada.id, name: "Ada Byron" });
    await rounds(3);
    expect([b.people.get(other.id)?.name, b.people.get(one.id)?.name]).toEqual(["Ada Byron", "Ada of the shop"]);
    expect([a.people.size, b.people.size]).toEqual([1, 2]);
  });

  test("brings what is made, changed and emptied at one side to the other, once, and answers no echo", async () => {
    await start();
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(3);
    expect(b.names).toEqual(["Ada <ada@example.com>"]);
    expect([a.writes, b.writes.length]).toEqual([[], 1]);
    const [there] = [...b.people.values()];
    b.put({ id: there!.id, name: "Ada Byron" });
    await rounds(3);
    expect(a.people.get(ada.id)?.name).toBe("Ada Byron");
    expect(a.writes).toEqual([`PUT /people/${ada.id} {"name":"Ada Byron"}`]);
    expect(b.writes.length).toBe(1);
    a.put({ id: ada.id, name: null });
    await rounds(3);
    expect(b.people.get(there!.id)).toMatchObject({ name: null, email: "ada@example.com" });
    expect([a.writes.length, b.writes.length]).toEqual([1, 2]);
    expect(await view()).toMatchObject({ status: "on", counts: { linked: 1, problems: 0, conflicts: 0 }, asking: null });
    const { body } = await house.api<{ writes: SyncWriteView[] }>("GET", `/syncs/${sync.id}/writes`);
    expect(body.writes.map(({ side, kind, changes }) => [side, kind, changes.map((c) => [c.label, c.before, c.after])])).toEqual([
      ["b", "update", [["Name", "Ada Byron", null]]],
      ["a", "update", [["Name", "Ada", "Ada Byron"]]],
      [
        "b",
        "create",
        [
          ["Name", null, "Ada"],
          ["E-mail", null, "ada@example.com"],
        ],
      ],
    ]);
  });

  test("merges edits that were made on both sides at once, field by field", async () => {
    await start();
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(2);
    const [there] = [...b.people.values()];
    a.put({ id: ada.id, name: "Ada Byron" });
    b.put({ id: there!.id, email: "byron@example.com" });
    await rounds(3);
    expect([a.names, b.names]).toEqual([["Ada Byron <byron@example.com>"], ["Ada Byron <byron@example.com>"]]);
    expect([a.writes.length, b.writes.length]).toEqual([1, 2]);
  });

  test("asks a person where the sync says so, and does what they choose", async () => {
    await start({ conflict: "ask" });
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(2);
    const [there] = [...b.people.values()];
    a.put({ id: ada.id, name: "A" });
    b.put({ id: there!.id, name: "B" });
    await rounds(2);
    expect([a.people.get(ada.id)?.name, b.people.get(there!.id)?.name]).toEqual(["A", "B"]);
    const [link] = await links("conflicts");
    const { body: overview } = await house.api<Overview>("GET", "/overview");
    expect(overview.syncs).toEqual([{ id: sync.id, name: "People", deletions: 0, conflicts: 1, problems: 0 }]);
    expect(link?.conflicts).toMatchObject([{ field: "name=name", label: "Name", a: "A", b: "B" }]);
    const wrong = await house.api("POST", `/syncs/${sync.id}/links/${link!.id}/decide`, { choose: { "email=email": "a" } });
    expect(wrong.status).toBe(400);
    const decided = await house.api("POST", `/syncs/${sync.id}/links/${link!.id}/decide`, { choose: { "name=name": "b" } });
    expect(decided.status, JSON.stringify(decided.body)).toBe(200);
    await quiet();
    expect([a.people.get(ada.id)?.name, b.people.get(there!.id)?.name]).toEqual(["B", "B"]);
    expect(await links("conflicts")).toEqual([]);
    expect((await house.api<Overview>("GET", "/overview")).body.syncs).toEqual([]);
  });

  test("deletes the counterpart of what was deleted; many at once wait for a person", async () => {
    await start();
    for (let n = 0; n < 20; n++) a.put({ name: `N${n}`, email: `n${n}@example.com` });
    await rounds(2);
    expect(b.people.size).toBe(20);
    const ids = [...a.people.keys()];
    a.people.delete(ids[0]!);
    await rounds(2);
    expect(b.people.size).toBe(19);
    expect(b.writes.filter((write) => write.startsWith("DELETE"))).toHaveLength(1);
    for (const id of ids.slice(1, 15)) a.people.delete(id);
    await clock.advance(11 * 60_000);
    await until(
      "the sync asks",
      () => clock.advance(5_000).then(view),
      ({ status }) => status === "asking",
    );
    await clock.advance(30_000);
    expect(b.people.size).toBe(19);
    expect((await view()).asking).toMatchObject({ side: "a", deletions: 14, of: 19 });
    const allowed = await house.api("POST", `/syncs/${sync.id}/answer`, { allow: true });
    expect(allowed.status).toBe(200);
    await quiet();
    expect(b.people.size).toBe(5);
    expect((await house.api("POST", `/syncs/${sync.id}/answer`, { allow: true })).status).toBe(409);
  });

  test("finds records gone that were deleted before their list ever showed them", async () => {
    await start({ every: "15m", deletes: { a: "delete", b: "delete", most: 1 } });
    for (let n = 0; n < 15; n++) a.put({ name: `N${n}`, email: `n${n}@example.com` });
    await until(
      "all are made there",
      () => clock.advance(5_000).then(() => b.people.size),
      (size) => size === 15,
    );
    const [kept, ...gone] = [...b.people.keys()];
    for (const id of gone) b.people.delete(id);
    await until(
      "the others are deleted here",
      () => clock.advance(15_000).then(() => a.people.size),
      (size) => size === 1,
    );
    expect(b.people.has(kept!)).toBe(true);
    expect(b.writes.filter((write) => !write.startsWith("POST"))).toEqual([]);
    expect((await view()).reading).toMatchObject({ a: { everyMs: 15 * 60_000, pages: 1, stops: false } });
  });

  test("leaves the others where a person refuses the deletions", async () => {
    await start();
    for (let n = 0; n < 12; n++) b.put({ name: `N${n}`, email: `n${n}@example.com` });
    await rounds(2);
    expect(a.people.size).toBe(12);
    b.people.clear();
    await until(
      "the sync asks",
      () => clock.advance(5_000).then(view),
      ({ status }) => status === "asking",
    );
    await house.api("POST", `/syncs/${sync.id}/answer`, { allow: false });
    await quiet();
    await rounds(2);
    expect([a.people.size, b.people.size]).toEqual([12, 0]);
    expect(await view()).toMatchObject({ status: "on", counts: { linked: 0, waiting: 12 } });
  });

  test("makes one record of two that are the same and were made on both sides at once", async () => {
    await start();
    a.put({ name: "Ada", email: "ada@example.com" });
    b.put({ name: "Ada", email: "ADA@example.com" });
    await rounds(3);
    expect([a.people.size, b.people.size]).toEqual([1, 1]);
    expect((await view()).counts).toMatchObject({ linked: 1, waiting: 0 });
  });

  test("lets two runs that are at one pair wait for each other", async () => {
    await start();
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(2);
    const [there] = [...b.people.values()];
    let inside = 0;
    let most = 0;
    const slow = async (route: string) => {
      if (!route.includes("/people/")) return;
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    a.before = slow;
    b.before = slow;
    a.put({ id: ada.id, name: "A" });
    b.put({ id: there!.id, name: "B" });
    await rounds(2);
    expect(most).toBe(1);
    expect(a.names).toEqual(b.names);
  });

  test("says of a pair why it could not be brought into step, and brings it into step on the next change", async () => {
    await start();
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(2);
    b.before = (route) => (route.startsWith("PUT") ? 422 : undefined);
    a.put({ id: ada.id, name: "Refused" });
    await rounds(1);
    expect((await links("problems")).map(({ name }) => name)).toEqual(["Refused"]);
    b.before = () => {};
    a.put({ id: ada.id, name: "Taken" });
    await rounds(2);
    expect(b.names).toEqual(["Taken <ada@example.com>"]);
    expect(await links("problems")).toEqual([]);
  });

  test("leaves a pair alone that takes no part, brings one into step anew when asked, and takes two apart", async () => {
    await start({
      fields: [
        { a: "name", b: "name", way: "toB" },
        { a: "email", b: "email", way: "both" },
      ],
    });
    const ada = a.put({ name: "Ada", email: "ada@example.com" });
    await rounds(2);
    const [there] = [...b.people.values()];
    const [link] = await links();
    const decide = async (decision: unknown) => {
      const decided = await house.api<{ link: SyncLinkView }>("POST", `/syncs/${sync.id}/links/${link!.id}/decide`, decision);
      expect(decided.status, JSON.stringify(decided.body)).toBe(200);
      await quiet();
      return decided.body.link;
    };
    b.put({ id: there!.id, name: "Edited there" });
    await rounds(2);
    const shown = await house.api<{ values: { field: string; differs: boolean }[] }>("GET", `/syncs/${sync.id}/links/${link!.id}`);
    expect(shown.body.values.map(({ field, differs }) => [field, differs])).toEqual([
      ["name=name", true],
      ["email=email", false],
    ]);
    await decide({ repair: true });
    expect(b.people.get(there!.id)?.name).toBe("Ada");
    expect(await decide({ ignored: true })).toMatchObject({ ignored: true });
    a.put({ id: ada.id, name: "Ada Byron" });
    await rounds(2);
    expect(b.people.get(there!.id)?.name).toBe("Ada");
    await decide({ ignored: false });
    await decide({ repair: true });
    expect(b.people.get(there!.id)?.name).toBe("Ada Byron");
    await decide({ separate: true });
    a.put({ id: ada.id, name: "Apart" });
    await rounds(2);
    expect([a.people.size, b.names]).toEqual([1, ["Ada Byron <ada@example.com>"]]);
    expect((await view()).counts).toMatchObject({ linked: 0, ignored: 2 });
  });

  test("its flows are changed by it alone", async () => {
    await start();
    const { a: flow } = sync.flows!;
    for (const [method, path, body] of [
      ["DELETE", `/flows/${flow}`, undefined],
      ["POST", `/flows/${flow}/pause`, undefined],
      ["PATCH", `/flows/${flow}`, { name: "Other" }],
      ["POST", `/flows/${flow}/run`, { payload: {} }],
    ] as const) {
      const refused = await house.api<{ error: { code: string; message: string } }>(method, path, body);
      expect([path, refused.status, refused.body.error.code]).toEqual([path, 409, "FLOW_OF_SYNC"]);
      expect(refused.body.error.message).toContain(sync.id);
    }
    const own = { name: "Mine", trigger: { app: "manual", operation: "run" }, steps: [{ id: "s", sync: sync.id, side: "a" }] };
    expect((await house.api("POST", "/flows", own)).status).toBe(409);
    await end();
    expect((await house.api("GET", `/flows/${flow}`)).status).toBe(404);
  });

  test("catches up with what happened while it was paused", async () => {
    await start();
    await house.api("POST", `/syncs/${sync.id}/pause`, {});
    a.put({ name: "Ada", email: "ada@example.com" });
    await clock.advance(180_000);
    expect(b.people.size).toBe(0);
    expect((await house.api("POST", `/syncs/${sync.id}/resume`, {})).status).toBe(200);
    await rounds(2);
    expect(b.names).toEqual(["Ada <ada@example.com>"]);
  });
});
