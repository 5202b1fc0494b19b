import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { builtIn } from "#test/support/built-in.ts";
import { LookupCache } from "#catalog/prepare/lookup-cache.ts";
import type { CallRequest } from "#outbound/call.ts";
import { createCaller, type Caller } from "#outbound/caller.ts";
import { createOutbound } from "#outbound/client.ts";
import { createGovernor } from "#outbound/governor.ts";
import type { Outbound } from "#outbound/types.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";

let sandbox: Sandbox;
let outbound: Outbound;
let caller: Caller;

beforeAll(async () => {
  sandbox = await openSandbox({ clock: systemClock, indexLagMs: 0 });
  const baseUrl = await sandbox.listen({ port: 0 });
  const { accessToken } = sandbox.issueToken({ locationId: sandboxDefaults.acmeDental });
  const credentials = { headers: { Authorization: `Bearer ${accessToken}` }, version: 1, renewable: false };
  outbound = createOutbound({
    clock: systemClock,
    governor: createGovernor(),
    log: silentLog,
    allowPrivateHosts: [new URL(baseUrl).host],
    timeoutMs: 5000,
    authorizer: { authorize: async () => credentials, renew: async () => credentials },
  });
  const lookups = new LookupCache(systemClock);
  caller = createCaller({
    catalog: builtIn,
    remembered: ({ id }, call) => lookups.wrap(id, call),
    outbound,
    clock: systemClock,
    connection: async (workspaceId, name) =>
      name === "acme"
        ? {
            id: "con_1",
            workspaceId,
            name,
            app: "highlevel",
            baseUrl,
            locationId: sandboxDefaults.acmeDental,
            access: "location",
            auth: "token",
          }
        : null,
  });
});
afterAll(async () => {
  await outbound.close();
  await sandbox.close();
});

let n = 0;
const request = (operation: string, input: Record<string, unknown>, more: Partial<CallRequest> = {}): CallRequest => ({
  workspaceId: "ws_1",
  app: "highlevel",
  operation,
  connection: "acme",
  input,
  lane: "live",
  dry: false,
  idempotencyKey: `key-${n++}`,
  ...more,
});
const run = (operation: string, input: Record<string, unknown>, more: Partial<CallRequest> = {}) =>
  caller.call(request(operation, input, more));
const contactIn = (output: unknown) =>
  output as { id: string; tags?: string[]; email?: string; customFields?: { id: string; value: unknown }[] };
/** Every record there is, to prove that nothing was written. */
const everything = async () =>
  JSON.stringify(await (await sandbox.app.inject({ url: "/sandbox/state", headers: { host: "127.0.0.1" } })).json());

it("creates a contact with a custom field given by its name, and shows what went over the wire without the login", async () => {
  const { output, exchanges } = await run("contacts.create", {
    email: "zoe@example.com",
    firstName: "Zoe",
    customFields: { "Net promoter score": 9 },
  });
  expect(contactIn(output).email).toBe("zoe@example.com");
  expect(exchanges).toHaveLength(1);
  expect(exchanges[0]).toMatchObject({ method: "POST", status: 201 });
  expect(JSON.stringify(exchanges)).not.toContain("Bearer");
  const { output: read } = await run("contacts.get", { contactId: contactIn(output).id });
  expect(contactIn(read).customFields?.map((f) => f.value)).toEqual([9]);
});

it("tells a wrong field before anything is sent", async () => {
  await expect(run("contacts.create", { email: "x@example.com", firstname: "X" })).rejects.toMatchObject({
    code: "STEP_INPUT_INVALID",
    details: { field: "firstname", problem: expect.stringContaining("firstName") as string },
  });
});

it("says who already has the e-mail when a create is refused as a duplicate", async () => {
  const { output } = await run("contacts.create", { email: "twice@example.com" });
  await expect(run("contacts.create", { email: "twice@example.com" })).rejects.toMatchObject({
    code: "DUPLICATE_RECORD",
    details: { existingId: contactIn(output).id, outcome: "refused" },
  });
});

it("finds what an attempt of unknown outcome made: contact, note and task", async () => {
  const since = Date.now();
  const contact = request("contacts.create", { email: "lost@example.com", firstName: "Lost" });
  expect(await caller.confirmed(contact, since)).toBeNull();
  const contactId = contactIn((await caller.call(contact)).output).id;
  expect(contactIn((await caller.confirmed(contact, since))?.output).id).toBe(contactId);
  for (const [operation, input] of [
    ["contacts.create_note", { contactId, body: "Rang, no answer" }],
    ["contacts.create_task", { contactId, title: "Call again", dueDate: "2026-12-01T09:00:00Z", completed: false }],
  ] as const) {
    const write = request(operation, input);
    expect(await caller.confirmed(write, since)).toBeNull();
    const made = await caller.call(write);
    expect((await caller.confirmed(write, since))?.output).toMatchObject({ id: contactIn(made.output).id });
  }
});

it("finds a booking of unknown outcome, and a group by its address, on whatever page of the list it is", async () => {
  const since = Date.now();
  const contactId = contactIn((await run("contacts.create", { email: "booked@example.com" })).output).id;
  const slots = (await run("calendars.free_slots", { calendarId: "Check-ups", startDate: "now+1d", endDate: "now+20d" })).output as {
    slot: string;
  }[];
  const booking = request("calendars.create_appointment", { calendarId: "Check-ups", contactId, startTime: slots[0]!.slot });
  expect(await caller.confirmed(booking, since)).toBeNull();
  const made = await caller.call(booking);
  expect((await caller.confirmed(booking, since))?.output).toMatchObject({ id: contactIn(made.output).id });
  const group = request("calendars.create_group", { name: "Hygiene", slug: "hygiene", description: "Cleaning" });
  expect(await caller.confirmed(group, since)).toBeNull();
  await caller.call(group);
  expect((await caller.confirmed(group, since))?.output).toMatchObject({ slug: "hygiene" });
});

