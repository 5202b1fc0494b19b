/** What the guides ask of records that are kept in step, by clicks: a test for each of their rows, against the pretend systems. On a clock that the test moves. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { expectShown } from "#test/support/browser.ts";
import { CrmApp } from "#test/support/crm-app.ts";
import { connectAcme } from "#test/support/inbox.ts";
import { SyncsByClicks } from "#test/support/syncs-by-clicks.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental, users } = sandboxDefaults;
const clock = new TestClock(Date.now());
let crm: CrmApp;
const web = webPage({
  clock,
  async env() {
    crm = await CrmApp.open(() => clock.now());
    return { MILLRACE_ALLOW_PRIVATE_HOSTS: crm.host };
  },
});
const syncs = new SyncsByClicks(web, clock);
const statusField = "customFieldStatus001";
let sandbox: Sandbox;
let page: Page;

beforeAll(async () => {
  const { millrace, api } = web.house;
  page = web.page;
  const { systems, url } = millrace.sandbox!;
  sandbox = systems;
  sandbox.state.search.lagMs = 0;
  const field = { id: statusField, locationId: acmeDental, model: "contact", name: "Status", fieldKey: "contact.status" } as const;
  sandbox.state.customFields.put({ ...field, dataType: "TEXT", position: 300 });
  await connectAcme(millrace);
  const login = { app: "flocksy", auth: "header", baseUrl: `${url}/flocksy`, secret: { token: systems.flocksy.logins.key } } as const;
  await millrace.vault.connect(firstWorkspaceId, { name: "flocksy", title: "Flocksy", ...login });
  await api("PUT", "/apps/office", crm.definition);
  await millrace.vault.connect(firstWorkspaceId, { name: "office", title: "Office", app: "office", auth: "token", secret: { token: "k" } });
});
afterAll(() => crm.close());

/** From a ready sync to one whose first sync is over. */
async function begin(ready: string): Promise<string> {
  const id = await syncs.make(ready);
  await syncs.preview();
  await syncs.start(id);
  return id;
}

const contactOf = (email: string) => sandbox.state.contacts.inLocation(acmeDental).find((contact) => contact.email === email);
const statusOf = (email: string) => contactOf(email)?.customFields.find(({ id }) => id === statusField)?.value;
const ofOffice = (email: string) => crm.all("contacts").find((contact) => contact["email"] === email);
const tagNames = () => sandbox.state.tags.inLocation(acmeDental).map(({ name }) => name);
let people: string;

test("C2: a new or changed contact of the other system makes or changes the contact, with e-mail, name and status", async () => {
  people = await begin("Contacts with your own app");
  const contactId = crm.put("contacts", { email: "una@mill.example", name: "Una Fair", status: "prospect" });
  await syncs.later("the contact is made", () => statusOf("una@mill.example") === "prospect");
  expect(contactOf("una@mill.example")).toMatchObject({ firstName: "Una", lastName: "Fair" });
  crm.put("contacts", { contactId, status: "customer" });
  await syncs.later("the contact is changed", () => statusOf("una@mill.example") === "customer");
  expect(sandbox.state.contacts.inLocation(acmeDental).filter(({ email }) => email === "una@mill.example")).toHaveLength(1);
});

test("C5: tasks go both ways, to the contact they belong to", async () => {
  await begin("Tasks with your own app");
  crm.put("tasks", { title: "Call Una", dueDate: "2026-12-20T10:00:00.000Z", contactId: ofOffice("una@mill.example")!["contactId"] });
  const una = contactOf("una@mill.example")!.id;
  const tasks = () => sandbox.state.tasks.all().filter(({ contactId }) => contactId === una);
  await syncs.later("the task is made", () => tasks().length === 1);
  expect(tasks()).toMatchObject([{ title: "Call Una" }]);
  sandbox.state.tasks.put({ ...tasks()[0]!, title: "Call Una back" });
  await syncs.later("its change comes back", () => crm.all("tasks").some(({ title }) => title === "Call Una back"));
  expect(crm.all("tasks").filter(({ contactId }) => contactId === ofOffice("una@mill.example")!["contactId"])).toHaveLength(1);
});

