import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SyncView } from "#api/schemas/syncs.ts";
import { TestClock } from "#kernel/clock.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const definition: SyncView["definition"] = {
  name: "Contacts and profiles",
  a: { app: "highlevel", type: "contact", connection: "acme" },
  b: { app: "flocksy", type: "profile", connection: "design" },
  match: [[{ a: "email", b: "email" }]],
  fields: [
    { a: "email", b: "email", way: "both" },
    { a: "firstName", b: "name", way: "toB" },
  ],
  create: { a: true, b: true },
  conflict: "newest",
  deletes: { a: "nothing", b: "nothing", most: 0.05 },
};
const sync = (more: Partial<SyncView> = {}): SyncView => ({
  id: "sync_1",
  name: definition.name,
  definition,
  revision: 3,
  status: "on",
  reason: null,
  flows: { a: "flow_a", b: "flow_b", events: { a: {}, b: {} } },
  inStepSince: now,
  counts: { linked: 120, conflicts: 0, problems: 0, waiting: 2, ignored: 1 },
  resting: {},
  job: null,
  asking: null,
  lastReadAt: { a: now, b: now },
  reading: { a: null, b: null },
  updatedAt: now,
  ...more,
});
const job = { id: "job_1", kind: "first", learns: false, state: "running", done: 34, failed: 0, total: 100 } as const;
const list = { "GET /syncs": { syncs: [sync()] } };

test("sync list says how each stands", async () => {
  const syncs = [
    sync(),
    sync({ name: "Tags", counts: { ...sync().counts, conflicts: 3 } }),
    sync({ name: "Notes", status: "first", job: { ...job, perMinute: 60, endsAt: now, problem: null, startedAt: now, finishedAt: null } }),
    sync({ name: "Tasks", status: "asking", asking: { side: "b", deletions: 120, of: 900, examples: [] } }),
  ];
  const { out } = await runCli(["sync", "list"], { answers: { "GET /syncs": { syncs } } });
  expect(out).toMatch(/Contacts and profiles +in step +120 +acme: contact <-> design: profile/);
  expect(out).toMatch(/Tags +3 conflicts to decide/);
  expect(out).toMatch(/Notes +first sync, 34 %/);
  expect(out).toMatch(/Tasks +waits for your answer: 120 deletions/);
  expect((await runCli(["sync", "list"], { answers: { "GET /syncs": { syncs: [] } } })).out).toContain("millrace sync add FILE");
});

test("sync show gives the rows with their ways, and what stands in the way of a start", async () => {
  const problems = [{ field: "match", problem: "Two contacts could be one profile.", level: "warning" }];
  const { out } = await runCli(["sync", "show", "contacts"], { answers: { ...list, "GET /syncs/sync_1/problems": { problems } } });
  expect(out).toContain("email <-> email");
  expect(out).toContain("firstName -> name");
  expect(out).toContain("120; 0 to decide, 0 with a problem, 2 alone, 1 left out");
  expect(out).toContain("Two contacts could be one profile.");
});

test("sync add takes a file, and with --to replaces a definition by its revision", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "sync-")), "sync.json");
  writeFileSync(file, JSON.stringify(definition));
  const answers = {
    ...list,
    "POST /syncs": sync({ status: "draft" }),
    "PUT /syncs/sync_1": sync(),
    "GET /syncs/sync_1/problems": { problems: [] },
  };
  const added = await runCli(["sync", "add", file], { answers });
  expect([added.out, added.asked[0]!.body]).toEqual(["Contacts and profiles: not started\n", { definition }]);
  const { asked } = await runCli(["sync", "add", file, "--to", "contacts"], { answers });
  expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ definition, revision: 3 });
});

test("sync preview counts what a first sync would do, with examples, calls and time", async () => {
  const one = { a: { id: "c1", name: "Ada Byron" }, b: null, note: "E-mail" };
  const preview = {
    state: "ready",
    read: { a: 120, b: 80 },
    problem: null,
    counts: { matched: 0, createA: 0, createB: 40, ambiguous: 0, conflict: 0, same: 80, left: 0 },
    examples: { createB: [one] },
    calls: 80,
    seconds: 8,
    at: now,
  };
  const { out } = await runCli(["sync", "preview", "contacts"], { answers: { ...list, "POST /syncs/sync_1/preview": preview } });
  expect(out).toContain("Read 120 records of a and 80 of b.");
  expect(out).toMatch(/40 {2}are made in b\n +Ada Byron {2}E-mail/);
  expect(out).toContain("80 calls, about 8 seconds");
  const failed = { ...preview, state: "failed", problem: "The login was refused." };
  const refused = await runCli(["sync", "preview", "contacts"], { answers: { ...list, "POST /syncs/sync_1/preview": failed } });
  expect(refused.err).toContain("The login was refused.");
});

test("sync start, pause and resume say how it stands then", async () => {
  const answers = {
    ...list,
    "POST /syncs/sync_1/start": sync({ status: "first" }),
    "POST /syncs/sync_1/pause": sync({ status: "paused" }),
    "POST /syncs/sync_1/resume": sync(),
  };
  const started = await runCli(["sync", "start", "contacts", "--from-now"], { answers });
  expect([started.out, started.asked.at(-1)?.body]).toEqual(["Contacts and profiles: first sync, reading\n", { first: false }]);
  expect((await runCli(["sync", "pause", "contacts"], { answers })).out).toBe("Contacts and profiles: paused\n");
  expect((await runCli(["sync", "resume", "contacts"], { answers })).out).toBe("Contacts and profiles: in step\n");
});

test("sync links shows what a person has to look at", async () => {
  const conflicts = [{ field: "email=email", label: "E-mail", a: "x", b: "y", at: now }];
  const link = { id: "lnk_1", name: "Ada Byron", a: "c1", b: "p1", gone: null, problem: null, ignored: false, conflicts, updatedAt: now };
  const { out } = await runCli(["sync", "links", "contacts", "--show", "conflicts"], {
    answers: { ...list, "GET /syncs/sync_1/links": { links: [link], next: null } },
  });
  expect(out).toMatch(/Ada Byron +c1 +p1 +E-mail/);
});

test("sync undo shows first what it would put back, and wants to know what", async () => {
  const changes = [{ field: "phone", label: "Phone", before: "2", after: null }];
  const write = {
    id: "w1",
    linkId: "lnk_1",
    name: "Ada Byron",
    side: "b",
    kind: "update",
    changes,
    runId: "r",
    batch: "job_1",
    at: now,
    undone: false,
  };
  const reply = { undo: [write], left: [{ name: "Grace", why: "Phone was changed since." }], count: 5, job: null };
  const answers = { ...list, "POST /syncs/sync_1/undo": reply };
  const { out, asked } = await runCli(["sync", "undo", "contacts", "--batch", "job_1", "-n"], { answers });
  expect(out).toContain("Ada Byron: changed back\n    Phone: 2 -> nothing\nGrace: stays. Phone was changed since.\n… and 3 more");
  expect(asked.at(-1)?.body).toEqual({ batch: "job_1", dry: true });
  const done = await runCli(["sync", "undo", "contacts", "--batch", "job_1", "--yes"], { answers });
  expect(done.asked.at(-1)?.body).toEqual({ batch: "job_1", dry: false });
  expect((await runCli(["sync", "undo", "contacts"], { answers })).err).toContain("--batch, or --write");
});

test("sync export prints the definition, ready to be added again", async () => {
  const { out } = await runCli(["sync", "export", "sync_1"], { answers: list });
  expect(JSON.parse(out)).toEqual(definition);
});
