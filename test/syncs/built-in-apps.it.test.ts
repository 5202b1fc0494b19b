/** A sync of two built-in apps in the sandbox: their record types, custom ways of writing and refusals as they are. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SyncLinkView, SyncView } from "#api/schemas/syncs.ts";
import { TestClock } from "#kernel/clock.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";
import { connectAcme, inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
let house: House;

beforeAll(async () => {
  house = await openHouse(folder, true, clock);
  const { systems, url } = house.millrace.sandbox!;
  systems.state.search.lagMs = 0;
  await connectAcme(house.millrace);
  const login = { app: "flocksy", auth: "header", baseUrl: `${url}/flocksy`, secret: { token: systems.flocksy.logins.key } } as const;
  await house.millrace.vault.connect(firstWorkspaceId, { name: "flocksy-main", title: "Flocksy", ...login });
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

async function until<T>(what: string, read: () => T | Promise<T>, passes: (value: T) => boolean, stepMs = 2_000): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const value = await read();
    if (passes(value)) return value;
    await clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Gave up waiting for ${what}: ${JSON.stringify(await read())}`);
}

test("a contact and its profile stay in step, tags and emptied fields included", async () => {
  const { systems } = house.millrace.sandbox!;
  const details = { email: "ada@mill.example", firstName: "Ada", phone: "+442079460018", tags: ["vip"] };
  const profiles = () => systems.flocksy.profiles.all().filter(({ email }) => email === details.email);
  const definition = {
    name: "Contacts and profiles",
    a: { app: "highlevel", type: "contact", connection: "acme" },
    b: { app: "flocksy", type: "profile", connection: "flocksy-main" },
    match: [[{ a: "email", b: "email" }]],
    fields: [
      { a: "firstName", b: "name", way: "both" },
      { a: "email", b: "email", way: "both" },
      { a: "phone", b: "phone", way: "both" },
      { a: "tags", b: "segments", way: "both" },
    ],
    create: { a: true, b: true },
    conflict: "newest",
    deletes: { a: "delete", b: "delete" },
    every: "1m",
  };
  const made = (await house.api<SyncView>("POST", "/syncs", { definition })).body;
  const problems = await house.api<{ problems: unknown[] }>("GET", `/syncs/${made.id}/problems`);
  expect(problems.body.problems).toEqual([]);
  const started = await house.api<SyncView>("POST", `/syncs/${made.id}/start`, { first: false });
  expect(started.status, JSON.stringify(started.body)).toBe(200);
  const view = async () => (await house.api<SyncView>("GET", `/syncs/${made.id}`)).body;
  await until("both lists are read once", view, ({ lastReadAt: { a, b } }) => a !== null && b !== null);

  const ada = contactAt("ada", 1, clock.now(), details);
  systems.state.saveContact(ada);
  const [profile] = await until("the profile is made", profiles, (all) => all.length > 0);
  expect(profile).toMatchObject({ name: "Ada", email: details.email, phone: details.phone, segments: ["vip"] });

  systems.state.saveContact({
    ...systems.state.contacts.get("ada")!,
    firstName: "Augusta",
    tags: ["vip", "late"],
    dateUpdated: clock.now(),
  });
  await until("the profile follows", profiles, ([one]) => one?.name === "Augusta" && one.segments.length === 2);
  systems.flocksy.upsertProfile({ userId: profile!.userId, phone: null, segments: ["late"] });
  const contact = () => systems.state.contacts.get("ada");
  await until("the contact follows", contact, (one) => !one?.phone && one?.tags.join() === "late");
  expect(contact()).toMatchObject({ firstName: "Augusta", email: details.email });
  const links = (await house.api<{ links: SyncLinkView[] }>("GET", `/syncs/${made.id}/links?show=all`)).body.links;
  expect(links).toMatchObject([{ a: "ada", b: profile!.id, problem: null, conflicts: [] }]);
  expect(await view()).toMatchObject({ counts: { linked: 1, problems: 0, conflicts: 0 }, inStepSince: expect.any(Number) });

  systems.state.buryContact(contact()!);
  // No webhook tells it here, and a reading to the end, which does, comes once an hour.
  await until("the profile is deleted", profiles, (all) => all.length === 0, 30_000);
  await until("the pair is forgotten", view, ({ counts: { linked, waiting } }) => linked + waiting === 0);
});