test("S2: a tag that is new or renamed in the other system is so in the sub-account; colour and description stay where they are", async () => {
  await begin("Tags with your own app");
  const id = crm.put("tags", { name: "gold member", colour: "#b45309", description: "Spends the most" });
  await syncs.later("the tag is made", () => tagNames().includes("gold member"));
  crm.put("tags", { id, name: "platinum member" });
  await syncs.later("the tag is renamed", () => tagNames().includes("platinum member"));
  expect(tagNames()).not.toContain("gold member");
  const [tag] = sandbox.state.tags.inLocation(acmeDental).filter(({ name }) => name === "platinum member");
  sandbox.state.tags.put({ ...tag!, name: "diamond member" });
  await syncs.later("its new name comes back", () => crm.all("tags").some(({ name }) => name === "diamond member"));
  expect(crm.all("tags").find((row) => row["id"] === id)).toMatchObject({ colour: "#b45309", description: "Spends the most" });
});

test("F2: tags go both ways with Flocksy, under new names too, and colour and description are kept", async () => {
  await begin("Tags with Flocksy");
  const rare = sandbox.flocksy.upsertTag({ name: "rare", colour: "#888888", description: "Seldom seen" });
  await syncs.later("the tag is in the sub-account", () => tagNames().includes("rare"));
  const [tag] = sandbox.state.tags.inLocation(acmeDental).filter(({ name }) => name === "rare");
  await syncs.later("Flocksy knows its id", () => sandbox.flocksy.tags.get(rare.id)?.externalId === tag!.id);
  sandbox.state.tags.put({ ...tag!, name: "very rare" });
  await syncs.later("Flocksy has the new name", () => sandbox.flocksy.tags.get(rare.id)?.name === "very rare");
  expect(sandbox.flocksy.tags.get(rare.id)).toMatchObject({ colour: "#888888", description: "Seldom seen" });
});

test("F2: each tag of the sub-account has its mapping, and details that Flocksy adds stay", async () => {
  await begin("Tag mappings of Flocksy");
  sandbox.state.tags.put({ id: "tagMapped0000000001", locationId: acmeDental, name: "mapped" });
  const mapping = () => sandbox.flocksy.mappings.all().find(({ tagId }) => tagId === "tagMapped0000000001");
  await syncs.later("it is mapped", () => mapping()?.tagName === "mapped");
  expect(mapping()!.locationId).toBe(acmeDental);
  sandbox.flocksy.updateMapping(mapping()!, { details: "Comes twice a year" });
  sandbox.state.tags.put({ id: "tagMapped0000000001", locationId: acmeDental, name: "mapped anew" });
  await syncs.later("the mapping has the new name", () => mapping()?.tagName === "mapped anew");
  expect(mapping()!.details).toBe("Comes twice a year");
});

test("F4: a changed user of HighLevel has an enriched profile in Flocksy, whose segments and tags stay", async () => {
  await begin("Users into Flocksy's profiles");
  const user = sandbox.state.users.get(users.desk)!;
  const profile = () => sandbox.flocksy.profiles.all().find(({ email }) => email === user.email);
  expect(profile()).toBeDefined();
  sandbox.flocksy.upsertProfile({ userId: profile()!.userId, segments: ["Team"], tagIds: ["tagMapped0000000001"] });
  sandbox.state.users.put({ ...user, firstName: "Marc" });
  await syncs.later("the profile has the new name", () => profile()?.name === "Marc Reyes");
  expect(profile()).toMatchObject({ segments: ["Team"], tagIds: ["tagMapped0000000001"] });
});

test("F12: the page of a sync says how it stands, what it did last, and what failed with the words of the app", async () => {
  await web.open(`/syncs/${people}`);
  await expectShown(page.getByText(/^In step since/).first());
  await expectShown(page.getByRole("link", { name: "Una Fair" }).first());
  crm.refuse = (route) => (route === "PUT /contacts" ? 422 : undefined);
  const una = contactOf("una@mill.example")!;
  sandbox.state.saveContact({ ...una, firstName: "Ursula", dateUpdated: clock.now() });
  await syncs.later("it could not be written", async () => (await syncs.get(people)).counts.problems === 1);
  await expectShown(page.getByText("1 pair with a problem"));
  await web.expectGoodOnPhone("sync-status-problem");
  await page.getByRole("link", { name: /^Look at them/ }).click();
  await page.getByRole("link", { name: /Ursula|Una/ }).click();
  await expectShown(page.getByText(/The office is closed for stocktaking/).first());
  await web.expectGoodOnPhone("sync-status-pair");
  crm.refuse = () => {};
  await page.getByRole("button", { name: "Bring into step now" }).click();
  await syncs.later("it is brought into step", () => ofOffice("una@mill.example")!["name"] === "Ursula Fair");
  await web.open(`/syncs/${people}`);
  await expectShown(page.getByText(/^In step since/).first());
});
