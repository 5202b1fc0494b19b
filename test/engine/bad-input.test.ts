import { describe, expect, test } from "vitest";
import { apps, builtIn, findOperation } from "#test/support/built-in.ts";
import { decodeRefusal } from "#catalog/decode.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { CallConnection } from "#outbound/call-connections.ts";
import { createCaller } from "#outbound/caller.ts";
import type { OutboundCall } from "#outbound/types.ts";

const place = { workspaceId: "ws_1", app: "highlevel", locationId: "ve9EPM428h8vShlRW1KT", access: "location" } as const;
const connections: Record<string, CallConnection> = {
  acme: { ...place, id: "con_1", name: "acme" },
  narrow: { ...place, id: "con_2", name: "narrow", scopes: ["contacts.readonly"] },
  writer: { ...place, id: "con_4", name: "writer", scopes: ["contacts.write"] },
  agency: { ...place, id: "con_3", name: "agency", access: "agency", companyId: "5DP4iH6HLkQsiKESj6rh" },
};
const contactId = "ocQHyuzHvysMo5N5VsXc";

/** The real catalog in front of an outside that notes what reaches it, and answers as told. */
function outside(answer: (call: OutboundCall) => unknown = () => ({})) {
  const sent: string[] = [];
  const caller = createCaller({
    catalog: builtIn,
    remembered: (_, call) => call,
    clock: new TestClock(),
    connection: async (_, name) => connections[name] ?? null,
    outbound: {
      async send(call) {
        sent.push(call.operation.id);
        return { status: 200, headers: {}, body: answer(call), exchange: { at: 0, method: "GET", url: "", durationMs: 1 } };
      },
      close: async () => {},
    },
  });
  const call = (operation: string, input: Record<string, unknown>, connection = "acme", dry = false) =>
    caller.call({ workspaceId: "ws_1", app: "highlevel", operation, connection, input, lane: "live", dry, idempotencyKey: "k" });
  return { call, sent };
}
const messageOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (thrown: unknown) => (thrown instanceof MillraceError ? thrown.message : String(thrown)),
  );

describe("bad input is refused before anything is sent", () => {
  test.each<[operation: string, input: Record<string, unknown>, connection: string, says: string]>([
    [
      "contacts.create",
      { email: "a@b.c", firstname: "A" },
      "acme",
      "firstname: is not a field of Create Contact; did you mean 'firstName'?",
    ],
    ["contacts/create-contact", { firstname: "A" }, "acme", "firstname: is not a field of Create contact; did you mean 'firstName'?"],
    ["opportunities.update", { id: "o", monetaryValue: "a lot" }, "acme", "monetaryValue: must be a number, but is the text 'a lot'."],
    [
      "opportunities/update-opportunity",
      { id: "o", monetaryValue: "a lot" },
      "acme",
      "monetaryValue: must be a number, but is the text 'a lot'.",
    ],
    [
      "opportunities.update",
      { id: "o", status: "sold" },
      "acme",
      "status: must be one of open, won, lost, abandoned, but is the text 'sold'.",
    ],
    [
      "opportunities.update",
      { id: "o", forecastProbability: 0.4 },
      "acme",
      "forecastProbability: is a field of the newer API only; use opportunities.update@v3, or leave it out.",
    ],
    ["contacts.create_task", { contactId, title: "Call" }, "acme", "dueDate: is needed and was not given."],
    [
      "contacts.create",
      { email: "a@b.c", locationId: "C2QujeCh8ZnC7al2InWR" },
      "acme",
      "locationId: 'C2QujeCh8ZnC7al2InWR' is another sub-account than that of the connection 'acme' (ve9EPM428h8vShlRW1KT); leave it out, or choose that sub-account's connection.",
    ],
    ["locations/put-location", { locationId: "C2QujeCh8ZnC7al2InWR", companyId: "5DP4iH6HLkQsiKESj6rh" }, "agency", "nothing"],
    [
      "invoices/get-invoice",
      { invoiceId: "i1", altId: "C2QujeCh8ZnC7al2InWR" },
      "acme",
      "altId: 'C2QujeCh8ZnC7al2InWR' is another sub-account than that of the connection 'acme' (ve9EPM428h8vShlRW1KT); leave it out, or choose that sub-account's connection.",
    ],
    [
      "locations/create-tag",
      { locationId: "C2QujeCh8ZnC7al2InWR", name: "vip" },
      "acme",
      "locationId: 'C2QujeCh8ZnC7al2InWR' is another sub-account than that of the connection 'acme' (ve9EPM428h8vShlRW1KT); leave it out, or choose that sub-account's connection.",
    ],
    [
      "contacts/create-contact",
      { email: "a@b.c" },
      "narrow",
      "The connection 'narrow' lacks the scope contacts.write. Add it in HighLevel and reconnect.",
    ],
    [
      "companies/get-company",
      { companyId: "5DP4iH6HLkQsiKESj6rh" },
      "acme",
      "'acme' is the wrong kind of login for Get company, which needs an agency login. Connect that and choose it here.",
    ],
    [
      "opportunities/update-opportunity",
      { id: "o", status: "sold" },
      "acme",
      "status: must be one of open, won, lost, abandoned, all, but is the text 'sold'.",
    ],
    [
      "users.search",
      { companyId: "another-agency-0000000" },
      "agency",
      "companyId: 'another-agency-0000000' is another agency than that of the connection 'agency' (5DP4iH6HLkQsiKESj6rh); leave it out, or choose that agency's connection.",
    ],
    [
      "contacts.create",
      { email: "a@b.c" },
      "narrow",
      "The connection 'narrow' lacks the scope contacts.write. Add it in HighLevel and reconnect.",
    ],
    [
      "contacts.update",
      { contactId, assignedTo: "Mary" },
      "writer",
      "The connection 'writer' lacks the scope users.readonly (for List Users by Location, which finds names; an id needs it not). Add it in HighLevel and reconnect.",
    ],
    [
      "snapshots.list",
      {},
      "acme",
      "'acme' is the wrong kind of login for List Snapshots, which needs an agency login. Connect that and choose it here.",
    ],
    [
      "contacts.create",
      { email: "a@b.c" },
      "agency",
      "'agency' is the wrong kind of login for Create Contact, which needs a sub-account login. Connect that and choose it here.",
    ],
  ])("%s with %j over '%s'", async (operation, input, connection, says) => {
    for (const dry of [false, true]) {
      const { call, sent } = outside();
      expect(await messageOf(call(operation, input, connection, dry))).toBe(says);
      if (says !== "nothing") expect(sent).toEqual([]);
    }
  });

  test("what a login does not tell of itself stops nothing: a private token names no scopes", async () => {
    const { call, sent } = outside();
    await call("contacts.update", { contactId, city: "Bern" });
    expect(sent).toEqual(["contacts.update"]);
  });

  test("the own sub-account may be named", async () => {
    const { call, sent } = outside(() => ({ contacts: [] }));
    await call("contacts.search", { locationId: place.locationId });
    expect(sent).toEqual(["contacts.search"]);
  });

  test("a deprecated operation is reported and made", async () => {
    const { call } = outside(() => ({ contacts: [] }));
    const [notice] = (await call("contacts.list", {})).notices ?? [];
    expect(notice).toMatch(/^HighLevel has deprecated .+ \(contacts\.list\); it still works, and there is none in its place\.$/);
    expect((await call("contacts.search", {})).notices).toBeUndefined();
  });
});

