import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pipelines, users } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let contactId: string;
beforeEach(async () => {
  bench = await openBench();
  contactId = bench.sandbox.state.contacts.inLocation(bench.acme)[2]!.id;
});
afterEach(() => bench.sandbox.close());

const pipelineId = pipelines.acme.id;
const make = (more: object = {}) =>
  bench.call("POST", "/opportunities/", { pipelineId, locationId: bench.acme, name: "Crown", status: "open", contactId, ...more });
const types = async () => {
  await bench.clock.advance(0);
  await bench.sandbox.webhooks.settled();
  return bench.posted.splice(0).map(({ body }) => body.type);
};
const search = (query = "") => bench.call("GET", `/opportunities/search?location_id=${bench.acme}${query}`);

describe("opportunities", () => {
  test("start in the first stage, and send two events", async () => {
    bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
    const { status, body } = await make();
    expect([status, body.opportunity]).toEqual([
      201,
      expect.objectContaining({
        pipelineStageId: pipelines.acme.stages[0],
        status: "open",
        contact: expect.objectContaining({ id: contactId }),
      }),
    ]);
    expect(await types()).toEqual(["OpportunityCreate", "OpportunityUpdate"]);
  });

  test("of one contact in one pipeline are one, unless the location allows more", async () => {
    const existingId = (await make()).at("opportunity.id");
    expect(await make()).toMatchObject({ status: 400, body: { code: "OPPORTUNITY_NO_DUPLICATE", meta: { existingId } } });
    const { state } = bench.sandbox;
    state.locations.put({ ...state.locations.get(bench.acme)!, allowDuplicateOpportunity: true });
    expect((await make()).status).toBe(201);
  });

  test("tell each kind of change by its own event", async () => {
    const id = (await make()).at("opportunity.id");
    bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
    const { body } = await bench.call("PUT", `/opportunities/${id}`, {
      pipelineStageId: pipelines.acme.stages[1],
      monetaryValue: 900,
      assignedTo: users.desk,
    });
    expect(body.opportunity).toMatchObject({ name: "Crown", monetaryValue: 900 });
    const change = ["OpportunityStageUpdate", "OpportunityMonetaryValueUpdate", "OpportunityAssignedToUpdate", "OpportunityUpdate"];
    expect(await types()).toEqual(change);
    expect((await bench.call("PUT", `/opportunities/${id}/status`, { status: "won" })).body).toMatchObject({ succeded: true });
    expect(await types()).toEqual(["OpportunityStatusUpdate", "OpportunityUpdate"]);
    await bench.call("DELETE", `/opportunities/${id}`);
    expect(await types()).toEqual(["OpportunityDelete", "OpportunityUpdate"]);
    expect((await bench.call("GET", `/opportunities/${id}`)).status).toBe(400);
  });

  test("refuse a stage of another pipeline, an unknown contact, and a filter for a status", async () => {
    expect((await make({ pipelineStageId: pipelines.smiles.stages[0] })).status).toBe(400);
    expect((await make({ contactId: "nobody" })).status).toBe(400);
    expect((await make({ status: "all" })).status).toBe(400);
    expect((await make({ status: "maybe" })).status).toBe(422);
  });

  test("are upserted by contact and pipeline, without followers", async () => {
    const upsert = (more: object) =>
      bench.call("POST", "/opportunities/upsert", { pipelineId, locationId: bench.acme, contactId, ...more });
    const first = await upsert({ name: "Bridge" });
    expect(first).toMatchObject({ status: 200, body: { new: true } });
    const again = await upsert({ status: "won", followers: [users.desk], followersActionType: "add", isRemoveAllFollowers: false });
    expect(again.body).toMatchObject({
      new: false,
      opportunity: { id: first.at("opportunity.id"), name: "Bridge", status: "won", followers: [users.desk] },
    });
  });

  test("write custom fields as field_value and read them as fieldValue", async () => {
    const field = await bench.call("POST", `/locations/${bench.acme}/customFields`, {
      name: "Tooth",
      dataType: "TEXT",
      model: "opportunity",
    });
    const fieldId = field.at("customField.id");
    const { body } = await make({ customFields: [{ id: fieldId, field_value: "21" }] });
    expect(body.opportunity).toMatchObject({ customFields: [{ id: fieldId, fieldValue: "21" }] });
  });

  test("end with their contact", async () => {
    await make();
    await bench.call("DELETE", `/contacts/${contactId}`);
    expect((await search(`&contact_id=${contactId}`)).rows("opportunities")).toEqual([]);
  });
});

describe("searching", () => {
  test("pages by cursor, each once", async () => {
    const seen: unknown[] = [];
    let cursor = "";
    for (let i = 0; i < 5; i++) {
      const { body, rows } = await search(`&limit=3${cursor}`);
      seen.push(...rows("opportunities").map(({ id }) => id));
      const meta = body.meta as { nextPage: number | null; startAfter: number; startAfterId: string };
      cursor = `&startAfter=${meta.startAfter}&startAfterId=${meta.startAfterId}`;
      if (meta.nextPage === null) break;
    }
    expect([seen.length, new Set(seen).size]).toEqual([8, 8]);
  });

  test("filters by status, words and American days, and needs its location", async () => {
    expect((await search("&status=won")).rows("opportunities")).toHaveLength(1);
    expect((await search("&status=all&q=implants")).rows("opportunities").length).toBeGreaterThan(1);
    expect((await search("&date=01-01-2030")).rows("opportunities")).toHaveLength(0);
    expect((await search("&date=2025-12-01")).status).toBe(422);
    expect((await bench.call("GET", "/opportunities/search")).status).toBe(422);
  });

  test("by POST filters and sorts by snake_case fields", async () => {
    const ask = (more: object) => bench.call("POST", "/opportunities/search", { locationId: bench.acme, ...more });
    const { body, rows } = await ask({
      filters: [{ field: "monetary_value", operator: "range", value: { gte: 2400 } }],
      sort: [{ field: "monetary_value", direction: "asc" }],
      limit: 2,
    });
    expect([body.total, rows("opportunities").map((row) => row.monetaryValue)]).toEqual([5, [2400, 2400]]);
    const next = await ask({
      filters: [{ field: "monetary_value", operator: "range", value: { gte: 2400 } }],
      sort: [{ field: "monetary_value", direction: "asc" }],
      limit: 2,
      searchAfter: rows("opportunities").at(-1)!.searchAfter,
    });
    expect(next.rows("opportunities").map((row) => row.monetaryValue)).toEqual([2400, 4100]);
    expect((await ask({ filters: [{ field: "colour", operator: "eq", value: 1 }] })).status).toBe(400);
  });
});