it("a dry run of a row of a list, and of followers, tells what would change", async () => {
  const change = { groupId: "hygiene", name: "Hygiene", slug: "hygiene", description: "Advice" };
  const group = await run("calendars.update_group", change, { dry: true });
  expect(group.effects).toMatchObject([{ effect: "update", changes: [{ field: "description", old: "Cleaning", new: "Advice" }] }]);
  const contactId = contactIn((await run("contacts.create", { email: "followed@example.com" })).output).id;
  const followed = await run("contacts.add_followers", { contactId, followers: ["Dana Whitfield"] }, { dry: true });
  expect(followed.effects).toMatchObject([{ effect: "link", changes: [{ field: "followers" }], unchanged: false }]);
});

it("a dry run writes nothing and tells field by field what would change", async () => {
  const { output } = await run("contacts.create", { email: "dry@example.com", firstName: "Dry", city: "Bern", tags: ["patient"] });
  const before = await everything();
  const updated = await run("contacts.update", { contactId: contactIn(output).id, city: "Basel", firstName: "Dry" }, { dry: true });
  expect(updated.effects).toEqual([
    expect.objectContaining({ effect: "update", unchanged: false, changes: [{ field: "city", label: "City", old: "Bern", new: "Basel" }] }),
  ]);
  const tagged = await run("contacts.add_tags", { contactId: contactIn(output).id, tags: ["Patient", "VIP"] }, { dry: true });
  expect(tagged.effects?.[0]?.tags).toEqual({ added: ["vip"], removed: [] });
  const same = await run("contacts.update", { contactId: contactIn(output).id, city: "Bern" }, { dry: true });
  expect(same.effects?.[0]?.unchanged).toBe(true);
  expect(await everything()).toBe(before);
});

it("a dry run of the guarded upsert creates or updates as the real one would, and later steps can go on with its result", async () => {
  const before = await everything();
  const made = await run(
    "contacts.guarded_upsert",
    { email: "not-yet@example.com", firstName: "Nora", tags: ["promoter"], customFields: { "Net promoter score": 10 } },
    { dry: true },
  );
  expect(made.effects?.map((e) => e.effect)).toEqual(["create"]);
  const id = (made.output as { contact: { id: string } }).contact.id;
  const noted = await run("contacts.create_note", { contactId: id, body: "Hello" }, { dry: true });
  expect(noted.effects?.[0]).toMatchObject({ effect: "create", recordId: id });
  const tagged = await run("contacts.add_tags", { contactId: id, tags: ["vip"] }, { dry: true });
  expect(tagged.effects?.[0]?.tags?.added).toEqual(["vip"]);
  expect(await everything()).toBe(before);
});

it("the guarded upsert creates once and then updates, without blanking what is filled", async () => {
  const input = { email: "guard@example.com", firstName: "Gus", phone: "+13035550199", tags: ["one"] };
  const first = (await run("contacts.guarded_upsert", input)).output as { created: boolean; contact: { id: string } };
  const second = (await run("contacts.guarded_upsert", { email: "guard@example.com", firstName: "", tags: ["two"] })).output as {
    created: boolean;
    contact: { id: string };
  };
  expect([first.created, second.created]).toEqual([true, false]);
  expect(second.contact.id).toBe(first.contact.id);
  const { output } = await run("contacts.get", { contactId: first.contact.id });
  expect(output).toMatchObject({ firstName: "Gus" });
  expect(contactIn(output).tags?.sort()).toEqual(["one", "two"]);
});

it("reads a list to its end", async () => {
  sandbox.seedContacts(230);
  let rows = 0;
  for await (const page of caller.pages({
    workspaceId: "ws_1",
    app: "highlevel",
    operation: "contacts.search",
    connection: "acme",
    input: {},
    lane: "sync",
  }))
    rows += page.rows.length;
  expect(rows).toBeGreaterThanOrEqual(230);
});

it("knows no operation, connection or foreign connection that is not there, and says so", async () => {
  await expect(run("contacts.nope", {})).rejects.toMatchObject({ code: "OPERATION_UNKNOWN" });
  await expect(run("contact.create", {})).rejects.toThrow(
    "There is no operation 'contact.create' in HighLevel; did you mean 'contacts.create'?",
  );
  await expect(run("contacts.list@v3", {})).rejects.toThrow("in HighLevel, for the newer API has it not; 'contacts.list' is there.");
  await expect(run("contacts.get", { contactId: "x" }, { connection: "nobody" })).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
  await expect(run("contacts.get", { contactId: "x" }, { connection: "" })).rejects.toThrow(
    "connection: is needed: HighLevel is called with a login, so say with which.",
  );
  await expect(run("post", { url: "http://127.0.0.1/" }, { app: "http" })).rejects.toMatchObject({ code: "STEP_INPUT_INVALID" });
});

it("a dry run of a write to a private address that is not allowed says so, as the real run would", async () => {
  for (const [operation, url] of [
    ["post", "http://10.0.0.7:8080/hook"],
    ["put", "http://localhost:9/x"],
    ["delete", "http://169.254.169.254/"],
  ])
    await expect(
      caller.call(request(operation!, { url }, { app: "http", dry: true, connection: undefined as never })),
    ).rejects.toMatchObject({
      code: "HOST_NOT_ALLOWED",
    });
});