describe("a refusal is reported beside our own field", () => {
  const refused = async (operation: string, input: Record<string, unknown>, status: number, body: unknown) => {
    const { call } = outside(({ app, operation: asked }) => {
      throw decodeRefusal({ ...app }, asked, status, body, {}, "acme");
    });
    return call(operation, input).catch((thrown: unknown) => thrown as MillraceError) as Promise<MillraceError>;
  };
  const gone = "is gone, or belongs to another account than that of 'acme'";
  const stage = "7915dedc-8f18-44d5-8bc3-000000000001";

  test.each<[operation: string, input: Record<string, unknown>, status: number, message: string, says: string]>([
    [
      "contacts.get",
      { contactId },
      400,
      `Contact with id ${contactId} not found`,
      `HighLevel answered Get Contact with 'not found': Contact with id ${contactId} not found. contactId '${contactId}' ${gone}.`,
    ],
    [
      "contacts/get-contact",
      { contactId },
      404,
      "Not Found",
      `HighLevel answered Get contact with 'not found': Not Found. contactId '${contactId}' ${gone}.`,
    ],
    [
      "opportunities.update",
      { id: "oPp1Zx7Cv1Bn5Ma9Sd2F", pipelineId: "pIp3Zx7Cv1Bn5Ma9Sd2F", pipelineStageId: stage },
      400,
      "The pipeline stage could not be found",
      `HighLevel answered Update Opportunity with 'not found': The pipeline stage could not be found. pipelineStageId '${stage}' ${gone}.`,
    ],
    [
      "opportunities.update",
      { id: "oPp1Zx7Cv1Bn5Ma9Sd2F", pipelineId: "pIp3Zx7Cv1Bn5Ma9Sd2F" },
      400,
      "No opportunity can be in pIp3Zx7Cv1Bn5Ma9Sd2F: it does not exist",
      `HighLevel answered Update Opportunity with 'not found': No opportunity can be in pIp3Zx7Cv1Bn5Ma9Sd2F: it does not exist. pipelineId 'pIp3Zx7Cv1Bn5Ma9Sd2F' ${gone}.`,
    ],
    [
      "contacts.delete_note",
      { contactId, id: "nOt1Zx7Cv1Bn5Ma9Sd2F" },
      404,
      "Note not found",
      `HighLevel answered Delete Contact Note with 'not found': Note not found. id 'nOt1Zx7Cv1Bn5Ma9Sd2F' ${gone}.`,
    ],
    [
      "contacts.update",
      { contactId, city: "Bern" },
      403,
      "The token does not have access to this location.",
      `The connection 'acme' has no access to the sub-account of contactId '${contactId}'. Use an id of its own sub-account, or the connection of that other one.`,
    ],
    [
      "contacts.search",
      {},
      403,
      "The token does not have access to this location.",
      "The connection 'acme' has no access to the sub-account of what was asked for. Use an id of its own sub-account, or the connection of that other one.",
    ],
  ])("%s with %j refused with %i '%s'", async (operation, input, status, message, says) => {
    const error = await refused(operation, input, status, { statusCode: status, message });
    expect(error.message).toBe(says);
  });

  test.each<[body: unknown, fields: Record<string, string>]>([
    [{ message: ["email must be an email"] }, { email: "email must be an email" }],
    [{ message: ["customFields.0.id must be a string"] }, { customFields: "customFields.0.id must be a string" }],
    [{ message: ["customFields.0.property colour should not exist"] }, { customFields: "customFields.0.property colour should not exist" }],
    [{ message: ["each value in tags must be a string"] }, { tags: "each value in tags must be a string" }],
    [{ errors: [{ field: "phone", message: "is no phone number" }] }, { phone: "is no phone number" }],
    [{ errors: [{ path: ["customFields", 0, "id"], message: "Required" }] }, { customFields: "Required" }],
    [{ errors: { phone: ["too short", "no country"] } }, { phone: "too short; no country" }],
    [{ message: '"email" is required' }, { email: '"email" is required' }],
  ])("%j names %j", async (body, fields) => {
    const error = await refused("contacts.update", { contactId, email: "x@y.z" }, 422, body);
    expect(error.details["fields"]).toEqual(fields);
  });

  test("a field that has another name on the wire is reported by ours", async () => {
    const operation = findOperation("highlevel", "contacts.update")!;
    const renamed = { ...operation, input: operation.input.map((f) => (f.name === "city" ? { ...f, name: "town", wire: "city" } : f)) };
    const error = decodeRefusal(apps.get("highlevel")!, renamed, 422, { message: ["city must be a string"] });
    expect(error.details["fields"]).toEqual({ town: "city must be a string" });
  });
});

