/** What is gone on one side of a sync, by clicks: a custom field that is renamed, then deleted, and many records at once, refused and allowed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { expectShown } from "#test/support/browser.ts";
import { CrmApp } from "#test/support/crm-app.ts";
import { connectAcme } from "#test/support/inbox.ts";
import { SyncsByClicks } from "#test/support/syncs-by-clicks.ts";
import { webPage } from "#test/support/web-page.ts";

const { acmeDental } = sandboxDefaults;
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
const status = {
  id: "customFieldStatus001",
  locationId: acmeDental,
  model: "contact",
  name: "Status",
  fieldKey: "contact.status",
  dataType: "TEXT",
  position: 300,
} as const;
let sandbox: Sandbox;
let sync: string;

beforeAll(async () => {
  const { millrace, api } = web.house;
  sandbox = millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  sandbox.state.customFields.put(status);
  await connectAcme(millrace);
  await api("PUT", "/apps/office", crm.definition);
  await millrace.vault.connect(firstWorkspaceId, { name: "office", title: "Office", app: "office", auth: "token", secret: { token: "k" } });
  for (let i = 0; i < 5; i++) crm.put("contacts", { email: `old${i}@mill.example`, name: `Old ${i}`, status: "customer" });
});
afterAll(() => crm.close());

const inAcme = () => sandbox.state.contacts.inLocation(acmeDental);
const contactOf = (email: string) => inAcme().find((contact) => contact.email === email)!;
const statusOf = (email: string) => contactOf(email).customFields.find(({ id }) => id === status.id)?.value;
const ofOffice = (email: string) => crm.all("contacts").find((contact) => contact["email"] === email);
const change = (email: string, more: object) => crm.put("contacts", { ...ofOffice(email), ...more });

test("a custom field under a new name goes on as before", async () => {
  sync = await syncs.make("Contacts with your own app");
  for (const side of ["Acme Dental", "Office"]) await web.page.getByLabel(new RegExp(`of ${side} is deleted`)).selectOption("delete");
  await expectShown(web.page.getByText("Saved", { exact: true }));
  await syncs.preview();
  await syncs.start(sync);
  expect(statusOf("old1@mill.example")).toBe("customer");
  sandbox.state.customFields.put({ ...status, name: "Kind of customer" });
  change("old1@mill.example", { status: "regular" });
  await syncs.later("the value arrives", () => statusOf("old1@mill.example") === "regular");
  expect((await syncs.get(sync)).resting).toEqual({});
});

test("once it is deleted its row rests, the page says so, and the other fields go on", async () => {
  sandbox.state.customFields.delete(status.id);
  await syncs.later("the row rests", async () => {
    change("old2@mill.example", { name: `Old ${clock.now()}` });
    return Object.keys((await syncs.get(sync)).resting).length === 1;
  });
  change("old2@mill.example", { name: "Tina Turn", status: "lost" });
  await syncs.later("the name arrives", () => contactOf("old2@mill.example").firstName === "Tina");
  expect((await syncs.get(sync)).counts.problems).toBe(0);
  await web.open(`/syncs/${sync}`);
  await expectShown(web.page.getByText('A custom field of contacts no longer exists. It belonged to "Status" of contacts.'));
  await web.expectGoodOnPhone("sync-gone-resting");
  await web.page.getByRole("link", { name: "Choose another field" }).click();
  await expectShown(web.page.getByText(/^Left out for now: /));
  await expectShown(web.page.getByRole("button", { name: "Field of Acme Dental: Deleted custom field" }));
  expect(await web.page.getByText(status.id).count()).toBe(0);
  await web.expectGoodOnPhone("sync-gone-set-up");
});

test("many records deleted at once wait for a person, who refuses: nothing is deleted", async () => {
  const before = inAcme().length;
  const [, , ...gone] = crm.all("contacts").map((row) => String(row["contactId"]));
  for (const id of gone.slice(0, 12)) crm.delete("contacts", id);
  await syncs.later("it asks", async () => (await syncs.get(sync)).status === "asking");
  await web.open(`/syncs/${sync}`);
  await expectShown(web.page.getByText(/were deleted in Office/));
  await web.expectGoodOnPhone("sync-gone-asking");
  await web.page.getByRole("button", { name: "Leave them and unlink" }).click();
  await syncs.later("it goes on", async () => (await syncs.get(sync)).status === "on");
  for (const side of ["b", "a"] as const) await syncs.readAgain(sync, side);
  expect(inAcme()).toHaveLength(before);
});

test("many records deleted at once are deleted on the other side once a person allows it", async () => {
  const before = crm.all("contacts").length;
  await syncs.later("the others are no pairs any more", async () => (await syncs.get(sync)).counts.linked === before);
  const paired = inAcme().filter(({ email }) => email !== undefined && ofOffice(email) !== undefined);
  expect(paired.length).toBeGreaterThan(12);
  for (const contact of paired.slice(0, 12)) sandbox.state.buryContact(contact);
  await syncs.later("it asks", async () => (await syncs.get(sync)).status === "asking");
  expect(crm.all("contacts")).toHaveLength(before);
  await web.page.getByRole("button", { name: /^Delete 12 contacts/ }).click();
  await web.page
    .getByRole("alertdialog")
    .getByRole("button", { name: /^Delete 12 contacts/ })
    .click();
  await syncs.later("they are deleted", () => crm.all("contacts").length === before - 12);
  await syncs.later("it goes on", async () => (await syncs.get(sync)).status === "on");
  for (const side of ["a", "b"] as const) await syncs.readAgain(sync, side);
  expect(crm.all("contacts")).toHaveLength(before - 12);
});
