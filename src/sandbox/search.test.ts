import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { customFields } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench({ quota: { burst: 1000 } })));
afterEach(() => bench.sandbox.close());

const search = (body: object = {}) => bench.call("POST", "/contacts/search", { locationId: bench.acme, pageLimit: 100, ...body });
const where = (field: string, operator: string, value?: unknown) => search({ filters: [{ field, operator, value }] });
const create = async (body: object) => (await bench.call("POST", "/contacts/", { locationId: bench.acme, ...body })).at("contact.id");
const idsOf = async (reply: ReturnType<typeof search>) => (await reply).rows("contacts").map((row) => row.id);

describe("asking", () => {
  test("location and page size are required, unknown keys refused", async () => {
    const { status, body } = await bench.call("POST", "/contacts/search", { colour: "red" });
    expect([status, body.message]).toEqual([
      422,
      [
        "property colour should not exist",
        "locationId should not be empty",
        "locationId must be a string",
        "pageLimit must be an integer number",
      ],
    ]);
    expect((await search({ pageLimit: 501 })).status).toBe(422);
    expect((await search({ query: "x".repeat(76) })).status).toBe(422);
  });

  test("a row has the search's own shape, with null for what is unknown and no dndSettings", async () => {
    const id = await create({ email: "row@example.com", firstName: "Ada" });
    const row = (await where("email", "eq", "row@example.com")).rows("contacts")[0]!;
    expect(row).toMatchObject({
      id,
      firstName: "Ada",
      firstNameLowerCase: "ada",
      lastName: null,
      phone: null,
      businessName: null,
      additionalEmails: [],
      searchAfter: [expect.any(Number), id],
    });
    expect("dndSettings" in row).toBe(false);
  });

  test("a field or operator that does not exist is 400 and named", async () => {
    expect(await where("date_added", "eq", 1)).toMatchObject({ status: 400, body: { message: "Invalid field date_added" } });
    expect((await where("email", "like", "x")).status).toBe(400);
    expect((await where("email", "constructor", "x")).status).toBe(400);
    expect(await search({ sort: [{ field: "colour", direction: "asc" }] })).toMatchObject({
      status: 400,
      body: { message: "Invalid field colour" },
    });
  });
});

describe("filters", () => {
  test("compare text without case, tags one by one, custom fields and channels by their names", async () => {
    const id = await create({
      email: "f@example.com",
      firstName: "Filter",
      tags: ["gold"],
      customFields: [{ id: customFields.score, field_value: 3 }],
      dndSettings: { Email: { status: "active" } },
    });
    for (const [field, operator, value] of [
      ["firstNameLowerCase", "eq", "FILTER"],
      ["tags", "contains", "gold"],
      ["tags", "eq", ["gold"]],
      [`customFields.${customFields.score}`, "eq", 3],
      [`customFields.${customFields.score}`, "range", { lte: 6 }],
      ["dndSettings.Email.status", "eq", "active"],
      ["email", "contains", "f@example"],
    ] as const) {
      expect([field, await idsOf(where(field, operator, value))]).toEqual([field, [id]]);
    }
  });

  test("negations and existence", async () => {
    const total = Number((await search()).at("total"));
    const withScore = await create({ email: "s@example.com", customFields: [{ id: customFields.score, field_value: 9 }] });
    expect(await idsOf(where(`customFields.${customFields.score}`, "exists"))).toEqual([withScore]);
    expect((await where(`customFields.${customFields.score}`, "not_exists")).at("total")).toBe(String(total));
    expect((await where("email", "not_eq", "s@example.com")).at("total")).toBe(String(total));
  });

  test("groups join with AND and OR", async () => {
    const a = await create({ email: "a@example.net", city: "Troy" });
    const b = await create({ email: "b@example.net", city: "Utica" });
    const filters = [
      {
        group: "OR",
        filters: [
          { field: "city", operator: "eq", value: "Troy" },
          { group: "AND", filters: [{ field: "city", operator: "eq", value: "utica" }] },
        ],
      },
    ];
    expect(new Set(await idsOf(search({ filters })))).toEqual(new Set([a, b]));
  });

  test("a range of time takes text and numbers", async () => {
    const id = await create({ email: "now@example.com" });
    expect(await idsOf(where("dateUpdated", "range", { gte: "2026-01-15T09:30:00.000Z" }))).toEqual([id]);
    expect(await idsOf(where("dateUpdated", "range", { gt: bench.clock.now() }))).toEqual([]);
  });

  test("free text looks at name, e-mail and phone", async () => {
    const id = await create({ firstName: "Zebulon", lastName: "Quist", phone: "+12125550198" });
    expect(await idsOf(search({ query: "zebulon q" }))).toEqual([id]);
    expect(await idsOf(search({ query: "5550198" }))).toEqual([id]);
  });
});

