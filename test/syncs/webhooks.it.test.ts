/** Syncs hear webhooks, and find by reading what webhooks lost. The lists are read seldom here, so that what is quick came by webhook. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SyncLinkView, SyncView } from "#api/schemas/syncs.ts";
import { TestClock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { connectAcme, inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

const { acmeDental, brightSmiles, companyId } = sandboxDefaults;
const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
let house: House;
let token: string;
let sync: SyncView;

beforeAll(async () => {
  house = await openHouse(folder, true, clock);
  const { systems, url } = house.millrace.sandbox!;
  systems.state.search.lagMs = 0;
  token = await connectAcme(house.millrace);
  const login = { app: "flocksy", auth: "header", baseUrl: `${url}/flocksy`, secret: { token: systems.flocksy.logins.key } } as const;
  await house.millrace.vault.connect(firstWorkspaceId, { name: "flocksy-main", title: "Flocksy", ...login });
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});
afterEach(async () => {
  house.millrace.sandbox!.systems.faults.clear();
  await house.api("DELETE", `/syncs/${sync.id}`);
});

/** Lets time pass until it is so, and fails once more than `within` has passed. */
async function until<T>(what: string, read: () => T | Promise<T>, passes: (value: T) => boolean, within = 3 * minuteMs): Promise<T> {
  for (let passed = 0; passed <= within; passed += 1_000) {
    const value = await read();
    if (passes(value)) return value;
    await clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Gave up waiting for ${what}: ${JSON.stringify(await read())}`);
}

async function at<T>(method: string, path: string, body?: unknown, as = token): Promise<T> {
  const headers = { authorization: `Bearer ${as}`, version: "2021-07-28", "content-type": "application/json" };
  const reply = await fetch(`${house.millrace.sandbox!.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(reply.status, `${method} ${path}`).toBeLessThan(300);
  return (await reply.json()) as T;
}
const makeContact = async (email: string, firstName: string) =>
  (await at<{ contact: { id: string } }>("POST", "/contacts/", { locationId: acmeDental, email, firstName })).contact.id;

const contacts = {
  name: "Contacts and profiles",
  a: { app: "highlevel", type: "contact", connection: "acme" },
  b: { app: "flocksy", type: "profile", connection: "flocksy-main" },
  match: [[{ a: "email", b: "email" }]],
  fields: [
    { a: "firstName", b: "name", way: "both" },
    { a: "email", b: "email", way: "both" },
  ],
  create: { a: true, b: true },
  conflict: "newest",
  deletes: { a: "delete", b: "delete" },
  every: "1h",
};
const view = async () => (await house.api<SyncView>("GET", `/syncs/${sync.id}`)).body;
const profileOf = (email: string) => house.millrace.sandbox!.systems.flocksy.profiles.all().find((one) => one.email === email);

async function start(definition: object): Promise<void> {
  const made = await house.api<SyncView>("POST", "/syncs", { definition });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const started = await house.api<SyncView>("POST", `/syncs/${made.body.id}/start`, { first: true });
  expect(started.status, JSON.stringify(started.body)).toBe(200);
  sync = started.body;
  await until("the first sync is over", view, ({ status }) => status === "on", 30 * minuteMs);
}

test("hears a change, and a deletion, of either side at once, and finds by reading what was lost", async () => {
  const { systems } = house.millrace.sandbox!;
  const ada = await makeContact("ada@mill.example", "Ada");
  const eve = await makeContact("eve@mill.example", "Eve");
  await start(contacts);
  expect(Object.keys(sync.flows!.events.a)).toEqual(["ContactCreate", "ContactUpdate", "ContactTagUpdate", "ContactDelete"]);
  expect(Object.keys(sync.flows!.events.b)).toEqual(["profile.changed", "profile.deleted"]);
  const { lastReadAt } = await until("both are read", view, ({ lastReadAt: { a, b } }) => a !== null && b !== null, 90 * minuteMs);

  systems.faults.set({ kind: "webhook_doubled", route: "ContactUpdate" });
  await at("PUT", `/contacts/${ada}`, { firstName: "Augusta" });
  await until(
    "the profile follows",
    () => profileOf("ada@mill.example"),
    (one) => one?.name === "Augusta",
  );
  const profile = profileOf("ada@mill.example")!;
  systems.flocksy.upsertProfile({ userId: profile.userId, name: "Byron" });
  await until(
    "the contact follows",
    () => systems.state.contacts.get(ada),
    (one) => one?.firstName === "Byron",
  );
  systems.flocksy.deleteProfile(profile);
  await until(
    "the contact is deleted",
    () => systems.state.contacts.get(ada),
    (one) => one === undefined,
  );
  expect((await view()).lastReadAt, "no list was needed for it").toEqual(lastReadAt);

  systems.faults.set({ kind: "webhook_lost", route: "ContactUpdate" });
  await at("PUT", `/contacts/${eve}`, { firstName: "Eva" });
  await until(
    "a reading finds it",
    () => profileOf("eve@mill.example"),
    (one) => one?.name === "Eva",
    70 * minuteMs,
  );
});

test("a webhook that comes late, or says wrongly that a record is gone, changes nothing that is so", async () => {
  const { systems } = house.millrace.sandbox!;
  const late = await makeContact("late@mill.example", "First");
  await start(contacts);
  systems.faults.set({ kind: "webhook_late", route: "ContactUpdate", ms: 5 * minuteMs, count: 1 });
  await at("PUT", `/contacts/${late}`, { firstName: "Second" });
  await at("PUT", `/contacts/${late}`, { firstName: "Third" });
  await until(
    "the last one arrives",
    () => profileOf("late@mill.example"),
    (one) => one?.name === "Third",
  );
  await clock.advance(6 * minuteMs);
  systems.flocksy.hooks.tell("profile.deleted", { profile: profileOf("late@mill.example") });
  const runs = () => house.runsOf(sync.flows!.events.b["profile.deleted"]!);
  await until("it was looked at", runs, (all) => all.length > 0 && all.every(({ finishedAt }) => finishedAt !== null));
  expect([profileOf("late@mill.example")?.name, systems.state.contacts.get(late)?.firstName]).toEqual(["Third", "Third"]);
});

test("many deletions that come by webhook wait for a person before the first of them goes on", async () => {
  const { systems } = house.millrace.sandbox!;
  for (let n = 0; n < 15; n++) await makeContact(`many${n}@mill.example`, `N${n}`);
  await start(contacts);
  const many = systems.flocksy.profiles.all().filter(({ email }) => email?.startsWith("many"));
  expect(many).toHaveLength(15);
  const before = systems.state.contacts.all().length;
  for (const profile of many) systems.flocksy.deleteProfile(profile);
  const asks = await until("the sync asks", view, ({ status, asking }) => status === "asking" && asking?.deletions === 15);
  expect([asks.asking?.side, systems.state.contacts.all().length]).toEqual(["b", before]);
  await house.api("POST", `/syncs/${sync.id}/answer`, { allow: true });
  await until(
    "they are deleted",
    () => systems.state.contacts.all().length,
    (left) => left === before - 15,
    10 * minuteMs,
  );
});

test("its flows of events are switched off, on and removed with it", async () => {
  await start(contacts);
  const flow = sync.flows!.events.a["ContactUpdate"]!;
  const status = async () => (await house.api<{ status: string }>("GET", `/flows/${flow}`)).body.status;
  expect(await status()).toBe("on");
  await house.api("POST", `/syncs/${sync.id}/pause`, {});
  expect(await status()).toBe("off");
  await house.api("POST", `/syncs/${sync.id}/resume`, {});
  expect([await status(), (await view()).flows]).toEqual(["on", sync.flows]);
  await house.api("DELETE", `/syncs/${sync.id}`);
  expect((await house.api("GET", `/flows/${flow}`)).status).toBe(404);
});

test("notes of contacts come by webhook, to the counterpart of their contact", async () => {
  const { systems, url } = house.millrace.sandbox!;
  const smiles = systems.issueToken({ locationId: brightSmiles }).accessToken;
  const login = { app: "highlevel", auth: "token", baseUrl: url, locationId: brightSmiles, companyId, secret: { token: smiles } } as const;
  await house.millrace.vault.connect(firstWorkspaceId, { name: "smiles", title: "Bright Smiles", ...login });
  const here = await makeContact("noted@mill.example", "Noted");
  const between = { a: { app: "highlevel", connection: "acme" }, b: { app: "highlevel", connection: "smiles" } };
  const typed = (type: string) => ({ a: { ...between.a, type }, b: { ...between.b, type } });
  await start({
    ...contacts,
    ...typed("contact"),
    fields: ["firstName", "email"].map((name) => ({ a: name, b: name, way: "both" })),
    create: { a: false, b: true },
  });
  const parents = sync;
  const there = () => systems.state.contacts.inLocation(brightSmiles).find(({ email }) => email === "noted@mill.example");
  const other = await until("the contact is there", there, (one) => one !== undefined, 90 * minuteMs);
  await start({
    name: "Notes",
    ...typed("note"),
    match: [[{ a: "body", b: "body" }]],
    fields: [{ a: "body", b: "body", way: "both" }],
    create: { a: true, b: true },
    conflict: "newest",
    deletes: { a: "delete", b: "delete" },
    parents: [{ a: "contactId", b: "contactId", sync: parents.id }],
  });
  expect(sync.flows!.events.a).toMatchObject({ NoteCreate: sync.flows!.a });
  const { note } = await at<{ note: { id: string } }>("POST", `/contacts/${here}/notes`, { body: "Called back" });
  const notesThere = () => systems.state.notes.find("contact", other!.id);
  const [copy] = await until("the note is there", notesThere, (all) => all.length === 1);
  expect(copy).toMatchObject({ body: "Called back" });
  await at("PUT", `/contacts/${other!.id}/notes/${copy!.id}`, { body: "Called back twice" }, smiles);
  await until(
    "the change comes back",
    () => systems.state.notes.get(note.id)?.body,
    (body) => body === "Called back twice",
  );
  systems.faults.set({ kind: "webhook_lost", route: "NoteUpdate", count: 1 });
  await at("PUT", `/contacts/${here}/notes/${note.id}`, { body: "Called back thrice" });
  const pairs = (await house.api<{ links: SyncLinkView[] }>("GET", `/syncs/${sync.id}/links?show=all`)).body.links;
  const pair = pairs.find(({ a }) => a === note.id);
  await house.api("POST", `/syncs/${sync.id}/links/${pair!.id}/decide`, { repair: true });
  await until(
    "brought into step by hand",
    () => systems.state.notes.get(copy!.id)?.body,
    (body) => body === "Called back thrice",
  );
  await at("DELETE", `/contacts/${here}/notes/${note.id}`);
  await until("the note is deleted there", notesThere, (all) => all.length === 0);
  expect(systems.state.notes.find("contact", here)).toEqual([]);
  expect((await view()).lastReadAt).toEqual({ a: null, b: null });
  await house.api("DELETE", `/syncs/${parents.id}`);
});
