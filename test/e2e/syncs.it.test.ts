/** A person makes a sync of two systems on the page, starts it, sees what it wrote, decides a conflict, and answers many deletions. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { SyncView } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { until } from "#test/support/inbox.ts";
import { PeopleApp } from "#test/support/people-app.ts";
import { webPage } from "#test/support/web-page.ts";

const clock = new TestClock(Date.now());
let a: PeopleApp;
let b: PeopleApp;

async function openApps(): Promise<Record<string, string>> {
  a = await PeopleApp.open("a", () => clock.now());
  b = await PeopleApp.open("b", () => clock.now());
  return { MILLRACE_ALLOW_PRIVATE_HOSTS: `${a.host},${b.host}` };
}

const web = webPage({ clock, env: openApps });

beforeAll(async () => {
  for (const [app, title, people] of [
    ["one", "Acme Dental", a],
    ["two", "Harbour", b],
  ] as const) {
    await web.house.api("PUT", `/apps/${app}`, people.definition);
    await web.house.millrace.vault.connect("ws_main", { name: app, title, app, auth: "token", secret: { token: "key" } });
  }
});
afterAll(async () => {
  await a.close();
  await b.close();
});

/** Lets time pass until something is so: each side is read in its turn. */
const later = (what: string, is: () => boolean | Promise<boolean>) =>
  until(
    what,
    () => clock.advance(5_000).then(is),
    (yes) => yes === true,
  );

const synced = async (): Promise<SyncView> => (await web.house.api<{ syncs: SyncView[] }>("GET", "/syncs")).body.syncs[0]!;

test("a sync is made of two accounts with proposed fields, and saved as one goes", async () => {
  await web.open("/syncs");
  await web.page.getByRole("link", { name: "New sync" }).click();
  await web.page.getByRole("group", { name: "One side" }).getByLabel("App").selectOption({ label: "People a" });
  await web.page.getByRole("group", { name: "The other side" }).getByLabel("App").selectOption({ label: "People b" });
  for (const side of ["One side", "The other side"]) {
    const records = web.page.getByRole("group", { name: side }).getByLabel("Records");
    await expect.poll(() => records.locator("option").count()).toBeGreaterThan(1);
    await records.selectOption({ index: 1 });
  }
  await web.page.getByRole("button", { name: "Propose fields" }).click();
  await web.page.getByRole("list", { name: "Fields" }).waitFor();
  await web.expectGoodOnPhone("sync-real-set-up");
  await web.page.getByLabel("Read both sides").selectOption("1m");
  await web.page.getByLabel(/of Harbour is deleted/).selectOption("delete");
  await web.page.getByLabel("Ask me when more than").fill("5");
  await expectShown(web.page.getByText("Saved", { exact: true }));
});

test("the preview says what the first sync would do, and it does that", async () => {
  a.put({ name: "Ada", email: "ada@example.com" });
  a.put({ name: "Ben", email: "ben@example.com" });
  b.put({ name: "Ben", email: "BEN@example.com" });
  await web.page.getByRole("link", { name: "Preview and start" }).click();
  await web.page.getByRole("button", { name: "Preview first sync" }).click();
  await expectShown(web.page.getByText("1 to create in Harbour"));
  expect(b.names).toHaveLength(1);
  await web.expectGoodOnPhone("sync-real-preview");
  await web.page.getByRole("button", { name: "Start the first sync" }).click();
  await expectShown(web.page.getByRole("tab", { name: "Overview", selected: true }));
  await later("Ada is on both sides", () => b.names.length === 2);
  await later("the first sync is done", async () => (await synced()).job?.state === "done");
  await expectShown(web.page.getByRole("heading", { name: "First sync, done" }));
  await web.expectGoodOnPhone("sync-real-overview");
});

test("what a job wrote stands among the changes, and is undone after one has seen what that would write", async () => {
  await web.page.getByRole("link", { name: "What it wrote" }).click();
  await expectShown(web.page.getByText("created in Harbour"));
  await web.expectGoodOnPhone("sync-real-changes");
  await web.page.getByRole("button", { name: "Undo all of this job" }).click();
  const dialog = web.page.getByRole("dialog");
  await expectShown(dialog.getByText("would be deleted in Harbour"));
  await web.expectGoodOnPhone("sync-real-undo");
  await dialog.getByRole("button", { name: "Undo 1 change" }).click();
  await later("it is taken away again", () => b.names.length === 1);
  expect(a.names).toHaveLength(2);
  await expectShown(web.page.getByText("undone", { exact: true }));
});

test("what is made on one side is made on the other", async () => {
  await later("the undo is over", async () => (await synced()).job?.state === "done");
  a.put({ name: "Cleo", email: "cleo@example.com" });
  await later("Cleo is on both sides", () => b.names.some((name) => name.startsWith("Cleo")));
  await web.page.getByRole("tab", { name: "Overview" }).click();
  await expectShown(web.page.getByRole("link", { name: "Cleo" }));
});

test("where both sides changed a value and one wanted to be asked, a person decides on the page", async () => {
  await web.page.getByRole("tab", { name: "Set-up" }).click();
  await web.page.getByRole("radio", { name: "Ask me" }).click();
  await web.page.getByRole("button", { name: "Save changes" }).click();
  await expectShown(web.page.getByText(/^Saved\. It counts/));
  const cleo = (app: PeopleApp) => [...app.people.values()].find(({ email }) => email === "cleo@example.com")!;
  a.put({ id: cleo(a).id, name: "Cleo Byron" });
  b.put({ id: cleo(b).id, name: "Cleo Lovelace" });
  await later("it is a conflict", async () => (await synced()).counts.conflicts === 1);
  await web.page.getByRole("tab", { name: "Overview" }).click();
  await web.page.getByRole("link", { name: /^Decide/ }).click();
  await web.page.getByRole("link", { name: /Cleo/ }).click();
  await web.page.getByRole("radio", { name: "Acme Dental: Cleo Byron" }).focus();
  await web.page.keyboard.press("ArrowRight");
  await web.expectGoodOnPhone("sync-real-pair");
  await web.page.getByRole("button", { name: "Decide 1 field" }).click();
  await later("both sides say the same", () => cleo(a).name === "Cleo Lovelace");
  expect(cleo(b).name).toBe("Cleo Lovelace");
  await expectShown(web.page.getByText("In step"));
});

test("many deletions wait for an answer, and leaving them deletes nothing", async () => {
  await web.open("/syncs");
  const both = b.people.size + 20;
  for (let i = 0; i < 20; i++) a.put({ name: `Person ${i}`, email: `p${i}@example.com` });
  await later("all are on both sides", () => b.people.size === both);
  const there = a.people.size;
  const readAt = async () => (await synced()).lastReadAt.b!;
  const before = await readAt();
  await later("they were seen there", async () => (await readAt()) > before);
  for (const id of [...b.people.keys()].slice(0, 15)) b.people.delete(id);
  const asking = async () => (await synced()).status === "asking";
  await later("it asks", asking);
  await web.page.getByRole("link", { name: /Acme Dental/ }).click();
  await expectShown(web.page.getByText(/were deleted in Harbour/));
  await web.expectGoodOnPhone("sync-real-asking");
  await web.page.getByRole("button", { name: "Leave them and unlink" }).click();
  await later("it goes on", async () => !(await asking()));
  expect(a.people.size).toBe(there);
});