describe("paging", () => {
  beforeEach(() => void bench.sandbox.seedContacts(200));

  test("by page reads everybody once", async () => {
    const ids = (await Promise.all([1, 2, 3].map((page) => idsOf(search({ page, pageLimit: 100 }))))).flat();
    expect([ids.length, new Set(ids).size]).toEqual([225, 225]);
  });

  test("by searchAfter reads everybody once, whatever the order", async () => {
    const ids: unknown[] = [];
    let searchAfter: unknown;
    for (;;) {
      const rows = (
        await search({
          pageLimit: 40,
          sort: [
            { field: "city", direction: "asc" },
            { field: "dateUpdated", direction: "desc" },
          ],
          ...(searchAfter ? { searchAfter } : {}),
        })
      ).rows("contacts");
      if (rows.length === 0) break;
      ids.push(...rows.map((row) => row.id));
      searchAfter = rows.at(-1)!.searchAfter;
    }
    expect([ids.length, new Set(ids).size]).toEqual([225, 225]);
  });

  test("by searchAfter reads everybody once though all rows sort the same", async () => {
    const ids: unknown[] = [];
    let rows: Record<string, unknown>[];
    do {
      const after = ids.length > 0 ? { searchAfter: ["US", ids.at(-1)] } : {};
      rows = (await search({ pageLimit: 50, sort: [{ field: "country", direction: "asc" }], ...after })).rows("contacts");
      ids.push(...rows.map((row) => row.id));
    } while (rows.length > 0);
    expect([ids.length, new Set(ids).size]).toEqual([225, 225]);
  });

  test("not by both, and not beyond 10,000 rows", async () => {
    expect((await search({ page: 1, searchAfter: [1, "x"] })).status).toBe(400);
    expect((await search({ page: 101, pageLimit: 100 })).status).toBe(400);
  });

  test("sorted by change, newest first", async () => {
    const dates = (await search({ sort: [{ field: "dateUpdated", direction: "desc" }] }))
      .rows("contacts")
      .map((row) => String(row.dateUpdated));
    expect(dates).toEqual(dates.toSorted().toReversed());
  });
});

describe("the index", () => {
  test("sees a write only after its lag, in the order of the writes", async () => {
    const lagging = await openBench({ indexLagMs: 1000 });
    const find = async () =>
      (
        await lagging.call("POST", "/contacts/search", {
          locationId: lagging.acme,
          pageLimit: 10,
          filters: [{ field: "email", operator: "eq", value: "l@example.com" }],
        })
      ).rows("contacts");
    const id = (await lagging.call("POST", "/contacts/", { locationId: lagging.acme, email: "l@example.com" })).at("contact.id");
    expect(await find()).toEqual([]);
    await lagging.clock.advance(600);
    await lagging.call("PUT", `/contacts/${id}`, { firstName: "Later" });
    await lagging.clock.advance(400);
    expect((await find())[0]).toMatchObject({ id, firstName: null });
    await lagging.clock.advance(600);
    expect((await find())[0]).toMatchObject({ firstName: "Later" });
    await lagging.call("DELETE", `/contacts/${id}`);
    expect(await find()).toHaveLength(1);
    await lagging.clock.advance(1000);
    expect(await find()).toEqual([]);
    await lagging.sandbox.close();
  });

  test("shows nothing of another location", async () => {
    const rows = (await search({ pageLimit: 500 })).rows("contacts");
    expect(new Set(rows.map((row) => row.locationId))).toEqual(new Set([bench.acme]));
  });
});
