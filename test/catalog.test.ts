/** The catalog's own requests against the sandbox: what one makes of the vendor's description, the other has to accept. */
import { beforeEach, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation } from "#test/support/built-in.ts";
import { confirmedRow, confirmInput } from "#catalog/confirm.ts";
import { decodeRefusal } from "#catalog/decode.ts";
import { readAll } from "#catalog/paging.ts";
import { buildRequest } from "#catalog/request.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { openBench, type Bench } from "#sandbox/testing.ts";
import { benchCall } from "#test/support/bench-call.ts";

type Row = Record<string, unknown> & { id: string };
let bench: Bench;
let connection: ConnectionFacts;
let call: Call;

beforeEach(async () => {
  bench = await openBench();
  call = benchCall(bench);
  connection = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", baseUrl: "http://sandbox.test", locationId: bench.acme };
});

const make = async (input: Record<string, unknown>): Promise<Row> => (await call("contacts.create", input)).output as Row;
const output = async <T = Row>(id: string, input: Record<string, unknown>): Promise<T> => (await call(id, input)).output as T;

describe("contact operations against the sandbox", () => {
  test("a contact is made, read, changed, found and deleted", async () => {
    const ada = await make({ email: "ada@new.example", firstName: "Ada", tags: "Fresh, vip", phone: "+441632960777" });
    expect(await output("contacts.get", { contactId: ada.id })).toMatchObject({ id: ada.id, email: "ada@new.example" });
    expect(await output("contacts.update", { contactId: ada.id, city: "London" })).toMatchObject({ city: "London" });
    expect(await output("contacts.find_duplicate", { number: "+441632960777" })).toMatchObject({ id: ada.id });
    expect(await output("contacts.upsert", { email: "ada@new.example", lastName: "Byron" })).toMatchObject({
      id: ada.id,
      lastName: "Byron",
    });
    expect(await output("contacts.find", { email: "ada@new.example" })).toMatchObject({ found: true, matchedBy: "email" });
    expect(await output("contacts.find", { query: "Ada Byron" })).toMatchObject({
      matchedBy: "query",
      contact: { id: ada.id },
      matches: 1,
    });
    await call("contacts.delete", { contactId: ada.id });
    await expect(call("contacts.get", { contactId: ada.id })).rejects.toMatchObject({ code: "OUTBOUND_NOT_FOUND" });
    expect(await output("contacts.find", { contactId: ada.id })).toMatchObject({ found: false, contact: null });
  });

  test("a second one with the same address is refused, and the refusal names the first", async () => {
    const ada = await make({ email: "ada@new.example" });
    await expect(make({ email: "ada@new.example" })).rejects.toMatchObject({ code: "DUPLICATE_RECORD", details: { existingId: ada.id } });
  });

  test("tags are added and removed, for one and for many", async () => {
    const [a, b] = [await make({ email: "a@new.example" }), await make({ email: "b@new.example" })];
    await call("contacts.add_tags", { contactId: a.id, tags: ["one", "two"] });
    await call("contacts.remove_tags", { contactId: a.id, tags: "one" });
    expect(await output("contacts.add_tags_bulk", { contactIds: [a.id, b.id], tags: ["bulk"] })).toMatchObject({ total: 2, failed: 0 });
    expect((await output("contacts.get", { contactId: a.id }))["tags"]).toEqual(["two", "bulk"]);
    expect((await output("contacts.get", { contactId: b.id }))["tags"]).toEqual(["bulk"]);
    expect(await output("contacts.remove_tags_bulk", { contactIds: [a.id, "zzzzzzzzzzzzzzzzzzzz"], tags: ["bulk"] })).toMatchObject({
      total: 2,
      succeeded: 1,
      failed: 1,
    });
  });

  test("a note is made, found again by its text, changed and deleted", async () => {
    const { id: contactId } = await make({ email: "ada@new.example" });
    const input = { contactId, body: "Prefers mornings" };
    const note = await output("contacts.create_note", input);
    const operation = findOperation("highlevel", "contacts.create_note")!;
    const rows = await output(operation.confirm!.operation, confirmInput(operation, input)!);
    expect(confirmedRow(operation, input, rows, bench.clock.now())).toMatchObject({ id: note.id });
    expect(await output("contacts.update_note", { contactId, id: note.id, body: "Evenings" })).toMatchObject({ body: "Evenings" });
    expect(await output("contacts.get_note", { contactId, id: note.id })).toMatchObject({ body: "Evenings" });
    await call("contacts.delete_note", { contactId, id: note.id });
    expect(await output("contacts.list_notes", { contactId })).toEqual([]);
  });

  test("a task is made, found again by title and time, changed, completed and deleted", async () => {
    const { id: contactId } = await make({ email: "ada@new.example" });
    const input = { contactId, title: "Call Ada", dueDate: "2026-02-01T09:00:00.000Z" };
    const task = await output("contacts.create_task", input);
    const operation = findOperation("highlevel", "contacts.create_task")!;
    const rows = await output(operation.confirm!.operation, confirmInput(operation, input)!);
    expect(confirmedRow(operation, input, rows, bench.clock.now())).toMatchObject({ id: task.id });
    expect(await output("contacts.update_task", { contactId, taskId: task.id, title: "Call back" })).toMatchObject({ title: "Call back" });
    expect(await output("contacts.complete_task", { contactId, taskId: task.id, completed: true })).toMatchObject({ completed: true });
    expect(await output("contacts.get_task", { contactId, taskId: task.id })).toMatchObject({ title: "Call back", completed: true });
    await call("contacts.delete_task", { contactId, taskId: task.id });
    expect(await output("contacts.list_tasks", { contactId })).toEqual([]);
  });

  test.each(["contacts.search", "contacts.list"])("%s reads every contact once, page after page", async (id) => {
    const operation = findOperation("highlevel", id)!;
    const size = id === "contacts.search" ? "pageLimit" : "limit";
    const before = await readAll(operation, {}, call);
    bench.sandbox.seedContacts(57, bench.acme);
    const rows = (await readAll(operation, { [size]: 10 }, call)) as Row[];
    expect([new Set(rows.map((r) => r.id)).size, rows.length]).toEqual([before.length + 57, before.length + 57]);
  });

  test("the lists that offer choices answer", async () => {
    for (const id of ["users.list_by_location", "locations.list_custom_fields", "locations.list_tags"]) {
      expect(await output<unknown[]>(id, {})).toBeInstanceOf(Array);
    }
    expect(await output("locations.get", {})).toMatchObject({ id: bench.acme });
  });

  test("custom fields and an owner are given by name, and a repeat of the guarded upsert writes nothing", async () => {
    const [field] = (await output<Row[]>("locations.list_custom_fields", {})).filter(
      (f) => f["dataType"] === "NUMERICAL" || f["dataType"] === "TEXT",
    );
    const [user] = await output<Row[]>("users.list_by_location", {});
    const input = {
      email: "ada@new.example",
      firstName: "Ada",
      assignedTo: user!["name"],
      customFields: { [String(field!["name"])]: "7" },
      tags: ["new"],
    };
    const first = await output("contacts.guarded_upsert", input);
    expect(first).toMatchObject({ created: true, contact: { assignedTo: user!.id } });
    expect(await output("contacts.guarded_upsert", input)).toMatchObject({ created: false, matchedBy: "email", changed: [], kept: [] });
    expect(await output("contacts.guarded_upsert", { ...input, city: "Paris", tags: ["more"] })).toMatchObject({
      changed: [{ field: "tags" }, { field: "city" }],
    });
  });

  test("appointments, businesses and campaigns of a contact answer as the facts say", async () => {
    const { id: contactId } = await make({ email: "ada@new.example" });
    expect(await output<unknown[]>("contacts.list_appointments", { contactId })).toEqual([]);
    expect(await output<unknown[]>("contacts.list_by_business", { businessId: "63771dcac1116f0e21de8e12" })).toEqual([]);
    const [first] = await output<Row[]>("campaigns.list", {});
    const campaign = { contactId, campaignId: first!.id };
    for (const id of ["contacts.add_to_campaign", "contacts.remove_from_campaign"])
      expect(await output(id, campaign)).toMatchObject({ succeded: true });
    expect(await output("contacts.remove_from_all_campaigns", { contactId })).toMatchObject({ succeded: true });
  });

  test("what the strict validator refuses is reported beside its field", async () => {
    const operation = { ...findOperation("highlevel", "contacts.create")! };
    operation.input = [...operation.input, { name: "nonsense", in: "body", schema: {} }];
    const { body, url } = buildRequest(operation, { email: "a@b.example", nonsense: 1 }, connection, highlevel);
    const reply = await bench.call("POST", url.slice("http://sandbox.test".length), body, { "content-type": "application/json" });
    const error = decodeRefusal(highlevel, operation, reply.status, reply.body);
    expect([error.code, Object.keys((error.details["fields"] as object | undefined) ?? {})]).toEqual(["OUTBOUND_REFUSED", ["nonsense"]]);
  });
});
