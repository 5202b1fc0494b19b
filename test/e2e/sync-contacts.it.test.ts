/** A person keeps contacts of HighLevel and profiles of Flocksy in step by clicks: previewed, run, in conflict, decided and undone. */
import { beforeAll, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme } from "#test/support/inbox.ts";
import { SyncsByClicks } from "#test/support/syncs-by-clicks.ts";
import { webPage } from "#test/support/web-page.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";

const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const web = webPage({ clock });
const syncs = new SyncsByClicks(web, clock);
let sandbox: Sandbox;
let sync: string;

beforeAll(async () => {
  const { millrace } = web.house;
  const { systems, url } = millrace.sandbox!;
  sandbox = systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(millrace);
  const login = { app: "flocksy", auth: "header", baseUrl: `${url}/flocksy`, secret: { token: systems.flocksy.logins.key } } as const;
  await millrace.vault.connect(firstWorkspaceId, { name: "flocksy", title: "Flocksy", ...login });
  sandbox.state.saveContact({
    ...contactAt("ada", 1, clock.now(), { email: "ada@mill.example", firstName: "Ada", lastName: "Byron", tags: ["vip"] }),
    locationId: acmeDental,
  });
  sandbox.flocksy.upsertProfile({ userId: "prof_ada", email: "ADA@mill.example", name: "Ada", segments: ["letters"] });
  sandbox.flocksy.upsertProfile({ userId: "prof_zoe", email: "zoe@mill.example", name: "Zoe", segments: [] });
});

const ada = () => sandbox.state.contacts.get("ada")!;
const profile = () => sandbox.flocksy.profiles.get("prof_ada")!;
const inAcme = () => sandbox.state.contacts.inLocation(acmeDental);
const zoe = () => inAcme().find(({ email }) => email === "zoe@mill.example");
const profileOf = (email: string) => sandbox.flocksy.profiles.all().filter((one) => one.email === email);

test("it is made of a ready sync, and the preview says what would be written before anything is", async () => {
  const contacts = inAcme().length;
  sync = await syncs.make("Contacts with Flocksy's profiles");
  await web.page.getByRole("radio", { name: "Ask me" }).click();
  await expectShown(web.page.getByText("Saved", { exact: true }));
  await web.expectGoodOnPhone("sync-contacts-set-up");
  await syncs.preview();
  await expectShown(web.page.getByText(`${contacts - 1} to create in Flocksy`, { exact: false }));
  await expectShown(web.page.getByText("1 to create in Acme Dental", { exact: false }));
  await web.expectGoodOnPhone("sync-contacts-preview");
  expect([inAcme().length, sandbox.flocksy.profiles.all().length]).toEqual([contacts, 2]);
});

test("the first sync makes on each side what only the other had, and joins the tags of who was on both", async () => {
  await syncs.start(sync);
  expect(sandbox.flocksy.profiles.all()).toHaveLength(inAcme().length);
  expect(zoe()).toBeDefined();
  expect(ada().tags.toSorted()).toEqual(["letters", "vip"]);
  expect(profile().segments.toSorted()).toEqual(["letters", "vip"]);
  expect(profile().name).toBe("Ada Byron");
  await expectShown(web.page.getByRole("heading", { name: "First sync, done" }));
  await web.expectGoodOnPhone("sync-contacts-overview");
});

test("a change of either side arrives at the other once, and is not taken for a change of its own", async () => {
  sandbox.state.saveContact({ ...ada(), phone: "+442079460018", dateUpdated: clock.now() });
  await syncs.later("the profile has the phone", () => profile().phone === "+442079460018");
  sandbox.flocksy.upsertProfile({ userId: "prof_ada", email: "ada.byron@mill.example" });
  await syncs.later("the contact has the e-mail", () => ada().email === "ada.byron@mill.example");
  const before = [ada().dateUpdated, profile().updatedAt];
  for (const side of ["a", "b", "a", "b"] as const) await syncs.readAgain(sync, side);
  expect([ada().dateUpdated, profile().updatedAt]).toEqual(before);
});

test("where both changed the same value, a person sees both and decides", async () => {
  sandbox.state.saveContact({ ...ada(), phone: "+442079460111", dateUpdated: clock.now() });
  sandbox.flocksy.upsertProfile({ userId: "prof_ada", phone: "+442079460222" });
  await syncs.later("it is a conflict", async () => (await syncs.get(sync)).counts.conflicts === 1);
  expect([ada().phone, profile().phone]).toEqual(["+442079460111", "+442079460222"]);
  await web.open(`/syncs/${sync}`);
  await web.page.getByRole("link", { name: /^Decide/ }).click();
  await web.page.getByRole("link", { name: /Ada/ }).click();
  await web.page.getByRole("radio", { name: /^Flocksy: / }).click();
  await web.expectGoodOnPhone("sync-contacts-conflict");
  await web.page.getByRole("button", { name: "Decide 1 field" }).click();
  await syncs.later("the contact has the chosen one", () => ada().phone === "+442079460222");
  await expectShown(web.page.getByText("In step"));
  expect(profile().phone).toBe("+442079460222");
});

test("what the first sync wrote is undone, and who was changed since stays as they are", async () => {
  const before = inAcme().length;
  const kept = sandbox.flocksy.profiles.all().find(({ id, email }) => id !== "prof_ada" && id !== "prof_zoe" && email !== undefined)!;
  sandbox.flocksy.upsertProfile({ userId: kept.id, segments: ["regulars"] });
  await syncs.later("its contact has the tag", () => inAcme().some(({ email, tags }) => email === kept.email && tags.includes("regulars")));
  await web.open(`/syncs/${sync}`);
  await web.page.getByRole("link", { name: "What it wrote" }).click();
  await web.page.getByRole("button", { name: "Undo all of this job" }).click();
  const dialog = web.page.getByRole("dialog");
  await expectShown(dialog.getByText("would be deleted in Flocksy").first());
  await expectShown(dialog.getByRole("region", { name: "Left as they are" }));
  await web.expectGoodOnPhone("sync-contacts-undo");
  await dialog.getByRole("button", { name: /^Undo \d+ changes$/ }).click();
  await syncs.later("the undo is over", async () => {
    const { job } = await syncs.get(sync);
    return job?.kind === "undo" && job.state === "done";
  });
  expect(zoe()).toBeUndefined();
  expect(
    sandbox.flocksy.profiles
      .all()
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([kept.id, "prof_ada", "prof_zoe"].toSorted());
  expect([ada().phone, profile().phone, profile().email]).toEqual(["+442079460222", "+442079460222", "ada.byron@mill.example"]);
  for (const side of ["a", "b"] as const) await syncs.readAgain(sync, side);
  expect(inAcme()).toHaveLength(before - 1);
  expect(profileOf("zoe@mill.example")).toHaveLength(1);
  await web.open(`/syncs/${sync}`);
  await web.expectGoodOnPhone("sync-contacts-undone");
});
