/** What the guides of SightMill ask, by clicks alone: a test for each of their rows, against the pretend SightMill. On a clock that the test moves. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunDetail, RunList } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { CustomerApp } from "#test/support/customer-app.ts";
import { GuidedSetUp } from "#test/support/guided-set-up.ts";
import { connectAcme } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const app = new CustomerApp();
const web = webPage({ clock, env: app.open, expected: /401/ });
const setUp = new GuidedSetUp(web, clock);
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = web.house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(web.house.millrace);
});
afterAll(() => app.close());

const contactOf = (email: string) => sandbox.state.contacts.all().find((contact) => contact.email === email)!;
const tasksOf = (email: string) => sandbox.state.tasks.all().filter(({ contactId }) => contactId === contactOf(email).id);

test("S2: a tag that is new in SightMill is in HighLevel's sub-account at once; colour and description stay with the run", async () => {
  const flow = await setUp.install("posted-tag-to-highlevel", { name: "Tags from SightMill" });
  const tag = { tagName: "Gold Member", tagId: "sm_1", locationId: acmeDental, colour: "#b45309", description: "Spends the most" };
  await sandbox.sightmill.post("tag", tag, { url: flow.trigger.hookUrl! });
  expect(await setUp.finish(flow)).toEqual([]);
  await sandbox.sightmill.post("tag", { ...tag, colour: "#ff0000" }, { url: flow.trigger.hookUrl! }); // changed: no second one
  expect(await setUp.finish(flow)).toEqual([]);
  expect(sandbox.state.tags.inLocation(acmeDental).filter(({ name }) => name === "gold member")).toHaveLength(1);
  const { runs } = (await web.house.api<RunList>("GET", `/runs?flow=${flow.id}`)).body;
  const kept = await Promise.all(runs.map(async ({ id }) => (await web.house.api<RunDetail>("GET", `/runs/${id}`)).body));
  const results = kept.map(({ steps }) => steps.find(({ path }) => path === "kept")!.output);
  expect(results).toContainEqual(expect.objectContaining({ tagName: "gold member", colour: "#ff0000", description: "Spends the most" }));
});

test("S6: a tag starts a message, and only to the segment that is chosen", async () => {
  const flow = await setUp.install("tag-in-segment-to-message", {
    name: "Campaigns by tag and segment",
    async choose(page) {
      await page.getByLabel("Segment").selectOption({ label: "Big fans" });
    },
  });
  const [inside, outside] = sandbox.state.contacts.inLocation(acmeDental).filter(({ email }) => email !== undefined);
  const give = (contact: typeof inside, tags: string[]) =>
    sandbox.state.saveContact({ ...contact!, tags: [...contact!.tags, ...tags], dateUpdated: clock.now() });
  const before = new Set(sandbox.state.messages.all().map(({ id }) => id));
  give(inside, ["promoter", "spring offer"]);
  give(outside, ["spring offer"]);
  expect(await setUp.finish(flow)).toEqual([]);
  const sent = sandbox.state.messages.all().filter(({ id }) => !before.has(id));
  expect(sent.map(({ contactId }) => contactId)).toEqual([inside!.id]);
});

test("C3: a note and a tag in SightMill become a note and a tag of the contact", async () => {
  const flow = await setUp.install("webhook-to-note-and-tag", { name: "Notes and tags from your app" });
  const person = { email: "nora@mill.example", name: "Nora Note" };
  await sandbox.sightmill.post("note", { ...person, noteId: "n1", note: "Likes the new chairs" }, { url: flow.trigger.hookUrl! });
  await sandbox.sightmill.post("tag", { ...person, tagId: "t1", tags: "Promoter" }, { url: flow.trigger.hookUrl! });
  expect(await setUp.finish(flow)).toEqual([]);
  expect(contactOf(person.email).tags).toEqual(["promoter"]);
  expect(sandbox.state.notes.all().filter(({ contactId }) => contactId === contactOf(person.email).id)).toMatchObject([
    { body: "Likes the new chairs" },
  ]);
});

test("C4: a task that SightMill planned is created when it is due, and another due date changes the same one", async () => {
  const flow = await setUp.install("posted-task-kept-in-step", { name: "Tasks from SightMill" });
  const task = { email: "tara@mill.example", firstname: "Tara", taskId: "sm-7", title: "Call Tara", dueDate: "2026-12-20" };
  const url = flow.trigger.hookUrl!;
  await sandbox.sightmill.post("task", task, { url, afterMs: 3_600_000 });
  await clock.advance(3_600_000);
  expect(await setUp.finish(flow)).toEqual([]);
  await sandbox.sightmill.post("task", { ...task, title: "Call Tara back", dueDate: "2026-12-24" }, { url });
  expect(await setUp.finish(flow)).toEqual([]);
  expect(tasksOf(task.email)).toMatchObject([{ title: "Call Tara back" }]);
  expect(new Date(tasksOf(task.email)[0]!.dueDate).toISOString()).toMatch(/^2026-12-2[34]/);
});

test("C6: a lead of SightMill becomes a contact with an opportunity, and the follow-up a task", async () => {
  const flow = await setUp.install("web-lead-to-contact-and-opportunity", {
    name: "Leads from the website",
    async choose(page) {
      await page.getByRole("button", { name: /Pipeline and stage/ }).click();
      await page
        .getByRole("option", { name: /Booked/ })
        .first()
        .click();
    },
  });
  const lead = { name: "Leo Lead", email: "leo@mill.example", message: "Call me" };
  await sandbox.sightmill.post("lead", lead, { url: flow.trigger.hookUrl! });
  expect(await setUp.finish(flow)).toEqual([]);
  expect(contactOf(lead.email)).toMatchObject({ firstName: "Leo", lastName: "Lead" });
  expect(sandbox.state.opportunities.all().filter(({ contactId }) => contactId === contactOf(lead.email).id)).toHaveLength(1);
  expect(tasksOf(lead.email)).toMatchObject([{ title: "Call Leo Lead" }]);
});

// The last, because a day ends the sign-in.
test("S3, S4: the social planner's tags with their details, and its statistics with sub-account, time and users, are sent every morning", async () => {
  const texts = { "Address to send to": app.address };
  const tags = await setUp.install("social-tags-every-morning", { name: "Social tags every morning", texts });
  const statistics = await setUp.install("statistics-every-morning", { name: "Statistics every morning", texts });
  await clock.advance(86_400_000);
  for (const flow of [tags, statistics]) expect(await setUp.finish(flow)).toEqual([]);
  expect(app.received.find((sent) => "details" in sent)).toMatchObject({
    details: expect.arrayContaining([expect.objectContaining({ tag: expect.any(String) })]),
  });
  expect(app.received.find((sent) => "statistics" in sent)).toMatchObject({
    locationId: acmeDental,
    timestamp: expect.any(String),
    userCount: 2,
    statistics: { posts: expect.any(Number) },
  });
});