describe("a look-up that fails", () => {
  const failing = (code: "OUTBOUND_FAILED" | "RATE_LIMITED" | "CONNECTION_EXPIRED") =>
    outside((call) => {
      if (call.operation.effect !== "read") return {};
      throw new MillraceError(code, { details: { app: "HighLevel", message: "status 500", outcome: "unknown" } });
    });

  test.each(["OUTBOUND_FAILED", "RATE_LIMITED", "CONNECTION_EXPIRED"] as const)(
    "with %s leaves no doubt about the write, which was never sent",
    async (code) => {
      const { call, sent } = failing(code);
      const thrown: unknown = await call("contacts.create_task", {
        contactId,
        title: "Call",
        dueDate: "2026-12-01T09:00:00Z",
        completed: false,
        assignedTo: "Mary",
      }).catch((err: unknown) => err);
      expect(thrown).toMatchObject({ code, details: { outcome: "not_sent" } });
      expect(sent).toEqual(["users.list_by_location"]);
    },
  );
});

describe("what is meant is suggested or used", () => {
  test("a choice in another case is the choice, and a number stays one", async () => {
    const { call, sent } = outside();
    await call("opportunities.update", { id: "oPp5Rs7TuVw9Xy1Za3Bc", status: " Won " });
    expect(sent).toEqual(["opportunities.update"]);
    expect(await messageOf(call("opportunities.update", { id: "oPp5Rs7TuVw9Xy1Za3Bc", status: "sold" }))).toContain(
      "must be one of open, won,",
    );
  });

  test("all that is missing is reported at once", async () => {
    const { call } = outside();
    expect(await messageOf(call("contacts.create_task", {}))).toMatch(/^contactId: is needed and was not given; nor were title, dueDate/);
  });

  test.each([
    ["contact.create", "There is no operation 'contact.create' in HighLevel; did you mean 'contacts.create'?"],
    ["contacts.list@v3", "There is no operation 'contacts.list@v3' in HighLevel, for the newer API has it not; 'contacts.list' is there."],
    ["ContactCreate", "There is no operation 'ContactCreate' in HighLevel: it is a trigger, which starts a flow."],
  ])("'%s' is no operation, and what was meant is suggested", async (operation, says) => {
    expect(await messageOf(outside().call(operation, {}))).toBe(says);
  });
});
