import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { TagJobView, TagList, TagPreview, TagRuleView } from "#api/schemas.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { connectAcme, inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";

/** Tags of the sandbox's contacts: read, counted, changed by jobs, and given back. */
const { folder, remove } = inboxFolder();
let house: House;
let sandbox: Sandbox;
const kind = "highlevel.contact";

beforeAll(async () => {
  house = await openHouse(folder, true, undefined, { env: { MILLRACE_API_RATE: "0" } });
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(house.millrace);
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

const people = 60;
const tagsOf = (id: string) => sandbox.state.contacts.get(id)!.tags.toSorted();
const all = () => Array.from({ length: people }, (_, i) => tagsOf(`p${i}`));
const ask = async <T>(method: string, path: string, body?: unknown, status = 200): Promise<T> => {
  const reply = await house.api<T>(method, path, body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(status);
  return reply.body;
};
const list = () => ask<TagList>("GET", "/tags");
const read = async () => {
  await ask("POST", "/tags/read", {}, 202);
  return until("all tags are counted", list, ({ reading }) => reading === null);
};
const over = async (id: string): Promise<TagJobView> => {
  const job = async () => (await ask<{ jobs: TagJobView[] }>("GET", "/tags/jobs")).jobs.find((each) => each.id === id)!;
  return until("the job is over", job, ({ state }) => state !== "running");
};
const start = (body: object) => ask<TagJobView>("POST", "/tags/jobs", { kind, ...body }, 201);
const named = ({ tags }: TagList, name: string) => tags.find((tag) => tag.name === name && tag.kind === kind);
const known = (name: string) => sandbox.state.tags.find("name", `${sandboxDefaults.acmeDental}|${name}`).length > 0;

beforeEach(() => {
  for (const tag of sandbox.state.tags.all()) sandbox.state.tags.delete(tag.id);
  for (let i = 0; i < people; i++) {
    const tags = [i % 2 ? "promoter" : "promoters", ...(i % 3 === 0 ? ["promo ter"] : []), "kept"];
    sandbox.state.saveContact({ ...contactAt(`p${i}`, 1, Date.now(), {}), locationId: sandboxDefaults.acmeDental, tags });
  }
  for (const name of ["promoter", "promoters", "promo ter", "kept", "nobody"])
    sandbox.state.tags.put({ id: sandbox.state.newId(), locationId: sandboxDefaults.acmeDental, name });
});

test("a preview counts before anything was read", async () => {
  const preview = await ask<TagPreview>("POST", "/tags/preview", { kind, deed: "delete", names: ["kept"] });
  expect(preview.touched).toBe(people);
});

test("tags are read with what carries them, the unused ones are known, and those that look alike are one group with the most used as keeper", async () => {
  const found = await read();
  expect(["promoter", "promoters", "promo ter", "kept", "nobody"].map((name) => named(found, name)?.carriers)).toEqual([30, 30, 20, 60, 0]);
  expect(named(found, "nobody")!.unusedSince).toBeGreaterThan(0);
  expect(named(found, "kept")!.unusedSince).toBe(null);
  expect(found.groups.find(({ names }) => names.includes("promoter"))).toMatchObject({ keeper: "promoter", why: ["spaces", "plural"] });
  const social = found.kinds.find(({ id }) => id === "highlevel.social")!;
  expect([social.readOnly !== null, found.tags.filter((tag) => tag.kind === social.id).length > 0]).toEqual([true, true]);
  const refused = await house.api("POST", "/tags/preview", { kind: social.id, deed: "delete", names: ["spring"] });
  expect(refused.status).toBe(400);
});

test("a merge says its numbers before, gives each contact the keeper once, and an undo gives back exactly what was", async () => {
  await read();
  const before = all();
  const body = { kind, deed: "merge", names: ["promoters", "promo ter", "promoter"], target: "Promoter" };
  const preview = await ask<TagPreview>("POST", "/tags/preview", body);
  expect(preview).toMatchObject({ touched: 50, carriers: "contacts", title: "Merge promoters, promo ter into promoter" });
  expect([preview.calls > 3, preview.ms > 0]).toEqual([true, true]);
  const job = await over((await start(body)).id);
  expect(job).toMatchObject({ state: "done", total: 40, done: 40, failed: 0, canUndo: true });
  expect(all()).toEqual(before.map(() => ["kept", "promoter"]));
  expect([known("promoters"), known("promo ter"), known("promoter")]).toEqual([false, false, true]);
  const undo = await ask<TagJobView>("POST", `/tags/jobs/${job.id}/undo`, {}, 201);
  expect(await over(undo.id)).toMatchObject({ state: "done", done: 40 });
  expect(all()).toEqual(before);
  expect([known("promoters"), known("promo ter")]).toEqual([true, true]);
  expect((await house.api("POST", `/tags/jobs/${job.id}/undo`, {})).status).toBe(409);
});

test("a new name goes everywhere and back, and one that is taken is a merge", async () => {
  await read();
  const before = all();
  expect((await house.api("POST", "/tags/preview", { kind, deed: "rename", names: ["promoters"], target: "kept" })).status).toBe(400);
  const job = await over((await start({ deed: "rename", names: ["promoters"], target: "Fan" })).id);
  expect(all().map((tags) => tags.includes("fan"))).toEqual(before.map((tags) => tags.includes("promoters")));
  expect([known("promoters"), known("fan")]).toEqual([false, true]);
  await over((await ask<TagJobView>("POST", `/tags/jobs/${job.id}/undo`, {}, 201)).id);
  expect(all()).toEqual(before);
  expect([known("promoters"), known("fan")]).toEqual([true, false]);
});

test("what is archived is off all contacts and out of the list, is kept with its colour, and comes back", async () => {
  await read();
  const before = all();
  await ask("PUT", "/tags/description", { kind, name: "promoters", colour: "#b45309", description: "They tell others" });
  const job = await over((await start({ deed: "archive", names: ["promoters", "nobody"] })).id);
  expect(all().flat()).not.toContain("promoters");
  const after = await list();
  expect(after.archived).toMatchObject([{ job: job.id, names: ["promoters", "nobody"], carriers: 30 }]);
  expect(named(after, "promoters")).toBe(undefined);
  await over((await ask<TagJobView>("POST", `/tags/jobs/${job.id}/undo`, {}, 201)).id);
  expect(all()).toEqual(before);
  const back = await until("it is in the list again", list, (found) => named(found, "promoters")?.carriers === 30);
  expect(named(back, "promoters")).toMatchObject({ colour: "#b45309", description: "They tell others" });
  expect([back.archived, known("nobody")]).toEqual([[], true]);
});

test("a job waits while it is paused, ends where it is cancelled, and gives back what it had done", async () => {
  await read();
  const before = all();
  const job = await start({ deed: "delete", names: ["kept"] });
  const paused = await ask<TagJobView>("PATCH", `/tags/jobs/${job.id}`, { state: "paused" });
  expect(paused.state).toBe("paused");
  const busy = await house.api<{ error: { message: string } }>("POST", "/tags/jobs", { kind, deed: "delete", names: ["kept"] });
  expect([busy.status, busy.body.error.message]).toEqual([409, expect.stringContaining("Delete kept")]);
  await ask("PATCH", `/tags/jobs/${job.id}`, { state: "running" });
  expect(await over(job.id)).toMatchObject({ state: "done", done: people });
  expect((await house.api("PATCH", `/tags/jobs/${job.id}`, { state: "paused" })).status).toBe(409);
  await over((await ask<TagJobView>("POST", `/tags/jobs/${job.id}/undo`, {}, 201)).id);
  expect(all()).toEqual(before);
  const other = await start({ deed: "delete", names: ["kept"] });
  expect((await ask<TagJobView>("PATCH", `/tags/jobs/${other.id}`, { state: "cancelled" })).canUndo).toBe(true);
  await over((await ask<TagJobView>("POST", `/tags/jobs/${other.id}/undo`, {}, 201)).id);
  expect(all()).toEqual(before);
});

test("a call that is refused pauses the job with the reason, and the job goes on once it is mended", async () => {
  await read();
  sandbox.faults.set({ kind: "route_closed", route: "POST /contacts/search*" });
  const job = await over((await start({ deed: "delete", names: ["promoters"] })).id).finally(() => sandbox.faults.clear());
  expect([job.state, job.total, job.problem]).toEqual(["paused", 0, expect.any(String)]);
  await ask("PATCH", `/tags/jobs/${job.id}`, { state: "running" });
  expect(await over(job.id)).toMatchObject({ state: "done", done: 30, problem: null });
});

test("a rule archives what is unused, leaves what a flow mentions, and reports both", async () => {
  sandbox.state.tags.put({ id: sandbox.state.newId(), locationId: sandboxDefaults.acmeDental, name: "in a flow" });
  await house.millrace.engine.flows.create("ws_main", {
    name: "Thanks",
    trigger: { app: "highlevel", operation: "contacts.search", connection: "acme" },
    steps: [
      { id: "tag", app: "highlevel", operation: "contacts.add_tags", connection: "acme", input: { contactId: "x", tags: "In a flow" } },
    ],
  });
  await read();
  const preview = await ask<TagPreview>("POST", "/tags/preview", { kind, deed: "delete", names: ["in a flow"] });
  expect(preview.uses).toMatchObject([{ tag: "in a flow", kind: "flow", title: "Thanks", live: false }]);
  const rule = await ask<TagRuleView>(
    "POST",
    "/tags/rules",
    { kind, title: "Unused ones", deed: "archive", unusedDays: 0, names: [], everyDays: 7 },
    201,
  );
  expect(rule.finds.clean).toContain("nobody");
  expect(rule.finds.leave).toEqual([{ name: "in a flow", why: "The flow “Thanks” mentions it." }]);
  await ask("POST", `/tags/rules/${rule.id}/run`, {}, 202);
  const report = await until(
    "the rule has run",
    async () => (await ask<{ rules: TagRuleView[] }>("GET", "/tags/rules")).rules[0]!.reports[0],
    (made) => made !== undefined,
  );
  expect(report).toMatchObject({ cleaned: expect.arrayContaining(["nobody"]), left: [{ name: "in a flow" }], problem: null });
  expect(await over(report!.jobId!)).toMatchObject({ state: "done", rule: rule.id, by: "Millrace" });
  expect([known("nobody"), known("in a flow"), known("kept")]).toEqual([false, true, true]);
  const changed = await ask<TagRuleView>("PATCH", `/tags/rules/${rule.id}`, { names: ["zzz*"], title: "By name" });
  expect([changed.title, changed.unusedDays, changed.finds.clean]).toEqual(["By name", 0, []]);
  expect((await house.api("PATCH", `/tags/rules/${rule.id}`, { names: [], unusedDays: null })).status).toBe(400);
  await ask("DELETE", `/tags/rules/${rule.id}`);
});
